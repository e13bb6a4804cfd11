// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc`: from the options to the files on disk.
#include "compiler/driver/Driver.h"

#include "compiler/GraphDump.h"
#include "compiler/Products.h"
#include "compiler/driver/Process.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace onnxcc {

/// The output's path when the command line names none.
static std::string getDefaultOutput(const Options &options) {
  switch (options.outputKind) {
  case Options::Output::Archive:
    return "lib" + options.compile.name + ".a";
  case Options::Output::Object:
    return options.compile.name + ".o";
  case Options::Output::Shared:
    return "lib" + options.compile.name + ".so";
  case Options::Output::Sources:
    return options.compile.name;
  case Options::Output::Phase:
  case Options::Output::Model: // not of this command
    return "-";
  }
  llvm_unreachable("all kinds are listed");
}

static std::string escapeForMake(StringRef path) {
  std::string text;
  for (char c : path) {
    if (c == ' ' || c == '#')
      text += '\\';
    if (c == '$')
      text += '$';
    text += c;
  }
  return text;
}

/// `OUTPUT: MODEL EXTERNAL…` as make reads it.
static std::string makeDependencies(StringRef output, ArrayRef<std::string> inputs) {
  std::string text = escapeForMake(output) + ":";
  for (StringRef input : inputs)
    text += " \\\n  " + escapeForMake(input);
  return text + "\n";
}

namespace {

/// The command's one compilation with its outputs.
class Driver {
public:
  explicit Driver(const Options &options)
      : options(options), compilation(options.input, options.compile, printDiagnostic),
        outputs(getTemporaryPaths()), folder(getTemporaryPaths()) {}

  LogicalResult run();

private:
  LogicalResult emitPhase();
  LogicalResult dumpGraph();
  LogicalResult makeSources();
  LogicalResult makeLibrary();
  LogicalResult writeDependencies(StringRef output);
  LogicalResult writeReport();
  /// What comes with every product, and the end of all.
  LogicalResult finish(StringRef output);

  const Options &options;
  Compilation compilation;
  OutputFiles outputs;
  TemporaryFolder folder;
};

} // namespace

LogicalResult Driver::writeDependencies(StringRef output) {
  if (!options.writeDependencies && options.dependencyFile.empty())
    return success();
  std::string path = options.dependencyFile;
  if (path.empty()) {
    path = output.rtrim('/').str() + ".d";
    // A place that nobody has named: a file there may only be an earlier depfile.
    if (auto file = llvm::MemoryBuffer::getFile(path);
        file && !(*file)->getBuffer().starts_with(escapeForMake(output) + ":"))
      return failCommand("'" + path + "' is no depfile, and -MD would replace it: move it, or " +
                         "name another place by -MF");
  }
  return checkCommand(outputs.write(path, makeDependencies(output, compilation.getFilesRead())));
}

/// --opt-report: text is for stdout, JSON for a file.
LogicalResult Driver::writeReport() {
  StringRef path = options.optReport;
  if (path.empty())
    return success();
  const OptReport &report = compilation.getReport();
  if (path == "text")
    return report.printText(llvm::outs()), success();
  if (path == "-")
    return report.printJson(llvm::outs()), success();
  return checkCommand(outputs.write(path, [&](llvm::raw_ostream &out) { report.printJson(out); }));
}

LogicalResult Driver::finish(StringRef output) {
  if (failed(writeDependencies(output)) || failed(writeReport()))
    return failure();
  return checkCommand(outputs.commit());
}

LogicalResult Driver::dumpGraph() {
  DumpGraph graph = DumpGraph::build(compilation.getModule(), getPhaseName(options.lastPhase));
  if (failed(checkCommand(folder.create())))
    return failure();
  FailureOr<std::string> text = checkCommand(formatGraph(graph, options.dumpGraph, folder.path()));
  if (failed(text) || failed(checkCommand(outputs.write(options.dumpGraph, *text))))
    return failure();
  return finish(options.dumpGraph);
}

LogicalResult Driver::emitPhase() {
  if (failed(compilation.import(options.lastPhase, options.lastPhase > Phase::Layout)) ||
      failed(compilation.run(options.lastPhase)) ||
      failed(checkCommand(outputs.protect(compilation.getFilesRead()))))
    return failure();
  if (!options.dumpGraph.empty())
    return dumpGraph();
  std::string text;
  llvm::raw_string_ostream stream(text);
  compilation.getModule().print(
      stream, OpPrintingFlags().elideLargeElementsAttrs(32).elideLargeResourceString(32));
  stream << "\n";
  if (options.output.empty() || options.output == "-") {
    llvm::outs() << text;
    if (failed(writeReport()))
      return failure();
    return checkCommand(outputs.commit());
  }
  if (failed(checkCommand(outputs.write(options.output, text))))
    return failure();
  return finish(options.output);
}

LogicalResult Driver::makeSources() {
  if (failed(writeSources(compilation, options.output, outputs)))
    return failure();
  return finish(options.output);
}

LogicalResult Driver::makeLibrary() {
  if (failed(checkCommand(folder.create())))
    return failure();
  if (options.saveTemps) {
    folder.keep();
    llvm::errs() << "onnxcc: intermediate files lie in " << folder.path() << "\n";
  }
  Compilation::Library kind =
      options.outputKind == Options::Output::Archive  ? Compilation::Library::Archive
      : options.outputKind == Options::Output::Object ? Compilation::Library::Object
                                                      : Compilation::Library::Shared;
  if (failed(writeLibrary(compilation, kind, options.output, folder.path(), outputs)))
    return failure();
  return options.compile.toolchain.dryRun ? success() : finish(options.output);
}

LogicalResult Driver::run() {
  LogicalResult result = failure();
  if (succeeded(checkCommand(outputs.protect(options.input))))
    result = options.outputKind == Options::Output::Phase     ? emitPhase()
             : options.outputKind == Options::Output::Sources ? makeSources()
                                                              : makeLibrary();
  Diagnostics &diagnostics = compilation.getDiagnostics();
  llvm::errs() << diagnostics.getSummary();
  // -Werror: a warning may have come from a step that went well.
  return success(succeeded(result) && diagnostics.errorCount() == 0);
}

LogicalResult compileModel(const Options &given) {
  Options options = given;
  if (options.output.empty())
    options.output = getDefaultOutput(options);
  options.compile.toolchain.debugFolder = getDebugFolder(options.output);
  return Driver(options).run();
}

} // namespace onnxcc
