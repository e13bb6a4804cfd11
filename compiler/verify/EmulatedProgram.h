// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of a program around a model, which makes one call with what a file holds.
//
// All numbers in its files are of 8 bytes, scales doubles, all texts and tensors are their number
// of bytes, then these. It is run as
//   PROGRAM describe least|greatest ANSWER
//   PROGRAM run REQUEST ANSWER
// REQUEST: bytes of an element of types 0 to 31; how many inputs; of each its name, element type,
//   rank, extents, contents; the weights' file, or nothing.
// ANSWER: the table's feature sets, arena, stack and weight bytes; then
//   describe: how many inputs; of each its name, element type, scale, zero point, rank, extents
//     at these dims
//   run: the call's code and, if it is 0: the bytes of arena; how many dims, of each its name and
//   value; how many outputs; of each its name, element type, scale, zero point, rank, extents,
//   contents.
// What is wrong otherwise it says on stderr, and exits with 2.
#ifndef ONNXCC_COMPILER_VERIFY_EMULATEDPROGRAM_H
#define ONNXCC_COMPILER_VERIFY_EMULATEDPROGRAM_H

namespace onnxcc {

/// C++17; before it belong `#include "NAME.h"` and `#define MODEL NAME_model`.
inline constexpr char emulatedProgram[] = R"cpp(
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace {

const onnxcc_model &model = MODEL;
FILE *in, *out;
char *args;
int64_t elementBytes[32];

// `message` has a place for the name.
[[noreturn]] void fail(const char *message, const char *name = "") {
  fprintf(stderr, message, name);
  fputc('\n', stderr);
  exit(2);
}

void read(void *data, size_t bytes) {
  if (bytes && fread(data, 1, bytes, in) != bytes)
    fail("the request ends early");
}
int64_t readNumber() {
  int64_t number;
  read(&number, sizeof(number));
  return number;
}

void write(const void *data, size_t bytes) {
  if (bytes && fwrite(data, 1, bytes, out) != bytes)
    fail("cannot write the answer");
}
void writeNumber(int64_t number) { write(&number, sizeof(number)); }
void writeText(const char *text) {
  writeNumber(int64_t(strlen(text)));
  write(text, strlen(text));
}

// Memory between two guards, filled with what is NaN as a float.
struct Memory {
  static constexpr size_t guard = 64;
  char *start = nullptr;
  size_t bytes = 0, padded = 0;

  void allocate(size_t count) {
    bytes = count;
    padded = (count + guard - 1) / guard * guard + guard;
    char *all = static_cast<char *>(aligned_alloc(guard, padded + guard));
    if (!all)
      fail("no memory");
    memset(all, 0xa5, padded + guard);
    start = all + guard;
    memset(start, 0xff, bytes);
  }
  bool isIntact() const {
    for (size_t k = 0; k < guard; ++k)
      if (start[-1 - ptrdiff_t(k)] != char(0xa5))
        return false;
    for (size_t k = bytes; k < padded; ++k)
      if (start[k] != char(0xa5))
        return false;
    return true;
  }
};

struct Tensor {
  char *name = nullptr;
  int64_t element = 0, rank = 0, *extents = nullptr;
  Memory data;
};

Tensor readTensor() {
  Tensor tensor;
  const size_t length = size_t(readNumber());
  tensor.name = static_cast<char *>(calloc(length + 1, 1));
  read(tensor.name, length);
  tensor.element = readNumber();
  tensor.rank = readNumber();
  tensor.extents = static_cast<int64_t *>(calloc(size_t(tensor.rank) + 1, sizeof(int64_t)));
  read(tensor.extents, size_t(tensor.rank) * sizeof(int64_t));
  tensor.data.allocate(size_t(readNumber()));
  read(tensor.data.start, tensor.data.bytes);
  return tensor;
}

template <class T> void set(const onnxcc_argument &argument, T value) {
  memcpy(args + argument.offset, &value, sizeof(value));
}
onnxcc_dim getDim(const onnxcc_argument &argument) {
  onnxcc_dim dim;
  memcpy(&dim, args + argument.offset, sizeof(dim));
  return dim;
}

// The extents of an argument for the dims in args.
const onnxcc_dim *getExtents(int32_t index) {
  static onnxcc_dim *extents = nullptr;
  const onnxcc_argument &argument = model.arguments[index];
  free(extents);
  extents = static_cast<onnxcc_dim *>(calloc(size_t(argument.rank) + 1, sizeof(onnxcc_dim)));
  bool areKnown = true;
  for (int32_t axis = 0; axis < argument.rank; ++axis) {
    const onnxcc_extent &extent = argument.extents[axis];
    extents[axis] = extent.value;
    if (extent.dim >= 0)
      extents[axis] += extent.scale * getDim(model.arguments[extent.dim]);
    areKnown = areKnown && extent.dim != -2;
  }
  if (!areKnown)
    model.extents_for(args, index, extents);
  return extents;
}

void writeArgument(int32_t index) {
  const onnxcc_argument &argument = model.arguments[index];
  writeText(argument.name);
  writeNumber(argument.element);
  const double scale = argument.scale;
  write(&scale, sizeof(scale));
  writeNumber(argument.zero_point);
  writeNumber(argument.rank);
  const onnxcc_dim *extents = getExtents(index);
  for (int32_t axis = 0; axis < argument.rank; ++axis)
    writeNumber(extents[axis]);
}

size_t getBytes(int32_t index) {
  const onnxcc_argument &argument = model.arguments[index];
  const onnxcc_dim *extents = getExtents(index);
  size_t bytes = size_t(elementBytes[argument.element & 31]);
  for (int32_t axis = 0; axis < argument.rank; ++axis)
    bytes *= size_t(extents[axis]);
  return bytes;
}

int64_t count(int32_t kind) {
  int64_t number = 0;
  for (int32_t k = 0; k < model.argument_count; ++k)
    number += model.arguments[k].kind == kind;
  return number;
}

void describe(bool least) {
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_DIM)
      set(model.arguments[k], least ? model.arguments[k].min : model.arguments[k].max);
  writeNumber(count(ONNXCC_IN));
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_IN)
      writeArgument(k);
}

// Inputs are taken by name where names agree, else in order.
const Tensor &find(const Tensor *tensors, int64_t tensorCount, const char *name, int64_t index) {
  for (int64_t k = 0; k < tensorCount; ++k)
    if (strcmp(tensors[k].name, name) == 0)
      return tensors[k];
  if (index >= tensorCount)
    fail("no data for the input '%s'", name);
  return tensors[index];
}

void bindInput(const onnxcc_argument &argument, const Tensor &tensor) {
  if (tensor.element != argument.element || tensor.rank != argument.rank)
    fail("the data have another type or rank than the input '%s'", argument.name);
  for (int32_t axis = 0; axis < argument.rank; ++axis) {
    const onnxcc_extent &extent = argument.extents[axis];
    if (extent.dim >= 0)
      set(model.arguments[extent.dim], onnxcc_dim((tensor.extents[axis] - extent.value) / extent.scale));
  }
  set(argument, tensor.data.start);
}

int run() {
  read(elementBytes, sizeof(elementBytes));
  const int64_t inputCount = readNumber();
  Tensor *inputs = new Tensor[size_t(inputCount) + 1];
  for (int64_t k = 0; k < inputCount; ++k)
    inputs[k] = readTensor();
  Memory weights, state, arena;
  weights.allocate(size_t(readNumber()));
  read(weights.start, weights.bytes);
  if (model.prepare) {
    state.allocate(model.state_bytes);
    if (const int code = model.prepare(nullptr, state.start))
      return writeNumber(code), 0;
  }

  for (int32_t k = 0; k < model.argument_count; ++k) {
    const onnxcc_argument &argument = model.arguments[k];
    if (argument.kind == ONNXCC_DIM)
      set(argument, argument.min); // until an input tells it
    else if (argument.kind == ONNXCC_DIM_OUT)
      set(argument, argument.max); // until the call decides
    else if (argument.kind == ONNXCC_WEIGHTS)
      set(argument, weights.start);
    else if (argument.kind == ONNXCC_WEIGHT_BYTES)
      set(argument, weights.bytes);
    else if (argument.kind == ONNXCC_STATE)
      set(argument, state.start);
  }
  for (int32_t k = 0, at = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_IN)
      bindInput(model.arguments[k], find(inputs, inputCount, model.arguments[k].name, at++));
  for (int32_t k = 0, at = 0; k < model.argument_count; ++k) {
    if (model.arguments[k].kind != ONNXCC_IN)
      continue;
    const Tensor &tensor = find(inputs, inputCount, model.arguments[k].name, at++);
    const onnxcc_dim *extents = getExtents(k);
    for (int32_t axis = 0; axis < model.arguments[k].rank; ++axis)
      if (extents[axis] != tensor.extents[axis])
        fail("the data's extents do not fit the input '%s'", model.arguments[k].name);
  }
  Memory *outputs = new Memory[size_t(model.argument_count)];
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_OUT) {
      outputs[k].allocate(getBytes(k));
      set(model.arguments[k], outputs[k].start);
    }
  arena.allocate(model.arena_bytes_for(args));

  const int code = model.run(args, arena.start, nullptr);
  if (!arena.isIntact())
    fail("the call wrote beyond its arena");
  for (int32_t k = 0, at = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_IN &&
        !find(inputs, inputCount, model.arguments[k].name, at++).data.isIntact())
      fail("the call wrote beside the input '%s'", model.arguments[k].name);
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_OUT && !outputs[k].isIntact())
      fail("the call wrote beyond the output '%s'", model.arguments[k].name);
  writeNumber(code);
  if (code)
    return 0;
  writeNumber(int64_t(arena.bytes));
  writeNumber(count(ONNXCC_DIM) + count(ONNXCC_DIM_OUT));
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_DIM || model.arguments[k].kind == ONNXCC_DIM_OUT) {
      writeText(model.arguments[k].name);
      writeNumber(getDim(model.arguments[k]));
    }
  writeNumber(count(ONNXCC_OUT));
  for (int32_t k = 0; k < model.argument_count; ++k)
    if (model.arguments[k].kind == ONNXCC_OUT) {
      writeArgument(k);
      writeNumber(int64_t(getBytes(k)));
      write(outputs[k].start, getBytes(k));
    }
  return 0;
}

} // namespace

int main(int count, char **words) {
  if (count != 4)
    return 2;
  args = static_cast<char *>(calloc(model.args_bytes + 1, 1));
  out = fopen(words[3], "wb");
  if (!args || !out)
    fail("cannot write '%s'", words[3]);
  writeText(model.feature_sets);
  writeNumber(int64_t(model.arena_bytes));
  writeNumber(int64_t(model.stack_bytes));
  writeNumber(int64_t(model.weight_bytes));
  if (strcmp(words[1], "describe") == 0) {
    describe(strcmp(words[2], "least") == 0);
  } else {
    in = fopen(words[2], "rb");
    if (!in)
      fail("cannot read '%s'", words[2]);
    run();
  }
  if (fclose(out) != 0)
    fail("cannot write the answer");
  return 0;
}
)cpp";

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_EMULATEDPROGRAM_H
