// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line: one table of flags, from which both the parser and --help are made, so that
// neither can know a flag that the other does not.
#include "compiler/Options.h"

#include "codegen/print/Names.h"
#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include <functional>

using namespace llvm;

namespace onnxcc {

StringRef getVersion() { return ONNXCC_VERSION; }

static constexpr StringRef phaseNames[] = {"import", "graph",   "optimize", "quantize",
                                           "layout", "kernels", "memory",   "emit"};

StringRef getPhaseName(Phase phase) { return phaseNames[unsigned(phase)]; }

namespace {

/// What a handler returns when the value is wrong: what was expected.
using Complaint = std::optional<std::string>;
constexpr std::nullopt_t fine = std::nullopt;

struct Flag {
  /// How it is written: "-o" takes the next argument, "-march=" what follows, "-O" a joined letter,
  /// "-v" nothing.
  StringRef spelling;
  /// The value's name in --help; empty if there is none.
  StringRef value;
  StringRef help;
  std::function<Complaint(Options &, StringRef)> handle;
  bool joined = false;
  /// What is set, where it is not the spelling alone: what is set twice must be set to the same.
  StringRef setting = {};

  /// Of --dim and --shape each name is a setting; lists have none, as they grow.
  std::string getSetting(StringRef given) const;
};

/// Flags that may be given several times, each value in addition to the others.
constexpr StringRef lists[] = {"--cxxflags=", "--data=", "--print-after="};

/// What says how a model is compiled, for the command and for who uses the library. The others say
/// what the command makes and prints.
constexpr StringRef ofCompilation[] = {
    "--name=", "--weights=",   "--dim",      "--shape",        "-O",
    "-march=", "--target=",    "-g",         "--profile",      "--sanitize",
    "--cxx=",  "--cxxflags=",  "--sysroot=", "-ffp-contract=", "-w",
    "-Werror", "--verify-each"};

struct Group {
  StringRef title;
  std::vector<Flag> flags;
};

} // namespace

std::string Flag::getSetting(StringRef given) const {
  if (is_contained(lists, spelling))
    return {};
  if (spelling == "--dim" || spelling == "--shape")
    return (spelling + " " + given.rsplit('=').first).str();
  return (setting.empty() ? spelling : setting).str();
}

/// A handler that sets what `Get` gives: to true, or to the value.
template <class Get> static auto setTrue(Get get) {
  return [get](Options &options, StringRef) -> Complaint {
    get(options) = true;
    return fine;
  };
}

template <class Get> static auto setString(Get get) {
  return [get](Options &options, StringRef text) -> Complaint {
    get(options) = text.str();
    return fine;
  };
}

static Complaint readDim(Options &options, StringRef text) {
  DimBounds bounds;
  auto [name, range] = text.split('=');
  auto [low, high] = range.split("..");
  bool isRange = range.contains("..");
  if (name.empty() || low.getAsInteger(10, bounds.min) ||
      (isRange && high.getAsInteger(10, bounds.max)))
    return "NAME=NUMBER or NAME=LEAST..GREATEST, as in batch=1..8";
  if (!isRange)
    bounds.max = bounds.min;
  if (bounds.min < 0 || bounds.max < bounds.min)
    return "bounds that grow and are not negative";
  options.compile.import.dims[name.str()] = bounds;
  return fine;
}

static Complaint readShape(Options &options, StringRef text) {
  constexpr StringRef expected = "INPUT=NxCxHxW, as in image=1x3x224x224; ? leaves an extent open";
  auto [input, extents] = text.rsplit('=');
  std::vector<int64_t> shape;
  SmallVector<StringRef> parts;
  if (!extents.empty())
    extents.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t extent = -1; // what the model says
    if (part != "?" && (part.getAsInteger(10, extent) || extent < 0))
      return expected.str();
    shape.push_back(extent);
  }
  if (input.empty() || !text.contains('='))
    return expected.str();
  options.compile.import.shapes[input.str()] = std::move(shape);
  return fine;
}

static Complaint readPhase(Options &options, StringRef text) {
  for (auto [index, name] : enumerate(phaseNames))
    if (name == text && Phase(index) != Phase::Emit) {
      options.lastPhase = Phase(index);
      options.outputKind = Options::Output::Phase;
      return fine;
    }
  return "one of " + join(ArrayRef(phaseNames).drop_back(), ", ") + " (sources: -S)";
}

static Complaint readLevel(Options &options, StringRef text) {
  if (text.size() != 1 || text[0] < '0' || text[0] > '3')
    return std::string("-O0, -O1, -O2 or -O3");
  options.compile.pipeline.level = text[0] - '0';
  return fine;
}

static Complaint readFeatures(Options &options, StringRef text) {
  options.compile.features.clear();
  SmallVector<StringRef> parts;
  text.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    options.compile.features.push_back(part.str());
  if (parts.empty())
    return std::string("a list of targets");
  return fine;
}

static Complaint readTarget(Options &options, StringRef text) {
  if (text != "native" && getDefaultTargets(text).empty() && !findTarget(text))
    return std::string("native, or an architecture or a target of --print-targets");
  std::vector<std::string> &features = options.compile.features;
  features.clear();
  for (const Target *target : getDefaultTargets(text))
    features.push_back(target->name.str());
  if (features.empty())
    features.push_back(text.str());
  return fine;
}

static Complaint readWeights(Options &options, StringRef text) {
  EmitOptions &emit = options.compile.emit;
  StringRef section = text;
  if (section.consume_front("section:")) {
    bool isPlain =
        all_of(section, [](char c) { return isAlnum(c) || StringRef("._-").contains(c); });
    if (section.empty() || !isPlain)
      return std::string("section:NAME, a name of letters, digits, '.', '_' and '-'");
    emit.weights = WeightStorage::Rodata;
    emit.section = section;
    return fine;
  }
  auto storage = StringSwitch<std::optional<WeightStorage>>(text)
                     .Case("rodata", WeightStorage::Rodata)
                     .Case("array", WeightStorage::Array)
                     .Case("file", WeightStorage::File)
                     .Case("pointer", WeightStorage::Pointer)
                     .Default(std::nullopt);
  if (!storage)
    return std::string("rodata, array, section:NAME, file or pointer");
  emit.weights = *storage;
  return fine;
}

static Complaint readReference(Options &options, StringRef text) {
  options.verify.reference = llvm::StringSwitch<std::optional<Reference>>(text)
                                 .Case("auto", Reference::Auto)
                                 .Case("stored", Reference::Stored)
                                 .Case("ort", Reference::OnnxRuntime)
                                 .Case("eval", Reference::Evaluation)
                                 .Case("none", Reference::None)
                                 .Default(std::nullopt);
  if (!options.verify.reference)
    return std::string("auto, stored, ort, eval or none");
  return fine;
}

static Complaint splitWords(std::vector<std::string> &words, StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    words.push_back(part.str());
  return fine;
}

template <class Number> static Complaint readNumber(Number &number, StringRef text, int64_t least) {
  int64_t value;
  if (text.getAsInteger(10, value) || value < least)
    return "a number of at least " + std::to_string(least);
  number = value;
  return fine;
}

static Complaint readThreads(Options &options, StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  options.verify.threads.clear();
  for (StringRef part : parts)
    if (Complaint complaint = readNumber(options.verify.threads.emplace_back(), part, 1))
      return complaint;
  return fine;
}

static Complaint readTolerance(std::optional<double> &tolerance, StringRef text) {
  double value;
  if (text.getAsDouble(value) || value < 0)
    return std::string("a number that is not negative");
  tolerance = value;
  return fine;
}

static const std::vector<Group> &getFlags() {
  using O = Options;
  static const std::vector<Group> groups = {
      {"What is written",
       {{"-o", "FILE",
         "libx.a, x.so, x.o: its name says what is made, and gives the model its name in C; the\n"
         "header x.h goes beside it. With -S a folder, with --emit a file of IR.\n"
         "Without -o: libNAME.a in the current folder",
         setString([](O &o) -> auto & { return o.output; })},
        {"-c", "", "make a relocatable object, NAME.o",
         [](O &o, StringRef) { return o.outputKind = O::Output::Object, Complaint(); }, false,
         "product"},
        {"-S", "", "make the C++ sources only: a folder that compiles on its own",
         [](O &o, StringRef) { return o.outputKind = O::Output::Sources, Complaint(); }, false,
         "product"},
        {"--emit=", "PHASE",
         "stop after a phase and print its IR: import, graph, optimize, quantize, layout, "
         "kernels,\n"
         "memory",
         readPhase, false, "product"},
        {"--dump-graph=", "FILE.dot|.svg|.txt",
         "stop after the phase of --emit (default: import) and write its graph: a node an "
         "operation\n"
         "or launch, with names and shapes. SVG takes graphviz's dot",
         setString([](O &o) -> auto & { return o.dumpGraph; })},
        {"--name=", "NAME",
         "the model's name in C: NAME_run, NAME.h; by default from -o, else from the model's file",
         setString([](O &o) -> auto & { return o.compile.name; })},
        {"--weights=", "HOW",
         "where the weights are. rodata: in the library, from a binary file that the assembler "
         "includes\n"
         "(default); section:NAME: likewise, in a section that a linker script places; array: in "
         "the\n"
         "library, as C arrays; file: in NAME.weights beside the library, which the application "
         "maps\n"
         "and passes in args, with its size; pointer: the same file, of which args have the "
         "address",
         readWeights},
        {"-MD", "", "write a depfile, for make and ninja: the model and its external data",
         setTrue([](O &o) -> bool & { return o.writeDependencies; })},
        {"-MF", "FILE", "the depfile's name; by default the output's with .d",
         setString([](O &o) -> auto & { return o.dependencyFile; })}}},
      {"The model's open dims",
       {{"--dim", "NAME=N|A..B",
         "pin a named dim (batch=1), or let the caller choose it in a range (batch=1..8)", readDim},
        {"--shape", "INPUT=1x3x224x224",
         "an input's extents, where dims have no name; ? leaves one as it is", readShape}}},
      {"How it is compiled",
       {{"-O", "0..3",
         "0: as the model says; 1: basic (folding, fusion of epilogues); 2: extended; 3: all "
         "(default),\n"
         "the four levels of ONNX Runtime. Kernels are compiled with the host's -O3 from -O1 on",
         readLevel, true},
        {"-march=", "TARGET,TARGET…",
         "targets of one architecture (--print-targets lists them), or native; with several, the\n"
         "library picks the best one at run time. Default: x86-64,x86-64-v3,x86-64-v4",
         readFeatures, false, "features"},
        {"--target=", "TARGET",
         "an architecture's default targets (x86-64), one target, or generic: portable scalar C++",
         readTarget, false, "features"},
        {"-g", "", "debug information for the emitted sources",
         setTrue([](O &o) -> bool & { return o.compile.toolchain.debug; })},
        {"--profile", "",
         "tell env->profile when each launch begins and ends; the table then names the launches",
         setTrue([](O &o) -> bool & { return o.compile.emit.profile; })},
        {"--sanitize", "",
         "instrument the emitted code for the address and undefined behaviour sanitizers: a launch "
         "may\n"
         "touch its operands and nothing else of the arena. An application links with\n"
         "-fsanitize=address,undefined; verify runs it",
         setTrue([](O &o) -> bool & { return o.compile.sanitize; })},
        {"--cxx=", "PROGRAM", "the host compiler (default g++)",
         setString([](O &o) -> auto & { return o.compile.toolchain.cxx; })},
        {"--cxxflags=", "FLAGS", "further flags for it, separated by blanks",
         [](O &o, StringRef text) { return splitWords(o.compile.toolchain.cxxFlags, text); }},
        {"-ffp-contract=", "off|fast",
         "whether the runtime's multiply-adds round once where the processor can (default fast)",
         [](O &o, StringRef text) -> Complaint {
           if (text == "off")
             o.compile.toolchain.cxxFlags.push_back("-DONNXCC_NO_FMA");
           return text == "off" || text == "fast" ? fine : Complaint("off or fast");
         }},
        {"--sysroot=", "FOLDER", "the host compiler's --sysroot",
         setString([](O &o) -> auto & { return o.compile.toolchain.sysroot; })}}},
      {"What is said on the way",
       {{"-v", "", "commands, and time and memory of each phase",
         setTrue([](O &o) -> bool & { return o.compile.verbose; })},
        {"-###", "", "print the host compiler's commands, run nothing",
         setTrue([](O &o) -> bool & { return o.compile.toolchain.dryRun; })},
        {"-w", "", "no warnings",
         setTrue([](O &o) -> bool & { return o.compile.warnings.noWarnings; })},
        {"-Werror", "", "warnings are errors",
         setTrue([](O &o) -> bool & { return o.compile.warnings.warningsAreErrors; })},
        {"--print-after=", "PASS", "print the IR after a pass (its flag in onnxcc-opt), to stderr",
         [](O &o, StringRef text) {
           return o.compile.pipeline.printAfter.push_back(text.str()), Complaint();
         }},
        {"--opt-report=", "FILE|text",
         "what the optimiser did: operators by phase, fusions made and refused with the reasons,\n"
         "and what each launch costs; JSON in a file (- is stdout), or text to read on stdout",
         [](O &o, StringRef text) -> Complaint {
           o.optReport = text.str();
           o.compile.pipeline.keepReport = true;
           return text.empty() ? Complaint("a file's name, - or text") : fine;
         }},
        {"--print-passes", "", "the passes of each -O level, as a table in Markdown",
         [](O &o, StringRef) { return o.command = O::Command::Passes, Complaint(); }},
        {"--print-targets", "", "what can be compiled for, as a table in Markdown",
         [](O &o, StringRef) { return o.command = O::Command::Targets, Complaint(); }},
        {"--verify-each", "", "verify the IR after every pass",
         setTrue([](O &o) -> bool & { return o.compile.pipeline.verifyEach; })},
        {"--save-temps", "", "keep the folder of intermediate files and say where it lies",
         setTrue([](O &o) -> bool & { return o.saveTemps; })},
        {"--help", "", "this text",
         [](O &o, StringRef) { return o.command = O::Command::Help, Complaint(); }},
        {"--version", "", "the version",
         [](O &o, StringRef) { return o.command = O::Command::Version, Complaint(); }}}},
      {"onnxcc verify and onnxcc bench",
       {{"--data=", "FOLDER",
         "input_0.pb, … and output_0.pb, … (or .npy); verify takes several. Open dims are pinned\n"
         "from the data. Without it: seeded random inputs",
         [](O &o, StringRef text) { return o.verify.data.push_back(text.str()), Complaint(); }},
        {"--seed=", "N", "of the random inputs (default 0)",
         [](O &o, StringRef text) { return readNumber(o.verify.seed, text, 0); }},
        {"--threads=", "N,N…",
         "run on this many threads, one after the other, of the bundled pool (default 1: no pool)",
         readThreads}}},
      {"onnxcc verify",
       {{"--reference=", "FROM",
         "the expected outputs: stored (output_N.pb), ort (ONNX Runtime, when Python has it), eval "
         "(the\n"
         "reference evaluation of graph's ops), none, auto (default): the first of these that "
         "there is",
         readReference},
        {"--evaluate", "",
         "run the reference evaluation in place of compiled code: is the model understood?",
         [](O &o, StringRef) { return o.verify.evaluate = true, Complaint(); }},
        {"--save=", "FOLDER", "write the outputs, as output_0.npy, …; of data set K into FOLDER/K",
         [](O &o, StringRef text) { return o.verify.save = text.str(), Complaint(); }},
        {"--sets=", "N", "how many sets of random inputs (default 1)",
         [](O &o, StringRef text) { return readNumber(o.verify.sets, text, 1); }},
        {"--rtol=", "X",
         "relative tolerance; default by element type: 1e-3 for float, 1e-2 for half",
         [](O &o, StringRef text) { return readTolerance(o.verify.relative, text); }},
        {"--atol=", "X",
         "absolute tolerance; default 1e-4 for float, 1e-3 for half, 1 step for 8-bit integers",
         [](O &o, StringRef text) { return readTolerance(o.verify.absolute, text); }},
        {"--library=", "FILE.so",
         "run this compiled model (libNAME.so) instead of compiling one; data then need no pinning",
         [](O &o, StringRef text) { return o.verify.library = text.str(), Complaint(); }},
        {"--python=", "PROGRAM", "the Python that has onnxruntime (default python3)",
         [](O &o, StringRef text) { return o.verify.python = text.str(), Complaint(); }},
        {"--reference-model=", "FILE",
         "the model that the reference runs, with the same inputs and names of values: the one "
         "from\n"
         "which this one was made, say",
         [](O &o, StringRef text) { return o.verify.referenceModel = text.str(), Complaint(); }},
        {"--bisect", "",
         "if outputs differ, name the first node whose output does, and keep it as a model with "
         "its\n"
         "data in NAME-bisect/",
         [](O &o, StringRef) { return o.verify.bisect = true, Complaint(); }},
        {"--bisect=", "FOLDER", "the same, in another folder",
         [](O &o, StringRef text) {
           return o.verify.bisect = true, o.verify.bisectFolder = text.str(), Complaint();
         }}}},
      {"onnxcc bench",
       {{"--runs=", "N", "timed calls; default: as many as a second takes, at least 20",
         [](O &o, StringRef text) { return readNumber(o.bench.runs.emplace(), text, 1); }},
        {"--warmup=", "N", "calls before them; default: for a fifth of a second, at least 3",
         [](O &o, StringRef text) { return readNumber(o.bench.warmup.emplace(), text, 0); }},
        {"--json=", "FILE", "the report as JSON",
         [](O &o, StringRef text) { return o.bench.json = text.str(), Complaint(); }},
        {"--trace=", "FILE",
         "the launches of one call as a Chrome trace (chrome://tracing, ui.perfetto.dev)",
         [](O &o, StringRef text) { return o.bench.trace = text.str(), Complaint(); }}}}};
  return groups;
}

void printVersion(raw_ostream &out) { out << "onnxcc " << getVersion() << "\n"; }

void printHelp(raw_ostream &out) {
  out << R"(onnxcc compiles an ONNX model to standalone C++: a static library and a header, or sources.

  onnxcc model.onnx -o libmodel.a                        a library and model.h
  onnxcc model.onnx -O3 -march=x86-64-v3,x86-64-v4 -o libmodel.a
  onnxcc -S model.onnx -o model/                         sources to read, debug, and compile anywhere
  onnxcc model.onnx --dim batch=1..8 -o libmodel.a       the caller chooses the batch
  onnxcc --emit=graph model.onnx                         the IR after a phase
  onnxcc model.onnx --dump-graph=model.svg               the model as a picture
  onnxcc verify model.onnx --data=test_data_set_0        compile, run, compare
  onnxcc bench model.onnx --threads=1,2                  latency, and where the time goes
  onnxcc bench libmodel.so                               the same of a library that is there

A model is .onnx (binary) or .onnxtxt (onnx's text form). A program calls it so:

  #include "model.h"
  model_args args = {.image = image, .prob = prob};
  int code = model_run(&args, arena, NULL);              arena: MODEL_ARENA_BYTES, aligned; code 0 is good

)";
  constexpr unsigned column = 28;
  for (const Group &group : getFlags()) {
    out << group.title << ":\n";
    for (const Flag &flag : group.flags) {
      std::string left = "  " + flag.spelling.str();
      if (!flag.value.empty())
        left += (flag.spelling.ends_with("=") || flag.joined ? "" : " ") + flag.value.str();
      out << left;
      if (left.size() + 2 > column) {
        out << "\n";
        left.clear();
      }
      SmallVector<StringRef> lines;
      flag.help.split(lines, '\n');
      for (auto [index, line] : enumerate(lines))
        out.indent(column - (index ? 0 : left.size())) << line << "\n";
    }
    out << "\n";
  }
}

/// \returns the flag that `argument` spells and the value joined to it.
static std::pair<const Flag *, StringRef> findFlag(StringRef argument) {
  for (const Group &group : getFlags())
    for (const Flag &flag : group.flags) {
      StringRef spelling = flag.spelling;
      if (argument == spelling)
        return {&flag, {}};
      if ((spelling.ends_with("=") || flag.joined) && argument.starts_with(spelling))
        return {&flag, argument.drop_front(spelling.size())};
      // --dim=batch=4 is what people write beside --dim batch=4.
      if (spelling.starts_with("--") && !flag.value.empty() &&
          argument.starts_with(spelling.str() + "="))
        return {&flag, argument.drop_front(spelling.size() + 1)};
    }
  return {nullptr, {}};
}

/// The flag whose spelling is nearest to what was written, for the error message.
static StringRef findSimilar(StringRef argument) {
  StringRef best;
  unsigned bestDistance = 3;
  for (const Group &group : getFlags())
    for (const Flag &flag : group.flags) {
      unsigned distance = argument.split('=').first.edit_distance(flag.spelling.rtrim('='));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = flag.spelling;
      }
    }
  return best;
}

/// Takes the message of each thing that is wrong.
using Fail = function_ref<void(const Twine &)>;

/// --dump-graph: the form, and the phase when --emit names none.
static bool completeDump(Options &options, Fail fail) {
  if (options.dumpGraph.empty())
    return true;
  StringRef extension = sys::path::extension(options.dumpGraph);
  if (extension != ".dot" && extension != ".svg" && extension != ".txt")
    return fail("'" + options.dumpGraph + "' ends in none of .dot, .svg and .txt"), false;
  bool isPhase = options.outputKind == Options::Output::Phase;
  if (!options.output.empty() || (!isPhase && options.outputKind != Options::Output::Archive))
    return fail("--dump-graph says what is made and where: leave out -o, -c and -S"), false;
  if (!isPhase)
    options.lastPhase = Phase::Import;
  options.outputKind = Options::Output::Phase;
  return true;
}

std::string getModelName(StringRef path) {
  StringRef stem = sys::path::stem(path), extension = sys::path::extension(path);
  bool isLibrary = extension == ".a" || extension == ".so";
  if (isLibrary && stem.size() > 3)
    stem.consume_front("lib");
  return toIdentifier(stem);
}

/// Whether emitted code can have the model's name as it is.
static bool checkName(StringRef name, Fail fail) {
  std::string legal = toIdentifier(name);
  if (name != legal)
    fail("--name=" + name + " is not an identifier of C that models can have; '" + legal + "' is");
  return name == legal;
}

/// Settles what the flags leave open: the kind of output and the model's name.
static bool complete(Options &options, Fail fail) {
  if (!completeDump(options, fail))
    return false;
  StringRef output = options.output, extension = sys::path::extension(output);
  if (!output.empty() && options.outputKind == Options::Output::Object && extension != ".o")
    return fail("-c makes an object, and '" + output + "' does not end in .o"), false;
  if (!output.empty() && options.outputKind == Options::Output::Archive &&
      options.command == Options::Command::Compile) {
    if (extension == ".o")
      options.outputKind = Options::Output::Object;
    else if (extension == ".so")
      options.outputKind = Options::Output::Shared;
    else if (extension != ".a")
      return fail("'" + output + "' ends in none of .a, .o and .so; for sources add -S"), false;
  }
  std::string &name = options.compile.name;
  if (!name.empty()) {
    if (!checkName(name, fail))
      return false;
  } else if (!options.verify.library.empty()) {
    name = getModelName(options.verify.library);
  } else if (options.outputKind == Options::Output::Sources && !output.empty()) {
    name = toIdentifier(sys::path::stem(output.rtrim('/')));
  } else if (!output.empty() && options.outputKind != Options::Output::Phase) {
    name = getModelName(output);
  } else {
    name = getModelName(options.input);
  }
  return true;
}

namespace {

/// Reads words into options; every word that is wrong is told of.
class Parser {
public:
  Parser(Options &options, Fail fail) : options(options), fail(fail) {}

  /// \returns whether all is well. With `onlyCompile` flags of the command are unknown.
  bool parse(ArrayRef<StringRef> words, bool onlyCompile);

private:
  void set(const Flag &flag, StringRef value, const std::string &text);
  void complain(const Twine &message) {
    isGood = false;
    fail(message);
  }

  struct Setting {
    const Flag *flag;
    std::string value, text;
  };
  Options &options;
  Fail fail;
  StringMap<Setting> settings;
  bool isGood = true;
};

} // namespace

void Parser::set(const Flag &flag, StringRef value, const std::string &text) {
  if (Complaint complaint = flag.handle(options, value))
    return complain("'" + text + "': expected " + *complaint);
  std::string setting = flag.getSetting(value);
  if (setting.empty())
    return;
  auto [known, isNew] = settings.try_emplace(setting, Setting{&flag, value.str(), text});
  if (!isNew && (known->second.flag != &flag || known->second.value != value))
    complain("'" + text + "' contradicts '" + known->second.text + "'");
}

bool Parser::parse(ArrayRef<StringRef> words, bool onlyCompile) {
  bool flagsEnd = false;
  for (size_t index = 0; index < words.size(); ++index) {
    StringRef word = words[index];
    if (!flagsEnd && word == "--") {
      flagsEnd = true;
      continue;
    }
    if (flagsEnd || !word.starts_with("-") || word == "-") {
      if (onlyCompile)
        complain("'" + word + "' is no option");
      else if (!options.input.empty())
        complain("more than one model: '" + options.input + "' and '" + word + "'");
      options.input = word.str();
      continue;
    }
    auto [flag, value] = findFlag(word);
    if (!flag) {
      StringRef similar = findSimilar(word);
      complain("unknown option '" + word + "'" +
               (similar.empty() ? Twine("") : "; did you mean '" + similar + "'?"));
      continue;
    }
    if (onlyCompile && !is_contained(ofCompilation, flag->spelling)) {
      complain("'" + word + "' is an option of the command onnxcc, not of a compilation");
      continue;
    }
    bool separate = !flag->value.empty() && word == flag->spelling &&
                    !flag->spelling.ends_with("=") && !flag->joined;
    if (separate && index + 1 == words.size()) {
      complain("'" + flag->spelling + "' lacks its value, " + flag->value);
      continue;
    }
    if (separate)
      value = words[++index];
    set(*flag, value, (word + (separate ? " " + value : Twine(""))).str());
  }
  return isGood;
}

bool parseCompileOptions(ArrayRef<std::string> arguments, CompileOptions &compile, Fail fail) {
  Options options;
  options.compile = compile;
  SmallVector<StringRef> words(arguments.begin(), arguments.end());
  if (!Parser(options, fail).parse(words, /*onlyCompile=*/true))
    return false;
  compile = std::move(options.compile);
  return compile.name.empty() || checkName(compile.name, fail);
}

std::optional<Options> parseOptions(ArrayRef<const char *> arguments, Fail fail) {
  Options options;
  options.arguments.assign(arguments.begin(), arguments.end());
  SmallVector<StringRef> words(arguments.drop_front());
  ArrayRef<StringRef> rest = words;
  if (!rest.empty() && (rest.front() == "verify" || rest.front() == "bench")) {
    options.command = rest.front() == "verify" ? Options::Command::Verify : Options::Command::Bench;
    rest = rest.drop_front();
  }
  if (!Parser(options, fail).parse(rest, /*onlyCompile=*/false))
    return std::nullopt;
  if (options.command == Options::Command::Help || options.command == Options::Command::Version ||
      options.command == Options::Command::Passes || options.command == Options::Command::Targets)
    return options;
  if (options.command == Options::Command::Verify && !options.optReport.empty())
    return fail("--opt-report is for compiling, not for verify"), std::nullopt;
  if (options.input.empty())
    return fail("no model given (onnxcc --help explains)"), std::nullopt;
  if (!complete(options, fail))
    return std::nullopt;
  return options;
}

} // namespace onnxcc
