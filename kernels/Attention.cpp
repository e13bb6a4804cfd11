// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.attention as a call of the runtime's template: the shape struct from the maps, the region
// as a lambda that makes scores.
#include "kernels/Epilogue.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

FailureOr<LaunchFunction> printAttention(const Launch &launch) {
  // The domain's dims, as the op's description orders them.
  enum : unsigned { Batch, Head, Row, Column, Key, Depth };
  auto op = cast<kernel::AttentionOp>(launch.op.getOperation());
  AffineExpr zero = launch.constant(0), one = launch.constant(1);
  LaunchFunction function;
  auto add = [&](std::initializer_list<LaunchFunction::Member> line) {
    function.members.push_back(line);
  };
  // How many heads of the queries share one of the keys and values: h floordiv it is their head.
  AffineExpr sharing = one;
  auto getHeadStride = [&](const Operand &operand) {
    for (auto [axis, index] : llvm::enumerate(operand.map.getResults()))
      if (auto part = dyn_cast<AffineBinaryOpExpr>(index)) {
        sharing = part.getRHS();
        return operand.view.strides[axis];
      }
    return operand.offset.coefficients[Head];
  };
  // A dim of extent 1 moves nothing; 1 lets the compiler take the quicker of its ways.
  auto orOne = [&](const Operand &operand, unsigned dim) {
    return launch.isUnit(dim) ? one : operand.offset.coefficients[dim];
  };
  const Operand &q = launch.inputs[0], &k = launch.inputs[1], &v = launch.inputs[2],
                &y = launch.output;
  for (const Operand *operand : {&q, &k, &v, &y})
    if (operand->offset.constant != zero)
      return launch.op.emitOpError() << "reads from other than an operand's first element on";
  if (!launch.isUnit(Column) && y.offset.coefficients[Column] != one)
    return launch.op.emitOpError() << "writes columns that are no neighbours";
  AffineExpr kHead = getHeadStride(k), vHead = getHeadStride(v);
  add({{"batch", launch.domain[Batch], 1},
       {"heads", launch.domain[Head]},
       {"sharing", sharing, 1},
       {"rows", launch.domain[Row]},
       {"keys", launch.domain[Key]},
       {"depth", launch.domain[Depth]},
       {"columns", launch.domain[Column]},
       {"tasks", launch.constant(launch.tasks()), 1}});
  add({{"qBatch", q.offset.coefficients[Batch], 0},
       {"qHead", q.offset.coefficients[Head]},
       {"qRow", q.offset.coefficients[Row]},
       {"qColumn", orOne(q, Depth), 1},
       {"kBatch", k.offset.coefficients[Batch], 0},
       {"kHead", kHead},
       {"kRow", k.offset.coefficients[Key]},
       {"kColumn", orOne(k, Depth), 1}});
  add({{"vBatch", v.offset.coefficients[Batch], 0},
       {"vHead", vHead},
       {"vRow", v.offset.coefficients[Key]},
       {"vColumn", orOne(v, Column), 1},
       {"yBatch", y.offset.coefficients[Batch], 0},
       {"yHead", y.offset.coefficients[Head]},
       {"yRow", y.offset.coefficients[Row]}});
  if (op.getGuarded())
    function.flags.push_back("guarded = true");
  if (op.getGuardsHidden())
    function.flags.push_back("guardsHidden = true");
  function.base = "AttentionShape";
  function.tile = printTile(launch);
  function.compileSeconds = 0.8;
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  for (const auto &line : function.members)
    for (const LaunchFunction::Member &member : line)
      Launch::noteSymbols(member.value, function);

  CodeBlock code;
  static const unsigned rowDims[] = {Batch, Head, Row}, keyDims[] = {Key};
  Epilogue scores{launch, rowDims, keyDims, "row", "key"};
  std::string head = "attention(call, " + function.shape(launch.facts) + ", q, k, v, out, ";
  if (failed(scores.print(code, head)))
    return failure();
  function.body = code.take();
  return function;
}

} // namespace onnxcc
