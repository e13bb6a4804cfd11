// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a compiled model through its table: see ModelRunner.h.
#include "compiler/verify/ModelRunner.h"

#include "compiler/Compilation.h"
#include "compiler/Machine.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Expose.h"
#include "compiler/verify/Sanitized.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <dlfcn.h>

using namespace llvm;

namespace onnxcc {

GuardedMemory::GuardedMemory(size_t bytes)
    : bytes(bytes), storage(bytes + 3 * guardBytes, char(pattern)) {
  std::memset(storage.data(), guard, start() - storage.data());
  std::memset(start() + bytes, guard, storage.data() + storage.size() - (start() + bytes));
  setGuardsAccessible(false);
}

void GuardedMemory::setGuardsAccessible(bool accessible) {
  char *end = storage.data() + storage.size();
  setAccessible(storage.data(), start() - storage.data(), accessible);
  setAccessible(start() + bytes, end - (start() + bytes), accessible);
}

GuardedMemory::~GuardedMemory() {
  if (!storage.empty())
    setGuardsAccessible(true);
}

char *GuardedMemory::start() const {
  uintptr_t address = reinterpret_cast<uintptr_t>(storage.data()) + guardBytes;
  return reinterpret_cast<char *>((address + 63) / 64 * 64);
}

bool GuardedMemory::isIntact() {
  setGuardsAccessible(true);
  auto isGuard = [](char c) { return c == char(guard); };
  return std::all_of(storage.data(), start(), isGuard) &&
         std::all_of(start() + bytes, storage.data() + storage.size(), isGuard);
}

LogicalResult Threads::start(int64_t count) {
  if (count == 1)
    return success();
  pool = onnxcc_threads_create(count);
  if (!pool)
    return failCommand("cannot start " + Twine(count) + " threads: give --threads less");
  env = onnxcc_threads_env(pool);
  return success();
}

Threads::~Threads() { onnxcc_threads_destroy(pool); }

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
  if (model->prepare) {
    state.emplace(model->state_bytes);
    if (int code = model->prepare(/*env=*/nullptr, state->start()))
      return failCommand("the model's preparation returned " + describeCode(code));
  }
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

LogicalResult prepareToRun(Options &options, TemporaryFolder &folder) {
  FailureOr<std::vector<std::string>> features =
      checkCommand(resolveTargetsToRun(options.compile.features));
  if (failed(features) || failed(checkCommand(folder.create())))
    return failure();
  options.compile.features = *features;
  if (options.saveTemps) {
    folder.keep();
    errs() << "onnxcc: intermediate files lie in " << folder.path() << "\n";
  }
  return success();
}

FailureOr<std::vector<std::string>> buildObjects(Compilation &compilation, StringRef folder,
                                                 ArrayRef<std::string> values,
                                                 std::vector<EmittedFile> &files) {
  if (failed(compilation.import()))
    return errs() << compilation.getDiagnostics().getSummary(), failure();
  exposeValues(compilation.getModule(), values);
  if (failed(compilation.run(Phase::Memory)))
    return errs() << compilation.getDiagnostics().getSummary(), failure();
  return compilation.build(folder, files);
}

FailureOr<std::string> buildLibrary(const Options &options, StringRef folder,
                                    ArrayRef<std::string> values) {
  Compilation compilation(options.input, options.compile, printDiagnostic);
  std::vector<EmittedFile> files;
  FailureOr<std::vector<std::string>> objects = buildObjects(compilation, folder, values, files);
  std::string library = (folder + "/lib" + options.compile.name + ".so").str();
  if (failed(objects) ||
      failed(compilation.link(Compilation::Library::Shared, *objects, folder, library)))
    return failure();
  return library;
}

template <class Value> void ModelCall::set(const onnxcc_argument &argument, Value value) {
  std::memcpy(args.data() + argument.offset, &value, sizeof(value));
}

static onnxcc_dim getDim(const void *args, const onnxcc_argument &argument) {
  onnxcc_dim dim;
  std::memcpy(&dim, static_cast<const char *>(args) + argument.offset, sizeof(dim));
  return dim;
}

static LogicalResult failFit(const onnxcc_argument &argument, const HostTensor &tensor) {
  return failCommand("the data " + describe(tensor.element, tensor.shape) +
                     " does not fit the input '" + argument.name + "'");
}

std::vector<int64_t> getArgumentExtents(const onnxcc_model &model, const onnxcc_argument &argument,
                                        const void *args) {
  std::vector<int64_t> extents;
  bool areKnown = true;
  for (const onnxcc_extent &extent : ArrayRef(argument.extents, argument.rank)) {
    onnxcc_dim dim = extent.dim >= 0 ? getDim(args, model.arguments[extent.dim]) : 0;
    extents.push_back(extent.value + extent.scale * dim);
    areKnown &= extent.dim != -2;
  }
  if (!areKnown)
    model.extents_for(args, int32_t(&argument - model.arguments), extents.data());
  return extents;
}

HostTensor describeArgument(const onnxcc_argument &argument) {
  return {argument.name, argument.element, {}, {}, argument.scale, argument.zero_point};
}

/// Copies an input, and notes the dims that its shape gives.
LogicalResult ModelCall::bindInput(const onnxcc_argument &argument, const HostTensor *given) {
  if (!given)
    return failCommand("no data for the input '" + Twine(argument.name) + "'");
  HostTensor fitting = quantizeLike(describeArgument(argument), *given), *tensor = &fitting;
  if (tensor->element != argument.element)
    return failCommand("the input '" + Twine(argument.name) + "' has elements of type " +
                       getElementName(argument.element) + ", the data of " +
                       getElementName(tensor->element));
  if (int64_t(tensor->shape.size()) != argument.rank)
    return failFit(argument, *tensor);
  // Where extents contradict each other, or are no multiples, those of the dims will not be these.
  for (auto [extent, size] : zip(ArrayRef(argument.extents, argument.rank), tensor->shape))
    if (extent.dim >= 0)
      set(arguments[extent.dim], onnxcc_dim((size - extent.value) / extent.scale));
  GuardedMemory &memory = memories.emplace_back(tensor->bytes.size());
  std::memcpy(memory.start(), tensor->bytes.data(), tensor->bytes.size());
  set(argument, memory.start());
  return success();
}

/// The greatest extents of an output: those at either end of the dims that the call decides.
std::vector<int64_t> ModelCall::getRoom(const onnxcc_argument &output) {
  std::vector<int64_t> room;
  for (bool atMost : {false, true}) {
    for (const onnxcc_argument &argument : arguments)
      if (argument.kind == ONNXCC_DIM_OUT)
        set(argument, atMost ? argument.max : argument.min);
    std::vector<int64_t> extents = getArgumentExtents(*model, output, args.data());
    room.resize(extents.size());
    for (auto [most, extent] : zip(room, extents))
      most = std::max(most, extent);
  }
  return room;
}

LogicalResult ModelCall::bind(const ModelRunner &runner, ArrayRef<HostTensor> inputs) {
  model = &runner.table();
  arguments = ArrayRef(model->arguments, model->argument_count);
  args.assign(model->args_bytes, 0);
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_DIM)
      set(argument, argument.min); // until an input tells it
  size_t inputIndex = 0;
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_IN &&
        failed(bindInput(argument, findTensor(inputs, argument.name, inputIndex++))))
      return failure();
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_WEIGHTS)
      set(argument, runner.getWeights().data());
    else if (argument.kind == ONNXCC_WEIGHT_BYTES)
      set(argument, runner.getWeights().size());
    else if (argument.kind == ONNXCC_STATE)
      set(argument, runner.getState());
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_DIM)
      result.dims[argument.name] = getDim(args.data(), argument);
  inputIndex = 0;
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_IN) {
      const HostTensor &tensor = *findTensor(inputs, argument.name, inputIndex++);
      if (getArgumentExtents(*model, argument, args.data()) != tensor.shape)
        return failFit(argument, tensor);
    }
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_OUT)
      continue;
    HostTensor output = describeArgument(argument);
    output.shape = getRoom(argument);
    set(argument, memories.emplace_back(output.size() * getElementBytes(output.element)).start());
    result.outputs.push_back(std::move(output));
  }
  result.arenaBytes = model->arena_bytes_for(args.data());
  if (result.arenaBytes > model->arena_bytes)
    return failCommand("the arena for these dims takes " + Twine(result.arenaBytes) +
                       " bytes, more than at most: " + Twine(model->arena_bytes));
  arena.emplace(result.arenaBytes);
  return success();
}

FailureOr<RunResult> ModelCall::collect() {
  if (!arena->isIntact())
    return failCommand("the call wrote beyond its arena");
  // Extents that the call has decided.
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_DIM_OUT)
      result.dims[argument.name] = getDim(args.data(), argument);
  size_t inputCount = memories.size() - result.outputs.size(), outputIndex = 0;
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_OUT)
      continue;
    HostTensor &output = result.outputs[outputIndex];
    GuardedMemory &memory = memories[inputCount + outputIndex++];
    if (!memory.isIntact())
      return failCommand("the call wrote beyond the output '" + Twine(argument.name) + "'");
    output.shape = getArgumentExtents(*model, argument, args.data());
    int64_t bytes = output.size() * getElementBytes(output.element);
    output.bytes.assign(memory.start(), memory.start() + bytes);
  }
  for (GuardedMemory &memory : memories)
    if (!memory.isIntact())
      return failCommand("the call wrote beside an input");
  return result;
}

FailureOr<RunResult> ModelRunner::run(ArrayRef<HostTensor> inputs, const onnxcc_env *env) {
  ModelCall call;
  if (failed(call.bind(*this, inputs)))
    return failure();
  if (int code = call(env))
    return failCommand("the model's call returned " + describeCode(code));
  return call.collect();
}

} // namespace onnxcc
