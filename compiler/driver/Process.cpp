// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The process of the command: see Process.h.
#include "compiler/driver/Process.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"
#include <cstring>
#include <new>
#include <unistd.h>

using namespace llvm;

namespace onnxcc {

void printDiagnostic(const Diagnostic &diagnostic) { diagnostic.print(errs()); }

LogicalResult failCommand(const Twine &message) {
  errs() << "onnxcc: error: " << message << "\n";
  return failure();
}

LogicalResult checkCommand(Error error) {
  return error ? failCommand(toString(std::move(error))) : success();
}

// A sudden end must remove folders and half-written outputs. Its handlers may only use what was
// prepared before, so paths lie in buffers of their own. A command has at most three folders.
static char folders[4][4096];

static void endSuddenly(int status) {
  for (const char *folder : folders)
    if (folder[0])
      sys::fs::remove_directories(folder);
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

namespace {
class RemovedAtEnd : public TemporaryPaths {
public:
  void addFile(StringRef path) override { sys::RemoveFileOnSignal(path); }
  void removeFile(StringRef path) override { sys::DontRemoveFileOnSignal(path); }
  void addFolder(StringRef path) override {
    for (char *folder : folders)
      if (!folder[0] && path.size() < sizeof(folders[0])) {
        std::memcpy(folder, path.data(), path.size());
        folder[path.size()] = 0;
        break;
      }
    sys::SetInterruptFunction(endOnInterrupt);
  }
  void removeFolder(StringRef path) override {
    for (char *folder : folders)
      if (path == folder)
        folder[0] = 0;
  }
};
} // namespace

TemporaryPaths *getTemporaryPaths() {
  static RemovedAtEnd paths;
  return &paths;
}

} // namespace onnxcc
