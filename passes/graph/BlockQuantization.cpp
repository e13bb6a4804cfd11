// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// com.microsoft's operators on weights that are quantized in blocks: codes packed in bytes.
#include "dialects/graph/Tensor.h"
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {

/// The elements of an input that must be constant; nothing, with a diagnostic, if it is not.
static std::optional<graph::Tensor> getConstant(LoweringContext &c, unsigned i, StringRef what) {
  auto constant = c.input(i) ? c.input(i).getDefiningOp<graph::ConstantOp>() : graph::ConstantOp();
  std::optional<graph::Tensor> tensor =
      constant ? graph::Tensor::get(constant.getValue()) : std::nullopt;
  if (!tensor && c.input(i))
    c.error() << "has " << what
              << " that are no constants: only known weights are kept quantized; make them "
                 "initializers, or dequantize them by DequantizeLinear";
  return tensor;
}

/// Codes of `bits` bits that lie in bytes, the first in the low bits, `columns` of each row, which
/// begins with a byte of its own. \pre the bytes are u8 and as many as `rows` rows take.
static Value unpack(LoweringContext &c, const graph::Tensor &bytes, int64_t bits, int64_t rows,
                    int64_t columns) {
  int64_t rowBytes = bytes.size() / rows;
  std::vector<int64_t> codes;
  codes.reserve(rows * columns);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t at = column * bits;
      codes.push_back((uint8_t(bytes.bytes()[row * rowBytes + at / 8]) >> (at % 8)) &
                      ((1 << bits) - 1));
    }
  auto type = IntegerType::get(c.context(), bits, IntegerType::Unsigned);
  return c.constant(
      graph::Tensor::get(RankedTensorType::get({rows, columns}, type), codes).getAttribute());
}

/// Zero points of the codes' type where all are such integers, else as they are.
static Value asCodes(LoweringContext &c, const graph::Tensor &zeros, int64_t bits,
                     ArrayRef<int64_t> shape) {
  std::vector<double> numbers = zeros.doubles();
  std::vector<int64_t> integers(numbers.begin(), numbers.end());
  for (auto [number, integer] : llvm::zip(numbers, integers))
    if (double(integer) != number || integer < 0 || integer >= 1 << bits)
      return {};
  auto type = IntegerType::get(c.context(), bits, IntegerType::Unsigned);
  return c.constant(
      graph::Tensor::get(RankedTensorType::get(shape, type), integers).getAttribute());
}

static bool isUnsignedByte(const graph::Tensor &tensor) {
  return tensor.getElementType().isUnsignedInteger(8);
}

static bool isPowerOfTwo(int64_t number) { return number > 0 && (number & (number - 1)) == 0; }

/// Whether bits and block_size are what the operators allow.
static bool areBlocks(LoweringContext &c, int64_t bits, int64_t block) {
  if (bits != 2 && bits != 4 && bits != 8) {
    c.error() << "has weights of " << bits << " bits; 2, 4 and 8 are supported";
    return false;
  }
  if (block < 16 || !isPowerOfTwo(block)) {
    c.error() << "has a block_size of " << block << ", which is no power of two from 16 on";
    return false;
  }
  return true;
}

namespace {
/// What MatMulNBits says of its weights: codes [n, k], scales and zero points [n, blocks].
struct PackedWeights {
  int64_t n, k, bits, block, blocks;
  Value codes, scales, zeros;

  /// (codes - zero) * scale; null, with a diagnostic, if they do not go together.
  static Value dequantize(LoweringContext &c);

private:
  bool readCodes(LoweringContext &c);
  bool readZeros(LoweringContext &c);
};
} // namespace

bool PackedWeights::readCodes(LoweringContext &c) {
  std::optional<graph::Tensor> packed = getConstant(c, 1, "weights");
  if (!packed)
    return false;
  if (!isUnsignedByte(*packed) || packed->size() != n * blocks * (block * bits / 8)) {
    c.error() << "expects weights of uint8[" << n << "," << blocks << "," << block * bits / 8
              << "] for N = " << n << ", K = " << k << " and blocks of " << block << ", has "
              << c.format(c.typeOf(c.input(1)));
    return false;
  }
  codes = unpack(c, *packed, bits, n, k);
  if (c.typeOf(c.input(2)).getNumElements() != n * blocks) {
    c.error() << "expects a scale for each of " << n << " x " << blocks << " blocks, has "
              << c.format(c.input(2));
    return false;
  }
  scales = c.reshape(c.input(2), {c.number(n), c.number(blocks)});
  return true;
}

bool PackedWeights::readZeros(LoweringContext &c) {
  if (!c.input(3)) {
    zeros = c.scalar(IntegerType::get(c.context(), bits, IntegerType::Unsigned), 1 << (bits - 1));
    return true;
  }
  std::optional<graph::Tensor> given = getConstant(c, 3, "zero points");
  if (!given)
    return false;
  int64_t rowBytes = llvm::divideCeil(blocks * bits, 8);
  if (given->size() != (isUnsignedByte(*given) ? n * rowBytes : n * blocks)) {
    c.error() << "expects zero points of uint8[" << n << "," << rowBytes
              << "], packed, or of the scales' type, one a block; has "
              << c.format(c.typeOf(c.input(3)));
    return false;
  }
  zeros = isUnsignedByte(*given) ? unpack(c, *given, bits, n, blocks)
                                 : asCodes(c, *given, bits, {n, blocks});
  return true;
}

Value PackedWeights::dequantize(LoweringContext &c) {
  PackedWeights w;
  w.n = c.integer("N"), w.k = c.integer("K"), w.bits = c.integer("bits", 4);
  w.block = c.integer("block_size");
  if (!areBlocks(c, w.bits, w.block))
    return {};
  if (w.n < 1 || w.k < 1) {
    c.error() << "has weights of N = " << w.n << " by K = " << w.k;
    return {};
  }
  w.blocks = llvm::divideCeil(w.k, w.block);
  if (!c.input(2) || !w.readCodes(c) || !w.readZeros(c))
    return {};
  if (w.zeros)
    return buildDequantize(c, w.codes, w.scales, w.zeros, /*axis=*/1, w.block);
  // Zero points that are no codes: (code - zero) * scale in floats.
  Value zeros = c.reshape(c.input(3), {c.number(w.n), c.number(w.blocks)});
  Term codes = c.term(w.codes).cast(c.elementOf(w.scales));
  return (codes -
          c.term(spreadParameter(c, c.cast(zeros, c.elementOf(w.scales)), codes, 1, w.block))) *
         c.term(spreadParameter(c, w.scales, codes, 1, w.block));
}

/// a x weights^T + bias
static void lowerMatMulNBits(LoweringContext &c) {
  if (c.input(4))
    return void(c.error() << "has a g_idx, an order of the weights' rows, which is not supported: "
                             "reorder the weights when exporting (act-order off)");
  Value weights = PackedWeights::dequantize(c);
  if (!weights)
    return;
  Value product = buildMatMul(c, c.input(0), c.transpose(weights, {1, 0}));
  if (!product)
    return;
  c.result(c.input(5) ? c.term(product) + c.term(5) : c.term(product));
}

/// Slices of blockwise quantized data at indices, dequantized.
static void lowerGatherBlockQuantized(LoweringContext &c) {
  int64_t bits = c.integer("bits", 4), block = c.integer("block_size", 128);
  Value data = c.input(0);
  if (!data || !areBlocks(c, bits, block))
    return;
  int64_t rank = c.rankOf(data);
  std::optional<int64_t> gathered = c.axis(c.integer("gather_axis"), rank),
                         quantized = c.axis(c.integer("quantize_axis", 1), rank);
  if (!gathered || !quantized)
    return;
  Value zeros = c.input(3);
  if (c.elementOf(data).isUnsignedInteger(8)) { // codes in bytes, along the last axis
    std::optional<graph::Tensor> bytes = getConstant(c, 0, "data");
    if (!bytes)
      return;
    if (*gathered != 0 || *quantized != rank - 1 || rank < 2)
      return void(c.error() << "expects gather_axis 0 and the last axis as quantize_axis of data "
                               "that is uint8");
    auto bring = [&](const graph::Tensor &packed, int64_t columns) {
      Extents extents;
      for (int64_t extent : packed.getShape().drop_back())
        extents.push_back(c.number(extent));
      extents.push_back(c.number(columns));
      int64_t rows = packed.size() / packed.getShape().back();
      return c.reshape(unpack(c, packed, bits, rows, columns), extents);
    };
    if (bytes->size() == 0)
      return void(c.error() << "has no data");
    data = bring(*bytes, bytes->getShape().back() * (8 / bits));
    if (zeros) {
      std::optional<graph::Tensor> packed = getConstant(c, 3, "zero points");
      if (!packed)
        return;
      auto blocks = c.input(2) ? c.typeOf(c.input(2)).getShape() : ArrayRef<int64_t>();
      if (blocks.empty() || !isUnsignedByte(*packed) || packed->size() == 0 ||
          packed->getShape().back() != int64_t(llvm::divideCeil(blocks.back() * bits, 8)))
        return void(c.error() << "has zero points " << c.format(c.typeOf(zeros))
                              << " that are none of scales " << c.format(c.input(2)));
      zeros = bring(*packed, blocks.back());
    } else {
      zeros = c.scalar(c.elementOf(data), 1 << (bits - 1));
    }
  }
  Value weights = buildDequantize(c, data, c.input(2), zeros, *quantized, block);
  if (weights)
    c.result(c.create<graph::GatherOp>(weights, c.input(1), *gathered));
}

void addBlockQuantization(LoweringTable &table) {
  table.add("com.microsoft", "GatherBlockQuantized", lowerGatherBlockQuantized);
  table.add("com.microsoft", "MatMulNBits", lowerMatMulNBits);
}

} // namespace onnxcc
