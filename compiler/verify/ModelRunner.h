// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a compiled model from a shared library through its table, NAME_model: nothing here knows a
// particular model.
#ifndef ONNXCC_COMPILER_VERIFY_MODELRUNNER_H
#define ONNXCC_COMPILER_VERIFY_MODELRUNNER_H

#include "compiler/Files.h"
#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"
#include "runtime/threads/onnxcc_threads.h"

#include "llvm/Support/MemoryBuffer.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace onnxcc {

class Compilation;
struct EmittedFile;

/// The extents of an argument for the dims that `args` holds.
std::vector<int64_t> getArgumentExtents(const onnxcc_model &model, const onnxcc_argument &argument,
                                        const void *args);

/// An argument's name, element type and quantization, as a tensor without elements.
HostTensor describeArgument(const onnxcc_argument &argument);

/// What a call gave.
struct RunResult {
  std::vector<HostTensor> outputs;
  std::map<std::string, int64_t> dims;
  size_t arenaBytes = 0;
};

/// Memory between two guards, aligned to 64 bytes. It starts filled with a pattern (NaN as a
/// float), so that what a call leaves out shows.
class GuardedMemory {
public:
  explicit GuardedMemory(size_t bytes);
  GuardedMemory(GuardedMemory &&) = default;
  ~GuardedMemory();
  char *start() const;
  bool isIntact();

private:
  /// Under a sanitizer a mere read of the guards is an error too.
  void setGuardsAccessible(bool accessible);

  static constexpr size_t guardBytes = 64;
  static constexpr unsigned char pattern = 0xff, guard = 0xa5;
  size_t bytes;
  std::vector<char> storage;
};

class ModelRunner;

/// A call with everything that it needs; may be made again and again.
class ModelCall {
public:
  /// Inputs are taken by name where names agree, else in order; floats for a quantized input are
  /// quantized. Dims follow from the inputs'
  /// shapes, outputs' shapes from the dims. \pre the runner outlives the call.
  llvm::LogicalResult bind(const ModelRunner &runner, llvm::ArrayRef<HostTensor> inputs);

  /// \returns the model's code: see describeCode.
  int operator()(const onnxcc_env *env) { return model->run(args.data(), arena->start(), env); }

  /// The outputs of the last call. A guard that was written to is an error.
  llvm::FailureOr<RunResult> collect();

  const std::map<std::string, int64_t> &getDims() const { return result.dims; }
  size_t getArenaBytes() const { return result.arenaBytes; }

private:
  llvm::LogicalResult bindInput(const onnxcc_argument &argument, const HostTensor *tensor);
  std::vector<int64_t> getRoom(const onnxcc_argument &output);
  template <class Value> void set(const onnxcc_argument &argument, Value value);

  const onnxcc_model *model = nullptr;
  llvm::ArrayRef<onnxcc_argument> arguments;
  std::vector<char> args;
  std::deque<GuardedMemory> memories; // inputs first, then outputs
  std::optional<GuardedMemory> arena;
  RunResult result;
};

/// The pool of --threads; none for one thread.
class Threads {
public:
  Threads() = default;
  Threads(const Threads &) = delete;
  ~Threads();

  /// Fails if the system has not as many.
  llvm::LogicalResult start(int64_t count);
  const onnxcc_env *get() const { return pool ? &env : nullptr; }

private:
  onnxcc_threads *pool = nullptr;
  onnxcc_env env{};
};

/// Of the options' targets those that this machine can run stay; makes the folder for what is
/// built and run (--save-temps keeps it).
llvm::LogicalResult prepareToRun(Options &options, TemporaryFolder &folder);

/// Compiles into objects in `folder`, from the import on; what fails has been told. Inner values of
/// these names become further outputs; `files` are what was emitted.
llvm::FailureOr<std::vector<std::string>> buildObjects(Compilation &compilation,
                                                       llvm::StringRef folder,
                                                       llvm::ArrayRef<std::string> values,
                                                       std::vector<EmittedFile> &files);

/// Compiles into a shared library in `folder`. Inner values of these names become further outputs.
/// \returns its path.
llvm::FailureOr<std::string> buildLibrary(const Options &options, llvm::StringRef folder,
                                          llvm::ArrayRef<std::string> values = {});

class ModelRunner {
public:
  ModelRunner() = default;
  ModelRunner(const ModelRunner &) = delete;
  ~ModelRunner();

  /// Weights that are a file of their own lie beside the library.
  llvm::LogicalResult load(llvm::StringRef library, llvm::StringRef name);

  const onnxcc_model &table() const { return *model; }
  /// Of models that take them from a file.
  llvm::StringRef getWeights() const { return weights->getBuffer(); }
  /// Of models that are prepared.
  const void *getState() const { return state->start(); }

  /// Binds a call, makes it and collects.
  llvm::FailureOr<RunResult> run(llvm::ArrayRef<HostTensor> inputs, const onnxcc_env *env);

private:
  void *library = nullptr;
  const onnxcc_model *model = nullptr;
  std::unique_ptr<llvm::MemoryBuffer> weights; // of models that take them from a file
  std::optional<GuardedMemory> state;          // of models that are prepared
};

/// "ONNXCC_EDIM (a dim is out of its bounds)".
std::string describeCode(int code);

/// The tensor named `name`, else the one at `index`; null if there is neither.
const HostTensor *findTensor(llvm::ArrayRef<HostTensor> tensors, llvm::StringRef name,
                             size_t index);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_MODELRUNNER_H
