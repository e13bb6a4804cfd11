// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Processes for instrumented models: see Sanitized.h.
#include "compiler/verify/Sanitized.h"

#include "compiler/driver/Process.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

using namespace llvm;

namespace onnxcc {

/// The status of a process that a sanitizer ends; no other path gives it.
static constexpr int stopped = 99;

bool hasSanitizer() { return dlsym(RTLD_DEFAULT, "__asan_init") != nullptr; }

void setAccessible(const void *memory, size_t bytes, bool accessible) {
  using Function = void (*)(const volatile void *, size_t);
  static const auto permit =
      reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, "__asan_unpoison_memory_region"));
  static const auto forbid =
      reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, "__asan_poison_memory_region"));
  if (permit && forbid)
    (accessible ? permit : forbid)(memory, bytes);
}

/// The runtime as a shared library: only the host compiler knows where its own lies.
static FailureOr<std::string> findRuntime(const Options &options) {
  bool isClang = StringRef(sys::path::filename(options.compile.toolchain.cxx)).contains("clang");
  StringRef name = isClang ? "libclang_rt.asan-x86_64.so" : "libasan.so";
  SmallString<128> log;
  ErrorOr<std::string> program = sys::findProgramByName(options.compile.toolchain.cxx);
  if (!program || sys::fs::createTemporaryFile("onnxcc", "txt", log))
    return failCommand("cannot run '" + options.compile.toolchain.cxx + "'");
  FileRemover remover(log);
  std::string question = ("-print-file-name=" + name).str();
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log), StringRef("")};
  sys::ExecuteAndWait(*program, {options.compile.toolchain.cxx, question}, std::nullopt, redirects);
  ErrorOr<std::unique_ptr<MemoryBuffer>> answer = MemoryBuffer::getFile(log);
  SmallString<128> path;
  if (!answer || sys::fs::real_path((*answer)->getBuffer().trim(), path) ||
      !sys::path::is_absolute(path))
    return failCommand("'" + options.compile.toolchain.cxx +
                       "' has no runtime of the address sanitizer, " + name);
  return std::string(path);
}

LogicalResult verifySanitized(const Options &options, StringRef library) {
  FailureOr<std::string> runtime = findRuntime(options);
  if (failed(runtime))
    return failure();
  auto get = [](const char *name) { return StringRef(std::getenv(name) ? std::getenv(name) : ""); };
  // What LLVM leaves to the end of the process is no leak of the model.
  std::vector<std::string> environment = {
      "LD_PRELOAD=" + *runtime + ":" + get("LD_PRELOAD").str(),
      formatv("ASAN_OPTIONS=detect_leaks=0:exitcode={0}:{1}", stopped, get("ASAN_OPTIONS")),
      formatv("UBSAN_OPTIONS=print_stacktrace=1:exitcode={0}:{1}", stopped, get("UBSAN_OPTIONS"))};
  for (char **variable = environ; *variable; ++variable)
    if (StringRef name = StringRef(*variable).split('=').first;
        name != "LD_PRELOAD" && name != "ASAN_OPTIONS" && name != "UBSAN_OPTIONS")
      environment.push_back(*variable);
  std::vector<std::string> command = options.arguments;
  command.push_back("--library=" + library.str());
  command.push_back("--name=" + options.compile.name);
  SmallVector<StringRef> arguments(command.begin(), command.end()),
      variables(environment.begin(), environment.end());
  std::string self = sys::fs::getMainExecutable(command[0].c_str(), (void *)&hasSanitizer);
  std::string message;
  int status =
      sys::ExecuteAndWait(self, arguments, ArrayRef<StringRef>(variables), {}, 0, 0, &message);
  if (status == stopped)
    return failCommand("a sanitizer stopped the call: the model's code is faulty");
  if (status < 0)
    return failCommand("the sanitized process ended: " + message);
  return success(status == 0);
}

void dropPreload() {
  if (const char *preload = std::getenv("LD_PRELOAD")) {
    std::string rest = StringRef(preload).split(':').second.str();
    rest.empty() ? unsetenv("LD_PRELOAD") : setenv("LD_PRELOAD", rest.c_str(), 1);
  }
}

} // namespace onnxcc
