// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are written whole or not at all, and a folder for what is only needed on the way.
// Errors are messages that name the file as the user knows it.
#ifndef ONNXCC_COMPILER_FILES_H
#define ONNXCC_COMPILER_FILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem/UniqueID.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace onnxcc {

/// Writes a file's contents to a stream.
using Writer = llvm::function_ref<void(llvm::raw_ostream &)>;

/// Writes a file; the message of an error names `shownAs`, the file as the user knows it.
llvm::Error writeFile(llvm::StringRef path, Writer writer, llvm::StringRef shownAs);
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents, llvm::StringRef shownAs);

/// Told of files and folders that exist only while there is work: a program that signals may end
/// removes them then.
class TemporaryPaths {
public:
  virtual ~TemporaryPaths();
  virtual void addFile(llvm::StringRef path) = 0;
  virtual void removeFile(llvm::StringRef path) = 0;
  virtual void addFolder(llvm::StringRef path) = 0;
  virtual void removeFolder(llvm::StringRef path) = 0;
};

/// A folder under the system's temporary one; removed at the end.
class TemporaryFolder {
public:
  explicit TemporaryFolder(TemporaryPaths *observer = nullptr) : observer(observer) {}
  TemporaryFolder(const TemporaryFolder &) = delete;
  ~TemporaryFolder();

  llvm::Error create();
  void keep() { kept = true; }
  llvm::StringRef path() const { return folder; }
  std::string file(const llvm::Twine &name) const;

private:
  TemporaryPaths *observer;
  std::string folder;
  bool kept = false;
};

/// What a command reads, which none of its outputs may replace: the same file, whatever its path or
/// link.
class InputFiles {
public:
  /// A path that leads to no file is left to who reads it.
  void add(llvm::StringRef path);
  /// All files of a folder.
  void addFolder(llvm::StringRef path);

  /// Fails if a file at `path` is one of them.
  llvm::Error allowOutput(llvm::StringRef path) const;

private:
  std::vector<std::pair<llvm::sys::fs::UniqueID, std::string>> files;
};

/// A command's results. Each is first written beside its final place and all are renamed by
/// `commit`; without it nothing stays behind, neither files nor the folders that were made for
/// them.
class OutputFiles {
public:
  /// Whether the file that is at an output's place may be lost. Where the user has not named the
  /// place, only one that onnxcc has made may.
  enum class Replace { Any, OnlyOurs };

  explicit OutputFiles(TemporaryPaths *observer = nullptr) : observer(observer) {}
  OutputFiles(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Fails from now on, and for the outputs so far, if one would replace `inputs`.
  llvm::Error protect(llvm::ArrayRef<std::string> inputs);
  llvm::Error protect(InputFiles inputs);

  /// Makes a folder (one level) for outputs, unless it is there.
  llvm::Error addFolder(llvm::StringRef path);

  /// Creates an empty file beside `path`, which shows that the place can be written.
  /// \returns its name, for a tool to write to.
  llvm::Expected<std::string> reserve(llvm::StringRef path, Replace replace = Replace::Any);

  /// Writes to a place once; an error if two outputs have the same.
  llvm::Error write(llvm::StringRef path, Writer writer, Replace replace = Replace::Any);
  llvm::Error write(llvm::StringRef path, llvm::StringRef contents, Replace replace = Replace::Any);

  llvm::Error commit();

private:
  struct File {
    std::string temporary, path;
    std::string place; // the same for all spellings of the path
    bool isWritten = false;
    bool isStream = false; // a device or a pipe
  };
  File *find(llvm::StringRef path);

  TemporaryPaths *observer;
  std::vector<File> files;
  InputFiles inputs;
  std::vector<std::string> madeFolders;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_FILES_H
