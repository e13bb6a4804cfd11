// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates ops of constants, within a budget of bytes.
#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/optimize/Passes.h"
#include "passes/support/DeadOps.h"
#include "passes/support/QuantizedWeights.h"
#include "passes/support/Remarks.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/optimize/Passes.h.inc"

namespace {

/// A constant, or a broadcast of one.
graph::ConstantOp getConstant(Value value) {
  if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>())
    value = broadcast.getX();
  return value.getDefiningOp<graph::ConstantOp>();
}

/// The one value of all elements, as a tensor of one element, of `rank`.
std::optional<Tensor> getSplat(Value value, int64_t rank) {
  graph::ConstantOp constant = getConstant(value);
  if (!constant)
    return std::nullopt;
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || !dense.isSplat() || !ConstantView::get(dense))
    return std::nullopt;
  SmallVector<int64_t> ones(rank, 1);
  return Tensor::get(dense.resizeSplat(RankedTensorType::get(ones, dense.getElementType())));
}

/// The bytes that a constant takes in memory: a splat is one element.
int64_t getHeldBytes(graph::ConstantOp constant) {
  RankedTensorType type = constant.getType();
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  return dense && dense.isSplat() ? getStorageBits(type.getElementType()) / 8
                                  : getStorageBytes(type);
}

struct FoldConstants : impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;

  static bool isNumeric(Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && (tensor.getElementType().isIntOrFloat());
  }

  static void replace(Operation *op, ArrayRef<ElementsAttr> values) {
    OpBuilder builder(op);
    for (auto [result, value] : llvm::zip_equal(op->getResults(), values))
      result.replaceAllUsesWith(
          graph::ConstantOp::create(builder, op->getLoc(), value).getResult());
    op->erase();
  }

  /// Elementwise ops of splats and movements of splats, which need no room.
  bool foldSplat(Operation *op) {
    bool elementwise = isa<graph::ElementwiseOpInterface>(op);
    if (!elementwise && !isa<graph::TransposeOp, graph::ReshapeOp, graph::SliceOp>(op))
      return false;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<Tensor> inputs;
    for (Value operand : op->getOperands()) {
      std::optional<Tensor> splat = getSplat(operand, type.getRank());
      if (!splat)
        return false;
      inputs.push_back(*splat);
    }
    if (type.getNumElements() == 0)
      return false;
    SmallVector<Tensor> outputs = {inputs[0]};
    if (elementwise) {
      SmallVector<int64_t> ones(type.getRank(), 1);
      outputs = {Tensor(RankedTensorType::get(ones, type.getElementType()))};
      if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(inputs, outputs)))
        return false;
    }
    auto value = dyn_cast<DenseElementsAttr>(outputs[0].getAttribute());
    if (!value || !value.isSplat())
      return false;
    replace(op, ElementsAttr(value.resizeSplat(type)));
    return true;
  }

  /// Whether an op's results follow from constants alone.
  bool isComputable(Operation *op) const {
    return llvm::all_of(op->getResultTypes(), isNumeric) &&
           llvm::all_of(op->getOperands(), [&](Value operand) {
             Operation *definition = operand.getDefiningOp();
             return isNumeric(operand.getType()) && definition &&
                    (isa<graph::ConstantOp>(definition) || computable.contains(definition));
           });
  }

  /// Whether something that is not evaluated needs the op's results. Kernels read through
  /// broadcasts, so that what these repeat is needed in their stead.
  bool isNeeded(Operation *op) const {
    return llvm::any_of(op->getUsers(), [&](Operation *user) {
      return !computable.contains(user) || left.contains(user) ||
             (isa<graph::BroadcastOp, graph::RepeatOp>(user) && isNeeded(user));
    });
  }

  /// Why the op's results are not made constants; empty if they are.
  std::string getObstacle(Operation *op) const {
    int64_t read = 0, written = 0, between = 0;
    llvm::SetVector<Operation *> cone;
    cone.insert(op);
    for (size_t k = 0; k < cone.size(); ++k) { // it grows
      for (Value operand : cone[k]->getOperands())
        cone.insert(operand.getDefiningOp());
      auto constant = dyn_cast<graph::ConstantOp>(cone[k]);
      for (Type type : cone[k]->getResultTypes())
        (constant        ? read
         : cone[k] == op ? written
                         : between) +=
            constant ? getHeldBytes(constant) : getStorageBytes(cast<RankedTensorType>(type));
    }
    if (written > std::max<int64_t>(floor, growth * read))
      return llvm::formatv("it would be a constant of {0} bytes, made from {1}", written, read);
    if (written + between > room)
      return llvm::formatv("evaluating it takes {0} bytes", written + between);
    return {};
  }

  /// The value's elements; nothing if an op in between cannot be evaluated.
  std::optional<Tensor> evaluate(Value value) {
    Operation *op = value.getDefiningOp();
    if (auto constant = dyn_cast<graph::ConstantOp>(op))
      return Tensor::get(constant.getValue());
    auto known = values.find(op);
    if (known == values.end()) {
      SmallVector<Tensor> inputs, outputs;
      for (Value operand : op->getOperands()) {
        std::optional<Tensor> input = evaluate(operand);
        if (!input)
          return std::nullopt;
        inputs.push_back(*input);
      }
      for (Type type : op->getResultTypes())
        outputs.emplace_back(cast<RankedTensorType>(type));
      if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(inputs, outputs)))
        return std::nullopt;
      for (const Tensor &output : outputs)
        held += output.bytes().size();
      known = values.try_emplace(op, outputs).first;
    }
    return known->second[cast<OpResult>(value).getResultNumber()];
  }

  bool fold(Operation *op) {
    SmallVector<ElementsAttr> results;
    for (Value result : op->getResults()) {
      std::optional<Tensor> tensor = evaluate(result);
      if (!tensor)
        return false;
      results.push_back(tensor->getAttribute());
    }
    noteMade(op->getLoc(), getArgument(), "evaluate");
    values.erase(op);
    computable.erase(op);
    replace(op, results);
    ++folded;
    if (held > room / 2) {
      values.clear();
      held = 0;
    }
    return true;
  }

  /// What follows from constants, in program order; splats, which need no room, are folded.
  SmallVector<Operation *> collect() {
    SmallVector<Operation *> ops, candidates;
    getOperation().walk<WalkOrder::PreOrder>(
        [&](graph::EvaluableOpInterface op) { ops.push_back(op); });
    for (Operation *op : ops) {
      auto dequantize = dyn_cast<graph::DequantizeOp>(op);
      if (isa<graph::ConstantOp>(op) || !isComputable(op) ||
          (dequantize && (keepDequantized || areReadAsCodes(dequantize))))
        continue;
      if (op->getNumOperands() && foldSplat(op)) {
        ++folded;
        continue;
      }
      computable.insert(op);
      candidates.push_back(op);
    }
    return candidates;
  }

  void runOnOperation() override {
    SmallVector<Operation *> candidates = collect(), roots;
    bool again;
    do {
      again = false;
      // From the last one up: whole subgraphs, but for ends that would be too large.
      roots.clear();
      for (Operation *op : llvm::reverse(candidates)) {
        if (!computable.contains(op) || left.contains(op) || !isNeeded(op) ||
            isa<graph::BroadcastOp, graph::RepeatOp>(op))
          continue;
        std::string obstacle = getObstacle(op);
        if (obstacle.empty()) {
          roots.push_back(op);
          continue;
        }
        noteRefused(op->getLoc(), getArgument(), "evaluate", obstacle);
        left.insert(op);
        ++refused;
      }
      // What cannot be evaluated makes ends of its operands.
      for (Operation *op : llvm::reverse(roots))
        if (!fold(op)) {
          left.insert(op);
          again = true;
        }
    } while (again);
    values.clear();
    eraseDeadOps(getOperation().getBody());
  }

  llvm::DenseSet<Operation *> computable; // from constants
  llvm::DenseSet<Operation *> left;       // though computable
  DenseMap<Operation *, SmallVector<Tensor>> values;
  int64_t held = 0; // bytes of `values`
};

} // namespace
} // namespace onnxcc
