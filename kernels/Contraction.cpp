// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Questions about contractions, and calls of templates: see Contraction.h.
#include "kernels/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc::kernels {

bool isDim(AffineExpr index, unsigned dim) {
  auto expression = dyn_cast<AffineDimExpr>(index);
  return expression && expression.getPosition() == dim;
}

std::optional<WindowIndex> WindowIndex::get(AffineExpr index, unsigned spatial, unsigned tap,
                                            unsigned dims) {
  LinearForm form = LinearForm::get(index, dims);
  if (!form.isLinear())
    return std::nullopt;
  for (unsigned dim = 0; dim < dims; ++dim)
    if (dim != spatial && dim != tap && form.coefficients[dim] != 0)
      return std::nullopt;
  return WindowIndex{form.coefficients[spatial], form.coefficients[tap], form.constant * -1};
}

std::string getImageObstacle(kernel::ContractOp op, unsigned window) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  AffineMap x = maps[0], y = kernel::LaunchOpInterface(op).getOutputMap();
  unsigned dims = x.getNumDims();
  if (dims < window + 2 || x.getNumResults() != 4 || y.getNumResults() != 4)
    return "it reads or writes no images";
  if (!isDim(x.getResult(0), 0))
    return "images are not read one by one";
  for (unsigned axis = 0; axis < 3; ++axis)
    if (!isDim(y.getResult(axis), axis))
      return "the result is no image of channels last";
  for (unsigned axis : {1, 2})
    if (!WindowIndex::get(x.getResult(axis), axis, window + axis - 1, dims))
      return "the image is not read through a window that slides";
  return {};
}

bool isChannel(AffineExpr index, std::optional<unsigned> group, unsigned inner, AffineExpr of,
               unsigned dims) {
  AffineExpr wanted = getAffineDimExpr(inner, index.getContext());
  if (group)
    wanted = getAffineDimExpr(*group, index.getContext()) * of + wanted;
  return simplifyAffineExpr(index - wanted, dims, 0) == 0;
}

std::optional<unsigned> findBeside(kernel::ContractOp op, Beside role) {
  for (auto [k, other] : llvm::enumerate(op.getBeside()))
    if (Beside(other) == role)
      return op.getProducts() + k;
  return std::nullopt;
}

bool isUnsigned(kernel::ContractOp op, unsigned factor) {
  return llvm::is_contained(op.getUnsignedFactors(), int64_t(factor));
}

bool isConstant(Value factor) {
  Operation *op = factor.getDefiningOp();
  if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return isConstant(op->getOperand(0));
  return isa_and_nonnull<arith::ConstantOp, kernel::WeightOp>(op);
}

bool isOfNibbles(kernel::ContractOp op) {
  Type codes = cast<ShapedType>(op.getInputs()[1].getType()).getElementType();
  return findBeside(op, Beside::WeightScale) && (codes.isInteger(4) || codes.isInteger(32));
}

std::optional<int64_t> getProductGroup(kernel::ContractOp op, bool packs, std::string &why) {
  auto getElement = [&](unsigned k) {
    return cast<ShapedType>(op.getInputs()[k].getType()).getElementType();
  };
  Type x = getElement(0), w = getElement(1), sum = op.getBody().getArgument(0).getType();
  if (findBeside(op, Beside::WeightScale)) {
    if (packs && isConstant(op.getInputs()[1]))
      return isOfNibbles(op) ? 8 : 1;
    why = "its weights are codes, and no constant";
    return std::nullopt;
  }
  if (x != w) {
    why = "its factors are of two types";
    return std::nullopt;
  }
  if (x == sum && (x.isF32() || x.isF64()))
    return 1;
  if (x.isBF16() && sum.isF32())
    return packs ? 2 : 1;
  if (x.isInteger(8) && sum.isInteger(32)) {
    std::optional<unsigned> zero = findBeside(op, Beside::InputZero);
    if (findBeside(op, Beside::WeightZero)) {
      why = "its weights have a zero point";
      return std::nullopt;
    }
    if (zero && cast<ShapedType>(op.getInputs()[*zero].getType()).getRank() != 0) {
      why = "its input has more zero points than one";
      return std::nullopt;
    }
    // Sums of the weights make up for zero points and for signs.
    if (packs && isConstant(op.getInputs()[1]))
      return 4;
    if (!zero)
      return 1;
    why = "its weights are no constant whose sums could make up for the zero point";
    return std::nullopt;
  }
  std::string text;
  llvm::raw_string_ostream(text) << "templates have no products of " << x << " summed in " << sum;
  why = text;
  return std::nullopt;
}

ElementsAttr getProductSums(kernel::ContractOp op, ElementsAttr packed) {
  if (!packed.getShapedType().getElementType().isInteger(8) || findBeside(op, Beside::WeightScale))
    return {};
  return sumPanels(packed, isUnsigned(op, 1));
}

bool isPacked(kernel::LaunchOpInterface launch, const Packing &packing) {
  AffineMap read = launch.getIndexingMaps()[1];
  return read == packing.getMap(launch.getDomain());
}

void TemplateCall::addWindow(unsigned window) {
  const Operand &x = launch.inputs[0];
  AffineExpr one = launch.constant(1);
  auto get = [&](unsigned axis) {
    unsigned tap = window + axis - 1;
    WindowIndex index = *WindowIndex::get(x.map.getResult(axis), axis, tap, x.map.getNumDims());
    // A dim of extent 1 moves nothing.
    return WindowIndex{launch.isUnit(axis) ? one : index.stride,
                       launch.isUnit(tap) ? one : index.dilation, index.pad};
  };
  WindowIndex vertical = get(1), horizontal = get(2);
  add({{"kernelHeight", launch.domain[window]},
       {"kernelWidth", launch.domain[window + 1]},
       {"strideHeight", vertical.stride, 1},
       {"strideWidth", horizontal.stride, 1},
       {"dilationHeight", vertical.dilation, 1},
       {"dilationWidth", horizontal.dilation, 1},
       {"padTop", vertical.pad, 0},
       {"padLeft", horizontal.pad, 0}});
}

void TemplateCall::addImageStrides() {
  const Operand &x = launch.inputs[0], &y = launch.output();
  // A dim of extent 1 moves nothing; the buffer's stride reads better than 0.
  auto outStride = [&](unsigned dim) {
    return launch.isUnit(dim) ? y.view.strides[dim] : y.offset.coefficients[dim];
  };
  add({{"inStride", x.view.strides[2]},
       {"inRowStride", x.view.strides[1]},
       {"inBatchStride", launch.isUnit(0) ? launch.constant(0) : x.view.strides[0], 0},
       {"outStride", outStride(2)},
       {"outRowStride", outStride(1)},
       {"outBatchStride", y.offset.coefficients[0], 0}});
}

void TemplateCall::loopOver(ArrayRef<unsigned> dims) {
  static const char *const variables[] = {"i", "j", "k", "l"};
  for (unsigned dim : dims)
    if (!launch.isUnit(dim))
      outer.push_back(
          {dim, outer.size() < 4 ? variables[outer.size()] : "i" + std::to_string(outer.size())});
}

std::string TemplateCall::pointer(unsigned input) const {
  std::string at = place(launch.inputs[input]);
  auto contract = dyn_cast<kernel::ContractOp>(*launch.op);
  return contract && isUnsigned(contract, input) ? "asUnsigned(" + at + ")" : at;
}

std::string TemplateCall::outputPointer() const { return place(launch.output()); }

std::string TemplateCall::blocks(int64_t depth) const {
  auto op = cast<kernel::ContractOp>(*launch.op);
  std::optional<unsigned> scale = findBeside(op, Beside::WeightScale),
                          zero = findBeside(op, Beside::WeightZero);
  return formatv("Blocks{{{0}, {1}{2}}, ", depth, place(launch.inputs[*scale]),
                 zero ? ", " + place(launch.inputs[*zero]) : "");
}

std::string TemplateCall::zeroPoint() const {
  auto op = cast<kernel::ContractOp>(*launch.op);
  std::optional<unsigned> zero = findBeside(op, Beside::InputZero),
                          sums = findBeside(op, Beside::WeightSums);
  if (!zero && !sums)
    return "";
  std::string value = "0";
  if (zero)
    value = formatv(isUnsigned(op, 0) ? "*asUnsigned({0})" : "*{0}", launch.inputs[*zero].name);
  if (!sums) // what takes the zero point alone
    return value + ", ";
  return "ZeroPoint{" + value + ", " + launch.inputs[*sums].name + "}, ";
}

void TemplateCall::addPacking(int64_t group, bool joinsRows) {
  if (group != 1)
    addFlag(formatv("Packing packing{{{0}, {1}{2}}", kPanel, group, joinsRows ? ", true" : ""));
}

std::string TemplateCall::place(const Operand &operand) const {
  AffineExpr offset = launch.constant(0);
  SmallVector<std::string> names;
  for (const auto &[dim, variable] : outer) {
    offset = offset +
             getAffineDimExpr(names.size(), launch.context()) * operand.offset.coefficients[dim];
    names.push_back(variable);
  }
  return makeOffset(operand.name, printAffine(offset, names, launch.facts.symbols)).text;
}

void TemplateCall::noteSymbols() {
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  for (const auto &line : function.members)
    for (const LaunchFunction::Member &member : line)
      Launch::noteSymbols(member.value, function);
}

LaunchFunction TemplateCall::print(const std::string &arguments) {
  noteSymbols();
  function.body = {formatv("{0}(call, {1});", name, arguments).str()};
  return std::move(function);
}

FailureOr<LaunchFunction> TemplateCall::print(StringRef templateArguments, StringRef arguments,
                                              Epilogue epilogue, double compileSeconds) {
  noteSymbols();
  CodeBlock code;
  for (const auto &[dim, variable] : outer)
    code.open(formatv("for (Index {0} = 0; {0} < {1}; ++{0}) {{", variable,
                      launch.print(launch.domain[dim])));
  epilogue.outer = outer;
  std::string head = formatv("{0}{1}(call, {2}, {3}, ", name, templateArguments,
                             function.shape(launch.facts), arguments);
  if (failed(epilogue.print(code, head)))
    return failure();
  for (size_t k = 0; k < outer.size(); ++k)
    code.close();
  function.body = code.take();
  function.compileSeconds = compileSeconds;
  return std::move(function);
}

/// Whether tiles of `pixels` rows and of one row less leave none over (runtime/tile.h, Cut).
static bool cutsWhole(int64_t rows, int64_t pixels) {
  int64_t missing = (pixels - rows % pixels) % pixels;
  return missing == 0 || (pixels >= 4 && missing * (pixels - 1) <= rows);
}

void fitTile(Choices &choices, int64_t run) {
  int64_t most = choices.numbers("tile")[0], vectors = choices.numbers("tile")[1];
  if (run == 0)
    return;
  for (int64_t pixels = most; pixels >= 4 && pixels + 2 >= most; --pixels)
    if (cutsWhole(run, pixels))
      return choices.set("tile", {pixels, vectors});
}

const Combiner &getCombiner(kernel::Combine combine) {
  static constexpr Combiner combiners[] = {
      {"Sum", "0", "acc += {0};", "sumRow", "sum"},
      {"Prod", "1", "acc *= {0};", "prodRow", "product"},
      {"Max", "", "acc = maximum(acc, {0});", "maxRow", "largest"},
      {"Min", "", "acc = minimum(acc, {0});", "minRow", "smallest"},
      {"UnsignedMax", "", "acc = UnsignedMax::combine(acc, {0});", "reduceRow<UnsignedMax>",
       "largest"},
      {"UnsignedMin", "", "acc = UnsignedMin::combine(acc, {0});", "reduceRow<UnsignedMin>",
       "smallest"},
  };
  static_assert(std::size(combiners) == kernel::getMaxEnumValForCombine() + 1);
  return combiners[unsigned(combine)];
}

std::string getContractionName(const Launch &launch, unsigned input) {
  const Operand &operand = launch.inputs[input];
  auto op = cast<kernel::ContractOp>(*launch.op);
  if (input < op.getProducts())
    return input == 0 ? "x" : operand.isWeight ? "weight" : "z";
  if (input < op.countFactors())
    switch (Beside(op.getBeside()[input - op.getProducts()])) {
    case Beside::WeightSums:
      return "sums";
    case Beside::InputZero:
      return "zero";
    case Beside::WeightZero:
      return "weightZero";
    case Beside::WeightScale:
      return "scale";
    }
  if (!operand.isWeight)
    return "skip";
  AffineExpr elements = launch.constant(1);
  for (AffineExpr extent : operand.view.extents)
    elements = elements * extent;
  const View &output = launch.output().view;
  bool isChannelwise = !output.extents.empty() && elements == output.extents.back();
  return isChannelwise ? "bias" : "factor";
}

} // namespace onnxcc::kernels
