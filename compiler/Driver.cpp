// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc`: from the options to the files on disk.
#include "compiler/Driver.h"

#include "compiler/Compilation.h"
#include "compiler/Files.h"
#include "compiler/GraphDump.h"
#include "compiler/Machine.h"
#include "compiler/Pipeline.h"
#include "compiler/Toolchain.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace onnxcc {

/// The output's path when the command line names none.
static std::string getDefaultOutput(const Options &options) {
  switch (options.outputKind) {
  case Options::Output::Archive:
    return "lib" + options.name + ".a";
  case Options::Output::Object:
    return options.name + ".o";
  case Options::Output::Shared:
    return "lib" + options.name + ".so";
  case Options::Output::Sources:
    return options.name;
  case Options::Output::Phase:
    return "-";
  }
  llvm_unreachable("all kinds are listed");
}

static std::string joinPath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return std::string(path);
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

static LogicalResult writeDependencies(const Compilation &compilation, StringRef output,
                                       OutputFiles &outputs) {
  const Options &options = compilation.getOptions();
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
  return outputs.write(path, makeDependencies(output, compilation.getFilesRead()));
}

/// --opt-report: text is for stdout, JSON for a file.
static LogicalResult writeReport(const Compilation &compilation, OutputFiles &outputs) {
  StringRef path = compilation.getOptions().optReport;
  if (path.empty())
    return success();
  const OptReport &report = compilation.getReport();
  if (path == "text")
    return report.printText(llvm::outs()), success();
  if (path == "-")
    return report.printJson(llvm::outs()), success();
  return outputs.write(path, [&](llvm::raw_ostream &out) { report.printJson(out); });
}

static LogicalResult dumpGraph(Compilation &compilation) {
  const Options &options = compilation.getOptions();
  DumpGraph graph = DumpGraph::build(compilation.getModule(), getPhaseName(options.lastPhase));
  FailureOr<std::string> text = formatGraph(graph, options.dumpGraph);
  OutputFiles outputs;
  if (failed(text) || failed(outputs.protect(compilation.getFilesRead())) ||
      failed(outputs.write(options.dumpGraph, *text)) ||
      failed(writeDependencies(compilation, options.dumpGraph, outputs)) ||
      failed(writeReport(compilation, outputs)))
    return failure();
  return outputs.commit();
}

static LogicalResult emitPhase(Compilation &compilation) {
  const Options &options = compilation.getOptions();
  if (failed(compilation.import(/*requireBounds=*/options.lastPhase > Phase::Layout)) ||
      failed(compilation.run(options.lastPhase)))
    return failure();
  if (!options.dumpGraph.empty())
    return dumpGraph(compilation);
  std::string text;
  llvm::raw_string_ostream stream(text);
  compilation.getModule().print(
      stream, OpPrintingFlags().elideLargeElementsAttrs(32).elideLargeResourceString(32));
  stream << "\n";
  OutputFiles outputs;
  if (failed(outputs.protect(compilation.getFilesRead())))
    return failure();
  if (options.output.empty() || options.output == "-")
    llvm::outs() << text;
  else if (failed(outputs.write(options.output, text)) ||
           failed(writeDependencies(compilation, options.output, outputs)))
    return failure();
  if (failed(writeReport(compilation, outputs)))
    return failure();
  return outputs.commit();
}

/// Writes an emission into a folder.
static LogicalResult writeAll(ArrayRef<EmittedFile> files, StringRef folder, OutputFiles &outputs) {
  for (const EmittedFile &file : files) {
    std::string path = joinPath(folder, file.name);
    if (failed(outputs.addFolder(llvm::sys::path::parent_path(path))) ||
        failed(outputs.write(
            path, [&](llvm::raw_ostream &out) { file.write(out); },
            OutputFiles::Replace::OnlyOurs)))
      return failure();
  }
  return success();
}

static LogicalResult emitSources(Compilation &compilation, StringRef output) {
  const Options &options = compilation.getOptions();
  OutputFiles outputs;
  if (failed(outputs.protect(options.input)) || failed(outputs.addFolder(output)) ||
      failed(
          outputs.reserve(joinPath(output, options.name + ".h"), OutputFiles::Replace::OnlyOurs)))
    return failure();
  if (failed(compilation.import()) || failed(outputs.protect(compilation.getFilesRead())) ||
      failed(compilation.run(Phase::Memory)))
    return failure();
  FailureOr<std::vector<EmittedFile>> files = compilation.emit();
  if (failed(files) || failed(writeAll(*files, output, outputs)))
    return failure();
  if (failed(writeDependencies(compilation, output, outputs)) ||
      failed(writeReport(compilation, outputs)))
    return failure();
  return outputs.commit();
}

static LogicalResult buildLibrary(Compilation &compilation, StringRef output) {
  const Options &options = compilation.getOptions();
  // The places are taken first: nobody should wait minutes for "permission denied".
  OutputFiles outputs;
  std::string header = joinPath(llvm::sys::path::parent_path(output), options.name + ".h");
  std::string temporary;
  if (!options.dryRun) {
    if (failed(outputs.protect(options.input)))
      return failure();
    FailureOr<std::string> library = outputs.reserve(output);
    if (failed(library) || failed(outputs.reserve(header, OutputFiles::Replace::OnlyOurs)))
      return failure();
    temporary = *library;
  } else {
    temporary = output.str();
  }
  TemporaryFolder folder;
  if (failed(folder.create()))
    return failure();
  if (options.saveTemps) {
    folder.keep();
    llvm::errs() << "onnxcc: intermediate files lie in " << folder.path() << "\n";
  }
  if (failed(compilation.import()) || failed(outputs.protect(compilation.getFilesRead())) ||
      failed(compilation.run(Phase::Memory)))
    return failure();
  std::vector<EmittedFile> files;
  FailureOr<std::vector<std::string>> objects = compilation.build(folder.path(), files);
  if (failed(objects))
    return failure();

  Toolchain toolchain(options, folder.path());
  LogicalResult linked = options.outputKind == Options::Output::Archive
                             ? toolchain.archive(*objects, temporary)
                         : options.outputKind == Options::Output::Object
                             ? toolchain.linkRelocatable(*objects, temporary)
                             : toolchain.linkShared(*objects, temporary);
  if (failed(linked) || options.dryRun)
    return linked;
  for (const EmittedFile &file : files)
    if ((file.kind == EmittedFile::Kind::Header || file.kind == EmittedFile::Kind::WeightFile) &&
        failed(outputs.write(
            joinPath(llvm::sys::path::parent_path(output), file.name),
            [&](llvm::raw_ostream &out) { file.write(out); }, OutputFiles::Replace::OnlyOurs)))
      return failure();
  if (options.debug) {
    // Where the debug information says that the sources are.
    SmallString<128> sources(output);
    llvm::sys::path::replace_extension(sources, ".src");
    if (failed(outputs.addFolder(sources)) || failed(writeAll(files, sources, outputs)))
      return failure();
  }
  if (failed(writeDependencies(compilation, output, outputs)) ||
      failed(writeReport(compilation, outputs)))
    return failure();
  return outputs.commit();
}

LogicalResult compileModel(const Options &given) {
  Options options = given;
  FailureOr<std::vector<std::string>> features = resolveTargets(options.features);
  if (failed(features))
    return failure();
  options.features = *features;
  if (options.output.empty())
    options.output = getDefaultOutput(options);

  Compilation compilation(options);
  LogicalResult result = options.outputKind == Options::Output::Phase ? emitPhase(compilation)
                         : options.outputKind == Options::Output::Sources
                             ? emitSources(compilation, options.output)
                             : buildLibrary(compilation, options.output);
  DiagnosticPrinter &diagnostics = compilation.getDiagnostics();
  diagnostics.printSummary();
  // -Werror: a warning may have come from a step that went well.
  return success(succeeded(result) && diagnostics.errorCount() == 0);
}

} // namespace onnxcc
