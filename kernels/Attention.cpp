// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A softmax between two products, whose scores no memory holds: runtime/attention.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

class Attention : public Family {
  /// The domain, as the op's description orders it.
  enum : unsigned { Batch, Head, Row, Column, Key, Depth };

public:
  Attention() : Family("attention") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    if (!isa<kernel::AttentionOp>(*launch)) {
      why = "it is no attention";
      return std::nullopt;
    }
    // The op's verifier asks for the rest.
    return Parts{{"batch", {Batch}},    {"heads", {Head}}, {"rows", {Row}},
                 {"columns", {Column}}, {"keys", {Key}},   {"depth", {Depth}}};
  }

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    SmallVector<Demand> demands(countOperands(launch), alongDims({Key}));
    for (unsigned factor = 0; factor < 3; ++factor)
      demands[factor] = {};
    demands.back() = alongDims({Column});
    return demands;
  }

  /// Scores are made many times: an operand of theirs is read along the keys, in whole vectors.
  StringRef getObstacle(kernel::LaunchOpInterface, AffineMap access) const override {
    for (auto [axis, index] : llvm::enumerate(access.getResults())) {
      bool isPlain = isa<AffineDimExpr, AffineConstantExpr>(index);
      if (!isPlain || (index.isFunctionOfDim(Key) && axis + 1 != access.getNumResults()))
        return "it is not in the order of the keys";
    }
    return {};
  }

  bool mayWrite(kernel::LaunchOpInterface, AffineMap output) const override {
    return output.isProjectedPermutation() && isDim(output.getResults().back(), Column);
  }

  ShapeFacts getShapeFacts(kernel::LaunchOpInterface, ArrayRef<int64_t> extents) const override {
    ShapeFacts facts;
    facts["rows"] = extents[Row];
    facts["keys"] = extents[Key];
    facts["columns"] = extents[Column];
    facts["depth"] = extents[Depth];
    return facts;
  }

  int64_t getStackBytes(kernel::LaunchOpInterface) const override { return 35 * 1024; }

  std::string getOperandName(const Launch &, unsigned input) const override {
    static const char *const names[] = {"q", "k", "v", "mask"};
    return names[std::min(input, 3u)];
  }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    auto op = cast<kernel::AttentionOp>(launch.op.getOperation());
    AffineExpr one = launch.constant(1);
    TemplateCall call(launch, "attention", "AttentionShape");
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
                  &y = launch.output();
    AffineExpr kHead = getHeadStride(k), vHead = getHeadStride(v);
    call.add({{"batch", launch.domain[Batch], 1},
              {"heads", launch.domain[Head]},
              {"sharing", sharing, 1},
              {"rows", launch.domain[Row]},
              {"keys", launch.domain[Key]},
              {"depth", launch.domain[Depth]},
              {"columns", launch.domain[Column]},
              {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"qBatch", q.offset.coefficients[Batch], 0},
              {"qHead", q.offset.coefficients[Head]},
              {"qRow", q.offset.coefficients[Row]},
              {"qColumn", orOne(q, Depth), 1},
              {"kBatch", k.offset.coefficients[Batch], 0},
              {"kHead", kHead},
              {"kRow", k.offset.coefficients[Key]},
              {"kColumn", orOne(k, Depth), 1}});
    call.add({{"vBatch", v.offset.coefficients[Batch], 0},
              {"vHead", vHead},
              {"vRow", v.offset.coefficients[Key]},
              {"vColumn", orOne(v, Column), 1},
              {"yBatch", y.offset.coefficients[Batch], 0},
              {"yHead", y.offset.coefficients[Head]},
              {"yRow", y.offset.coefficients[Row]}});
    if (op.getGuarded())
      call.addFlag("bool guarded = true");
    if (op.getGuardsHidden())
      call.addFlag("bool guardsHidden = true");
    call.function.tile = printTile(launch);
    static const unsigned rows[] = {Batch, Head, Row}, keys[] = {Key};
    return call.print("", "q, k, v, out", {launch, rows, keys, "row", "key"}, 0.8);
  }
};

} // namespace

const Family &getAttention() {
  static const Attention family;
  return family;
}

} // namespace onnxcc::kernels
