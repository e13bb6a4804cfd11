// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading the command line by the table of Options.td.
#include "compiler/Options.h"

#include "codegen/print/Names.h"
#include "compiler/OptionReaders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace onnxcc {

StringRef getVersion() { return ONNXCC_VERSION; }

static constexpr StringRef phaseNames[] = {"import", "graph",   "quantize", "optimize",
                                           "layout", "kernels", "memory",   "emit"};

StringRef getPhaseName(Phase phase) { return phaseNames[unsigned(phase)]; }

//===- The table -------------------------------------------------------------===//

namespace {

enum Taker : unsigned {
  CompileVis = 1 << 1,
  VerifyVis = 1 << 2,
  BenchVis = 1 << 3,
  LibraryVis = 1 << 4,
  QuantizeVis = 1 << 5,
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

/// What an option does, as Options.td says it.
struct Action {
  OptionId option;
  Complaint (*read)(Options &options, StringRef value);
  StringRef setting;

  /// What the option sets, by name; empty if it only adds.
  std::string getSetting(StringRef value) const {
    bool isOneOfSeveral = setting.ends_with("=");
    return setting.str() + (isOneOfSeveral ? value.rsplit('=').first.str() : "");
  }
};

constexpr Action actions[] = {
#define OPTION_WITH_MARSHALLING(PREFIX, NAME, ID, KIND, GROUP, ALIAS, ALIASARGS, FLAGS,            \
                                VISIBILITY, PARAM, HELP, VARIANTS, METAVAR, VALUES, SUBCOMMANDS,   \
                                PARSE, EMIT, PLACE, SETTING, CHECK, IMPLIED, READ, ...)            \
  {OPT_##ID, [](Options &options, StringRef value) { return readers::READ(PLACE, value); },        \
   #SETTING},
#include "compiler/Options.inc"
#undef OPTION_WITH_MARSHALLING
};

} // namespace

static const OptionTable &getTable() {
  static const OptionTable table;
  return table;
}

static const Action &getAction(unsigned option) {
  return *find_if(actions, [&](const Action &action) { return action.option == option; });
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
  onnxcc quantize model.onnx --data=samples -o model.int8.onnx

A model is .onnx (binary) or .onnxtxt (onnx's text form). A program calls it so:

  #include "model.h"
  model_args args = {.image = image, .prob = prob};
  int code = model_run(&args, arena, NULL);              arena: MODEL_ARENA_BYTES, aligned; code 0 is good)";
  getTable().printHelp(out, "onnxcc [verify|bench|quantize] MODEL [option...]", overview);
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
  return toModelName(stem);
}

/// Whether the model's name can stay as it is.
static bool checkName(StringRef name, Fail fail) {
  std::string legal = toModelName(name);
  if (name != legal)
    fail("--name=" + name + " is no name that models can have in C; '" + legal + "' is");
  return name == legal;
}

/// What is made, as the output's name says it.
static bool completeKind(Options &options, Fail fail) {
  StringRef output = options.output, extension = sys::path::extension(output);
  bool isQuantized = options.command == Options::Command::Quantize;
  if (!output.empty() && options.outputKind == Options::Output::Object && extension != ".o")
    return fail("-c makes an object, and '" + output + "' does not end in .o"), false;
  if (isQuantized && (output.empty() || extension == ".onnx"))
    options.outputKind = Options::Output::Model;
  if (output.empty() || options.outputKind != Options::Output::Archive ||
      (options.command != Options::Command::Compile && !isQuantized))
    return true;
  if (extension == ".o")
    options.outputKind = Options::Output::Object;
  else if (extension == ".so")
    options.outputKind = Options::Output::Shared;
  else if (extension != ".a")
    return fail("'" + output + "' ends in none of " +
                (isQuantized ? ".onnx, .a, .o and .so" : ".a, .o and .so; for sources add -S")),
           false;
  return true;
}

/// Whether the options of --weight-only go together.
static bool checkWeights(const WeightOnlyOptions &weights, Fail fail) {
  if (weights.kind == WeightOnly::None && (weights.ratio != 1 || weights.isPacked))
    return fail("--ratio and --format are of --weight-only"), false;
  if (weights.kind == WeightOnly::Int8 && weights.ratio != 1)
    return fail("--ratio is of weights of 4 bits, and there are none"), false;
  if (weights.isPacked && (weights.group < 16 || !isPowerOf2_64(weights.group)))
    return fail("--format=matmulnbits takes a --group that is a power of two, 16 at least"), false;
  return true;
}

/// Settles what the flags leave open: the kind of output and the model's name.
static bool complete(Options &options, Fail fail) {
  if (!completeDump(options, fail))
    return false;
  if (!completeKind(options, fail) || !checkWeights(options.quantize.weights, fail))
    return false;
  StringRef output = options.output;
  std::string &name = options.compile.name;
  if (!name.empty()) {
    if (!checkName(name, fail))
      return false;
  } else if (!options.verify.library.empty()) {
    name = getModelName(options.verify.library);
  } else if (options.outputKind == Options::Output::Sources && !output.empty()) {
    name = toModelName(sys::path::stem(output.rtrim('/')));
  } else if (!output.empty() && options.outputKind != Options::Output::Phase) {
    name = getModelName(output);
  } else {
    name = getModelName(options.input);
  }
  return true;
}

/// "verify, bench and quantize": who takes an option.
static std::string describeTakers(const opt::Option &option) {
  SmallVector<StringRef> names;
  for (auto [taker, name] : {std::pair<Taker, StringRef>(CompileVis, "compiling"),
                             {VerifyVis, "verify"},
                             {BenchVis, "bench"},
                             {QuantizeVis, "quantize"}})
    if (option.hasVisibilityFlag(taker))
      names.push_back(name);
  std::string others = join(ArrayRef(names).drop_back(), ", ");
  return others + (others.empty() ? "" : " and ") + names.back().str();
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
    const Action &action = getAction(id);
    if (Complaint complaint = action.read(options, value)) {
      complain("'" + text + "': expected " + *complaint);
      continue;
    }
    std::string setting = action.getSetting(value);
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
  else if (command == "quantize")
    options.command = Options::Command::Quantize, taker = QuantizeVis;
  if (!parse(words.drop_front(taker != CompileVis), taker, options, fail))
    return std::nullopt;
  bool hasModel = is_contained({Options::Command::Compile, Options::Command::Verify,
                                Options::Command::Bench, Options::Command::Quantize},
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
