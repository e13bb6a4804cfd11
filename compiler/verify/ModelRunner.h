// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a compiled model from a shared library through its table, NAME_model: nothing here knows a
// particular model.
#ifndef ONNXCC_COMPILER_VERIFY_MODELRUNNER_H
#define ONNXCC_COMPILER_VERIFY_MODELRUNNER_H

#include "compiler/verify/HostTensor.h"
#include "runtime/model.h"

#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>

namespace onnxcc {

/// What a call gave.
struct RunResult {
  std::vector<HostTensor> outputs;
  std::map<std::string, int64_t> dims;
  size_t arenaBytes = 0;
};

class ModelRunner {
public:
  ModelRunner() = default;
  ModelRunner(const ModelRunner &) = delete;
  ~ModelRunner();

  /// Weights that are a file of their own lie beside the library.
  llvm::LogicalResult load(llvm::StringRef library, llvm::StringRef name);

  const onnxcc_model &table() const { return *model; }

  /// Inputs are taken by name where names agree, else in order. Dims follow from the inputs'
  /// shapes, outputs' shapes from the dims. The arena and the outputs are surrounded by guards; one
  /// that was written to is an error.
  llvm::FailureOr<RunResult> run(llvm::ArrayRef<HostTensor> inputs, const onnxcc_env *env);

private:
  void *library = nullptr;
  const onnxcc_model *model = nullptr;
  std::unique_ptr<llvm::MemoryBuffer> weights; // of models that take them from a file
};

/// "ONNXCC_EDIM (a dim is out of its bounds)".
std::string describeCode(int code);

/// The tensor named `name`, else the one at `index`; null if there is neither.
const HostTensor *findTensor(llvm::ArrayRef<HostTensor> tensors, llvm::StringRef name,
                             size_t index);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_MODELRUNNER_H
