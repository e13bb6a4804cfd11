// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME.h, plain C: what an application needs to know. And NAME.cpp: the checks, the choice of a
// feature set, the table.
#include "codegen/EmbeddedRuntime.h"
#include "codegen/Model.h"
#include "codegen/print/Text.h"
#include "kernels/Routine.h"
#include "targets/Target.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

int64_t getStackBound(ModuleOp module) {
  constexpr int64_t run = 1024; // and what calls it
  int64_t most = 0;
  module.walk([&](Operation *op) {
    if (kernel::isStep(op))
      most = std::max(most, kernels::getStepStackBytes(op));
  });
  return run + most;
}

//===- The header ------------------------------------------------------------===//

static std::string pad(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

static std::vector<std::string> getDimNames(const Model &model) {
  std::vector<std::string> names;
  for (const Dim &dim : model.dims)
    names.push_back(dim.name);
  return names;
}

/// "float[batch][3][224][224]".
static std::string describeArgument(const Model &model, const Argument &argument) {
  std::string text = spellElementType(argument.element).shown;
  std::vector<std::string> dims = getDimNames(model);
  for (AffineExpr extent : argument.extents)
    text += "[" + printAffine(extent, {}, dims).text + "]";
  if (argument.name != argument.onnxName && !argument.onnxName.empty())
    text += ", ONNX name " + argument.onnxName;
  if (argument.quantization)
    text += ": (code - " + argument.quantization->macro + "_ZERO_POINT) * " +
            argument.quantization->macro + "_SCALE";
  return text;
}

static std::string printArgs(const Model &model) {
  struct Field {
    std::string declaration, comment;
  };
  SmallVector<Field> fields;
  std::vector<std::string> dimNames = getDimNames(model);
  for (const Argument &argument : model.arguments)
    fields.push_back({(argument.isOutput ? "" : "const ") + spellElementType(argument.element).c +
                          " *" + argument.name + ";",
                      (argument.isOutput ? "out: " : "in:  ") + describeArgument(model, argument)});
  for (const Dim &dim : model.dims) {
    if (!dim.isField)
      continue;
    std::string bounds =
        dim.min == dim.max ? std::to_string(dim.min) : formatv("{0}..{1}", dim.min, dim.max).str();
    if (dim.isComputed())
      bounds = (dim.min ? formatv("at least {0}, ", dim.min).str() : "") + "at most " +
               printAffine(dim.bound, {}, dimNames).text;
    fields.push_back({"onnxcc_dim " + dim.name + ";",
                      (dim.isComputed() ? "out: " : "in:  ") + bounds +
                          (dim.name == dim.onnxName ? "" : ", ONNX name " + dim.onnxName)});
  }
  if (!model.weightsField.empty())
    fields.push_back({"const void *" + model.weightsField + ";",
                      "in:  " + model.name + ".weights, mapped or read, at a multiple of 64"});
  if (!model.weightsBytesField.empty())
    fields.push_back({"size_t " + model.weightsBytesField + ";", "in:  its size"});
  size_t width = 0;
  for (const Field &field : fields)
    width = std::max(width, field.declaration.size());
  std::string text = "typedef struct {\n";
  for (const Field &field : fields) {
    std::string comment = field.comment;
    for (char &c : comment)
      c = llvm::isPrint(c) && c != '\\' ? c : '?'; // a backslash at the end would join lines
    text += "  " + pad(field.declaration, width) + " // " + comment + "\n";
  }
  return text + "} " + model.name + "_args;\n";
}

/// The macros of arguments that are quantized.
static std::string printQuantizations(const Model &model) {
  std::string text;
  for (const Argument &argument : model.arguments)
    if (const std::optional<Quantization> &it = argument.quantization)
      text += formatv("#define {0}_SCALE {1}\n#define {0}_ZERO_POINT {2}\n", it->macro,
                      printConstant(it->scale, it->scale.getType()).text, it->zeroPoint);
  return text.empty()
             ? text
             : "\n// An integer of these arguments stands for (code - ZERO_POINT) * SCALE; "
               "a number x is\n// round-half-even(x / SCALE) + ZERO_POINT, within the "
               "type's range.\n" +
                   text;
}

std::string printHeader(const Model &model) {
  const std::string &name = model.name, &upper = model.upperName;
  std::string guard = upper + "_H", text = wrapComment(model.banner(name + ".h"));
  text += "#ifndef " + guard + "\n#define " + guard + "\n\n";
  std::string fileComment = "of " + name + ".weights";
  mlir::func::FuncOp function = model.function;   // a handle
  int64_t stackBytes = model.options->stackBytes; // or what no measure exceeds
  if (!stackBytes)
    stackBytes = getStackBound(function->getParentOfType<ModuleOp>());
  struct Macro {
    std::string name;
    int64_t value;
    StringRef comment;
  };
  Macro macros[] = {{"ARENA_BYTES", model.arenaBytes,
                     !model.hasOpenDims()
                         ? "scratch memory for one call; caller's"
                         : "scratch memory for one call at the largest dims; caller's"},
                    {"ARENA_ALIGN", model.alignment, "of the arena's address"},
                    {"STACK_BYTES", stackBytes, "worst case of one call"},
                    {"WEIGHT_BYTES", model.weightBytes,
                     model.hasWeightFile() ? StringRef(fileComment) : "read-only"}};
  for (const Macro &macro : macros)
    text += "#define " + pad(upper + "_" + macro.name, upper.size() + 13) + " " +
            pad(std::to_string(macro.value), 9) + " // " + macro.comment.str() + "\n";
  text += printQuantizations(model);

  text += "\n#include <stddef.h>\n#include <stdint.h>\n";
  if (llvm::any_of(model.arguments, [](const Argument &a) { return a.element.isInteger(1); }))
    text += "#include <stdbool.h>\n";
  text += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  text += "#ifndef ONNXCC_MODEL_H // what all models share, as in runtime/model.h\n#define "
          "ONNXCC_MODEL_H\n";
  text += getModelDeclarations();
  text += "#endif // ONNXCC_MODEL_H\n\n";
  for (const Argument &argument : model.arguments)
    if (!argument.pixels.empty())
      text += wrapComment(argument.name + ": " + argument.pixels + ".");
  text += printArgs(model);
  text += "\n// Bytes of arena that a call with these dims needs; 0 if a dim is out of range.\n";
  text += formatv("size_t {0}_arena_bytes(const {0}_args *args);\n", name).str();
  text += "// 0, or an ONNXCC_E… code. `env` may be NULL. Re-entrant: any threads may call it with "
          "arenas of their own.\n";
  text += "// Outputs, which may hold other values before their own, overlap nothing; inputs may "
          "overlap "
          "one another.\n";
  text += formatv("int {0}_run({0}_args *args, void *arena, const onnxcc_env *env);\n", name).str();
  if (model.hasWeightFile())
    text += formatv("// 0 if `weights` are this model's and unharmed: reads all of them, where "
                    "{0}_run looks "
                    "at their head.\n"
                    "int {0}_check_weights(const void *weights, size_t bytes);\n",
                    name)
                .str();
  text += "// The same facts as data.\n";
  text += formatv("extern const onnxcc_model {0}_model;\n", name).str();
  text += "\n#ifdef __cplusplus\n}\n#endif\n\n#endif // " + guard + "\n";
  return text;
}

//===- The entry points ------------------------------------------------------===//

/// `if (a || b) return CODE;`
static std::string printCheck(ArrayRef<std::string> conditions, StringRef code) {
  std::string condition = llvm::join(conditions, " || ");
  return wrapCode("  if (" + condition + ")") + "\n    return " + code.str() + ";\n";
}

static std::string quote(StringRef text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    if (c >= 0x20 && c < 0x7f)
      out += char(c);
    else
      out += formatv("\\{0}{1}{2}", char('0' + (c >> 6)), char('0' + ((c >> 3) & 7)),
                     char('0' + (c & 7)))
                 .str();
  }
  return out + "\"";
}

static SmallVector<std::string> getDimChecks(const Model &model) {
  SmallVector<std::string> conditions;
  for (const Dim &dim : model.dims) {
    if (dim.isComputed())
      continue;
    conditions.push_back(formatv("args->{0} < {1}", dim.name, dim.min));
    conditions.push_back(formatv("args->{0} > {1}", dim.name, dim.max));
  }
  return conditions;
}

/// The dims and locals that an expression names, from a pointer `args`.
static std::string printNeeded(const Model &model, const std::string &expression) {
  std::string locals = model.printLocals(expression), text;
  for (auto [k, dim] : llvm::enumerate(model.dims))
    if (dim.isField && mentions(locals + expression, model.facts.symbols[k]))
      text += "  const Index " + model.facts.symbols[k] + " = args->" + dim.name + ";\n";
  return text + locals;
}

static std::string printArenaBytes(const Model &model) {
  if (!model.hasOpenDims())
    return formatv("size_t {0}_arena_bytes(const {0}_args *) {{ return {1}_ARENA_BYTES; }\n",
                   model.name, model.upperName);
  std::string text = formatv("size_t {0}_arena_bytes(const {0}_args *args) {{\n", model.name).str();
  SmallVector<std::string> checks = getDimChecks(model);
  checks.insert(checks.begin(), "!args");
  text += printCheck(checks, "0");
  if (isa<AffineConstantExpr>(model.arenaSize))
    return text + "  return " + model.upperName + "_ARENA_BYTES;\n}\n";
  std::string size = printAffine(model.arenaSize, {}, model.facts.symbols).text;
  return text + "  using namespace onnxcc;\n" + printNeeded(model, size) + "  return size_t(" +
         size + ");\n}\n";
}

/// What the kernels' files define, for each feature set in a namespace of its own.
static std::string getNamespace(const Model &model, const Target &set) {
  return getModelTag(model) + "_" + set.isa.str();
}

/// Of what can be seen at once: a null pointer, the alignment, the size if it is given, the head.
static std::string printWeightCheck(const Model &model, const std::string &weights,
                                    const std::string &bytes) {
  SmallVector<std::string> checks;
  if (!bytes.empty())
    checks.push_back(bytes + " != " + model.upperName + "_WEIGHT_BYTES");
  checks.push_back(formatv("!onnxcc::hasWeightHead({0}, {1}_WEIGHT_BYTES, 0x{2}u)", weights,
                           model.upperName, llvm::utohexstr(model.weightHash, true)));
  return printCheck({"reinterpret_cast<uintptr_t>(" + weights + ") % 64"}, "ONNXCC_EALIGN") +
         printCheck(checks, "ONNXCC_EWEIGHTS");
}

static std::string printCheckWeights(const Model &model) {
  return formatv("int {0}_check_weights(const void *weights, size_t bytes) {{\n"
                 "  if (!weights)\n    return ONNXCC_ENULL;\n"
                 "{1}"
                 "  return onnxcc::hasWeightContents(weights, bytes, 0x{2}u) ? ONNXCC_OK : "
                 "ONNXCC_EWEIGHTS;\n"
                 "}\n",
                 model.name, printWeightCheck(model, "weights", "bytes"),
                 llvm::utohexstr(model.weightHash, true))
      .str();
}

static std::string printRun(const Model &model) {
  std::string text =
      formatv("int {0}_run({0}_args *args, void *arena, const onnxcc_env *env) {{\n", model.name)
          .str();
  SmallVector<std::string> nulls{"!args"};
  for (const Argument &argument : model.arguments)
    nulls.push_back("!args->" + argument.name);
  if (model.hasArena)
    nulls.push_back("!arena");
  if (model.hasWeightFile())
    nulls.push_back("!args->" + model.weightsField);
  text += printCheck(nulls, "ONNXCC_ENULL");
  if (model.hasOpenDims())
    text += printCheck(getDimChecks(model), "ONNXCC_EDIM");
  text += "  if (reinterpret_cast<uintptr_t>(arena) % " + model.upperName +
          "_ARENA_ALIGN)\n    return ONNXCC_EALIGN;\n";
  if (model.hasWeightFile())
    text +=
        printWeightCheck(model, "args->" + model.weightsField,
                         model.weightsBytesField.empty() ? "" : "args->" + model.weightsBytesField);
  std::string call = "run(*args, static_cast<char *>(arena), env);\n";
  if (model.facts.targets.size() == 1)
    return text + "  return onnxcc::model::" + call + "}\n";
  SmallVector<const Target *> sets(model.facts.targets);
  llvm::sort(sets, [](const Target *a, const Target *b) { return a > b; }); // the table ascends
  bool always = false;
  for (const Target *set : sets) {
    SmallVector<std::string> tests;
    for (StringRef need : getWords(set->features))
      tests.push_back(formatv("__builtin_cpu_supports(\"{0}\")", need));
    if (!tests.empty())
      text += wrapCode("  if (" + llvm::join(tests, " && ") + ")") + "\n  ";
    text += "  return onnxcc::" + getNamespace(model, *set) + "::model::" + call;
    if (tests.empty()) {
      always = true;
      break;
    }
  }
  return text + (always ? "" : "  return ONNXCC_EISA;\n") + "}\n";
}

/// A row of the table: what onnxcc_extent says of an extent.
struct ExtentEntry {
  int64_t value, scale, dim;
};

static ExtentEntry getExtentEntry(const Model &model, AffineExpr extent) {
  if (auto constant = dyn_cast<AffineConstantExpr>(extent))
    return {constant.getValue(), 0, -1};
  LinearForm form;
  // extent = scale * symbol + value, if it is of this form.
  for (unsigned k = 0; k < model.dims.size(); ++k) {
    AffineExpr symbol = getAffineSymbolExpr(k, extent.getContext());
    AffineExpr dim = getAffineDimExpr(0, extent.getContext());
    form = LinearForm::get(extent.replace(symbol, dim), 1);
    auto scale = dyn_cast<AffineConstantExpr>(form.coefficients[0]);
    auto value = dyn_cast<AffineConstantExpr>(form.constant);
    if (form.isLinear() && scale && value && scale.getValue())
      return {value.getValue(), scale.getValue(), int64_t(model.dims[k].number)};
  }
  return {*model.greatest(extent), 0, -2};
}

/// extentsFor, which computes the extents that the table cannot tell; nothing if it tells all.
static std::string printExtentsFor(const Model &model) {
  std::string cases, expressions;
  for (auto [number, argument] : llvm::enumerate(model.arguments)) {
    std::string lines;
    for (auto [axis, extent] : llvm::enumerate(argument.extents)) {
      if (getExtentEntry(model, extent).dim != -2)
        continue;
      std::string text = printAffine(extent, {}, model.facts.symbols).text;
      lines += formatv("    extents[{0}] = {1};\n", axis, text);
      expressions += text + "\n";
    }
    if (!lines.empty())
      cases += formatv("  case {0}: // {1}\n{2}    break;\n", number, argument.name, lines);
  }
  if (cases.empty())
    return "";
  return formatv("void extentsFor(const void *data, int32_t argument, onnxcc_dim *extents) {{\n"
                 "  using namespace onnxcc;\n"
                 "  const auto *args = static_cast<const {0}_args *>(data);\n{1}"
                 "  switch (argument) {{\n{2}  }\n}\n",
                 model.name, printNeeded(model, expressions), cases);
}

/// A member of the table that is a function, and a line of what follows it.
static std::string printLambda(StringRef parameters, const std::string &value,
                               const std::string &next = "") {
  std::string head = "    [](" + parameters.str() + ") {", body = "return " + value + ";",
              line = head + " " + body + " },";
  if (line.size() <= kLineWidth)
    return line + "\n" + (next.empty() ? "" : "    " + next + "\n");
  return head + "\n" + wrapCode("      " + body) + "\n    }," + (next.empty() ? "" : " " + next) +
         "\n";
}

static std::string printTable(const Model &model) {
  const std::string &name = model.name, &upper = model.upperName;
  std::string text, rows;
  auto addRow = [&](const std::string &row) { rows += wrapCode(row) + "\n"; };
  for (const Argument &argument : model.arguments) {
    SmallVector<std::string> extents;
    for (AffineExpr extent : argument.extents) {
      ExtentEntry entry = getExtentEntry(model, extent);
      extents.push_back(formatv("{{{0}, {1}, {2}}", entry.value, entry.scale, entry.dim));
    }
    std::string table = "nullptr";
    if (!extents.empty()) {
      table = argument.name + "_extents";
      text += wrapList("const onnxcc_extent " + table + "[] = {", extents, "};") + "\n";
    }
    std::string scale = "0", zeroPoint = "0";
    if (argument.quantization) {
      scale = argument.quantization->macro + "_SCALE";
      zeroPoint = argument.quantization->macro + "_ZERO_POINT";
    }
    addRow(formatv("    {{{0}, {1}, {2}, {3}, {4}, 0, 0, offsetof({5}_args, {6}), {7}, {8}},",
                   quote(argument.onnxName), argument.isOutput ? "ONNXCC_OUT" : "ONNXCC_IN",
                   getElementConstant(argument.element), extents.size(), table, name, argument.name,
                   scale, zeroPoint));
  }
  size_t count = model.arguments.size();
  for (const Dim &dim : model.dims) {
    if (!dim.isField)
      continue;
    addRow(formatv("    {{{0}, {1}, 0, 0, nullptr, {2}, {3}, offsetof({4}_args, {5}), 0, 0},",
                   quote(dim.onnxName), dim.isComputed() ? "ONNXCC_DIM_OUT" : "ONNXCC_DIM", dim.min,
                   dim.max, name, dim.name));
    ++count;
  }
  auto addWeights = [&](StringRef kind, const std::string &field) {
    if (field.empty())
      return;
    addRow(formatv("    {{\"{0}\", {1}, 0, 0, nullptr, 0, 0, offsetof({2}_args, {0}), 0, 0},",
                   field, kind, name));
    ++count;
  };
  addWeights("ONNXCC_WEIGHTS", model.weightsField);
  addWeights("ONNXCC_WEIGHT_BYTES", model.weightsBytesField);
  text += "const onnxcc_argument arguments[] = {\n" + rows + "};\n";
  if (model.options->profile) {
    SmallVector<std::string> launches;
    for (const LaunchFacts &launch : model.launches)
      launches.push_back(quote(launch.name));
    launches.push_back("nullptr");
    text += wrapList("const char *const launches[] = {", launches, "};") + "\n";
  }
  SmallVector<StringRef> sets;
  for (const Target *set : model.facts.targets)
    sets.push_back(set->name);
  std::string extentsFor = printExtentsFor(model);
  std::string table = "namespace {\n" + text + extentsFor + "} // namespace\n\n";
  table += formatv("const onnxcc_model {0}_model = {{\n", name).str();
  table += wrapList("    ",
                    {"ONNXCC_ABI_VERSION", std::to_string(count), quote(name), "arguments",
                     "sizeof(" + name + "_args)", upper + "_ARENA_BYTES", upper + "_ARENA_ALIGN",
                     upper + "_STACK_BYTES", upper + "_WEIGHT_BYTES", quote(llvm::join(sets, ","))},
                    ",") +
           "\n";
  table += printLambda("const void *args",
                       formatv("{0}_arena_bytes(static_cast<const {0}_args *>(args))", name));
  std::string last = model.options->profile ? "launches" : "nullptr";
  last += std::string(", ") + (extentsFor.empty() ? "nullptr" : "extentsFor") + ", nullptr, 0, 0};";
  table += printLambda("void *args, void *arena, const onnxcc_env *env",
                       formatv("{0}_run(static_cast<{0}_args *>(args), arena, env)", name), last);
  return table;
}

std::string printApi(const Model &model) {
  std::string text = wrapComment(model.banner(model.name + ".cpp"));
  text += "#pragma GCC visibility push(default) // the header's names are all that a shared "
          "library shows\n";
  text += "#include \"" + model.name + ".h\"\n#pragma GCC visibility pop\n\n";
  bool single = model.facts.targets.size() == 1;
  // Of several feature sets this file is none: what it takes from the runtime has a namespace of
  // its own.
  text += single ? printNamespaceMacros(model)
                 : "#define ONNXCC_NAMESPACE " + getModelTag(model) + "_common\n";
  text += "#include \"runtime/simd.h\"\n";
  text += model.hasWeightFile() ? "#include \"runtime/weights.h\"\n\n" : "\n";
  // Of a known target the compiler has looked.
  if (model.facts.targets.front()->isPortable() && !llvm::isInt<32>(model.greatestBytes))
    text += "static_assert(sizeof(onnxcc_dim) > 4, \"the model is larger than pointers of 32 bits "
            "reach\");\n\n";
  text += "// In " + model.name + "_kernels.cpp" + (single ? "" : ", once for each feature set") +
          ".\n";
  text += "#pragma GCC visibility push(hidden)\n";
  std::string parameters =
      "(" + model.getArgsType() + " &args, char *arena, const onnxcc_env *env);\n";
  if (single) {
    text += "namespace onnxcc { inline namespace ONNXCC_NAMESPACE { namespace model {\nint run" +
            parameters + "}}}\n";
  } else {
    text += "using Run = int" + parameters;
    for (const Target *set : model.facts.targets)
      text += formatv("namespace onnxcc::{0}::model {{ Run run; } // with {1}\n",
                      getNamespace(model, *set), set->flags)
                  .str();
  }
  text += "#pragma GCC visibility pop\n\n";
  text += printArenaBytes(model) + "\n" +
          (model.hasWeightFile() ? printCheckWeights(model) + "\n" : "") + printRun(model) + "\n" +
          printTable(model);
  return text;
}

} // namespace onnxcc
