// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME_kernels.cpp: a function for each distinct launch, and `run`, which calls them in order.
#include "codegen/Model.h"
#include "codegen/print/Text.h"
#include "kernels/Family.h"
#include "targets/Target.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

std::string getModelTag(const Model &model) {
  std::string version = ONNXCC_VERSION;
  std::replace(version.begin(), version.end(), '.', '_');
  return model.name + "_v" + version;
}

std::string printNamespaceMacros(const Model &model) {
  std::string text = "#define ONNXCC_MODEL " + getModelTag(model) +
                     " // names are unique to model, version and feature set\n";
  if (model.facts.targets.size() == 1 && model.facts.targets[0]->isPortable())
    text += "#define ONNXCC_GENERIC 1\n"; // as -D writes it, which is no redefinition
  return text;
}

namespace {

/// Launches of equal text are calls of one function.
struct Function {
  LaunchFunction code;
  std::string name, type, description;
  SmallVector<std::string> otherLaunches;
};

class KernelsPrinter {
public:
  explicit KernelsPrinter(Model &model) : model(model) {}
  LogicalResult print(std::vector<EmittedFile> &files);

private:
  LogicalResult addLaunch(kernel::LaunchOpInterface op);
  void nameWeight(Weight &weight, const std::string &wanted);
  std::string printWeightPointers() const;
  void nameBuffers();
  std::string getPointer(Value memref, bool isWritten);
  std::string printSteps(Block &block, const std::string &indent);
  std::string printRun();
  std::string printFences() const;
  std::string printOpen(Value operand, bool isWritten, const std::string &indent);
  std::string printPreamble(StringRef file) const;
  std::string printWeightDeclarations() const;

  Model &model;
  NameScope names; // of functions, structs, and what `run` declares
  std::vector<Function> functions;
  llvm::StringMap<unsigned> functionOfText;
  struct Call {
    unsigned index; // in the model's order
    unsigned function;
    std::string launch;
  };
  llvm::DenseMap<Operation *, Call> calls;
  llvm::DenseMap<Value, std::string> buffers;
  std::map<std::string, SmallVector<std::string>> pointers; // their declarators by type
};

} // namespace

LogicalResult KernelsPrinter::addLaunch(kernel::LaunchOpInterface op) {
  Launch launch(op, model.views, model.facts);
  FailureOr<LaunchFunction> code = kernels::getFamily(op).print(launch);
  if (failed(code))
    return failure();
  std::string key = code->key(model.facts), wanted = getLaunchName(op->getLoc());
  auto [it, isNew] = functionOfText.try_emplace(key, functions.size());
  if (isNew)
    functions.emplace_back();
  Function &function = functions[it->second];
  std::string origin = describeNodes(op->getLoc());
  if (isNew) {
    function.code = std::move(*code);
    function.name = names.add(wanted);
    function.type = names.add(toTypeName(function.name));
    function.description = describeLaunch(launch);
  } else {
    function.otherLaunches.push_back(origin);
  }
  for (const Operand &input : launch.inputs)
    if (auto op = input.view.base.getDefiningOp<kernel::WeightOp>()) {
      Weight &weight = model.weights[model.weightIndex.lookup(op.getWeights())];
      weight.isRead = true;
      nameWeight(weight, wanted + "_" + input.name);
    }
  model.launches.push_back(getFacts(launch, origin.empty() ? wanted : origin));
  calls[op] = {unsigned(calls.size()), it->second, origin};
  return success();
}

/// A weight is called after the first launch that reads it, and its role there.
void KernelsPrinter::nameWeight(Weight &weight, const std::string &wanted) {
  if (!weight.name.empty())
    return;
  weight.name = names.add(wanted);
  weight.symbol = model.name + "_" + weight.name;
}

/// A pointer a buffer of the arena, named after the first value in it.
void KernelsPrinter::nameBuffers() {
  model.function.walk([&](DestinationStyleOpInterface op) {
    for (Value operand : op->getOperands()) {
      if (!isa<MemRefType>(operand.getType()))
        continue;
      auto view = model.views[operand].base.getDefiningOp<memref::ViewOp>();
      if (!view || buffers.contains(view))
        continue;
      std::string wanted = getResultName(view.getLoc());
      if (wanted.empty())
        wanted = getResultName(op->getLoc());
      if (wanted.empty())
        wanted = "buffer";
      std::string name = names.add(names.has(wanted) ? wanted + "_out" : wanted);
      std::string type = getElementType(view.getType().getElementType());
      std::string offset =
          printAffine(model.views.getIndex(view.getByteShift()), {}, model.facts.symbols).text;
      pointers[type].push_back(formatv("*{1} = at<{0}>(arena, {2})", type, name, offset));
      buffers[view] = name;
    }
  });
}

std::string KernelsPrinter::getPointer(Value memref, bool isWritten) {
  const View &view = model.views[memref];
  std::string pointer;
  std::string type = getElementType(view.element);
  if (auto argument = dyn_cast<BlockArgument>(view.base)) {
    const Argument &field = model.arguments[argument.getArgNumber()];
    pointer = "args." + field.name;
    // Unsigned integers and halves are other types in C than in the kernels.
    if (getArgumentType(field.element) != type)
      pointer = formatv("reinterpret_cast<{0}{1} *>({2})",
                        isWritten        ? ""
                        : field.isOutput ? ""
                                         : "const ",
                        type, pointer);
  } else if (auto weight = view.base.getDefiningOp<kernel::WeightOp>()) {
    pointer = model.weights[model.weightIndex.lookup(weight.getWeights())].name;
  } else {
    pointer = buffers.lookup(view.base);
  }
  return makeOffset(pointer, printAffine(view.offset, {}, model.facts.symbols)).text;
}

/// What the address sanitizer must know for the whole call.
std::string KernelsPrinter::printFences() const {
  std::string text;
  if (!pointers.empty())
    text += formatv("  const ArenaGuard guard(arena, {0}_arena_bytes(&args));\n", model.name).str();
  if (model.hasWeightGaps())
    for (const Weight &weight : model.weights)
      text +=
          formatv("  fenceWeight({0}, {1}, {2});\n", weight.name, weight.bytes, weight.gap()).str();
  return text;
}

/// And for one operand of a launch; nothing unless it lies in the arena.
std::string KernelsPrinter::printOpen(Value operand, bool isWritten, const std::string &indent) {
  const View &view = model.views[operand];
  if (!view.base.getDefiningOp<memref::ViewOp>())
    return "";
  auto print = [&](ArrayRef<AffineExpr> values) {
    std::string text;
    for (AffineExpr value : values)
      text += (text.empty() ? "" : ", ") + printAffine(value, {}, model.facts.symbols).text;
    return "{" + (text.empty() ? "1" : text) + "}";
  };
  return wrapList(indent + "guard.open(",
                  {getPointer(operand, isWritten), print(view.extents), print(view.strides)},
                  ");") +
         "\n";
}

/// Where the weights of NAME.weights lie.
std::string KernelsPrinter::printWeightPointers() const {
  std::map<std::string, SmallVector<std::string>> declarators;
  for (const Weight &weight : model.weights)
    if (weight.isRead)
      declarators[weight.type].push_back(formatv("*{0} = at<{1}>(args.{2}, {3})", weight.name,
                                                 weight.type, model.weightsField, weight.offset));
  std::string text;
  for (const auto &[type, list] : declarators)
    text += wrapList("  const " + type + " ", list, ";") + "\n";
  return text;
}

/// The calls of a block in order, loops included.
std::string KernelsPrinter::printSteps(Block &block, const std::string &indent) {
  std::string text;
  for (Operation &op : block) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      auto print = [&](Value index) {
        return printAffine(model.views.getIndex(index), {}, model.facts.symbols).text;
      };
      text += formatv("{0}for (Index {1} = {2}; {1} < {3}; ++{1}) {{\n", indent,
                      print(loop.getInductionVar()), print(loop.getLowerBound()),
                      print(loop.getUpperBound()));
      text += printSteps(*loop.getBody(), indent + "  ") + indent + "}\n";
    }
    auto launch = dyn_cast<kernel::LaunchOpInterface>(op);
    if (!launch)
      continue;
    const Call &call = calls[&op];
    const Function &function = functions[call.function];
    SmallVector<std::string> arguments{"call"};
    if (model.options->sanitize && !pointers.empty()) {
      text += indent + "guard.close();\n";
      for (Value input : launch.getInputs())
        text += printOpen(input, false, indent);
      text += printOpen(launch.getInit(), true, indent);
    }
    for (Value input : launch.getInputs())
      arguments.push_back(getPointer(input, false));
    arguments.push_back(getPointer(launch.getInit(), true));
    for (unsigned dim : function.code.dims)
      arguments.push_back(model.facts.symbols[dim]);
    std::string comment = function.otherLaunches.empty() ? "" : " // " + call.launch;
    std::string line = wrapList(indent + function.name + "(", arguments, ");");
    line += (line.size() + comment.size() > kLineWidth + 20 ? "" : comment) + "\n";
    if (model.options->profile)
      line = formatv("{2}profile(call, {0}, false);\n{1}{2}profile(call, {0}, true);\n", call.index,
                     line, indent);
    text += line;
  }
  return text;
}

std::string KernelsPrinter::printRun() {
  std::string body = model.options->sanitize ? printFences() : "";
  if (model.hasWeightFile())
    body += printWeightPointers();
  for (const auto &[type, declarators] : pointers)
    body += wrapList("  " + type + " ", declarators, ";") + "\n";
  body += printSteps(model.function.getBody().front(), "  ");
  std::string locals;
  for (const std::string &line : model.printLocals()) {
    StringRef name = StringRef(line).drop_front(StringRef("const Index ").size()).split(' ').first;
    if (StringRef(body).contains(name))
      locals += "  " + line + "\n";
  }
  body = locals + body;
  std::string dims;
  for (auto [k, dim] : llvm::enumerate(model.dims)) {
    const std::string &symbol = model.facts.symbols[k];
    auto isWord = [&](size_t at) {
      auto part = [&](size_t i) {
        return i < body.size() && (llvm::isAlnum(body[i]) || body[i] == '_');
      };
      return !(at && (part(at - 1) || body[at - 1] == '.')) && !part(at + symbol.size());
    };
    bool used = false;
    for (size_t at = body.find(symbol); at != std::string::npos && !used;
         at = body.find(symbol, at + 1))
      used = isWord(at);
    if (used)
      dims += "  const Index " + symbol + " = args." + dim.name + ";\n";
  }
  bool mayFail =
      llvm::any_of(functions, [](const Function &function) { return function.code.mayFail; });
  std::string arena = pointers.empty() ? "char *" : "char *arena";
  return "int run(const " + model.name + "_args &args, " + arena + ", const onnxcc_env *env) {\n" +
         dims + "  Call call{env};\n" + body + "  return " + (mayFail ? "call.code" : "ONNXCC_OK") +
         ";\n}\n";
}

std::string KernelsPrinter::printPreamble(StringRef file) const {
  return wrapComment(model.banner(file)) + "#include \"" + model.name + ".h\"\n\n" +
         printNamespaceMacros(model) +
         "#include \"runtime/call.h\"\n#include \"runtime/contract.h\"\n" +
         (model.options->sanitize ? "#include \"runtime/sanitize.h\"\n" : "") +
         "\n#pragma GCC visibility push(hidden)\n" +
         "namespace onnxcc {\ninline namespace ONNXCC_NAMESPACE {\n\n";
}

std::string KernelsPrinter::printWeightDeclarations() const {
  std::string text;
  if (model.hasWeightFile())
    return text;
  for (const Weight &weight : model.weights) {
    std::string shape;
    for (int64_t extent : weight.tensorType.getShape())
      shape += "[" + std::to_string(extent) + "]";
    text += formatv("extern const {0} {1}[{2}] __asm__(\"{3}\");{4}\n", weight.type, weight.name,
                    std::max<int64_t>(weight.tensorType.getNumElements(), 1), weight.symbol,
                    weight.tensorType.getRank() > 1 ? " // " + shape : "")
                .str();
  }
  return text.empty() ? "" : text + "\n";
}

LogicalResult KernelsPrinter::print(std::vector<EmittedFile> &files) {
  names.add("run");
  for (const std::string &symbol : model.facts.symbols)
    names.add(symbol);
  WalkResult walked = model.function.walk([&](Operation *op) -> WalkResult {
    if (auto call = dyn_cast<kernel::CallOp>(op))
      return call.emitError() << "routine '" << call.getCallee() << "' is not among the runtime's";
    auto launch = dyn_cast<kernel::LaunchOpInterface>(op);
    return launch ? addLaunch(launch) : success();
  });
  if (walked.wasInterrupted())
    return failure();
  nameBuffers();
  for (Weight &weight : model.weights)
    nameWeight(weight, "unused_weight");

  SmallVector<std::string> parts{""};
  double seconds = 0;
  for (const Function &function : functions) {
    if (seconds > 0 && seconds + function.code.compileSeconds > model.options->secondsPerFile) {
      parts.push_back("");
      seconds = 0;
    }
    seconds += function.code.compileSeconds;
    std::string description = function.description;
    if (!function.otherLaunches.empty())
      description += "; also " + llvm::join(function.otherLaunches, ", ");
    parts.back() += wrapComment(description) +
                    function.code.print(function.name, function.type, model.facts) + "\n";
  }
  const std::string close = "} // namespace ONNXCC_NAMESPACE\n} // namespace onnxcc\n";
  auto add = [&](const std::string &suffix, EmittedFile::Kind kind, const std::string &text) {
    files.push_back({model.name + "_kernels" + suffix, kind, text, {}});
  };
  if (parts.size() == 1) {
    add(".cpp", EmittedFile::Kind::KernelSource,
        printPreamble(model.name + "_kernels.cpp") + printWeightDeclarations() + parts[0] +
            printRun() + "\n" + close);
    return success();
  }
  std::string header = printPreamble(model.name + "_kernels.h");
  header.insert(header.find("#include"), "#pragma once\n");
  header += printWeightDeclarations();
  for (const Function &function : functions)
    header += function.code.declaration(function.name, model.facts) + "\n";
  add(".h", EmittedFile::Kind::KernelHeader,
      header + "\n" + close + "#pragma GCC visibility pop\n");
  std::string include = "#include \"" + model.name +
                        "_kernels.h\"\n\n#pragma GCC visibility push(hidden)\nnamespace onnxcc "
                        "{\ninline namespace ONNXCC_NAMESPACE {\n\n";
  add(".cpp", EmittedFile::Kind::KernelSource,
      wrapComment(model.banner(model.name + "_kernels.cpp")) + include + printRun() + "\n" + close);
  for (auto [k, part] : llvm::enumerate(parts)) {
    std::string suffix = "_" + std::to_string(k + 1) + ".cpp";
    add(suffix, EmittedFile::Kind::KernelSource,
        wrapComment(model.banner(model.name + "_kernels" + suffix)) + include + part + close);
  }
  return success();
}

LogicalResult printKernels(Model &model, std::vector<EmittedFile> &files) {
  return KernelsPrinter(model).print(files);
}

} // namespace onnxcc
