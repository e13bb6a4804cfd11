// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of compilers, and which one --cxx= is: see HostCompiler.h.
#include "compiler/HostCompiler.h"

#include "compiler/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace onnxcc {

// Clang predefines __GNUC__ too, so it comes first. g++ has __builtin_shufflevector from 12 on; the
// oldest clang that the emitted code was tried with is 13.
static constexpr CompilerKind kinds[] = {
    {.name = "clang++",
     .versionMacro = "__clang_major__",
     .leastVersion = 13,
     .callGraphFlags = "",
     .sanitizerCallFlags = "-mllvm -asan-instrumentation-with-call-threshold=0",
     .sanitizerRuntime = "libclang_rt.asan-{0}.so"},
    {.name = "g++",
     .versionMacro = "__GNUC__",
     .leastVersion = 12,
     .callGraphFlags = "-fcallgraph-info=su",
     .sanitizerCallFlags = "--param asan-instrumentation-with-call-threshold=0",
     .sanitizerRuntime = "libasan.so"},
};
/// What a compiler is taken for that is not there.
static constexpr const CompilerKind &defaultKind = kinds[1];

static std::string getProgram(const ToolchainOptions &options, const Architecture &architecture) {
  if (!options.cxx.empty())
    return options.cxx;
  return (isThisMachines(architecture) ? defaultKind.name : architecture.compiler).str();
}

/// What `-dM` prints, "#define NAME VALUE" a line, as a map.
static StringMap<StringRef> readMacros(StringRef text) {
  StringMap<StringRef> macros;
  SmallVector<StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines)
    if (line.consume_front("#define ")) {
      auto [name, value] = line.split(' ');
      macros[name] = value;
    }
  return macros;
}

FailureOr<HostCompiler> askCompiler(const ToolchainOptions &options, const Target &target,
                                    Diagnostics &diagnostics) {
  const Architecture &architecture = *target.architecture;
  std::string program = getProgram(options, architecture);
  if (!sys::findProgramByName(program))
    return HostCompiler{program, &defaultKind, 0};
  auto fail = [&](const Twine &what) {
    return diagnostics.fail(Diagnostic::Subject::HostCompiler, "'" + program + "' " + what);
  };

  std::vector<std::string> command = {program};
  if (!options.sysroot.empty())
    command.push_back("--sysroot=" + options.sysroot);
  command.insert(command.end(), options.cxxFlags.begin(), options.cxxFlags.end());
  command.insert(command.end(), {"-E", "-dM", "-x", "c++", "/dev/null"});
  FailureOr<std::string> answer = getOutput(command, options.temporaryPaths, diagnostics);
  if (failed(answer))
    return failure();
  StringMap<StringRef> macros = readMacros(*answer);
  auto kind = find_if(kinds, [&](const CompilerKind &k) { return macros.count(k.versionMacro); });
  HostCompiler compiler{program};
  if (kind == std::end(kinds) ||
      macros.lookup(kind->versionMacro).getAsInteger(10, compiler.version))
    return fail("is neither g++ nor clang++: it predefines none of their macros");
  compiler.kind = kind;
  if (compiler.version < kind->leastVersion)
    return fail("is " + kind->name + " " + Twine(compiler.version) + ": the emitted code needs " +
                kind->name + " " + Twine(kind->leastVersion) + " or later");
  if (!architecture.macro.empty() && !macros.count(architecture.macro))
    return fail("compiles for other processors than " + target.name + ": it does not predefine " +
                architecture.macro + "; --cxx= names another compiler");
  unsigned pointerBytes = 0;
  if (!target.isPortable() && (macros.lookup("__SIZEOF_POINTER__").getAsInteger(10, pointerBytes) ||
                               pointerBytes * 8 != architecture.pointerBits))
    return fail("has pointers of " + Twine(pointerBytes * 8) + " bits, the target " + target.name +
                " of " + Twine(architecture.pointerBits));
  return compiler;
}

FailureOr<std::string> getOutput(ArrayRef<std::string> command, TemporaryPaths *observer,
                                 Diagnostics &diagnostics) {
  constexpr auto subject = Diagnostic::Subject::HostCompiler;
  ErrorOr<std::string> program = sys::findProgramByName(command.front());
  if (!program)
    return diagnostics.fail(subject, "cannot find '" + command.front() +
                                         "': " + program.getError().message());
  TemporaryFolder folder(observer);
  if (failed(diagnostics.check(Diagnostic::Subject::Files, folder.create())))
    return failure();
  std::string out = folder.file("out"), log = folder.file("log");
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(out), StringRef(log)};
  std::string message;
  int status = sys::ExecuteAndWait(*program, arguments, std::nullopt, redirects, 0, 0, &message);
  auto read = [](const std::string &path) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
    return file ? (*file)->getBuffer().str() : std::string();
  };
  if (status == 0)
    return read(out);
  if (message.empty())
    message = status < 0 ? "crashed" : "exit status " + std::to_string(status);
  return diagnostics.fail(subject, "'" + command.front() + "' failed (" + message + ")",
                          read(log) + "the command was: " + join(command, " ") + "\n");
}

} // namespace onnxcc
