// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are written whole or not at all, and a folder for what is only needed on the way.
#ifndef ONNXCC_COMPILER_FILES_H
#define ONNXCC_COMPILER_FILES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace onnxcc {

/// Prints "onnxcc: error: MESSAGE" and fails: for what concerns the command, not the model.
llvm::LogicalResult failCommand(const llvm::Twine &message);

/// From here on a lack of memory ends the program as an error of the command does: with a message,
/// exit status 1 and nothing left behind.
void reportOutOfMemory();

/// Writes a file's contents to a stream.
using Writer = llvm::function_ref<void(llvm::raw_ostream &)>;

/// Writes a file; the message of an error names `shownAs`, the file as the user knows it.
llvm::LogicalResult writeFile(llvm::StringRef path, Writer writer, llvm::StringRef shownAs);
llvm::LogicalResult writeFile(llvm::StringRef path, llvm::StringRef contents,
                              llvm::StringRef shownAs);

/// A folder under the system's temporary one; removed at the end, also on an interrupt or without
/// memory.
class TemporaryFolder {
public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder &) = delete;
  ~TemporaryFolder();

  llvm::LogicalResult create();
  void keep() { kept = true; }
  llvm::StringRef path() const { return folder; }
  std::string file(const llvm::Twine &name) const;

private:
  std::string folder;
  bool kept = false;
};

/// The command's results. Each is first written beside its final place and all are renamed by
/// `commit`; without it nothing stays behind, neither files nor the folders that were made for
/// them.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Makes a folder (one level) for outputs, unless it is there.
  llvm::LogicalResult addFolder(llvm::StringRef path);

  /// Creates an empty file beside `path`, which shows that the place can be written.
  /// \returns its name, for a tool to write to.
  llvm::FailureOr<std::string> reserve(llvm::StringRef path);

  llvm::LogicalResult write(llvm::StringRef path, Writer writer);
  llvm::LogicalResult write(llvm::StringRef path, llvm::StringRef contents);

  llvm::LogicalResult commit();

private:
  struct File {
    std::string temporary, path;
  };
  std::vector<File> files;
  std::vector<std::string> madeFolders;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_FILES_H
