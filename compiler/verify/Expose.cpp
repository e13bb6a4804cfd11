// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values as outputs: see Expose.h.
#include "compiler/verify/Expose.h"

#include "dialects/onnx/Onnx.h"
#include "dialects/support/Locations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

using namespace mlir;

namespace onnxcc {

static void forEachValue(func::FuncOp function, llvm::function_ref<void(StringRef, Value)> visit) {
  for (auto node : function.getBody().front().getOps<onnx::NodeOp>()) {
    SmallVector<NodeOrigin> origins = getOrigins(node.getLoc());
    if (origins.size() != 1)
      continue;
    for (auto [name, value] : llvm::zip(origins.front().outputs, node.getOutputs()))
      if (!name.empty())
        visit(name, value);
  }
}

llvm::StringSet<> getValueNames(ModuleOp module) {
  llvm::StringSet<> names;
  for (auto function : module.getOps<func::FuncOp>())
    forEachValue(function, [&](StringRef name, Value) { names.insert(name); });
  return names;
}

void exposeValues(ModuleOp module, ArrayRef<std::string> names) {
  llvm::StringSet<> wanted;
  wanted.insert_range(names);
  for (auto function : module.getOps<func::FuncOp>()) {
    auto returned = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    SmallVector<Value> results(returned.getOperands());
    SmallVector<DictionaryAttr> attributes;
    function.getAllResultAttrs(attributes);
    Builder builder(module.getContext());
    forEachValue(function, [&](StringRef name, Value value) {
      if (!wanted.erase(name) || llvm::is_contained(returned.getOperands(), value))
        return;
      results.push_back(value);
      attributes.push_back(builder.getDictionaryAttr(
          builder.getNamedAttr("onnx.name", builder.getStringAttr(name))));
    });
    returned->setOperands(results);
    function.setFunctionType(builder.getFunctionType(function.getFunctionType().getInputs(),
                                                     TypeRange(ValueRange(results))));
    function.setAllResultAttrs(attributes);
  }
}

} // namespace onnxcc
