// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one-shot bufferisation sees launches, calls and weights: a launch never reads its
// destination, may run in place on operands that it reads where it writes, a call reads those
// destinations that it updates, and weights are read-only.
#include "dialects/kernel/Kernel.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace onnxcc::kernel;

bool onnxcc::kernel::isReadWhereWritten(Operation *op, unsigned input, OpOperand &init) {
  unsigned number = init.getOperandNumber();
  if (auto call = dyn_cast<CallOp>(op))
    return number == call.getInputs().size() &&
           llvm::is_contained(call.getInPlace(), int64_t(input));
  auto launch = dyn_cast<LaunchOpInterface>(op);
  if (!launch)
    return false;
  // A factor is read for many elements of the output.
  if (input < launch.countFactors())
    return false;
  SmallVector<AffineMap> maps = launch.getIndexingMaps();
  return maps[input] == maps[number];
}

namespace {

/// Replaces tensor operands by buffers; the op's attributes and region stay.
template <class Op>
FailureOr<Op> createOnBuffers(Op op, RewriterBase &rewriter, const BufferizationOptions &options,
                              BufferizationState &state) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return failure();
    operands.push_back(*buffer);
  }
  rewriter.setInsertionPoint(op);
  OperationState created(op.getLoc(), op->getName(), operands, TypeRange{},
                         llvm::to_vector(op->getDiscardableAttrs()));
  created.propertiesAttr = op->getPropertiesAsAttribute();
  for (Region &region : op->getRegions())
    created.addRegion()->takeBody(region);
  return cast<Op>(rewriter.create(created));
}

template <class Op>
struct LaunchModel : DstBufferizableOpInterfaceExternalModel<LaunchModel<Op>, Op> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand) || isUpdated(operand);
  }

  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &,
                                     ArrayRef<OpOperand *> operands) const {
    auto destination = cast<DestinationStyleOpInterface>(op);
    SmallVector<OpOperand *> written;
    llvm::copy_if(operands, std::back_inserter(written),
                  [&](OpOperand *operand) { return destination.isDpsInit(operand); });
    return llvm::all_of(operands, [&](OpOperand *operand) {
      if (llvm::is_contained(written, operand)) // a call reads those that it updates
        return isa<LaunchOpInterface>(op) || operand == destination.getDpsInitOperand(0);
      return !written.empty() && llvm::all_of(written, [&](OpOperand *init) {
        return isReadWhereWritten(op, operand->getOperandNumber(), *init);
      });
    });
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options, BufferizationState &state) const {
    FailureOr<Op> created = createOnBuffers(cast<Op>(op), rewriter, options, state);
    if (failed(created))
      return failure();
    replaceOpWithBufferizedValues(
        rewriter, op,
        llvm::to_vector(cast<DestinationStyleOpInterface>(created->getOperation()).getDpsInits()));
    return success();
  }
};

struct WeightModel : BufferizableOpInterface::ExternalModel<WeightModel, WeightOp> {
  bool isWritable(Operation *, Value, const AnalysisState &) const { return false; }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &,
                          BufferizationState &) const {
    auto weight = cast<WeightOp>(op);
    auto type = cast<RankedTensorType>(weight.getValue().getType());
    replaceOpWithNewBufferizedOp<WeightOp>(rewriter, op,
                                           MemRefType::get(type.getShape(), type.getElementType()),
                                           weight.getWeightsAttr());
    return success();
  }
};

} // namespace

void onnxcc::kernel::registerBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    MapOp::attachInterface<LaunchModel<MapOp>>(*context);
    ContractOp::attachInterface<LaunchModel<ContractOp>>(*context);
    AttentionOp::attachInterface<LaunchModel<AttentionOp>>(*context);
    RowsOp::attachInterface<LaunchModel<RowsOp>>(*context);
    CallOp::attachInterface<LaunchModel<CallOp>>(*context);
    WeightOp::attachInterface<WeightModel>(*context);
  });
}
