// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Libraries and sources on disk: see Products.h. Places are taken first: nobody should wait minutes
// for "permission denied".
#include "compiler/Products.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace onnxcc {

static std::string joinPath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

std::string getDebugFolder(StringRef library) {
  SmallString<128> path(library);
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::replace_extension(path, ".src");
  return std::string(path);
}

/// Imports the model and takes it to the memory phase; its files are no places for outputs.
static LogicalResult compile(Compilation &compilation, OutputFiles &outputs) {
  if (failed(compilation.import()) ||
      failed(compilation.getDiagnostics().check(Diagnostic::Subject::Files,
                                                outputs.protect(compilation.getFilesRead()))))
    return failure();
  return compilation.run(Phase::Memory);
}

static llvm::Error write(const EmittedFile &file, StringRef folder, OutputFiles &outputs) {
  std::string path = joinPath(folder, file.name);
  if (llvm::Error error = outputs.addFolder(llvm::sys::path::parent_path(path)))
    return error;
  return outputs.write(
      path, [&](llvm::raw_ostream &out) { file.write(out); }, OutputFiles::Replace::OnlyOurs);
}

LogicalResult writeSources(Compilation &compilation, StringRef folder, OutputFiles &outputs) {
  auto check = [&](llvm::Error error) {
    return compilation.getDiagnostics().check(Diagnostic::Subject::Files, std::move(error));
  };
  std::string header = joinPath(folder, compilation.getOptions().name + ".h");
  if (failed(check(outputs.addFolder(folder))) ||
      failed(check(outputs.reserve(header, OutputFiles::Replace::OnlyOurs).takeError())) ||
      failed(compile(compilation, outputs)))
    return failure();
  FailureOr<std::vector<EmittedFile>> files = compilation.emit();
  if (failed(files))
    return failure();
  for (const EmittedFile &file : *files)
    if (failed(check(write(file, folder, outputs))))
      return failure();
  return success();
}

LogicalResult writeLibrary(Compilation &compilation, Compilation::Library kind, StringRef output,
                           StringRef temporary, OutputFiles &outputs) {
  auto check = [&](llvm::Error error) {
    return compilation.getDiagnostics().check(Diagnostic::Subject::Files, std::move(error));
  };
  const CompileOptions &options = compilation.getOptions();
  StringRef folder = llvm::sys::path::parent_path(output);
  std::string header = joinPath(folder, options.name + ".h"), place = output.str();
  if (!options.toolchain.dryRun) {
    llvm::Expected<std::string> reserved = outputs.reserve(output);
    if (failed(check(reserved.takeError())) ||
        failed(check(outputs.reserve(header, OutputFiles::Replace::OnlyOurs).takeError())))
      return failure();
    place = *reserved;
  }
  if (failed(compile(compilation, outputs)))
    return failure();
  std::vector<EmittedFile> files;
  FailureOr<std::vector<std::string>> objects = compilation.build(temporary, files);
  if (failed(objects) || failed(compilation.link(kind, *objects, temporary, place)))
    return failure();
  if (options.toolchain.dryRun)
    return success();
  for (const EmittedFile &file : files)
    if ((file.kind == EmittedFile::Kind::Header || file.kind == EmittedFile::Kind::WeightFile) &&
        failed(check(write(file, folder, outputs))))
      return failure();
  if (!options.toolchain.debug)
    return success();
  // Where the debug information says that the sources are.
  SmallString<128> sources(output);
  llvm::sys::path::replace_extension(sources, ".src");
  if (failed(check(outputs.addFolder(sources))))
    return failure();
  for (const EmittedFile &file : files)
    if (failed(check(write(file, sources, outputs))))
      return failure();
  return success();
}

} // namespace onnxcc
