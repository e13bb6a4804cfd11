// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc bench`: compile twice, with and without profile, measure each library in a
// process of its own, and join what they found.
#include "compiler/Compilation.h"
#include "compiler/Machine.h"
#include "compiler/bench/Measure.h"
#include "compiler/bench/Peaks.h"
#include "compiler/driver/Driver.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/DataSets.h"
#include "compiler/verify/ModelRunner.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace onnxcc {

/// Prints the report and writes the files that the options ask for.
static LogicalResult publish(const BenchReport &report, const Options &options,
                             OutputFiles &files) {
  auto write = [&](const std::string &path, const json::Value &value) {
    if (path.empty())
      return success();
    return checkCommand(
        files.write(path, [&](raw_ostream &out) { out << formatv("{0:2}\n", value); }));
  };
  if (failed(write(options.bench.json, report.toJson())) ||
      failed(write(options.bench.trace, report.toTrace())))
    return failure();
  report.print(outs());
  return checkCommand(files.commit());
}

/// `onnxcc bench LIBRARY` as a process of its own. \returns its report.
static FailureOr<BenchReport> measureApart(StringRef library, StringRef folder,
                                           const Options &options) {
  std::string json = (folder + "/report.json").str();
  std::vector<std::string> command = {sys::fs::getMainExecutable(nullptr, nullptr),
                                      "bench",
                                      library.str(),
                                      "--name=" + options.compile.name,
                                      "--seed=" + std::to_string(options.verify.seed),
                                      "--json=" + json};
  std::string threads = join(
      map_range(options.verify.threads, [](int64_t count) { return std::to_string(count); }), ",");
  command.push_back("--threads=" + threads);
  for (const std::string &data : options.verify.data)
    command.push_back("--data=" + data);
  if (options.bench.runs)
    command.push_back("--runs=" + std::to_string(*options.bench.runs));
  if (options.bench.warmup)
    command.push_back("--warmup=" + std::to_string(*options.bench.warmup));
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(""), std::nullopt};
  std::string message;
  int code =
      sys::ExecuteAndWait(command.front(), arguments, std::nullopt, redirects, 0, 0, &message);
  if (code < 0)
    return failCommand("the compiled model crashed" +
                       (message.empty() ? std::string() : ": " + message));
  if (code > 0)
    return failure(); // it has said why
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(json);
  Expected<json::Value> value = json::parse(file ? (*file)->getBuffer() : "null");
  FailureOr<BenchReport> report = failure();
  if (value)
    report = BenchReport::fromJson(*value);
  else
    consumeError(value.takeError());
  if (failed(report))
    return failCommand("the compiled model ended the process that measured it");
  return report;
}

/// Adds the launches of the profiled library's report, with the compiler's facts.
static void joinReports(BenchReport &report, BenchReport &profiled, ArrayRef<LaunchFacts> facts) {
  for (auto [into, from] : zip_equal(report.threads, profiled.threads)) {
    for (auto [launch, fact] : zip_equal(from.launches, facts))
      launch.facts = fact;
    into.launches = std::move(from.launches);
  }
}

/// Compiles into libNAME.so of `folder` and of `folder`/profiled.
static LogicalResult buildLibraries(Compilation &compilation, StringRef folder,
                                    std::string &library, std::string &profiled) {
  const CompileOptions &options = compilation.getOptions();
  std::vector<EmittedFile> files;
  if (failed(compilation.import()) || failed(compilation.run(Phase::Memory)))
    return errs() << compilation.getDiagnostics().getSummary(), failure();
  FailureOr<std::vector<std::string>> objects = compilation.build(folder, files);
  library = (folder + "/lib" + options.name + ".so").str();
  if (failed(objects) ||
      failed(compilation.link(Compilation::Library::Shared, *objects, folder, library)))
    return failure();
  std::string beside = (folder + "/profiled").str();
  FailureOr<std::vector<std::string>> others = compilation.buildProfiled(beside, files, *objects);
  profiled = beside + "/lib" + options.name + ".so";
  if (failed(others))
    return failure();
  return compilation.link(Compilation::Library::Shared, *others, beside, profiled);
}

static FailureOr<BenchReport> measureModel(Options options) {
  TemporaryFolder folder(getTemporaryPaths());
  if (failed(prepareToRun(options, folder)))
    return failure();
  const Target &target = *findTarget(options.compile.features.front());
  if (!isThisMachines(*target.architecture))
    return failCommand("bench measures this machine, and " + target.name + " is of another");
  FailureOr<std::vector<DataSet>> sets = readData(options);
  if (failed(sets) || failed(pinOpenDimsToData(*sets, options)))
    return failure();
  Compilation compilation(options.input, options.compile, printDiagnostic);
  std::string library, profiledLibrary;
  if (failed(buildLibraries(compilation, folder.path(), library, profiledLibrary)))
    return failure();
  FailureOr<BenchReport> report = measureApart(library, folder.path(), options);
  if (failed(report))
    return failure();
  FailureOr<BenchReport> profiled = measureApart(profiledLibrary, folder.path(), options);
  FailureOr<std::vector<LaunchFacts>> facts = compilation.getLaunchFacts(report->dims);
  if (failed(profiled) || failed(facts))
    return failure();
  joinReports(*report, *profiled, *facts);
  FailureOr<PeakKernels> kernels =
      PeakKernels::build(compilation, folder.path(), getNativeTarget());
  if (failed(kernels))
    return failure();
  for (ThreadsReport &each : report->threads) {
    Threads threads;
    if (failed(threads.start(each.threads)))
      return failure();
    each.peaks = measurePeaks(*kernels, threads.get(), each.threads);
  }
  report->level = options.compile.pipeline.level;
  // Dims that were pinned are constants to the library, but not to who asks what was measured.
  for (const auto &[name, bounds] : options.compile.import.dims)
    if (bounds.min == bounds.max)
      report->dims.try_emplace(name, bounds.min);
  return report;
}

LogicalResult benchModel(const Options &given) {
  Options options = given;
  options.outputKind = Options::Output::Shared;
  options.compile.emit.profile =
      false; // the numbers are of the library without; a second one has it
  if (options.verify.data.size() > 1)
    return failCommand("bench takes one --data");
  // The places are taken first: nobody should wait for a measurement that cannot be kept.
  OutputFiles files(getTemporaryPaths());
  if (failed(checkCommand(files.protect(getInputFiles(options)))))
    return failure();
  for (const std::string &path : {options.bench.json, options.bench.trace})
    if (!path.empty() && failed(checkCommand(files.reserve(path).takeError())))
      return failure();
  // dlopen would search a name without a folder elsewhere.
  SmallString<128> library(options.input);
  sys::fs::make_absolute(library);
  FailureOr<BenchReport> report = sys::path::extension(library) == ".so"
                                      ? measureLibrary(library, options)
                                      : measureModel(options);
  if (failed(report))
    return failure();
  report->model = options.input;
  return publish(*report, options, files);
}

} // namespace onnxcc
