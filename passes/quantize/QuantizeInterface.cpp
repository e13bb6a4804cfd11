// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs and outputs become the integers that the model quantizes them to: see Passes.td.
#include "dialects/graph/Graph.h"
#include "dialects/support/Interface.h"
#include "passes/optimize/Constants.h"
#include "passes/quantize/Parameters.h"
#include "passes/quantize/Passes.h"
#include "passes/support/DeadOps.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_QUANTIZEINTERFACE
#include "passes/quantize/Passes.h.inc"

namespace {

/// What one integer stands for: (code - zeroPoint) * scale.
struct Quantization {
  IntegerType type;
  float scale = 0;
  int64_t zeroPoint = 0;

  bool operator==(const Quantization &other) const = default;

  /// That of an op's codes; nothing, with the reason, where callers could not be told it.
  template <class Op>
  static std::optional<Quantization> get(Op op, Type codes, std::string &reason) {
    auto type = dyn_cast<IntegerType>(codes);
    std::optional<Parameter> scale = Parameter::get(op.getScale()),
                             zero = Parameter::get(op.getZeroPoint());
    if (!type || (type.getWidth() != 8 && type.getWidth() != 16))
      return reason = "it is quantized to no integers of 8 or 16 bits", std::nullopt;
    if (!op.getScale().getType().getElementType().isF32())
      return reason = "its scale is no float", std::nullopt;
    if (!scale || !zero || scale->axis || zero->axis)
      return reason = "it has several scales or zero points", std::nullopt;
    std::optional<std::vector<double>> unit = scale->getNumbers(), offset = zero->getNumbers();
    if (!unit || !offset)
      return reason = "its scale or zero point is not known before the run", std::nullopt;
    return Quantization{type, float(unit->front()), int64_t(offset->front())};
  }

  NamedAttrList getAttributes(DictionaryAttr others) const {
    Builder builder(type.getContext());
    NamedAttrList list(others);
    list.set(kScaleAttr, builder.getF32FloatAttr(scale));
    list.set(kZeroPointAttr, builder.getI64IntegerAttr(zeroPoint));
    return list;
  }
};

/// An input, with all that is done to it before it is quantized.
struct QuantizedInput {
  std::optional<Quantization> quantization;
  SmallVector<Operation *> movements;
  SmallVector<graph::QuantizeOp> quantizes;

  /// Follows a value to its readers. \returns whether all of them quantize it alike.
  bool collect(Value value, std::string &reason) {
    for (OpOperand &use : value.getUses()) {
      Operation *reader = use.getOwner();
      auto quantize = dyn_cast<graph::QuantizeOp>(reader);
      if (quantize && use.getOperandNumber() == 0) {
        auto type = cast<RankedTensorType>(quantize.getType());
        std::optional<Quantization> found =
            Quantization::get(quantize, type.getElementType(), reason);
        if (!found)
          return false;
        if (quantization && !(*found == *quantization))
          return reason = "its readers quantize it in different ways", false;
        quantization = found;
        quantizes.push_back(quantize);
      } else if (movesElements(reader) && use.getOperandNumber() == 0) {
        movements.push_back(reader);
        if (!collect(reader->getResult(0), reason))
          return false;
      } else {
        reason = isa<func::ReturnOp>(reader) ? "it is an output, too"
                                             : "it is read before it is quantized";
        return false;
      }
    }
    return true;
  }
};

/// The type of `value` with other elements.
RankedTensorType getCodeType(Value value, IntegerType element) {
  return withElementType(cast<RankedTensorType>(value.getType()), element);
}

class QuantizeInterface : public impl::QuantizeInterfaceBase<QuantizeInterface> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    for (BlockArgument argument : function.getArguments())
      if (isFloat(argument))
        quantizeInput(argument);
    auto returned = cast<func::ReturnOp>(function.front().getTerminator());
    for (OpOperand &output : returned->getOpOperands())
      if (isFloat(output.get()))
        quantizeOutput(output);
    eraseDeadOps(function.getBody());
    function.setType(FunctionType::get(&getContext(), function.front().getArgumentTypes(),
                                       returned.getOperandTypes()));
  }

  static bool isFloat(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && isa<FloatType>(type.getElementType());
  }

  void quantizeInput(BlockArgument argument) {
    QuantizedInput input;
    std::string reason = "nothing reads it";
    if (!input.collect(argument, reason) || !input.quantization)
      return warn(argument.getLoc(), "input",
                  getOperation().getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name"),
                  reason);
    argument.setType(getCodeType(argument, input.quantization->type));
    for (Operation *movement : input.movements)
      movement->getResult(0).setType(getCodeType(movement->getResult(0), input.quantization->type));
    for (graph::QuantizeOp quantize : input.quantizes) {
      quantize.replaceAllUsesWith(quantize.getX());
      quantize.erase();
    }
    unsigned number = argument.getArgNumber();
    getOperation().setArgAttrs(
        number, input.quantization->getAttributes(getOperation().getArgAttrDict(number)));
    ++numQuantized;
  }

  void quantizeOutput(OpOperand &output) {
    SmallVector<Operation *> movements; // the last first
    Value value = output.get();
    for (Operation *op = value.getDefiningOp(); op && movesElements(op);
         op = value.getDefiningOp()) {
      movements.push_back(op);
      value = op->getOperand(0);
    }
    unsigned number = output.getOperandNumber();
    auto dequantize = value.getDefiningOp<graph::DequantizeOp>();
    std::string reason = "it is not what has been dequantized";
    std::optional<Quantization> found;
    if (dequantize)
      found = Quantization::get(dequantize, dequantize.getX().getType().getElementType(), reason);
    if (!found)
      return warn(output.get().getLoc(), "output",
                  getOperation().getResultAttrOfType<StringAttr>(number, "onnx.name"), reason);
    Value codes = dequantize.getX();
    OpBuilder builder(output.getOwner());
    for (Operation *movement : llvm::reverse(movements)) {
      Operation *moved = builder.clone(*movement);
      moved->setOperand(0, codes);
      codes = moved->getResult(0);
      codes.setType(getCodeType(codes, found->type));
    }
    output.set(codes);
    getOperation().setResultAttrs(number,
                                  found->getAttributes(getOperation().getResultAttrDict(number)));
    ++numQuantized;
  }

  static void warn(Location loc, StringRef what, StringAttr name, StringRef reason) {
    emitWarning(loc) << "the " << what << (name ? " '" + name.str() + "'" : std::string())
                     << " stays in floats: " << reason;
  }
};

} // namespace
} // namespace onnxcc
