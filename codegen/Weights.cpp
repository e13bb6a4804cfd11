// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME_weights: a binary file that an assembler source includes, or C arrays.
#include "codegen/Model.h"
#include "codegen/print/Text.h"

#include "dialects/support/ConstantData.h"
#include "runtime/weights.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

static std::string printAssembly(const Model &model) {
  // GNU as takes /* */ everywhere; // is an operator on some targets.
  std::string text = wrapBlockComment(model.banner(model.name + "_weights.S"));
  text += "/* Assemble with -I of this folder. */\n";
  const std::string &section = model.options->section;
  text += "  .section " + (section.empty() ? ".rodata." + model.name + "_weights" : section) +
          ",\"a\",%progbits\n";
  // Included once, as a whole: clang's assembler keeps a copy of the file for each .incbin.
  text += formatv("  .balign {1}\n.L{0}_weights:\n", model.name, model.alignment).str();
  if (model.weights.back().offset + model.weights.back().bytes > 0)
    text += formatv("  .incbin \"{0}_weights.bin\"\n", model.name).str();
  if (model.hasWeightGaps())
    text += formatv("  .zero {0}\n", model.weights.back().gap()).str();
  for (const Weight &weight : model.weights)
    text += formatv("  .globl {0}\n  .hidden {0}\n  .type {0}, %object\n  .size {0}, {1}\n"
                    "  .set {0}, .L{2}_weights + {3}\n",
                    weight.symbol, weight.bytes, model.name, weight.offset)
                .str();
  return text + "  .section .note.GNU-stack,\"\",%progbits\n";
}

/// One element over and over, a piece of it at a time: it may stand for more than memory holds.
static void writeSplat(DenseElementsAttr value, int64_t bytes, llvm::raw_ostream &os) {
  constexpr int64_t kPiece = 1 << 14;
  auto type = RankedTensorType::get({kPiece}, value.getElementType());
  ConstantView view = *ConstantView::get(value.resizeSplat(type));
  for (ArrayRef<char> piece = view.bytes(); bytes > 0; bytes -= piece.size())
    os.write(piece.data(), std::min<int64_t>(bytes, piece.size()));
}

/// From byte `at`, which is the first weight's or lies before it.
static void writeBinary(ArrayRef<Weight> weights, int64_t at, llvm::raw_ostream &os) {
  for (const Weight &weight : weights) {
    os.write_zeros(weight.offset - at);
    ConstantView view = *ConstantView::get(weight.value);
    if (view.isSplat())
      writeSplat(cast<DenseElementsAttr>(weight.value), weight.bytes, os);
    else
      os.write(view.bytes().data(), weight.bytes);
    at = weight.offset + weight.bytes;
  }
}

/// What follows the head of NAME.weights.
static void writeContents(ArrayRef<Weight> weights, int64_t bytes, llvm::raw_ostream &os) {
  writeBinary(weights, sizeof(WeightHead), os);
  int64_t end = weights.empty() ? sizeof(WeightHead) : weights.back().offset + weights.back().bytes;
  os.write_zeros(bytes - end);
}

namespace {
/// Hashes what is written to it, in words.
class HashStream : public llvm::raw_ostream {
public:
  HashStream() : raw_ostream(/*unbuffered=*/true) {}

  uint64_t hash = hashWeights(nullptr, 0);

private:
  void write_impl(const char *data, size_t size) override {
    position += size;
    while (size) {
      if (filled == 0 && size >= 8) {
        uint64_t whole = size / 8 * 8;
        hash = hashWeights(data, whole, hash);
        data += whole;
        size -= whole;
        continue;
      }
      word[filled++] = *data++;
      --size;
      if (filled == 8) {
        hash = hashWeights(word, 8, hash);
        filled = 0;
      }
    }
  }
  uint64_t current_pos() const override { return position; }

  char word[8];
  unsigned filled = 0;
  uint64_t position = 0;
};
} // namespace

uint64_t hashWeightFile(const Model &model) {
  HashStream stream;
  writeContents(model.weights, model.weightBytes, stream);
  return stream.hash;
}

static void writeWeightFile(ArrayRef<Weight> weights, int64_t bytes, uint64_t hash,
                            llvm::raw_ostream &os) {
  WeightHead head = {};
  memcpy(head.magic, weightMagic, sizeof(head.magic));
  head.bytes = bytes;
  head.hash = hash;
  os.write(reinterpret_cast<const char *>(&head), sizeof(head));
  writeContents(weights, bytes, os);
}

/// One element as a C literal.
static void writeElement(const char *data, Type type, llvm::raw_ostream &os) {
  auto read = [&](auto value) {
    memcpy(&value, data, sizeof(value));
    return value;
  };
  if (type.isF32() || type.isF64()) {
    double value = type.isF32() ? double(read(float())) : read(double());
    if (value != value)
      os << "__builtin_nan(\"\")";
    else if (std::abs(value) == std::numeric_limits<double>::infinity())
      os << (value < 0 ? "-" : "") << "__builtin_inf()";
    else
      os << (type.isF32() ? printShortest(float(value)) : printShortest(value));
    return;
  }
  bool isUnsigned = type.isF16() || type.isBF16() || type.isInteger(1) ||
                    type.isUnsignedInteger() || isa<FloatType>(type);
  switch (getStorageBits(type)) {
  case 8:
    isUnsigned ? os << unsigned(read(uint8_t())) : os << int(read(int8_t()));
    return;
  case 16:
    isUnsigned ? os << read(uint16_t()) : os << read(int16_t());
    return;
  case 32:
    isUnsigned ? os << read(uint32_t()) << "u" : os << int64_t(read(int32_t()));
    return;
  default:
    isUnsigned ? os << read(uint64_t()) << "u" : os << "(int64_t)" << read(uint64_t()) << "u";
    return;
  }
}

static void writeArrays(ArrayRef<Weight> weights, int64_t alignment, const std::string &banner,
                        llvm::raw_ostream &os) {
  os << wrapComment(banner) << "#include <stdbool.h>\n#include <stdint.h>\n";
  for (const Weight &weight : weights) {
    Type element = weight.tensorType.getElementType();
    std::string type = spellElementType(element).c;
    int64_t count = weight.tensorType.getNumElements(), bytes = getStorageBits(element) / 8;
    os << formatv("\nextern const {0} {1}[{2}];\nconst {0} {1}[{2}] __attribute__((aligned({3}), "
                  "visibility(\"hidden\"))) = {{",
                  type, weight.symbol, std::max<int64_t>(count, 1), alignment);
    ConstantView view = *ConstantView::get(weight.value); // owns the bytes of a splat
    ArrayRef<char> data = view.bytes();
    for (int64_t k = 0; k < count; ++k) {
      os << (k % 12 ? " " : "\n  ");
      writeElement(data.data() + k * bytes, element, os);
      os << ',';
    }
    os << (count ? "\n};\n" : "0};\n");
  }
}

void printWeights(const Model &model, std::vector<EmittedFile> &files) {
  if (model.hasWeightFile()) {
    files.push_back({model.name + ".weights", EmittedFile::Kind::WeightFile, "",
                     [weights = model.weights, bytes = model.weightBytes, hash = model.weightHash](
                         llvm::raw_ostream &os) { writeWeightFile(weights, bytes, hash, os); }});
    return;
  }
  if (model.weights.empty())
    return;
  std::string stem = model.name + "_weights";
  if (model.options->weights == WeightStorage::Array) {
    std::string banner = model.banner(stem + ".c");
    files.push_back({stem + ".c", EmittedFile::Kind::WeightSource, "",
                     [weights = model.weights, alignment = model.alignment, banner](
                         llvm::raw_ostream &os) { writeArrays(weights, alignment, banner, os); }});
    return;
  }
  files.push_back({stem + ".S", EmittedFile::Kind::WeightSource, printAssembly(model), {}});
  files.push_back(
      {stem + ".bin", EmittedFile::Kind::WeightData, "",
       [weights = model.weights](llvm::raw_ostream &os) { writeBinary(weights, 0, os); }});
}

} // namespace onnxcc
