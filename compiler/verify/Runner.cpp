// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The choice of how a model is run, and the one in this process: see Runner.h.
#include "compiler/verify/Runner.h"

#include "compiler/Machine.h"

namespace onnxcc {

namespace {

class LocalRunner : public Runner {
public:
  llvm::LogicalResult load(llvm::StringRef library, llvm::StringRef name) {
    return runner.load(library, name);
  }
  ModelSummary getSummary() const override {
    const onnxcc_model &table = runner.table();
    return {table.feature_sets, int64_t(table.arena_bytes), int64_t(table.stack_bytes),
            int64_t(table.weight_bytes)};
  }
  llvm::FailureOr<DataSet> makeRandomData(uint64_t seed, int64_t number, RandomDims dims) override {
    return onnxcc::makeRandomData(runner.table(), seed, number, dims);
  }
  llvm::FailureOr<RunResult> run(llvm::ArrayRef<HostTensor> inputs, int64_t count) override {
    Threads threads;
    if (failed(threads.start(count)))
      return llvm::failure();
    return runner.run(inputs, threads.get());
  }

private:
  ModelRunner runner;
};

} // namespace

bool isEmulated(const Options &options) {
  return !options.verify.runner.empty() ||
         !isThisMachines(*findTarget(options.compile.features.front())->architecture);
}

llvm::FailureOr<std::unique_ptr<Runner>> loadRunner(llvm::StringRef library, llvm::StringRef name) {
  auto runner = std::make_unique<LocalRunner>();
  if (failed(runner->load(library, name)))
    return llvm::failure();
  return std::unique_ptr<Runner>(std::move(runner));
}

llvm::FailureOr<std::unique_ptr<Runner>> buildRunner(const Options &options, llvm::StringRef folder,
                                                     llvm::ArrayRef<std::string> values) {
  if (isEmulated(options))
    return buildEmulated(options, folder, values);
  llvm::FailureOr<std::string> library = buildLibrary(options, folder, values);
  if (failed(library))
    return llvm::failure();
  return loadRunner(*library, options.compile.name);
}

} // namespace onnxcc
