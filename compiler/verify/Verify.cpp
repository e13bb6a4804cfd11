// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc verify`: compile, run, compare.
#include "compiler/Compilation.h"
#include "compiler/Driver.h"
#include "compiler/Files.h"
#include "compiler/Machine.h"
#include "compiler/Toolchain.h"
#include "compiler/verify/Compare.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/References.h"
#include "compiler/verify/Sanitized.h"
#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"
#include "runtime/threads/onnxcc_threads.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <memory>

using namespace mlir;

namespace onnxcc {

namespace {

struct DataSet {
  std::string name;
  std::vector<HostTensor> inputs, expected; // expected: empty unless stored
};

/// The pool of --threads; none for one thread.
class Threads {
public:
  explicit Threads(int64_t count) {
    if (count > 1)
      pool = onnxcc_threads_create(count);
    if (pool)
      env = onnxcc_threads_env(pool);
  }
  ~Threads() { onnxcc_threads_destroy(pool); }
  const onnxcc_env *get() const { return pool ? &env : nullptr; }

private:
  onnxcc_threads *pool = nullptr;
  onnxcc_env env{};
};

} // namespace

static FailureOr<std::vector<DataSet>> readData(const Options &options) {
  std::vector<DataSet> sets;
  for (const std::string &folder : options.verify.data) {
    if (!llvm::sys::fs::is_directory(folder))
      return failCommand("'" + folder + "' is no folder");
    FailureOr<std::vector<HostTensor>> inputs = readTensors(folder, "input");
    FailureOr<std::vector<HostTensor>> expected = readTensors(folder, "output");
    if (failed(inputs) || failed(expected))
      return failure();
    // A model without inputs has none here either.
    if (inputs->empty() && expected->empty())
      return failCommand("'" + folder + "' holds no input_0.pb or input_0.npy");
    sets.push_back({folder, std::move(*inputs), std::move(*expected)});
  }
  return sets;
}

/// Compiles into a shared library in `folder`.
/// \returns its path.
static FailureOr<std::string> build(const Options &options, StringRef folder) {
  Compilation compilation(options);
  std::vector<EmittedFile> files;
  if (failed(compilation.import()) || failed(compilation.run(Phase::Memory)))
    return compilation.getDiagnostics().printSummary(), failure();
  FailureOr<std::vector<std::string>> objects = compilation.build(folder, files);
  std::string library = (folder + "/lib" + options.name + ".so").str();
  if (failed(objects) || failed(Toolchain(options, folder).linkShared(*objects, library)))
    return failure();
  return library;
}

/// Random inputs for the dims' lower bounds, where these are ranges.
static std::vector<DataSet> makeRandomData(const ModelRunner &runner, const Options &options) {
  const onnxcc_model &table = runner.table();
  ArrayRef<onnxcc_argument> arguments(table.arguments, table.argument_count);
  std::vector<DataSet> sets;
  for (int64_t index = 0; index < options.verify.sets; ++index) {
    DataSet set{"random inputs, seed " + std::to_string(options.verify.seed + index), {}, {}};
    for (const onnxcc_argument &argument : arguments) {
      if (argument.kind != ONNXCC_IN)
        continue;
      std::vector<int64_t> shape;
      for (const onnxcc_extent &extent : ArrayRef(argument.extents, argument.rank)) {
        // The first set has the least dims, the second the greatest, and so on in turn.
        auto pick = [&](const onnxcc_argument &dim) { return index % 2 ? dim.max : dim.min; };
        shape.push_back(extent.value +
                        (extent.dim < 0 ? 0 : extent.scale * pick(arguments[extent.dim])));
      }
      set.inputs.push_back(makeRandomTensor(
          argument.element, shape, (options.verify.seed + index) * 1000 + set.inputs.size()));
      set.inputs.back().name = argument.name;
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

/// The expected outputs and the word for where they come from.
static FailureOr<std::pair<std::vector<HostTensor>, StringRef>>
getExpected(const Options &options, const DataSet &set, StringRef folder) {
  Reference reference = options.verify.reference.value_or(Reference::Auto);
  if (reference == Reference::Auto)
    reference = !set.expected.empty()                   ? Reference::Stored
                : hasOnnxRuntime(options.verify.python) ? Reference::OnnxRuntime
                                                        : Reference::Evaluation;
  if (reference == Reference::Evaluation && options.verify.evaluate)
    return failCommand("--evaluate has nothing to compare with: store outputs beside the inputs, "
                       "or say --reference=none");
  if (reference == Reference::None)
    return std::pair(std::vector<HostTensor>(), StringRef("nothing"));
  if (reference == Reference::Stored) {
    if (set.expected.empty())
      return failCommand(set.name + ": no outputs are stored");
    return std::pair(set.expected, StringRef("stored outputs"));
  }
  bool isRuntime = reference == Reference::OnnxRuntime;
  FailureOr<std::vector<HostTensor>> outputs =
      isRuntime ? runOnnxRuntime(options.verify.python, options.input, set.inputs, folder)
                : evaluateModel(options, set.inputs);
  if (failed(outputs))
    return failure();
  return std::pair(std::move(*outputs),
                   StringRef(isRuntime ? "ONNX Runtime" : "the reference evaluation"));
}

/// Prints a line an output. \returns whether all agree.
static bool compareOutputs(const Options &options, ArrayRef<HostTensor> outputs,
                           ArrayRef<HostTensor> expected) {
  if (options.verify.reference == Reference::None)
    return true;
  bool good = true;
  if (outputs.size() != expected.size()) {
    llvm::outs() << "  " << outputs.size() << " outputs, " << expected.size()
                 << " expected: DIFFERENT\n";
    good = false;
  }
  for (auto [index, output] : llvm::enumerate(outputs)) {
    const HostTensor *wanted = findTensor(expected, output.name, index);
    if (!wanted)
      continue;
    std::string title = output.name + " " + describe(output.element, output.shape);
    if (output.element != wanted->element || output.shape != wanted->shape) {
      llvm::outs() << "  " << title << ": expected " << describe(wanted->element, wanted->shape)
                   << ": DIFFERENT\n";
      good = false;
      continue;
    }
    Tolerance tolerance = getDefaultTolerance(output.element);
    tolerance.relative = options.verify.relative.value_or(tolerance.relative);
    tolerance.absolute = options.verify.absolute.value_or(tolerance.absolute);
    Difference difference = compare(output, *wanted, tolerance);
    llvm::outs() << llvm::formatv(
        "  {0}: max error abs {1:e2}, rel {2:e2}, ulp {3:f1} (rtol {4}, atol {5}): ", title,
        difference.absolute, difference.relative, difference.ulps,
        llvm::formatv("{0:e0}", tolerance.relative), llvm::formatv("{0:e0}", tolerance.absolute));
    if (!difference.failures) {
      llvm::outs() << "ok\n";
      continue;
    }
    good = false;
    llvm::outs() << "DIFFERENT\n"
                 << llvm::formatv("    {0} of {1} elements beyond the tolerance; the worst, [{2}]: "
                                  "{3} instead of {4}\n",
                                  difference.failures, output.size(), difference.worst,
                                  difference.got, difference.expected);
  }
  return good;
}

/// --save.
static LogicalResult saveOutputs(const Options &options, size_t set, ArrayRef<HostTensor> outputs) {
  if (options.verify.save.empty())
    return success();
  std::string folder = options.verify.save + "/" + std::to_string(set);
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return failCommand("cannot make the folder '" + folder + "': " + code.message());
  for (auto [index, output] : llvm::enumerate(outputs))
    if (failed(writeNpy(folder + "/output_" + std::to_string(index) + ".npy", output)))
      return failure();
  return success();
}

/// --evaluate: no host compiler, no library.
static LogicalResult verifyEvaluation(const Options &options, ArrayRef<DataSet> sets,
                                      StringRef folder) {
  if (sets.empty())
    return failCommand("--evaluate needs --data");
  bool good = true;
  for (auto [index, set] : llvm::enumerate(sets)) {
    FailureOr<std::vector<HostTensor>> outputs = evaluateModel(options, set.inputs);
    if (failed(outputs) || failed(saveOutputs(options, index, *outputs)))
      return failure();
    auto expected = getExpected(options, set, folder);
    if (failed(expected))
      return failure();
    llvm::outs() << set.name << ", the reference evaluation against " << expected->second << "\n";
    good &= compareOutputs(options, *outputs, expected->first);
  }
  llvm::outs() << (good ? "verified\n" : "NOT verified\n");
  return success(good);
}

/// For verification only the best feature set that runs here is worth compiling, unless -march asks
/// for others.
static LogicalResult chooseFeatures(Options &options) {
  if (options.features.empty())
    options.features = {getNativeFeatureSet().name.str()};
  FailureOr<std::vector<std::string>> features = resolveFeatureSets(options.features);
  if (failed(features))
    return failure();
  options.features = *features;
  return success();
}

LogicalResult verifyModel(const Options &given) {
  Options options = given;
  options.outputKind = Options::Output::Shared;
  TemporaryFolder folder;
  if (failed(chooseFeatures(options)) || failed(folder.create()))
    return failure();
  if (options.saveTemps) {
    folder.keep();
    llvm::errs() << "onnxcc: intermediate files lie in " << folder.path() << "\n";
  }
  FailureOr<std::vector<DataSet>> sets = readData(options);
  if (failed(sets))
    return failure();
  if (options.verify.evaluate)
    return verifyEvaluation(options, *sets, folder.path());
  if (!sets->empty() && options.verify.library.empty()) {
    Compilation open(options);
    if (failed(open.import(/*requireBounds=*/false)))
      return open.getDiagnostics().printSummary(), failure();
    std::vector<std::vector<HostTensor>> inputs;
    for (const DataSet &set : *sets)
      inputs.push_back(set.inputs);
    if (failed(pinOpenDims(open.getModule(), inputs, options)))
      return failure();
  }

  FailureOr<std::string> library = options.verify.library;
  if (library->empty())
    library = build(options, folder.path());
  if (failed(library))
    return failure();
  if (options.sanitize && !hasSanitizer())
    return verifySanitized(options, *library);
  if (options.sanitize)
    dropPreload();
  ModelRunner runner;
  if (failed(runner.load(*library, options.name)))
    return failure();
  if (sets->empty())
    *sets = makeRandomData(runner, options);
  const onnxcc_model &table = runner.table();
  llvm::outs() << options.input << ": -O" << options.level << " -march=" << table.feature_sets
               << ", arena at most " << table.arena_bytes << " bytes, stack " << table.stack_bytes
               << ", weights " << table.weight_bytes << "\n";
  bool good = true;
  for (auto [index, set] : llvm::enumerate(*sets)) {
    auto expected = getExpected(options, set, folder.path());
    if (failed(expected))
      return failure();
    for (int64_t count : options.verify.threads) {
      Threads threads(count);
      FailureOr<RunResult> result = runner.run(set.inputs, threads.get());
      if (failed(result) || failed(saveOutputs(options, index, result->outputs)))
        return failure();
      llvm::outs() << set.name << ", against " << expected->second << ", " << count
                   << (count == 1 ? " thread" : " threads");
      for (auto &[name, value] : result->dims)
        llvm::outs() << ", " << name << "=" << value;
      llvm::outs() << ", arena " << result->arenaBytes << " bytes\n";
      good &= compareOutputs(options, result->outputs, expected->first);
    }
  }
  llvm::outs() << (good ? "verified\n" : "NOT verified\n");
  return success(good);
}

} // namespace onnxcc
