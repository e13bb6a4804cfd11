// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract as a call of a runtime template: the shape struct from the maps, the epilogue as
// a lambda. What does not fit the template that the schedule names becomes plain loops.
#include "kernels/Epilogue.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

namespace {

class ContractPrinter {
public:
  explicit ContractPrinter(const Launch &launch)
      : launch(launch), op(cast<kernel::ContractOp>(launch.op.getOperation())),
        kernelTemplate(op.getSchedule() ? op.getSchedule()->getKernelTemplate() : "loops") {}

  /// Nothing if the launch does not fit its template; failure has been reported.
  std::optional<FailureOr<LaunchFunction>> print();

private:
  using Members = std::vector<LaunchFunction::Member>;

  bool getWindow(bool hasFilter);
  bool hasFilterLayout(bool isConv, unsigned kh, unsigned channel) const;
  bool getMatrix();
  FailureOr<LaunchFunction> finish();
  Epilogue getEpilogue() const;
  std::string getCombiner() const;

  const Launch &launch;
  mutable kernel::ContractOp op; // a handle
  StringRef kernelTemplate;
  SmallVector<unsigned> rowDims; // what the epilogue's first index counts: (n, h, w) or (batch…, m)
  SmallVector<unsigned> columnDims; // its second: (g, co), (c) or (n)
  LaunchFunction function;
};

/// An index `spatial * stride + tap * dilation - pad` of the input.
struct WindowIndex {
  AffineExpr stride, dilation, pad;
};

} // namespace

static std::optional<WindowIndex> getWindowIndex(const Launch &launch, AffineExpr index,
                                                 unsigned spatial, unsigned tap) {
  LinearForm form = LinearForm::get(index, launch.dimCount());
  if (!form.isLinear())
    return std::nullopt;
  for (unsigned dim = 0; dim < launch.dimCount(); ++dim)
    if (dim != spatial && dim != tap && form.coefficients[dim] != launch.constant(0))
      return std::nullopt;
  AffineExpr one = launch.constant(1);
  return WindowIndex{launch.isUnit(spatial) ? one : form.coefficients[spatial],
                     launch.isUnit(tap) ? one : form.coefficients[tap], form.constant * -1};
}

/// Whether the filter lies as the template reads it: in panels of 16 output channels, or (kh, kw,
/// c) for depthwise.
bool ContractPrinter::hasFilterLayout(bool isConv, unsigned kh, unsigned channel) const {
  const Operand &filter = launch.inputs[1];
  AffineMap map = launch.op.getIndexingMaps()[1];
  MLIRContext *context = launch.context();
  if (isConv)
    return map.getNumResults() >= 5 &&
           map.getResults().back() == getAffineDimExpr(channel, context) % 16 &&
           filter.offset.constant == launch.constant(0) &&
           ArrayRef(filter.view.strides) ==
               ArrayRef(getContiguousStrides(filter.view.extents, context));
  AffineExpr one = launch.constant(1), channels = launch.domain[channel];
  auto has = [&](unsigned dim, AffineExpr wanted) {
    return launch.isUnit(dim) || filter.offset.coefficients[dim] == wanted;
  };
  return filter.offset.isLinear() && has(channel, one) && has(kh + 1, channels) &&
         has(kh, launch.domain[kh + 1] * channels);
}

/// conv2d (n, h, w, [g,] co, kh, kw, ci), depthwise and pool (n, h, w, c, kh, kw).
bool ContractPrinter::getWindow(bool hasFilter) {
  bool isConv = kernelTemplate == "conv2d", grouped = isConv && launch.dimCount() == 8;
  unsigned first = isConv ? (grouped ? 5 : 4) : 4; // kh
  if (launch.dimCount() != (isConv ? first + 3 : 6) || op.getProducts() != (hasFilter ? 2 : 1))
    return false;
  unsigned group = 3, channel = isConv ? first - 1 : 3, depth = first + 2;
  const Operand &x = launch.inputs[0];
  if (x.map.getNumResults() < 4)
    return false;
  std::optional<WindowIndex> vertical = getWindowIndex(launch, x.map.getResult(1), 1, first);
  std::optional<WindowIndex> horizontal = getWindowIndex(launch, x.map.getResult(2), 2, first + 1);
  AffineExpr zero = launch.constant(0), one = launch.constant(1);
  if (!vertical || !horizontal)
    return false;
  auto hasCoefficient = [&](const Operand &operand, unsigned dim, AffineExpr wanted) {
    return launch.isUnit(dim) ||
           (operand.offset.coefficients[dim] == wanted && !operand.offset.isBroken(dim));
  };
  // Channels must be contiguous on both sides, groups neighbours.
  AffineExpr depthExtent = isConv ? launch.domain[depth] : one;
  if (!hasCoefficient(x, isConv ? depth : channel, one) ||
      !hasCoefficient(launch.output, channel, one))
    return false;
  if (grouped && (!hasCoefficient(x, group, depthExtent) ||
                  !hasCoefficient(launch.output, group, launch.domain[channel])))
    return false;
  AffineExpr base = vertical->pad * x.view.strides[1] + horizontal->pad * x.view.strides[2];
  if (x.offset.constant + base != zero || launch.output.offset.constant != zero)
    return false;

  if (hasFilter && !hasFilterLayout(isConv, first, channel))
    return false;
  AffineExpr groups = grouped ? launch.domain[group] : one;
  auto add = [&](std::initializer_list<LaunchFunction::Member> line) {
    function.members.push_back(Members(line));
  };
  if (isConv) {
    add({{"batch", launch.domain[0], 1},
         {"groups", groups, 1},
         {"tasks", launch.constant(launch.tasks()), 1}});
    add({{"inHeight", x.view.extents[1]},
         {"inWidth", x.view.extents[2]},
         {"inChannels", depthExtent},
         {"outHeight", launch.domain[1]},
         {"outWidth", launch.domain[2]},
         {"outChannels", launch.domain[channel]}});
  } else {
    add({{"batch", launch.domain[0], 1},
         {"channels", launch.domain[channel]},
         {"tasks", launch.constant(launch.tasks()), 1}});
    add({{"inHeight", x.view.extents[1]},
         {"inWidth", x.view.extents[2]},
         {"outHeight", launch.domain[1]},
         {"outWidth", launch.domain[2]}});
  }
  add({{"kernelHeight", launch.domain[first]},
       {"kernelWidth", launch.domain[first + 1]},
       {"strideHeight", vertical->stride, 1},
       {"strideWidth", horizontal->stride, 1},
       {"dilationHeight", vertical->dilation, 1},
       {"dilationWidth", horizontal->dilation, 1},
       {"padTop", vertical->pad, 0},
       {"padLeft", horizontal->pad, 0}});
  const Operand &y = launch.output;
  // A dim of extent 1 moves nothing; the buffer's stride reads better than 0.
  auto outStride = [&](unsigned dim) {
    bool fromView = launch.isUnit(dim) && y.view.strides.size() >= 4;
    return fromView ? y.view.strides[dim] : y.offset.coefficients[dim];
  };
  add({{"inStride", x.view.strides[2]},
       {"inRowStride", x.view.strides[1]},
       {"inBatchStride", launch.isUnit(0) ? zero : x.view.strides[0], 0},
       {"outStride", outStride(2)},
       {"outRowStride", outStride(1)},
       {"outBatchStride", y.offset.coefficients[0], 0}});
  rowDims = {0, 1, 2};
  columnDims = grouped ? SmallVector<unsigned>{group, channel} : SmallVector<unsigned>{channel};
  return true;
}

/// gemm (batch…, m, n, k).
bool ContractPrinter::getMatrix() {
  unsigned dims = launch.dimCount();
  if (dims < 3 || op.getProducts() != 2)
    return false;
  unsigned m = dims - 3, n = dims - 2, k = dims - 1;
  SmallVector<unsigned> batch = llvm::to_vector(llvm::seq(0u, m));
  const LinearForm &a = launch.inputs[0].offset, &b = launch.inputs[1].offset,
                   &y = launch.output.offset;
  AffineMap filter = launch.op.getIndexingMaps()[1];
  bool packed =
      filter.getNumResults() >= 3 && filter.getResults().back().getKind() == AffineExprKind::Mod;
  std::optional<AffineExpr> aBatch = launch.collapse(a, batch), bBatch = launch.collapse(b, batch),
                            yBatch = launch.collapse(y, batch);
  AffineExpr zero = launch.constant(0), one = launch.constant(1);
  if (!aBatch || !bBatch || !yBatch || !a.isLinear() || !y.isLinear() || (!packed && !b.isLinear()))
    return false;
  if (!launch.isUnit(n) && y.coefficients[n] != one)
    return false;
  if (a.constant != zero || b.constant != zero || y.constant != zero || a.coefficients[n] != zero ||
      b.coefficients[m] != zero)
    return false;
  auto orOne = [&](const LinearForm &form, unsigned dim) {
    return launch.isUnit(dim) ? one : form.coefficients[dim];
  };
  auto add = [&](std::initializer_list<LaunchFunction::Member> line) {
    function.members.push_back(Members(line));
  };
  add({{"batch", launch.product(batch), 1},
       {"rows", launch.domain[m]},
       {"depth", launch.domain[k]},
       {"columns", launch.domain[n]},
       {"tasks", launch.constant(launch.tasks()), 1}});
  add({{"aRow", a.coefficients[m]},
       {"aColumn", orOne(a, k), 1},
       {"bRow", packed ? zero : orOne(b, k), 0},
       {"bColumn", packed ? one : orOne(b, n), 1},
       {"yRow", y.coefficients[m]},
       {"aBatch", *aBatch, 0},
       {"bBatch", *bBatch, 0},
       {"yBatch", *yBatch, 0}});
  if (!packed)
    function.flags.push_back("packed = false");
  rowDims = batch;
  rowDims.push_back(m);
  columnDims = {n};
  return true;
}

std::string ContractPrinter::getCombiner() const {
  switch (op.getCombine()) {
  case kernel::Combine::Sum:
    return "Sum";
  case kernel::Combine::Product:
    return "Prod";
  case kernel::Combine::Max:
    return "Max";
  case kernel::Combine::Min:
    return "Min";
  }
  llvm_unreachable("all combiners");
}

Epilogue ContractPrinter::getEpilogue() const {
  bool isGemm = kernelTemplate == "gemm";
  return {launch, rowDims, columnDims, isGemm ? "row" : "pixel", isGemm ? "column" : "channel"};
}

FailureOr<LaunchFunction> ContractPrinter::finish() {
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  for (const auto &line : function.members)
    for (const LaunchFunction::Member &member : line)
      Launch::noteSymbols(member.value, function);
  function.base = kernelTemplate == "gemm" ? "MatrixShape" : "WindowShape";
  std::string call = kernelTemplate.str() +
                     (kernelTemplate == "pool" ? "<" + getCombiner() + ">" : "") + "(call, " +
                     function.shape(launch.facts) + ", x, ";
  if (op.getProducts() == 2)
    call += launch.inputs[1].name + ", ";
  CodeBlock code;
  if (failed(getEpilogue().print(code, call + "out, ")))
    return failure();
  function.body = code.take();
  return function;
}

std::optional<FailureOr<LaunchFunction>> ContractPrinter::print() {
  bool fits = false;
  if (kernelTemplate == "conv2d")
    fits = op.getCombine() == kernel::Combine::Sum && getWindow(true);
  else if (kernelTemplate == "depthwise")
    fits = op.getCombine() == kernel::Combine::Sum && getWindow(true);
  else if (kernelTemplate == "pool")
    fits = getWindow(false);
  else if (kernelTemplate == "gemm")
    fits = op.getCombine() == kernel::Combine::Sum && getMatrix();
  if (!fits)
    return std::nullopt;
  for (const Operand &input : llvm::ArrayRef(launch.inputs).drop_front(op.getProducts()))
    if (!getEpilogue().hasWholeVectors(input))
      return std::nullopt;
  if (kernelTemplate != "pool") {
    if (op.getSchedule()->getTiles().empty())
      return std::nullopt;
    function.tile = printTile(launch);
  }
  function.compileSeconds = kernelTemplate == "gemm" ? 0.4 : 0.15;
  return finish();
}

FailureOr<LaunchFunction> printContract(const Launch &launch) {
  if (std::optional<FailureOr<LaunchFunction>> function = ContractPrinter(launch).print())
    return *function;
  return printLoops(launch);
}

} // namespace onnxcc
