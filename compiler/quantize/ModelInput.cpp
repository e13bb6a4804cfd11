// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model's inputs and what fits them: see ModelInput.h.
#include "compiler/quantize/ModelInput.h"

#include "compiler/Compilation.h"
#include "compiler/driver/Process.h"
#include "dialects/onnx/ElementTypes.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {

FailureOr<std::vector<ModelInput>> readModelInputs(const Options &options) {
  Compilation compilation(options.input, options.compile, printDiagnostic);
  if (failed(compilation.import(Phase::Emit, /*requireBounds=*/false)))
    return llvm::errs() << compilation.getDiagnostics().getSummary(), failure();
  std::vector<ModelInput> inputs;
  func::FuncOp function = *compilation.getModule().getOps<func::FuncOp>().begin();
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name");
    const onnx::ElementType *element =
        type ? onnx::findElementType(type.getElementType()) : nullptr;
    if (!element || !name)
      return failCommand("the model's input " + Twine(argument.getArgNumber()) +
                         " is no tensor: there is no data for such");
    ModelInput &input = inputs.emplace_back(ModelInput{name.str(), element->number, {}});
    for (AffineExpr extent : getExtents(type)) {
      auto constant = dyn_cast<AffineConstantExpr>(extent);
      input.shape.push_back(constant ? constant.getValue() : -1);
    }
  }
  return inputs;
}

std::string describe(const ModelInput &input) {
  std::string extents =
      llvm::join(llvm::map_range(input.shape,
                                 [](int64_t extent) {
                                   return extent < 0 ? std::string("?") : std::to_string(extent);
                                 }),
                 ",");
  return getElementName(input.element).str() + "[" + extents + "]";
}

static bool hasShape(const ModelInput &input, ArrayRef<int64_t> shape) {
  return shape.size() == input.shape.size() &&
         llvm::all_of(llvm::zip(input.shape, shape), [](auto pair) {
           auto [wanted, given] = pair;
           return wanted < 0 || wanted == given;
         });
}

LogicalResult fitTo(const ModelInput &input, HostTensor &tensor, StringRef sample) {
  auto fail = [&](const Twine &why) {
    return failCommand("sample '" + sample + "': the data of input '" + input.name + "' " + why);
  };
  std::string given = describe(tensor.element, tensor.shape);
  if (tensor.element != input.element)
    return fail("are " + given + ", and the model takes " + describe(input) +
                ": convert them, as by NumPy's astype");
  std::vector<int64_t> batch = tensor.shape;
  batch.insert(batch.begin(), 1);
  if (!hasShape(input, tensor.shape)) {
    if (!hasShape(input, batch))
      return fail("are " + given + ", and the model takes " + describe(input) +
                  ": a sample is one call, and only a batch of 1 is added");
    tensor.shape = std::move(batch);
  }
  const onnx::ElementType *type = onnx::findElementType(tensor.element);
  for (int64_t index = 0; type->isFloat() && index < tensor.size(); ++index)
    if (double value = tensor.getDouble(index); !std::isfinite(value))
      return fail("have " + Twine(std::isnan(value) ? "NaN" : "infinity") + " at element " +
                  Twine(index) + ": leave the sample out, or mend it");
  tensor.name = input.name;
  return success();
}

} // namespace onnxcc
