// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 4: what is wrong or obsolete in many files and has one sensible meaning.
#include "compiler/import/Model.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace onnxcc::importer {

/// Before IR version 4 every initialiser was an input too, and exporters kept to it. We take it as
/// a constant.
static void dropInputsWithValues(::onnx::GraphProto &graph) {
  llvm::StringSet<> initializers;
  for (const auto &tensor : graph.initializer())
    initializers.insert(tensor.name());
  auto &inputs = *graph.mutable_input();
  for (int i = inputs.size() - 1; i >= 0; --i)
    if (initializers.contains(inputs[i].name()))
      inputs.DeleteSubrange(i, 1);
}

LogicalResult mend(Model &model) {
  dropInputsWithValues(*model.proto.mutable_graph());
  forEachGraph(*model.proto.mutable_graph(), [](::onnx::GraphProto &graph) {
    // Stored types of intermediate values are often stale; the library infers them anew.
    graph.clear_value_info();
    // Hints of quantisation that no operator reads.
    graph.clear_quantization_annotation();
  });
  // Below 4 the library looks for initialisers among the inputs, which they have left.
  model.proto.set_ir_version(std::max<int64_t>(model.proto.ir_version(), 8));
  return model.result();
}

} // namespace onnxcc::importer
