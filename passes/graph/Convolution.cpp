// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions. A bias becomes an add: the kernels phase fuses it into the epilogue.
#include "passes/graph/Lowerings.h"
#include "passes/graph/Windows.h"

using namespace mlir;

namespace onnxcc {

/// The spatial extents of a filter, which must be static; nullopt with a diagnostic.
static std::optional<SmallVector<int64_t>> getFilterWindow(LoweringContext &c, Value filter) {
  auto type = c.typeOf(filter);
  if (type.getRank() < 3 || !type.hasStaticShape()) {
    c.error() << "expects a filter of rank 3 or more with fixed extents, got " << c.format(filter);
    return std::nullopt;
  }
  return SmallVector<int64_t>(type.getShape().drop_front(2));
}

static Value addBias(LoweringContext &c, Value x, Value bias) {
  if (!x || !bias)
    return x;
  return c.term(x) + c.term(c.alongAxis(bias, 1, c.rankOf(x)));
}

Value buildConv(LoweringContext &c, Value x, Value filter, Value bias) {
  if (!x || !filter)
    return {};
  std::optional<SmallVector<int64_t>> window = getFilterWindow(c, filter);
  std::optional<Windows> windows = window ? getWindows(c, x, *window) : std::nullopt;
  if (!windows)
    return {};
  if (windows->window != *window) {
    c.error() << "attribute 'kernel_shape' differs from the filter's extents " << c.format(filter);
    return {};
  }
  Value result = c.create<graph::ConvOp>(x, filter, windows->strides, windows->dilations,
                                         windows->pads, c.integer("group", 1));
  return addBias(c, result, bias);
}

static void lowerConv(LoweringContext &c) {
  c.result(buildConv(c, c.input(0), c.input(1), c.input(2)));
}

/// A zero point of x is padding's value too, so that padding with 0 is right.
static void lowerConvInteger(LoweringContext &c) {
  c.result(buildConv(c, widenBytes(c, c.input(0), c.input(2), 1),
                     widenBytes(c, c.input(1), c.input(3), 0), nullptr));
}

/// ONNX gives the pads of a transposed convolution directly, or by the output's extents.
static void lowerConvTranspose(LoweringContext &c) {
  Value x = c.input(0), filter = c.input(1);
  std::optional<SmallVector<int64_t>> window = getFilterWindow(c, filter);
  if (!window)
    return;
  int64_t rank = c.rankOf(x) - 2;
  Windows windows;
  windows.window = *window;
  windows.strides = c.integerList("strides").value_or(SmallVector<int64_t>(rank, 1));
  windows.dilations = c.integerList("dilations").value_or(SmallVector<int64_t>(rank, 1));
  windows.pads = c.integerList("pads").value_or(SmallVector<int64_t>(2 * rank, 0));
  SmallVector<int64_t> outputPads =
      c.integerList("output_padding").value_or(SmallVector<int64_t>(rank, 0));
  std::optional<SmallVector<int64_t>> outputShape = c.integerList("output_shape");
  StringRef mode = c.string("auto_pad", "NOTSET");
  bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  int64_t wanted = rank;
  if (static_cast<int64_t>(windows.window.size()) != wanted ||
      static_cast<int64_t>(windows.strides.size()) != wanted ||
      static_cast<int64_t>(windows.dilations.size()) != wanted ||
      static_cast<int64_t>(outputPads.size()) != wanted ||
      static_cast<int64_t>(windows.pads.size()) != 2 * wanted)
    return void(
        c.error()
        << "strides, dilations, pads and output_padding need an entry for each spatial axis of "
        << c.format(x) << " with filter " << c.format(filter));
  if (mode == "VALID")
    windows.pads.assign(2 * rank, 0);
  for (int64_t i = 0; (same || outputShape) && i < rank; ++i) {
    // Without output_shape, SAME wants extent * stride; then the extent drops out.
    int64_t total = windows.span(i) + outputPads[i] - windows.strides[i];
    if (outputShape) {
      auto extent = dyn_cast<AffineConstantExpr>(c.extentsOf(x)[i + 2]);
      if (!extent)
        return void(c.error() << "attribute 'output_shape' needs fixed extents, got "
                              << c.format(x));
      // Some exporters give all axes.
      int64_t shape = (*outputShape)[i + outputShape->size() - rank];
      total += extent.getValue() * windows.strides[i] - shape;
    }
    if (total < 0)
      outputPads[i] -= total, total = 0;
    int64_t less = total / 2, more = total - less;
    bool upper = mode == "SAME_UPPER";
    windows.pads[i] = upper ? less : more;
    windows.pads[i + rank] = upper ? more : less;
  }
  Value result = c.create<graph::ConvTransposeOp>(x, filter, windows.strides, windows.dilations,
                                                  windows.pads, outputPads, c.integer("group", 1));
  c.result(addBias(c, result, c.input(2)));
}

void addConvolutions(LoweringTable &table) {
  table.add("Conv", lowerConv);
  table.add("ConvInteger", lowerConvInteger);
  table.add("ConvTranspose", lowerConvTranspose);
}

} // namespace onnxcc
