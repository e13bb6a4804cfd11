// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates elementwise ops: their scalar code, run over blocks of elements.
#include "dialects/graph/Graph.h"
#include "dialects/support/ScalarInterpreter.h"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

/// Elements a run; a block of a few columns stays in the cache.
static constexpr int64_t kBlock = 1024;

/// Sign-extends integers of whole bytes: how columns keep both signed and unsigned ones.
template <class T> static void loadIntegers(const char *from, int64_t count, int64_t *to) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    to[i] = value;
  }
}
template <class T> static void storeIntegers(const int64_t *from, int64_t count, char *to) {
  for (int64_t i = 0; i < count; ++i) {
    T value = T(from[i]);
    std::memcpy(to + i * sizeof(T), &value, sizeof(T));
  }
}

static void load(const Tensor &tensor, int64_t begin, int64_t count, Column &column) {
  column.resize(count);
  const char *from = tensor.bytes().data() + begin * tensor.elementBytes();
  if (column.type.isF64())
    std::memcpy(column.doubles.data(), from, count * sizeof(double));
  else if (column.type.isF32())
    std::memcpy(column.floats.data(), from, count * sizeof(float));
  else if (column.type.isInteger(8))
    loadIntegers<int8_t>(from, count, column.integers.data());
  else if (column.type.isInteger(32))
    loadIntegers<int32_t>(from, count, column.integers.data());
  else if (column.type.isInteger(64))
    loadIntegers<int64_t>(from, count, column.integers.data());
  else if (isa<FloatType>(column.type))
    for (int64_t i = 0; i < count; ++i)
      column.floats[i] = float(tensor.getDouble(begin + i));
  else
    for (int64_t i = 0; i < count; ++i) {
      // Columns are sign-extended; an unsigned tensor's elements are zero-extended.
      int unused = 64 - std::max(2u, column.type.getIntOrFloatBitWidth());
      uint64_t bits = tensor.getInt(begin + i);
      column.integers[i] = column.type.isInteger(1) ? bits & 1 : int64_t(bits << unused) >> unused;
    }
}

static void store(const Column &column, int64_t begin, int64_t count, Tensor &tensor) {
  char *to = tensor.bytes().data() + begin * tensor.elementBytes();
  if (column.type.isF64())
    std::memcpy(to, column.doubles.data(), count * sizeof(double));
  else if (column.type.isF32())
    std::memcpy(to, column.floats.data(), count * sizeof(float));
  else if (column.type.isInteger(8))
    storeIntegers<int8_t>(column.integers.data(), count, to);
  else if (column.type.isInteger(32))
    storeIntegers<int32_t>(column.integers.data(), count, to);
  else if (column.type.isInteger(64))
    storeIntegers<int64_t>(column.integers.data(), count, to);
  else if (isa<FloatType>(column.type))
    for (int64_t i = 0; i < count; ++i)
      tensor.setDouble(begin + i, column.floats[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      tensor.setInt(begin + i, column.integers[i]);
}

LogicalResult onnxcc::graph::evaluateElementwise(Operation *op, ArrayRef<Tensor> inputs,
                                                 MutableArrayRef<Tensor> outputs) {
  Tensor &output = outputs[0];
  auto isNumber = [](const Tensor &tensor) {
    return isa<IntegerType, FloatType>(tensor.getElementType());
  };
  if (!llvm::all_of(inputs, isNumber) || !isNumber(output))
    return failure();

  Block block;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&block);
  SmallVector<Scalar> operands;
  for (const Tensor &input : inputs) {
    Type element = input.getElementType();
    Value argument = block.addArgument(getScalarType(element), op->getLoc());
    operands.push_back(Scalar::get(builder, op->getLoc(), argument, element));
  }
  Scalar result = cast<ElementwiseOpInterface>(op).buildScalar(operands, output.getElementType());
  FailureOr<ScalarProgram> program = ScalarProgram::compile(block, result.value);
  if (failed(program))
    return failure();

  for (int64_t begin = 0, size = output.size(); begin < size; begin += kBlock) {
    int64_t count = std::min(kBlock, size - begin);
    for (auto [k, input] : llvm::enumerate(inputs))
      load(input, begin, count, program->getArgument(k));
    program->run(count);
    store(program->getResult(0), begin, count, output);
  }
  return success();
}
