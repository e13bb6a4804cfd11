// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are written whole or not at all: see Files.h.
#include "compiler/Files.h"

#include "codegen/Emit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace llvm;

namespace onnxcc {

static Error failToWrite(StringRef path, std::error_code code) {
  return createStringError("cannot write '" + path + "': " + code.message());
}

static Error closeFile(raw_fd_ostream &out, StringRef path) {
  out.close();
  std::error_code code = out.error();
  out.clear_error(); // the stream's destructor ends the program on an error that nobody looked at
  return code ? failToWrite(path, code) : Error::success();
}

Error writeFile(StringRef path, Writer writer, StringRef shownAs) {
  std::error_code code;
  raw_fd_ostream out(path, code);
  if (code)
    return failToWrite(shownAs, code);
  writer(out);
  return closeFile(out, shownAs);
}

Error writeFile(StringRef path, StringRef contents, StringRef shownAs) {
  return writeFile(path, [&](raw_ostream &out) { out << contents; }, shownAs);
}

TemporaryPaths::~TemporaryPaths() = default;

Error TemporaryFolder::create() {
  SmallString<128> made, place;
  if (std::error_code code = sys::fs::createUniqueDirectory("onnxcc", made)) {
    sys::path::system_temp_directory(/*ErasedOnReboot=*/true, place);
    return createStringError("cannot make a temporary folder in '" + place +
                             "': " + code.message() + "; TMPDIR= names another place");
  }
  folder = std::string(made);
  if (observer)
    observer->addFolder(folder);
  return Error::success();
}

TemporaryFolder::~TemporaryFolder() {
  if (folder.empty())
    return;
  if (!kept)
    sys::fs::remove_directories(folder);
  if (observer)
    observer->removeFolder(folder);
}

std::string TemporaryFolder::file(const Twine &name) const {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return std::string(path);
}

OutputFiles::~OutputFiles() {
  for (const File &file : files) {
    sys::fs::remove(file.temporary);
    if (observer)
      observer->removeFile(file.temporary);
  }
  for (const std::string &folder : reverse(madeFolders))
    sys::fs::remove(folder); // only if it is empty
}

Error OutputFiles::addFolder(StringRef path) {
  if (path.empty() || sys::fs::is_directory(path))
    return Error::success();
  if (std::error_code code = sys::fs::create_directory(path, /*IgnoreExisting=*/false))
    return failToWrite(path, code);
  madeFolders.push_back(path.str());
  return Error::success();
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

Error InputFiles::allowOutput(StringRef path) const {
  sys::fs::UniqueID file;
  if (sys::fs::getUniqueID(path, file))
    return Error::success(); // there is none yet
  for (const auto &[input, name] : files)
    if (input == file)
      return createStringError("'" + path + "' would replace the input '" + name +
                               "': give the output another place");
  return Error::success();
}

Error OutputFiles::protect(ArrayRef<std::string> paths) {
  InputFiles more = inputs;
  for (StringRef path : paths)
    more.add(path);
  return protect(std::move(more));
}

Error OutputFiles::protect(InputFiles paths) {
  inputs = std::move(paths);
  for (const File &file : files)
    if (Error error = inputs.allowOutput(file.path))
      return error;
  return Error::success();
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

Expected<std::string> OutputFiles::reserve(StringRef path, Replace replace) {
  if (sys::fs::is_directory(path))
    return createStringError("cannot write '" + path + "': it is a folder");
  if (File *other = find(path))
    return createStringError("two outputs would be written to '" + other->path + "'");
  if (Error error = inputs.allowOutput(path))
    return error;
  if (replace == Replace::OnlyOurs && sys::fs::exists(path) && !isEmittedFile(path))
    return createStringError("'" + path +
                             "' was not made by onnxcc, and an output would replace it: " +
                             "move it, or give the output another folder or name");
  // Through links, as compilers write; into devices and pipes, which no file may replace.
  SmallString<128> target(path), temporary;
  if (sys::fs::exists(path))
    if (std::error_code code = sys::fs::real_path(path, target))
      return failToWrite(path, code);
  bool isStream = sys::fs::exists(target) && !sys::fs::is_regular_file(target);
  SmallString<128> model(sys::path::parent_path(target));
  if (isStream) {
    model.clear();
    sys::path::system_temp_directory(/*ErasedOnReboot=*/true, model);
  }
  sys::path::append(model, "." + sys::path::filename(path) + ".%%%%%%");
  int descriptor;
  if (std::error_code code =
          sys::fs::createUniqueFile(model, descriptor, temporary, sys::fs::OF_None, 0666))
    return failToWrite(path, code);
  ::close(descriptor);
  files.push_back(
      {std::string(temporary), std::string(target), getPlace(path), /*isWritten=*/false, isStream});
  if (observer)
    observer->addFile(temporary);
  return std::string(temporary);
}

Error OutputFiles::write(StringRef path, Writer writer, Replace replace) {
  File *file = find(path);
  if (file && file->isWritten)
    return createStringError("two outputs would be written to '" + path + "'");
  if (!file) {
    if (Error error = reserve(path, replace).takeError())
      return error;
    file = &files.back();
  }
  file->isWritten = true;
  return writeFile(file->temporary, writer, path);
}

Error OutputFiles::write(StringRef path, StringRef contents, Replace replace) {
  return write(path, [&](raw_ostream &out) { out << contents; }, replace);
}

/// Sends what `from` holds into a device or pipe.
static Error sendFile(StringRef from, StringRef to) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> contents = MemoryBuffer::getFile(from);
  if (!contents)
    return failToWrite(to, contents.getError());
  std::error_code code;
  raw_fd_ostream out(to, code, sys::fs::CD_OpenExisting, sys::fs::FA_Write, sys::fs::OF_None);
  if (code)
    return failToWrite(to, code);
  out << (*contents)->getBuffer();
  if (Error error = closeFile(out, to))
    return error;
  sys::fs::remove(from);
  return Error::success();
}

Error OutputFiles::commit() {
  for (const File &file : files) {
    if (file.isStream) {
      if (Error error = sendFile(file.temporary, file.path))
        return error;
    } else if (std::error_code code = sys::fs::rename(file.temporary, file.path)) {
      return failToWrite(file.path, code);
    }
    if (observer)
      observer->removeFile(file.temporary);
  }
  files.clear();
  madeFolders.clear();
  return Error::success();
}

} // namespace onnxcc
