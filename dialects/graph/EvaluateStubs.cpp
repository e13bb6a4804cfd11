// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops whose evaluation is not written yet.
#include "dialects/graph/Graph.h"
using namespace mlir;
using namespace onnxcc::graph;
#define S(OP)                                                                                      \
  LogicalResult OP::evaluate(ArrayRef<Tensor>, MutableArrayRef<Tensor>) { return failure(); }
S(MatMulOp)
S(ConvOp) S(ConvTransposeOp) S(PoolOp) S(ReduceOp) S(ArgReduceOp) S(CumulateOp) S(SoftmaxOp)
    S(LogSoftmaxOp) S(LayerNormOp) S(RmsNormOp) S(BatchNormOp) S(TransposeOp) S(ReshapeOp)
        S(BroadcastOp) S(ConcatOp) S(SliceOp) S(PadOp) S(GatherOp) S(GatherElementsOp) S(ExtentsOp)
            S(IotaOp) LogicalResult onnxcc::graph::evaluateElementwise(Operation *,
                                                                       ArrayRef<Tensor>,
                                                                       MutableArrayRef<Tensor>) {
  return failure();
}
