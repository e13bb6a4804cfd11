// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Processes for instrumented models: see Sanitized.h.
#include "compiler/verify/Sanitized.h"

#include "compiler/HostCompiler.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
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
  const ToolchainOptions &toolchain = options.compile.toolchain;
  Diagnostics diagnostics(printDiagnostic);
  FailureOr<HostCompiler> compiler =
      askCompiler(toolchain, *findTarget(options.compile.features.front()), diagnostics);
  if (failed(compiler))
    return failure();
  std::string name = formatv(compiler->kind->sanitizerRuntime.data(),
                             Triple(sys::getProcessTriple()).getArchName());
  FailureOr<std::string> answer = getOutput({compiler->program, "-print-file-name=" + name},
                                            toolchain.temporaryPaths, diagnostics);
  if (failed(answer))
    return failure();
  SmallString<128> path;
  if (sys::fs::real_path(StringRef(*answer).trim(), path) || !sys::path::is_absolute(path))
    return failCommand("'" + compiler->program + "' has no runtime of the address sanitizer, " +
                       name);
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
