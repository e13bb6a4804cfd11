// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the data says about the model's open dims: see References.h.
#include "compiler/driver/Process.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/References.h"
#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace onnxcc {

/// The values of the module's symbols in `inputs`; -1 where no input's extent is the symbol itself.
static FailureOr<SmallVector<int64_t>> readSymbols(ModuleOp module, ArrayRef<HostTensor> inputs) {
  SmallVector<int64_t> values(graph::getSymbols(module).size(), -1);
  func::FuncOp function = *module.getOps<func::FuncOp>().begin();
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name");
    const HostTensor *tensor =
        findTensor(inputs, name ? name.getValue() : "", argument.getArgNumber());
    if (!type || !tensor)
      continue;
    if (int64_t(tensor->shape.size()) != type.getRank())
      return failCommand("the data " + describe(tensor->element, tensor->shape) +
                         " does not fit the input '" + (name ? name.getValue() : "") +
                         "', which has " + Twine(type.getRank()) + " dims");
    for (auto [extent, size] : llvm::zip(getExtents(type), tensor->shape))
      if (auto symbol = dyn_cast<AffineSymbolExpr>(extent))
        values[symbol.getPosition()] = size;
  }
  return values;
}

LogicalResult pinOpenDims(ModuleOp module, ArrayRef<std::vector<HostTensor>> sets,
                          Options &options) {
  SmallVector<graph::SymbolAttr> symbols = graph::getSymbols(module);
  std::vector<std::optional<DimBounds>> found(symbols.size());
  for (const std::vector<HostTensor> &inputs : sets) {
    FailureOr<SmallVector<int64_t>> values = readSymbols(module, inputs);
    if (failed(values))
      return failure();
    for (auto [dim, value] : llvm::zip(found, *values))
      dim = dim ? DimBounds{std::min(dim->min, value), std::max(dim->max, value)}
                : DimBounds{value, value};
  }
  for (auto [symbol, dim] : llvm::zip(symbols, found)) {
    bool isOpen = symbol.getMax() == INT64_MAX;
    if (isOpen && dim && dim->min >= 0)
      options.compile.import.dims[symbol.getName().str()] = *dim;
  }
  return success();
}

LogicalResult pinAllDims(ModuleOp module, ArrayRef<HostTensor> inputs, Options &options) {
  FailureOr<SmallVector<int64_t>> values = readSymbols(module, inputs);
  if (failed(values))
    return failure();
  // Over those of the command line; a dim that these pin is no symbol any more.
  for (auto [symbol, value] : llvm::zip(graph::getSymbols(module), *values))
    if (value >= 0)
      options.compile.import.dims[symbol.getName().str()] = {value, value};
  return success();
}

} // namespace onnxcc
