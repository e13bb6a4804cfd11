// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc verify`: compile, run, compare.
#include "compiler/driver/Driver.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Bisect.h"
#include "compiler/verify/Compare.h"
#include "compiler/verify/DataSets.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/References.h"
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
  bool isEvaluation = reference == Reference::Evaluation ||
                      (reference == Reference::Auto && !hasOnnxRuntime(options.verify.python));
  if (isEvaluation && options.verify.evaluate)
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
    const HostTensor *wanted = findTensor(expected, output.name, index);
    if (!wanted)
      continue;
    std::string title = output.name + " " + describe(output.element, output.shape);
    if (output.element != wanted->element || output.shape != wanted->shape) {
      outs() << "  " << title << ": expected " << describe(wanted->element, wanted->shape)
             << ": DIFFERENT\n";
      good = false;
      continue;
    }
    Tolerance tolerance = getTolerance(options.verify, output.element);
    Difference difference = compare(output, *wanted, tolerance);
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

  FailureOr<std::string> library = options.verify.library;
  if (library->empty())
    library = buildLibrary(options, folder.path());
  if (failed(library))
    return failure();
  if (options.compile.sanitize && !hasSanitizer())
    return verifySanitized(options, *library);
  if (options.compile.sanitize)
    dropPreload();
  ModelRunner runner;
  if (failed(runner.load(*library, options.compile.name)))
    return failure();
  if (sets->empty())
    for (int64_t number = 0; number < options.verify.sets; ++number)
      // The first set has the least dims, the second the greatest, and so on in turn.
      sets->push_back(makeRandomData(runner.table(), options.verify.seed, number,
                                     number % 2 ? RandomDims::Greatest : RandomDims::Least));
  const onnxcc_model &table = runner.table();
  outs() << options.input << ": -O" << options.compile.pipeline.level
         << " -march=" << table.feature_sets << ", arena at most " << table.arena_bytes
         << " bytes, stack " << table.stack_bytes << ", weights " << table.weight_bytes << "\n";
  bool good = true;
  for (auto [index, set] : enumerate(*sets)) {
    bool setGood = true;
    auto expected = getExpected(options, set, folder.path());
    if (failed(expected))
      return failure();
    for (int64_t count : options.verify.threads) {
      Threads threads(count);
      FailureOr<RunResult> result = runner.run(set.inputs, threads.get());
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
