// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a compiled model through its table: see ModelRunner.h.
#include "compiler/verify/ModelRunner.h"

#include "compiler/Files.h"
#include "compiler/verify/Sanitized.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <dlfcn.h>

using namespace llvm;

namespace onnxcc {

namespace {

/// Memory between two guards, aligned to 64 bytes. It starts filled with a pattern (NaN as a
/// float), so that what a call leaves out shows.
class GuardedMemory {
public:
  explicit GuardedMemory(size_t bytes)
      : bytes(bytes), storage(bytes + 3 * guardBytes, char(pattern)) {
    std::memset(storage.data(), guard, start() - storage.data());
    std::memset(start() + bytes, guard, storage.data() + storage.size() - (start() + bytes));
    setGuardsAccessible(false);
  }
  GuardedMemory(GuardedMemory &&) = default;
  ~GuardedMemory() {
    if (!storage.empty())
      setGuardsAccessible(true);
  }
  char *start() {
    uintptr_t address = reinterpret_cast<uintptr_t>(storage.data()) + guardBytes;
    return reinterpret_cast<char *>((address + 63) / 64 * 64);
  }
  bool isIntact() {
    setGuardsAccessible(true);
    auto isGuard = [](char c) { return c == char(guard); };
    return std::all_of(storage.data(), start(), isGuard) &&
           std::all_of(start() + bytes, storage.data() + storage.size(), isGuard);
  }

private:
  static constexpr size_t guardBytes = 64;
  static constexpr unsigned char pattern = 0xff, guard = 0xa5;

  /// Under a sanitizer a mere read of the guards is an error too.
  void setGuardsAccessible(bool accessible) {
    char *end = storage.data() + storage.size();
    setAccessible(storage.data(), start() - storage.data(), accessible);
    setAccessible(start() + bytes, end - (start() + bytes), accessible);
  }

  size_t bytes;
  std::vector<char> storage;
};

} // namespace

std::string describeCode(int code) {
  static constexpr StringRef texts[] = {"ONNXCC_OK",
                                        "ONNXCC_ENULL, a pointer is null",
                                        "ONNXCC_EDIM, a dim is out of its bounds",
                                        "ONNXCC_EALIGN, memory is not aligned",
                                        "ONNXCC_EARENA, the arena is too small",
                                        "ONNXCC_EISA, the processor lacks the instructions",
                                        "ONNXCC_EVALUE, an input's data is invalid",
                                        "ONNXCC_EEXTENT, an extent exceeds its bound",
                                        "ONNXCC_EDEVICE, an accelerator failed",
                                        "ONNXCC_EMEMORY, no memory",
                                        "ONNXCC_EWEIGHTS, the weights are another model's"};
  return std::to_string(code) +
         (code >= 0 && size_t(code) < std::size(texts) ? " (" + texts[code].str() + ")" : "");
}

const HostTensor *findTensor(ArrayRef<HostTensor> tensors, StringRef name, size_t index) {
  for (const HostTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor;
  return index < tensors.size() ? &tensors[index] : nullptr;
}

ModelRunner::~ModelRunner() {
  if (library)
    dlclose(library);
}

LogicalResult ModelRunner::load(StringRef path, StringRef name) {
  library = dlopen(path.str().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return failCommand("cannot load the compiled model: " + Twine(dlerror()));
  model = static_cast<const onnxcc_model *>(dlsym(library, (name + "_model").str().c_str()));
  if (!model)
    return failCommand("the compiled model has no table " + name + "_model");
  if (model->abi_version != ONNXCC_ABI_VERSION)
    return failCommand("the compiled model's table has ABI version " + Twine(model->abi_version) +
                       ", not " + Twine(ONNXCC_ABI_VERSION));
  auto isWeights = [](const onnxcc_argument &a) { return a.kind == ONNXCC_WEIGHTS; };
  if (none_of(ArrayRef(model->arguments, model->argument_count), isWeights))
    return success();
  SmallString<128> file(sys::path::parent_path(path));
  sys::path::append(file, name + ".weights");
  auto buffer = MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/false, Align(64));
  if (!buffer)
    return failCommand("cannot read the weights '" + file + "': " + buffer.getError().message());
  weights = std::move(*buffer);
  return success();
}

FailureOr<RunResult> ModelRunner::run(ArrayRef<HostTensor> inputs, const onnxcc_env *env) {
  ArrayRef<onnxcc_argument> arguments(model->arguments, model->argument_count);
  std::vector<char> args(model->args_bytes);
  std::vector<onnxcc_dim> dims(arguments.size(), -1);
  auto set = [&](const onnxcc_argument &argument, const auto &value) {
    std::memcpy(args.data() + argument.offset, &value, sizeof(value));
  };

  // Inputs, and the dims that their shapes give.
  std::vector<GuardedMemory> memories;
  memories.reserve(arguments.size());
  size_t inputIndex = 0;
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_IN)
      continue;
    const HostTensor *tensor = findTensor(inputs, argument.name, inputIndex++);
    if (!tensor)
      return failCommand("no data for the input '" + Twine(argument.name) + "'");
    if (tensor->element != argument.element)
      return failCommand("the input '" + Twine(argument.name) + "' has elements of type " +
                         getElementName(argument.element) + ", the data of " +
                         getElementName(tensor->element));
    bool agrees = int64_t(tensor->shape.size()) == argument.rank;
    for (int32_t axis = 0; agrees && axis < argument.rank; ++axis) {
      onnxcc_extent extent = argument.extents[axis];
      int64_t size = tensor->shape[axis];
      if (extent.dim < 0) {
        agrees = size == extent.value;
        continue;
      }
      onnxcc_dim &dim = dims[extent.dim];
      agrees = extent.scale != 0 && (size - extent.value) % extent.scale == 0;
      onnxcc_dim value = agrees ? (size - extent.value) / extent.scale : -1;
      agrees = agrees && (dim == -1 || dim == value);
      dim = value;
    }
    if (!agrees)
      return failCommand("the data " + describe(tensor->element, tensor->shape) +
                         " does not fit the input '" + argument.name + "'");
    GuardedMemory &memory = memories.emplace_back(tensor->bytes.size());
    std::memcpy(memory.start(), tensor->bytes.data(), tensor->bytes.size());
    set(argument, static_cast<const void *>(memory.start()));
  }
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_WEIGHTS)
      set(argument, static_cast<const void *>(weights->getBufferStart()));
    else if (argument.kind == ONNXCC_WEIGHT_BYTES)
      set(argument, weights->getBufferSize());
  RunResult result;
  for (auto [index, argument] : enumerate(arguments))
    if (argument.kind == ONNXCC_DIM) {
      if (dims[index] < 0)
        dims[index] = argument.min; // only outputs have it
      set(argument, dims[index]);
      result.dims[argument.name] = dims[index];
    }

  // Outputs, for the largest extents where the call decides.
  auto getShape = [&](const onnxcc_argument &argument) {
    std::vector<int64_t> shape;
    for (const onnxcc_extent &extent : ArrayRef(argument.extents, argument.rank)) {
      onnxcc_dim dim = extent.dim < 0          ? 0
                       : dims[extent.dim] >= 0 ? dims[extent.dim]
                                               : arguments[extent.dim].max;
      shape.push_back(extent.value + extent.scale * dim);
    }
    return shape;
  };
  std::vector<GuardedMemory *> outputMemories;
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_OUT)
      continue;
    HostTensor output{argument.name, argument.element, getShape(argument), {}};
    outputMemories.push_back(
        &memories.emplace_back(output.size() * getElementBytes(output.element)));
    set(argument, static_cast<void *>(outputMemories.back()->start()));
    result.outputs.push_back(std::move(output));
  }

  result.arenaBytes = model->arena_bytes_for(args.data());
  if (result.arenaBytes > model->arena_bytes)
    return failCommand("the arena for these dims takes " + Twine(result.arenaBytes) +
                       " bytes, more than at most: " + Twine(model->arena_bytes));
  GuardedMemory arena(result.arenaBytes);
  if (int code = model->run(args.data(), arena.start(), env))
    return failCommand("the model's call returned " + describeCode(code));
  if (!arena.isIntact())
    return failCommand("the call wrote beyond its arena");

  // Extents that the call has decided.
  for (auto [index, argument] : enumerate(arguments))
    if (argument.kind == ONNXCC_DIM_OUT) {
      std::memcpy(&dims[index], args.data() + argument.offset, sizeof(onnxcc_dim));
      result.dims[argument.name] = dims[index];
    }
  size_t outputIndex = 0;
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_OUT)
      continue;
    HostTensor &output = result.outputs[outputIndex];
    GuardedMemory &memory = *outputMemories[outputIndex++];
    if (!memory.isIntact())
      return failCommand("the call wrote beyond the output '" + Twine(argument.name) + "'");
    output.shape = getShape(argument);
    int64_t bytes = output.size() * getElementBytes(output.element);
    output.bytes.assign(memory.start(), memory.start() + bytes);
  }
  for (GuardedMemory &memory : memories)
    if (!memory.isIntact())
      return failCommand("the call wrote beside an input");
  return result;
}

} // namespace onnxcc
