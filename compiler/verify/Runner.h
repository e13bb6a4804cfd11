// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiled model that can be run: in this process, or as a program of another machine under an
// emulator.
#ifndef ONNXCC_COMPILER_VERIFY_RUNNER_H
#define ONNXCC_COMPILER_VERIFY_RUNNER_H

#include "compiler/verify/DataSets.h"
#include "compiler/verify/ModelRunner.h"

namespace onnxcc {

/// What a model's table says of all its calls.
struct ModelSummary {
  std::string targets;
  int64_t arenaBytes = 0, stackBytes = 0, weightBytes = 0;
};

class Runner {
public:
  virtual ~Runner() = default;
  virtual ModelSummary getSummary() const = 0;
  virtual llvm::FailureOr<DataSet> makeRandomData(uint64_t seed, int64_t number,
                                                  RandomDims dims) = 0;
  virtual llvm::FailureOr<RunResult> run(llvm::ArrayRef<HostTensor> inputs, int64_t threads) = 0;
};

/// Whether what is compiled for the options' targets is run by an emulator, or by --runner's
/// command.
bool isEmulated(const Options &options);

/// Compiles into `folder` and makes ready to run. Inner values of these names become further
/// outputs.
llvm::FailureOr<std::unique_ptr<Runner>> buildRunner(const Options &options, llvm::StringRef folder,
                                                     llvm::ArrayRef<std::string> values = {});

/// The same of a shared library that is there.
llvm::FailureOr<std::unique_ptr<Runner>> loadRunner(llvm::StringRef library, llvm::StringRef name);

/// buildRunner for an emulator.
llvm::FailureOr<std::unique_ptr<Runner>>
buildEmulated(const Options &options, llvm::StringRef folder, llvm::ArrayRef<std::string> values);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_RUNNER_H
