// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of bytes along rows, columns and windows, by which products make up for zero points:
// runtime/sums.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc::kernels {

namespace {

/// A convolution's domain without its channels: (n, h, w, [g], kh, kw, c).
struct WindowDims {
  std::optional<unsigned> group;
  unsigned window, depth;

  explicit WindowDims(unsigned count) : window(count - 3), depth(count - 1) {
    if (count == 7)
      group = 3;
  }
};

class Sums : public Family {
public:
  Sums() : Family("sums") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    auto refuse = [&](const std::string &reason) {
      why = reason;
      return std::nullopt;
    };
    if (!op || op.getInits().size() != 1 || op.getProducts() != 1 ||
        op.getCombine() != kernel::Combine::Sum)
      return refuse("it is no sum of elements");
    auto type = cast<ShapedType>(op.getInputs()[0].getType());
    Block &code = op.getBody().front();
    if (!type.getElementType().isInteger(8) || !code.getArgument(0).getType().isInteger(32) ||
        code.back().getOperand(0) != code.getArgument(0))
      return refuse("it does not store sums of bytes as they are");
    if (std::optional<unsigned> zero = findBeside(op, Beside::InputZero);
        zero && cast<ShapedType>(op.getInputs()[*zero].getType()).getRank() != 0)
      return refuse("its input has more zero points than one");
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    AffineMap x = maps[0], y = launch.getOutputMap();
    unsigned count = y.getNumDims(), kept = y.getNumResults();
    if (y != AffineMap::getMultiDimIdentityMap(count, y.getContext()).getMajorSubMap(kept))
      return refuse("the result's axes are not the first dims in their order");
    SmallVector<unsigned> first = llvm::to_vector(llvm::seq(kept)),
                          last = llvm::to_vector(llvm::seq(kept, count));
    if (x.isProjectedPermutation() && x.getNumResults() == count)
      return Parts{{"lines", first}, {"depth", last}};
    if (count != 6 && count != 7)
      return refuse("it is no sum along lines, or of windows");
    WindowDims dims(count);
    if (kept != dims.window)
      return refuse("it is no sum of windows");
    if (std::string obstacle = getImageObstacle(op, dims.window); !obstacle.empty())
      return refuse(obstacle);
    AffineExpr depth = op.getDomain().getResult(dims.depth);
    if (!isChannel(x.getResult(3), dims.group, dims.depth, depth, count))
      return refuse("its channels are not the image's last axis");
    return Parts{{"pixels", first}, {"window", last}};
  }

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    SmallVector<Demand> demands(countOperands(launch));
    kernel::ScheduleAttr schedule = launch.getScheduleAttr();
    SmallVector<unsigned> lines = schedule.getDimsOf("lines");
    if (SmallVector<unsigned> pixels = schedule.getDimsOf("pixels"); !pixels.empty()) {
      WindowDims dims(launch.getDomain().getNumResults());
      demands[0] = alongDims(dims.group ? SmallVector<unsigned>{*dims.group, dims.depth}
                                        : SmallVector<unsigned>{dims.depth});
      demands.back() = alongDims(pixels);
      return demands;
    }
    for (const SmallVector<unsigned> &line : {lines, schedule.getDimsOf("depth")})
      if (line.size() > 1)
        demands[0].joined.push_back(line);
    demands.back() = alongDims(lines);
    return demands;
  }

  /// Lines that are not one in memory: a copy as it lies would not join them either.
  Remedy getRemedy(kernel::LaunchOpInterface launch, unsigned operand) const override {
    bool isLines = !launch.getScheduleAttr().getDimsOf("lines").empty();
    return operand == 0 && isLines ? Remedy::Reorder : Family::getRemedy(launch, operand);
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getContractionName(launch, input);
  }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    kernel::ScheduleAttr schedule = launch.op.getScheduleAttr();
    SmallVector<unsigned> lines = schedule.getDimsOf("lines"), depth = schedule.getDimsOf("depth");
    bool isWindow = !schedule.getDimsOf("pixels").empty();
    TemplateCall call(launch, isWindow ? "windowSums" : "lineSums", "WindowShape");
    std::string x = call.pointer(0), zero = call.zeroPoint();
    if (zero.empty())
      zero = "0, ";
    if (!isWindow) {
      const LinearForm &form = launch.inputs[0].offset;
      return call.print(formatv("{0}, {1}, {2}, {3}, {4}, {5}, {6}out", launch.tasks(), x,
                                launch.print(launch.product(lines)),
                                launch.print(*launch.collapse(form, lines)),
                                launch.print(launch.product(depth)),
                                launch.print(*launch.collapse(form, depth)), zero)
                            .str());
    }
    WindowDims dims(launch.dimCount());
    if (dims.group)
      call.add({{"groups", launch.domain[*dims.group], 1}});
    call.add({{"batch", launch.domain[0], 1}, {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"inHeight", launch.inputs[0].view.extents[1]},
              {"inWidth", launch.inputs[0].view.extents[2]},
              {"inChannels", launch.domain[dims.depth]},
              {"outHeight", launch.domain[1]},
              {"outWidth", launch.domain[2]}});
    call.addWindow(dims.window);
    call.add({{"inStride", launch.inputs[0].view.strides[2]},
              {"inRowStride", launch.inputs[0].view.strides[1]},
              {"inBatchStride",
               launch.isUnit(0) ? launch.constant(0) : launch.inputs[0].view.strides[0], 0}});
    return call.print(call.function.shape(launch.facts) + ", " + x + ", " + zero + "out");
  }
};

} // namespace

const Family &getSums() {
  static const Sums family;
  return family;
}

} // namespace onnxcc::kernels
