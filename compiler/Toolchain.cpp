// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The host compiler: see Toolchain.h.
#include "compiler/Toolchain.h"

#include "compiler/Files.h"
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
  bool isClang = StringRef(sys::path::filename(options.cxx)).contains("clang");
  std::vector<std::string> command = {options.cxx};
  auto add = [&](ArrayRef<StringRef> flags) {
    for (StringRef flag : flags)
      command.push_back(flag.str());
  };
  // For the sanitizers -O1: their checks take the host compiler long, and the vectors are the same.
  if (isCpp)
    // Kernels get the host's -O3 from -O1 on: the levels say what onnxcc does, and a kernel at -O1
    // is half as fast.
    add({"-std=c++17", options.level == 0 || options.sanitize ? "-O1" : "-O3"});
  else if (extension == ".c")
    add({"-x", "c"}); // g++ takes .c for C++
  add(getWords(findTarget(source.target)->flags));
  add({"-fPIC"});
  if (isCpp)
    // errno and traps would keep square roots and comparisons from being vectors; no result depends
    // on them. Which other multiply-adds than the runtime's the compiler fused would differ between
    // vectors and what is left over.
    add({"-fvisibility=hidden", "-fno-exceptions", "-fno-rtti", "-ffunction-sections",
         "-fdata-sections", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off",
         "-fno-asynchronous-unwind-tables", "-fno-ident", "-fstack-usage"});
  // With the frames g++ writes the call graph, which makes the sum along the calls exact.
  if (isCpp && !isClang)
    add({"-fcallgraph-info=su"});
  if (!options.sysroot.empty())
    command.push_back("--sysroot=" + options.sysroot);
  // The objects' bytes must not depend on where the temporary folder lies; a debugger finds the
  // sources beside the library.
  SmallString<128> shown(".");
  if (options.sanitize) {
    add({"-g", "-fno-omit-frame-pointer"});
    add(sanitizers);
    // Checks as calls: half the time to compile.
    if (isClang)
      add({"-mllvm", "-asan-instrumentation-with-call-threshold=0"});
    else
      add({"--param", "asan-instrumentation-with-call-threshold=0"});
  }
  if (options.debug) {
    shown = options.output;
    sys::fs::make_absolute(shown);
    sys::path::replace_extension(shown, ".src");
    add({"-g"});
  }
  command.push_back("-ffile-prefix-map=" + folder + "=" + shown.str().str());
  command.insert(command.end(), options.cxxFlags.begin(), options.cxxFlags.end());
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
  if (!options.dryRun)
    sys::fs::remove(output);
  Job job = {{"ar", "rcsD", output.str()}, "the library"};
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  return run(job);
}

LogicalResult Toolchain::linkRelocatable(ArrayRef<std::string> objects, StringRef output) {
  Job job = {{options.cxx, "-r", "-nostdlib", "-o", output.str()}, "the object"};
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  return run(job);
}

LogicalResult Toolchain::linkShared(ArrayRef<std::string> objects, StringRef output) {
  Job job = {{options.cxx, "-shared", "-Wl,--gc-sections", "-Wl,--build-id=none",
              "-Wl,-z,noexecstack", "-o", output.str()},
             "the shared library"};
  if (!options.sysroot.empty())
    job.command.push_back("--sysroot=" + options.sysroot);
  if (options.sanitize)
    for (StringRef flag : sanitizers)
      job.command.push_back(flag.str());
  job.command.insert(job.command.end(), objects.begin(), objects.end());
  job.command.push_back("-lm");
  return run(job);
}

LogicalResult Toolchain::run(ArrayRef<Job> jobs) {
  if (options.dryRun || options.verbose)
    for (const Job &job : jobs)
      errs() << " " << quote(job.command) << "\n";
  if (options.dryRun)
    return success();

  struct Running {
    const Job *job;
    sys::ProcessInfo process;
    std::string log;
  };
  std::vector<Running> running;
  bool good = true;
  auto fail = [&](const Job &job, const Twine &how, StringRef log) {
    good = false;
    (void)failCommand("the host compiler " + how + " on " + job.subject);
    if (ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(log))
      errs() << (*text)->getBuffer();
    errs() << "the command was: " << quote(job.command) << "\n";
  };
  auto waitForOne = [&](Running &each) {
    std::string message;
    sys::ProcessInfo done = sys::Wait(each.process, std::nullopt, &message);
    if (!good)
      return; // one report is enough; the others are only awaited
    if (done.ReturnCode < 0)
      fail(*each.job, message.empty() ? Twine("crashed") : "failed (" + message + ")", each.log);
    else if (done.ReturnCode)
      fail(*each.job, "failed (exit status " + Twine(done.ReturnCode) + ")", each.log);
    else if (ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(each.log))
      errs() << (*text)->getBuffer(); // its warnings
  };

  unsigned limit = std::max(1u, std::thread::hardware_concurrency());
  for (auto [index, job] : enumerate(jobs)) {
    if (running.size() == limit) {
      waitForOne(running.front());
      running.erase(running.begin());
    }
    if (!good)
      break;
    ErrorOr<std::string> program = sys::findProgramByName(job.command.front());
    if (!program) {
      good = false;
      (void)failCommand("cannot find '" + job.command.front() +
                        "': " + program.getError().message());
      break;
    }
    std::string log = folder + "/log" + std::to_string(index);
    SmallVector<StringRef> arguments(job.command.begin(), job.command.end());
    std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log), StringRef(log)};
    std::string message;
    bool notStarted = false;
    sys::ProcessInfo process =
        sys::ExecuteNoWait(*program, arguments, std::nullopt, redirects, 0, &message, &notStarted);
    if (notStarted) {
      good = false;
      (void)failCommand("cannot run '" + *program + "': " + message);
      break;
    }
    running.push_back({&job, process, log});
  }
  for (Running &each : running)
    waitForOne(each);
  return success(good);
}

} // namespace onnxcc
