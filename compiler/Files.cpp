// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are written whole or not at all: see Files.h.
#include "compiler/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstring>
#include <new>
#include <unistd.h>

using namespace llvm;

namespace onnxcc {

LogicalResult failCommand(const Twine &message) {
  errs() << "onnxcc: error: " << message << "\n";
  return failure();
}

static LogicalResult failToWrite(StringRef path, std::error_code code) {
  return failCommand("cannot write '" + path + "': " + code.message());
}

LogicalResult writeFile(StringRef path, Writer writer, StringRef shownAs) {
  std::error_code code;
  raw_fd_ostream out(path, code);
  if (code)
    return failToWrite(shownAs, code);
  writer(out);
  out.close();
  code = out.error();
  out.clear_error(); // the stream's destructor ends the program on an error that nobody looked at
  return code ? failToWrite(shownAs, code) : success();
}

LogicalResult writeFile(StringRef path, StringRef contents, StringRef shownAs) {
  return writeFile(path, [&](raw_ostream &out) { out << contents; }, shownAs);
}

// A sudden end must remove the folder and the half-written outputs. The handlers may only use what
// was prepared before, so both lie in buffers of their own; one compilation at a time has them.
static char temporaryFolder[4096];

static void endSuddenly(int status) {
  if (temporaryFolder[0])
    sys::fs::remove_directories(temporaryFolder);
  sys::RunInterruptHandlers(); // removes the files of RemoveFileOnSignal
  _exit(status);
}

static void endOnInterrupt() { endSuddenly(130); }

static void endOutOfMemory() {
  std::set_new_handler(nullptr); // what is left to do may need some
  (void)failCommand("out of memory: give open dims smaller bounds, or compile on a larger machine");
  endSuddenly(1);
}

void reportOutOfMemory() {
  std::set_new_handler(endOutOfMemory);
  install_bad_alloc_error_handler([](void *, const char *, bool) { endOutOfMemory(); });
}

LogicalResult TemporaryFolder::create() {
  SmallString<128> made;
  if (std::error_code code = sys::fs::createUniqueDirectory("onnxcc", made))
    return failCommand("cannot make a temporary folder: " + code.message());
  folder = std::string(made);
  if (folder.size() < sizeof(temporaryFolder)) {
    std::memcpy(temporaryFolder, folder.c_str(), folder.size() + 1);
    sys::SetInterruptFunction(endOnInterrupt);
  }
  return success();
}

TemporaryFolder::~TemporaryFolder() {
  temporaryFolder[0] = 0;
  if (!folder.empty() && !kept)
    sys::fs::remove_directories(folder);
}

std::string TemporaryFolder::file(const Twine &name) const {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return std::string(path);
}

OutputFiles::~OutputFiles() {
  for (const File &file : files) {
    sys::fs::remove(file.temporary);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
  for (const std::string &folder : reverse(madeFolders))
    sys::fs::remove(folder); // only if it is empty
}

LogicalResult OutputFiles::addFolder(StringRef path) {
  if (path.empty() || sys::fs::is_directory(path))
    return success();
  if (std::error_code code = sys::fs::create_directory(path, /*IgnoreExisting=*/false))
    return failToWrite(path, code);
  madeFolders.push_back(path.str());
  return success();
}

FailureOr<std::string> OutputFiles::reserve(StringRef path) {
  if (sys::fs::is_directory(path))
    return failCommand("cannot write '" + path + "': it is a folder");
  SmallString<128> model(sys::path::parent_path(path)), temporary;
  sys::path::append(model, "." + sys::path::filename(path) + ".%%%%%%");
  int descriptor;
  if (std::error_code code =
          sys::fs::createUniqueFile(model, descriptor, temporary, sys::fs::OF_None, 0666))
    return failToWrite(path, code);
  ::close(descriptor);
  files.push_back({std::string(temporary), path.str()});
  sys::RemoveFileOnSignal(temporary);
  return std::string(temporary);
}

LogicalResult OutputFiles::write(StringRef path, Writer writer) {
  for (const File &file : files)
    if (file.path == path)
      return writeFile(file.temporary, writer, path);
  FailureOr<std::string> temporary = reserve(path);
  if (failed(temporary))
    return failure();
  return writeFile(*temporary, writer, path);
}

LogicalResult OutputFiles::write(StringRef path, StringRef contents) {
  return write(path, [&](raw_ostream &out) { out << contents; });
}

LogicalResult OutputFiles::commit() {
  for (const File &file : files) {
    if (std::error_code code = sys::fs::rename(file.temporary, file.path))
      return failToWrite(file.path, code);
    sys::DontRemoveFileOnSignal(file.temporary);
  }
  files.clear();
  madeFolders.clear();
  return success();
}

} // namespace onnxcc
