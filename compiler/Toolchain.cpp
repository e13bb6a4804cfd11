// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The host compiler: see Toolchain.h.
#include "compiler/Toolchain.h"

#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <thread>

using namespace llvm;

namespace onnxcc {

// The address sanitizer finds null pointers; with checks of pointer arithmetic, which has no other
// way to go wrong, kernels take the host compiler twice as long.
static constexpr StringRef sanitizers[] = {"-fsanitize=address,undefined",
                                           "-fno-sanitize=null,pointer-overflow",
                                           "-fno-sanitize-recover=all"};

/// A command as a person would type it: words with other than plain characters are quoted.
static std::string quote(ArrayRef<std::string> command) {
  return join(map_range(command,
                        [](const std::string &word) {
                          auto isPlain = [](char c) {
                            return isAlnum(c) || StringRef("-_=./,+:@%").contains(c);
                          };
                          return !word.empty() && all_of(word, isPlain) ? word : "'" + word + "'";
                        }),
              " ");
}

std::vector<std::string> Toolchain::getCompileCommand(const HostSource &source,
                                                      StringRef object) const {
  StringRef extension = sys::path::extension(source.path);
  bool isCpp = extension == ".cpp";
  const CompilerKind &kind = *compiler.kind;
  std::vector<std::string> command = {compiler.program};
  auto add = [&](ArrayRef<StringRef> flags) {
    for (StringRef flag : flags)
      command.push_back(flag.str());
  };
  // For the sanitizers -O1: their checks take the host compiler long, and the vectors are the same.
  if (isCpp)
    // Kernels get the host's -O3 from -O1 on: the levels say what onnxcc does, and a kernel at -O1
    // is half as fast.
    add({"-std=c++17", options.pipeline.level == 0 || options.sanitize ? "-O1" : "-O3"});
  else if (extension == ".c")
    add({"-x", "c"}); // g++ takes .c for C++
  const Target &target = *findTarget(source.target);
  add(getWords(target.flags));
  if (target.architecture->family == Family::Host)
    add({"-fPIC"});
  if (isCpp)
    // errno and traps would keep square roots and comparisons from being vectors; no result depends
    // on them. Which other multiply-adds than the runtime's the compiler fused would differ between
    // vectors and what is left over.
    add({"-fvisibility=hidden", "-fno-exceptions", "-fno-rtti", "-ffunction-sections",
         "-fdata-sections", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off",
         "-fno-asynchronous-unwind-tables", "-fno-ident", "-fstack-usage"});
  // With the frames some write the call graph, which makes the sum along the calls exact.
  if (isCpp)
    add(getWords(kind.callGraphFlags));
  if (!options.toolchain.sysroot.empty())
    command.push_back("--sysroot=" + options.toolchain.sysroot);
  // The objects' bytes must not depend on where the temporary folder lies; a debugger finds the
  // sources beside the library.
  StringRef shown = ".";
  if (options.sanitize) {
    add({"-g", "-fno-omit-frame-pointer"});
    add(sanitizers);
    add(getWords(kind.sanitizerCallFlags));
  }
  if (options.toolchain.debug) {
    if (!options.toolchain.debugFolder.empty())
      shown = options.toolchain.debugFolder;
    add({"-g"});
  }
  command.push_back("-ffile-prefix-map=" + folder + "=" + shown.str());
  command.insert(command.end(), options.toolchain.cxxFlags.begin(),
                 options.toolchain.cxxFlags.end());
  command.insert(command.end(), {"-I" + folder, "-c", source.path, "-o", object.str()});
  return command;
}

FailureOr<std::vector<std::string>> Toolchain::compile(ArrayRef<HostSource> sources) {
  std::vector<Job> jobs;
  std::vector<std::string> objects;
  for (const HostSource &source : sources) {
    std::string object = source.path + "." + source.target + ".o";
    jobs.push_back({getCompileCommand(source, object), sys::path::filename(source.path).str()});
    objects.push_back(std::move(object));
  }
  if (failed(run(jobs)))
    return failure();
  return objects;
}

LogicalResult Toolchain::archive(ArrayRef<std::string> objects, StringRef output) {
  // ar adds to a file that is there; D leaves out times and owners, so that equal input gives equal
  // bytes.
  if (!options.toolchain.dryRun)
    sys::fs::remove(output);
  Job job = {{"ar", "rcsD", output.str()}, "the library"};
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  return run(job);
}

LogicalResult Toolchain::linkRelocatable(ArrayRef<std::string> objects, StringRef output) {
  Job job = {{compiler.program, "-r", "-nostdlib", "-o", output.str()}, "the object"};
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  return run(job);
}

LogicalResult Toolchain::linkShared(ArrayRef<std::string> objects, StringRef output) {
  Job job = {{compiler.program, "-shared", "-Wl,--gc-sections", "-Wl,--build-id=none",
              "-Wl,-z,noexecstack", "-o", output.str()},
             "the shared library"};
  if (!options.toolchain.sysroot.empty())
    job.command.push_back("--sysroot=" + options.toolchain.sysroot);
  if (options.sanitize)
    for (StringRef flag : sanitizers)
      job.command.push_back(flag.str());
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  job.command.push_back("-lm");
  return run(job);
}

LogicalResult Toolchain::linkProgram(ArrayRef<std::string> objects, StringRef output) {
  Job job = {{compiler.program, "-o", output.str()}, "the program"};
  if (!options.toolchain.sysroot.empty())
    job.command.push_back("--sysroot=" + options.toolchain.sysroot);
  job.command.insert(job.command.end(), options.toolchain.cxxFlags.begin(),
                     options.toolchain.cxxFlags.end());
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  job.command.push_back("-lm");
  return run(job);
}

struct Toolchain::Running {
  const Job *job;
  sys::ProcessInfo process;
  std::string log;
};

FailureOr<Toolchain::Running> Toolchain::start(const Job &job, size_t index) {
  ErrorOr<std::string> program = sys::findProgramByName(job.command.front());
  if (!program)
    return diagnostics.fail(Diagnostic::Subject::HostCompiler,
                            "cannot find '" + job.command.front() +
                                "': " + program.getError().message());
  std::string log = folder + "/log" + std::to_string(index);
  SmallVector<StringRef> arguments(job.command.begin(), job.command.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log), StringRef(log)};
  std::string message;
  bool notStarted = false;
  sys::ProcessInfo process =
      sys::ExecuteNoWait(*program, arguments, std::nullopt, redirects, 0, &message, &notStarted);
  if (notStarted)
    return diagnostics.fail(Diagnostic::Subject::HostCompiler,
                            "cannot run '" + *program + "': " + message);
  return Running{&job, process, std::move(log)};
}

/// Waits for the end of a process, and says how it failed if that `isWanted`.
LogicalResult Toolchain::finish(Running &running, bool isWanted) {
  std::string message;
  sys::ProcessInfo done = sys::Wait(running.process, std::nullopt, &message);
  if (!isWanted)
    return success();
  std::string said;
  if (ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(running.log))
    said = (*text)->getBuffer().str();
  if (done.ReturnCode == 0) {
    if (!said.empty()) // its warnings
      diagnostics.remark(Diagnostic::Subject::HostCompiler,
                         "the host compiler on " + running.job->subject + " says", said);
    return success();
  }
  std::string how = done.ReturnCode > 0
                        ? "failed (exit status " + std::to_string(done.ReturnCode) + ")"
                    : message.empty() ? "crashed"
                                      : "failed (" + message + ")";
  return diagnostics.fail(Diagnostic::Subject::HostCompiler,
                          "the host compiler " + how + " on " + running.job->subject,
                          said + "the command was: " + quote(running.job->command) + "\n");
}

LogicalResult Toolchain::run(ArrayRef<Job> jobs) {
  if (options.log && (options.toolchain.dryRun || options.verbose))
    for (const Job &job : jobs)
      *options.log << " " << quote(job.command) << "\n";
  if (options.toolchain.dryRun)
    return success();

  size_t limit = options.toolchain.jobs ? options.toolchain.jobs
                                        : std::max(1u, std::thread::hardware_concurrency());
  std::vector<Running> running;
  bool isGood = true; // one report is enough; after it the others are only awaited
  for (auto [index, job] : enumerate(jobs)) {
    if (running.size() == limit) {
      isGood = succeeded(finish(running.front(), isGood)) && isGood;
      running.erase(running.begin());
    }
    if (!isGood)
      break;
    FailureOr<Running> started = start(job, index);
    if (succeeded(started))
      running.push_back(std::move(*started));
    isGood = succeeded(started);
  }
  for (Running &each : running)
    isGood = succeeded(finish(each, isGood)) && isGood;
  return success(isGood);
}

} // namespace onnxcc
