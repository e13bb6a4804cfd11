// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the options of Options.td do.
#include "compiler/Options.h"

#include "codegen/print/Names.h"
#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace onnxcc {

StringRef getVersion() { return ONNXCC_VERSION; }

static constexpr StringRef phaseNames[] = {"import", "graph",   "optimize", "quantize",
                                           "layout", "kernels", "memory",   "emit"};

StringRef getPhaseName(Phase phase) { return phaseNames[unsigned(phase)]; }

//===- The table -------------------------------------------------------------===//

namespace {

enum Taker : unsigned {
  CompileVis = 1 << 1,
  VerifyVis = 1 << 2,
  BenchVis = 1 << 3,
  LibraryVis = 1 << 4,
};

enum OptionId : unsigned {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "compiler/Options.inc"
#undef OPTION
};

#define OPTTABLE_STR_TABLE_CODE
#include "compiler/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "compiler/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

using opt::DefaultVis;
constexpr opt::OptTable::Info optionInfos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "compiler/Options.inc"
#undef OPTION
};

class OptionTable : public opt::GenericOptTable {
public:
  OptionTable() : GenericOptTable(OptionStrTable, OptionPrefixesTable, optionInfos) {
    setDashDashParsing(true);
  }
};

} // namespace

static const OptionTable &getTable() {
  static const OptionTable table;
  return table;
}

//===- Values ----------------------------------------------------------------===//

/// What a reader returns when the value is wrong: what was expected.
using Complaint = std::optional<std::string>;
constexpr std::nullopt_t fine = std::nullopt;

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

template <class Setting, class Value> static Complaint set(Setting &setting, Value to) {
  setting = to;
  return fine;
}

// Do what an option says. \returns what was expected instead of its value.

static Complaint applyToBench(OptionId id, StringRef value, Options &options) {
  switch (id) {
  case OPT_runs:
    return readNumber(options.bench.runs.emplace(), value, 1);
  case OPT_warmup:
    return readNumber(options.bench.warmup.emplace(), value, 0);
  case OPT_json:
    return set(options.bench.json, value);
  case OPT_trace:
    return set(options.bench.trace, value);
  default:
    llvm_unreachable("all options are listed");
  }
}

static Complaint applyToVerify(OptionId id, StringRef value, Options &options) {
  switch (id) {
  case OPT_data:
    options.verify.data.push_back(value.str());
    return fine;
  case OPT_seed:
    return readNumber(options.verify.seed, value, 0);
  case OPT_threads:
    return readThreads(options, value);
  case OPT_reference:
    return readReference(options, value);
  case OPT_evaluate:
    return set(options.verify.evaluate, true);
  case OPT_save:
    return set(options.verify.save, value);
  case OPT_sets:
    return readNumber(options.verify.sets, value, 1);
  case OPT_rtol:
    return readTolerance(options.verify.relative, value);
  case OPT_atol:
    return readTolerance(options.verify.absolute, value);
  case OPT_library:
    return set(options.verify.library, value);
  case OPT_runner:
    return set(options.verify.runner, value);
  case OPT_python:
    return set(options.verify.python, value);
  case OPT_reference_model:
    return set(options.verify.referenceModel, value);
  case OPT_bisect_in:
    options.verify.bisectFolder = value.str();
    [[fallthrough]];
  case OPT_bisect:
    return set(options.verify.bisect, true);
  default:
    return applyToBench(id, value, options);
  }
}

static Complaint applyToMessages(OptionId id, StringRef value, Options &options) {
  CompileOptions &compile = options.compile;
  switch (id) {
  case OPT_v:
    return set(compile.verbose, true);
  case OPT_dry_run:
    return set(compile.toolchain.dryRun, true);
  case OPT_w:
    return set(compile.warnings.noWarnings, true);
  case OPT_Werror:
    return set(compile.warnings.warningsAreErrors, true);
  case OPT_print_after:
    compile.pipeline.printAfter.push_back(value.str());
    return fine;
  case OPT_opt_report:
    compile.pipeline.keepReport = true;
    options.optReport = value.str();
    return value.empty() ? Complaint("a file's name, - or text") : fine;
  case OPT_print_passes:
    return set(options.command, Options::Command::Passes);
  case OPT_print_targets:
    return set(options.command, Options::Command::Targets);
  case OPT_verify_each:
    return set(compile.pipeline.verifyEach, true);
  case OPT_save_temps:
    return set(options.saveTemps, true);
  case OPT_help:
    return set(options.command, Options::Command::Help);
  case OPT_version:
    return set(options.command, Options::Command::Version);
  default:
    return applyToVerify(id, value, options);
  }
}

static Complaint applyToCode(OptionId id, StringRef value, Options &options) {
  CompileOptions &compile = options.compile;
  ToolchainOptions &toolchain = compile.toolchain;
  switch (id) {
  case OPT_O:
    return readLevel(options, value);
  case OPT_march:
    return readFeatures(options, value);
  case OPT_target:
    return readTarget(options, value);
  case OPT_g:
    return set(toolchain.debug, true);
  case OPT_profile:
    return set(compile.emit.profile, true);
  case OPT_sanitize:
    return set(compile.sanitize, true);
  case OPT_cxx:
    return set(toolchain.cxx, value);
  case OPT_cxxflags:
    return splitWords(toolchain.cxxFlags, value);
  case OPT_ffp_contract:
    if (value == "off")
      toolchain.cxxFlags.push_back("-DONNXCC_NO_FMA");
    return value == "off" || value == "fast" ? fine : Complaint("off or fast");
  case OPT_sysroot:
    return set(toolchain.sysroot, value);
  default:
    return applyToMessages(id, value, options);
  }
}

static Complaint apply(OptionId id, StringRef value, Options &options) {
  CompileOptions &compile = options.compile;
  switch (id) {
  case OPT_o:
    return set(options.output, value);
  case OPT_c:
    return set(options.outputKind, Options::Output::Object);
  case OPT_S:
    return set(options.outputKind, Options::Output::Sources);
  case OPT_emit:
    return readPhase(options, value);
  case OPT_dump_graph:
    return set(options.dumpGraph, value);
  case OPT_name:
    return set(compile.name, value);
  case OPT_weights:
    return readWeights(options, value);
  case OPT_MD:
    return set(options.writeDependencies, true);
  case OPT_MF:
    return set(options.dependencyFile, value);
  case OPT_dim:
    return readDim(options, value);
  case OPT_shape:
    return readShape(options, value);
  default:
    return applyToCode(id, value, options);
  }
}

/// What an option sets: what is set twice must be set to the same. Empty for lists, which grow.
static std::string getSetting(OptionId id, StringRef value) {
  switch (id) {
  case OPT_cxxflags:
  case OPT_data:
  case OPT_print_after:
    return {};
  case OPT_dim:
  case OPT_shape: // each name is a setting
    return std::to_string(id) + value.rsplit('=').first.str();
  case OPT_S:
  case OPT_emit:
    return std::to_string(OPT_c);
  case OPT_target:
    return std::to_string(OPT_march);
  default:
    return std::to_string(id);
  }
}

//===- Help ------------------------------------------------------------------===//

void printVersion(raw_ostream &out) { out << "onnxcc " << getVersion() << "\n"; }

void printHelp(raw_ostream &out) {
  constexpr char overview[] =
      R"(onnxcc compiles an ONNX model to standalone C++: a static library and a header, or sources.

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
  int code = model_run(&args, arena, NULL);              arena: MODEL_ARENA_BYTES, aligned; code 0 is good)";
  getTable().printHelp(out, "onnxcc [verify|bench] MODEL [option...]", overview);
}

//===- Parsing ---------------------------------------------------------------===//

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

/// "compiling, verify and bench": who takes an option.
static std::string describeTakers(const opt::Option &option) {
  SmallVector<StringRef> names;
  for (auto [taker, name] : {std::pair<Taker, StringRef>(CompileVis, "compiling"),
                             {VerifyVis, "verify"},
                             {BenchVis, "bench"}})
    if (option.hasVisibilityFlag(taker))
      names.push_back(name);
  return join(names, " and ");
}

/// Reads words into options as `taker` takes them. \returns whether all is well; each thing that is
/// wrong is told of.
static bool parse(ArrayRef<const char *> words, Taker taker, Options &options, Fail fail) {
  bool isGood = true;
  auto complain = [&](const Twine &message) {
    isGood = false;
    fail(message);
  };
  const OptionTable &table = getTable();
  unsigned missingIndex, missingCount;
  opt::InputArgList arguments = table.ParseArgs(words, missingIndex, missingCount);
  struct Setting {
    OptionId id;
    std::string value, text;
  };
  StringMap<Setting> settings;
  for (const opt::Arg *argument : arguments) {
    std::string text = argument->getAsString(arguments);
    const opt::Option &option = argument->getOption();
    OptionId id = OptionId(option.getID());
    if (id == OPT_UNKNOWN) {
      std::string nearest;
      constexpr unsigned farthest = 2;
      bool isNear =
          table.findNearest(text, nearest, opt::Visibility(taker), 2, farthest) <= farthest;
      complain("unknown option '" + text + "'" +
               (isNear ? "; did you mean '" + nearest + "'?" : std::string()));
      continue;
    }
    if (id == OPT_INPUT) {
      if (taker == LibraryVis)
        complain("'" + text + "' is no option");
      else if (!options.input.empty())
        complain("more than one model: '" + options.input + "' and '" + text + "'");
      options.input = text;
      continue;
    }
    if (!option.hasVisibilityFlag(taker)) {
      complain("'" + text + "' is an option of " +
               (taker == LibraryVis ? "the command onnxcc, not of a compilation"
                                    : describeTakers(option) + " alone"));
      continue;
    }
    StringRef value = argument->getNumValues() ? argument->getValue() : "";
    if (Complaint complaint = apply(id, value, options)) {
      complain("'" + text + "': expected " + *complaint);
      continue;
    }
    std::string setting = getSetting(id, value);
    if (setting.empty())
      continue;
    auto [known, isNew] = settings.try_emplace(setting, Setting{id, value.str(), text});
    if (!isNew && (known->second.id != id || known->second.value != value))
      complain("'" + text + "' contradicts '" + known->second.text + "'");
  }
  if (missingCount)
    complain("'" + StringRef(words[missingIndex]) + "' lacks its value");
  return isGood;
}

bool parseCompileOptions(ArrayRef<std::string> arguments, CompileOptions &compile, Fail fail) {
  Options options;
  options.compile = compile;
  SmallVector<const char *> words;
  for (const std::string &argument : arguments)
    words.push_back(argument.c_str());
  if (!parse(words, LibraryVis, options, fail))
    return false;
  compile = std::move(options.compile);
  return compile.name.empty() || checkName(compile.name, fail);
}

std::optional<Options> parseOptions(ArrayRef<const char *> arguments, Fail fail) {
  Options options;
  options.arguments.assign(arguments.begin(), arguments.end());
  ArrayRef<const char *> words = arguments.drop_front();
  Taker taker = CompileVis;
  StringRef command = words.empty() ? "" : words.front();
  if (command == "verify")
    options.command = Options::Command::Verify, taker = VerifyVis;
  else if (command == "bench")
    options.command = Options::Command::Bench, taker = BenchVis;
  if (!parse(words.drop_front(taker != CompileVis), taker, options, fail))
    return std::nullopt;
  bool hasModel =
      is_contained({Options::Command::Compile, Options::Command::Verify, Options::Command::Bench},
                   options.command);
  if (!hasModel)
    return options;
  if (options.input.empty())
    return fail("no model given (onnxcc --help explains)"), std::nullopt;
  if (!complete(options, fail))
    return std::nullopt;
  return options;
}

} // namespace onnxcc
