// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc verify`: compile, run, compare.
#include "compiler/driver/Driver.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Bisect.h"
#include "compiler/verify/Compare.h"
#include "compiler/verify/DataSets.h"
#include "compiler/verify/References.h"
#include "compiler/verify/Runner.h"
#include "compiler/verify/Sanitized.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace onnxcc {

/// The expected outputs, stored ones first.
static FailureOr<ReferenceRun> getExpected(const Options &options, const DataSet &set,
                                           StringRef folder) {
  Reference reference = options.verify.reference.value_or(Reference::Auto);
  if (reference == Reference::None)
    return ReferenceRun{{}, "nothing"};
  bool wantsRun = !options.verify.referenceModel.empty() && reference != Reference::Stored;
  if (reference == Reference::Stored ||
      (reference == Reference::Auto && !set.expected.empty() && !wantsRun)) {
    if (set.expected.empty())
      return failCommand(set.name + ": no outputs are stored");
    return ReferenceRun{set.expected, "stored outputs"};
  }
  if (options.verify.evaluate && !usesOnnxRuntime(options))
    return failCommand("--evaluate has nothing to compare with: store outputs beside the inputs, "
                       "or say --reference=none");
  return runReference(options, set.inputs, folder);
}

/// Prints a line an output. \returns whether all agree.
static bool compareOutputs(const Options &options, ArrayRef<HostTensor> outputs,
                           ArrayRef<HostTensor> expected) {
  if (options.verify.reference == Reference::None)
    return true;
  bool good = true;
  if (outputs.size() != expected.size()) {
    outs() << "  " << outputs.size() << " outputs, " << expected.size() << " expected: DIFFERENT\n";
    good = false;
  }
  for (auto [index, output] : llvm::enumerate(outputs)) {
    const HostTensor *found = findTensor(expected, output.name, index);
    if (!found)
      continue;
    // Of a library with quantized outputs the codes are compared.
    HostTensor wanted = quantizeLike(output, *found);
    std::string title = output.name + " " + describe(output.element, output.shape);
    if (output.element != wanted.element || output.shape != wanted.shape) {
      outs() << "  " << title << ": expected " << describe(wanted.element, wanted.shape)
             << ": DIFFERENT\n";
      good = false;
      continue;
    }
    Tolerance tolerance = getTolerance(options.verify, output.element);
    Difference difference = compare(output, wanted, tolerance);
    outs() << "  " << title << ": " << describe(difference, tolerance, output.size()) << "\n";
    good &= difference.failures == 0;
  }
  return good;
}

/// --save.
static LogicalResult saveOutputs(const Options &options, size_t set, ArrayRef<HostTensor> outputs) {
  if (options.verify.save.empty())
    return success();
  std::string folder = options.verify.save + "/" + std::to_string(set);
  if (std::error_code code = sys::fs::create_directories(folder))
    return failCommand("cannot make the folder '" + folder + "': " + code.message());
  InputFiles inputs = getInputFiles(options);
  for (auto [index, output] : enumerate(outputs)) {
    std::string path = folder + "/output_" + std::to_string(index) + ".npy";
    if (failed(checkCommand(inputs.allowOutput(path))) || failed(writeNpy(path, output)))
      return failure();
  }
  return success();
}

/// --evaluate: no host compiler, no library.
static LogicalResult verifyEvaluation(const Options &options, ArrayRef<DataSet> sets,
                                      StringRef folder) {
  if (sets.empty())
    return failCommand("--evaluate needs --data");
  bool good = true;
  for (auto [index, set] : enumerate(sets)) {
    FailureOr<std::vector<HostTensor>> outputs = evaluateModel(options, set.inputs);
    if (failed(outputs) || failed(saveOutputs(options, index, *outputs)))
      return failure();
    auto expected = getExpected(options, set, folder);
    if (failed(expected))
      return failure();
    outs() << set.name << ", the reference evaluation against " << expected->source << "\n";
    good &= compareOutputs(options, *outputs, expected->outputs);
  }
  outs() << (good ? "verified\n" : "NOT verified\n");
  return success(good);
}

LogicalResult verifyModel(const Options &given) {
  Options options = given;
  options.outputKind = Options::Output::Shared;
  TemporaryFolder folder(getTemporaryPaths());
  if (failed(prepareToRun(options, folder)))
    return failure();
  FailureOr<std::vector<DataSet>> sets = readData(options);
  if (failed(sets))
    return failure();
  if (options.verify.evaluate)
    return verifyEvaluation(options, *sets, folder.path());
  if (options.verify.library.empty() && failed(pinOpenDimsToData(*sets, options)))
    return failure();

  if (options.compile.sanitize && !hasSanitizer()) {
    if (isEmulated(options))
      return failCommand("under an emulator there are no sanitizers: leave out --sanitize");
    FailureOr<std::string> library = options.verify.library;
    if (library->empty())
      library = buildLibrary(options, folder.path());
    return succeeded(library) ? verifySanitized(options, *library) : failure();
  }
  if (options.compile.sanitize)
    dropPreload();
  const std::string &library = options.verify.library;
  FailureOr<std::unique_ptr<Runner>> runner = library.empty()
                                                  ? buildRunner(options, folder.path())
                                                  : loadRunner(library, options.compile.name);
  if (failed(runner))
    return failure();
  if (sets->empty())
    for (int64_t number = 0; number < options.verify.sets; ++number) {
      // The first set has the least dims, the second the greatest, and so on in turn.
      FailureOr<DataSet> set = (*runner)->makeRandomData(
          options.verify.seed, number, number % 2 ? RandomDims::Greatest : RandomDims::Least);
      if (failed(set))
        return failure();
      sets->push_back(std::move(*set));
    }
  ModelSummary summary = (*runner)->getSummary();
  outs() << options.input << ": -O" << options.compile.pipeline.level
         << " -march=" << summary.targets << ", arena at most " << summary.arenaBytes
         << " bytes, stack " << summary.stackBytes << ", weights " << summary.weightBytes << "\n";
  bool good = true;
  for (auto [index, set] : enumerate(*sets)) {
    bool setGood = true;
    auto expected = getExpected(options, set, folder.path());
    if (failed(expected))
      return failure();
    for (int64_t count : options.verify.threads) {
      FailureOr<RunResult> result = (*runner)->run(set.inputs, count);
      if (failed(result) || failed(saveOutputs(options, index, result->outputs)))
        return failure();
      outs() << set.name << ", against " << expected->source << ", " << count
             << (count == 1 ? " thread" : " threads");
      for (auto &[name, value] : result->dims)
        outs() << ", " << name << "=" << value;
      outs() << ", arena " << result->arenaBytes << " bytes\n";
      setGood &= compareOutputs(options, result->outputs, expected->outputs);
    }
    if (!setGood && good && options.verify.bisect && failed(bisect(options, set, folder.path())))
      return failure();
    good &= setGood;
  }
  outs() << (good ? "verified\n" : "NOT verified\n");
  return success(good);
}

} // namespace onnxcc
