// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are written whole or not at all: see Files.h.
#include "compiler/Files.h"

#include "codegen/Emit.h"

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

void InputFiles::add(StringRef path) {
  sys::fs::UniqueID file;
  if (!sys::fs::getUniqueID(path, file))
    files.push_back({file, path.str()});
}

void InputFiles::addFolder(StringRef path) {
  std::error_code code;
  for (sys::fs::directory_iterator entry(path, code), end; !code && entry != end;
       entry.increment(code))
    add(entry->path());
}

LogicalResult InputFiles::allowOutput(StringRef path) const {
  sys::fs::UniqueID file;
  if (sys::fs::getUniqueID(path, file))
    return success(); // there is none yet
  for (const auto &[input, name] : files)
    if (input == file)
      return failCommand("'" + path + "' would replace the input '" + name +
                         "': give the output another place");
  return success();
}

LogicalResult OutputFiles::protect(ArrayRef<std::string> paths) {
  InputFiles more = inputs;
  for (StringRef path : paths)
    more.add(path);
  return protect(std::move(more));
}

LogicalResult OutputFiles::protect(InputFiles paths) {
  inputs = std::move(paths);
  for (const File &file : files)
    if (failed(inputs.allowOutput(file.path)))
      return failure();
  return success();
}

/// A path that two spellings of one place share.
static std::string getPlace(StringRef path) {
  SmallString<128> place(path);
  sys::fs::make_absolute(place);
  SmallString<128> folder;
  if (sys::fs::real_path(sys::path::parent_path(place), folder))
    return std::string(place);
  sys::path::append(folder, sys::path::filename(place));
  return std::string(folder);
}

OutputFiles::File *OutputFiles::find(StringRef path) {
  std::string place = getPlace(path);
  for (File &file : files)
    if (file.place == place)
      return &file;
  return nullptr;
}

FailureOr<std::string> OutputFiles::reserve(StringRef path, Replace replace) {
  if (sys::fs::is_directory(path))
    return failCommand("cannot write '" + path + "': it is a folder");
  if (File *other = find(path))
    return failCommand("two outputs would be written to '" + other->path + "'");
  if (failed(inputs.allowOutput(path)))
    return failure();
  if (replace == Replace::OnlyOurs && sys::fs::exists(path) && !isEmittedFile(path))
    return failCommand("'" + path + "' was not made by onnxcc, and an output would replace it: " +
                       "move it, or give the output another folder or name");
  SmallString<128> model(sys::path::parent_path(path)), temporary;
  sys::path::append(model, "." + sys::path::filename(path) + ".%%%%%%");
  int descriptor;
  if (std::error_code code =
          sys::fs::createUniqueFile(model, descriptor, temporary, sys::fs::OF_None, 0666))
    return failToWrite(path, code);
  ::close(descriptor);
  files.push_back({std::string(temporary), path.str(), getPlace(path)});
  sys::RemoveFileOnSignal(temporary);
  return std::string(temporary);
}

LogicalResult OutputFiles::write(StringRef path, Writer writer, Replace replace) {
  File *file = find(path);
  if (file && file->isWritten)
    return failCommand("two outputs would be written to '" + path + "'");
  if (!file) {
    if (failed(reserve(path, replace)))
      return failure();
    file = &files.back();
  }
  file->isWritten = true;
  return writeFile(file->temporary, writer, path);
}

LogicalResult OutputFiles::write(StringRef path, StringRef contents, Replace replace) {
  return write(path, [&](raw_ostream &out) { out << contents; }, replace);
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
