// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME_kernels.cpp: a function for each distinct launch, and `run`, which calls them in order.
#include "codegen/Run.h"
#include "codegen/print/Text.h"
#include "kernels/Family.h"
#include "kernels/Routine.h"
#include "targets/Target.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <set>

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

class KernelsPrinter {
public:
  explicit KernelsPrinter(Model &model) : model(model) {}
  LogicalResult print(std::vector<EmittedFile> &files);

private:
  LogicalResult addLaunch(kernel::LaunchOpInterface op);
  void addCall(kernel::CallOp op);
  void add(Operation *step, LaunchFunction code, const std::string &description,
           ArrayRef<Operand> inputs);
  void makeParameters();
  void nameShapes();
  std::string printShapes() const;
  void nameWeight(Weight &weight, const std::string &wanted);
  SmallVector<ArrayRef<KernelFunction>> divideFunctions() const;
  std::string printFunctions(ArrayRef<KernelFunction> functions, bool inFiles) const;
  std::string printPreamble(StringRef file) const;
  std::string printWeightDeclarations() const;

  Model &model;
  NameScope names; // of functions, structs, weights and dims
  KernelCalls calls;
  std::set<std::string> headers; // of routines
  llvm::StringMap<unsigned> functionOfText;
  /// The functions of each, by its text.
  llvm::MapVector<std::string, SmallVector<unsigned>, llvm::StringMap<unsigned>> shapes;
};

} // namespace

/// `text` with each literal of a float or double in it replaced.
static std::string replaceConstants(StringRef text,
                                    llvm::function_ref<std::string(StringRef literal)> replace) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
  std::string out;
  while (!text.empty()) {
    StringRef word = text.take_while(isWord);
    if (word.empty()) {
      out += text.front();
      text = text.drop_front();
      continue;
    }
    text = text.drop_front(word.size());
    // 1e-12f: its exponent's sign is no operator.
    bool isNumber = llvm::isDigit(word.front()) && !word.starts_with("0x"),
         isFloat = word.find_first_of(".e") != StringRef::npos;
    std::string literal = word.str();
    if (isNumber && word.back() == 'e' && !text.empty()) {
      StringRef exponent = text.drop_front().take_while(isWord);
      literal += text.front() + exponent.str();
      text = text.drop_front(1 + exponent.size());
    }
    out += isNumber && isFloat ? replace(literal) : literal;
  }
  return out;
}

/// A shape as what it is, for functions that share it, by the result's extents: "Window28x28x64",
/// "MatrixNx64" where one is open.
static std::string getShapeName(StringRef base, ArrayRef<AffineExpr> result) {
  base.consume_back("Shape");
  SmallVector<std::string> extents;
  for (AffineExpr extent : result)
    if (auto number = dyn_cast<AffineConstantExpr>(extent); !number)
      extents.push_back("N");
    else if (number.getValue() != 1)
      extents.push_back(std::to_string(number.getValue()));
  return base.str() + (extents.empty() ? "1" : llvm::join(extents, "x"));
}

LogicalResult KernelsPrinter::addLaunch(kernel::LaunchOpInterface op) {
  Launch launch(op, model.views, model.facts);
  FailureOr<LaunchFunction> code = kernels::getFamily(op).print(launch);
  if (failed(code))
    return failure();
  add(op, std::move(*code), describe(launch), launch.inputs);
  return success();
}

void KernelsPrinter::addCall(kernel::CallOp op) {
  kernels::Call call(op, model.views, model.facts);
  LaunchFunction code = kernels::getRoutine(op).print(call);
  headers.insert(code.header);
  add(op, std::move(code), describeCall(call), call.inputs);
}

/// Adds a step: its function, unless there is one of the same text.
void KernelsPrinter::add(Operation *step, LaunchFunction code, const std::string &description,
                         ArrayRef<Operand> inputs) {
  SmallVector<std::string> constants;
  std::string key = replaceConstants(code.key(model.facts), [&](StringRef literal) {
    constants.push_back(literal.str());
    return literal.ends_with("f") ? "$f" : "$d"; // of another type is another function
  });
  LaunchNames launchNames = getNames(step);
  const std::string &name = launchNames.function, &origin = launchNames.nodes;
  auto [it, isNew] = functionOfText.try_emplace(key, calls.functions.size());
  if (isNew)
    calls.functions.emplace_back();
  KernelFunction &function = calls.functions[it->second];
  if (isNew) {
    function.name = names.add(name);
    if (std::string shape = code.printShape("$S", model.facts); !shape.empty())
      shapes[shape].push_back(it->second);
    Value result = cast<DestinationStyleOpInterface>(step).getDpsInits().front();
    function.shapeName = getShapeName(code.base, model.views[result].extents);
    function.code = std::move(code);
    function.description = description;
    function.launch = origin;
  } else if (origin != function.launch && !llvm::is_contained(function.otherLaunches, origin)) {
    function.otherLaunches.push_back(origin);
  }
  function.constants.push_back(std::move(constants));
  for (const Operand &input : inputs)
    if (auto op = input.view.base.getDefiningOp<kernel::WeightOp>()) {
      Weight &weight = model.weights[model.weightIndex.lookup(op.getWeights())];
      weight.isRead = true;
      nameWeight(weight, name + "_" + input.name);
    }
  model.launches.push_back(getFacts(step, model, description));
  unsigned index = calls.calls.size();
  calls.calls[step] = {index, it->second, std::move(launchNames), {}};
}

/// A struct is named after its function, one that several share after what it is.
void KernelsPrinter::nameShapes() {
  for (auto &[text, users] : shapes) {
    KernelFunction &first = calls.functions[users.front()];
    bool isShared = users.size() > 1;
    std::string type = names.add(isShared ? first.shapeName : toTypeName(first.name));
    for (unsigned user : users)
      calls.functions[user].type = type;
    first.declaresType = true;
    first.isTypeShared = isShared;
  }
}

/// The structs that functions of several files may share.
std::string KernelsPrinter::printShapes() const {
  std::string text;
  for (const auto &[shape, users] : shapes)
    if (const KernelFunction &first = calls.functions[users.front()]; first.isTypeShared)
      text += first.code.printShape(first.type, model.facts) + "\n";
  return text;
}

/// Constants in which the launches of a function differ become parameters, one for those that are
/// equal in every launch.
void KernelsPrinter::makeParameters() {
  for (auto [number, function] : llvm::enumerate(calls.functions)) {
    auto column = [&](size_t k) {
      SmallVector<StringRef> values;
      for (const auto &launch : function.constants)
        values.push_back(launch[k]);
      return values;
    };
    SmallVector<size_t> parameters; // the first constant of each
    size_t next = 0;
    for (std::string &line : function.code.body)
      line = replaceConstants(line, [&](StringRef literal) {
        size_t k = next++;
        if (llvm::all_equal(column(k)))
          return literal.str();
        auto found = llvm::find_if(parameters, [&](size_t p) { return column(p) == column(k); });
        size_t parameter = found - parameters.begin();
        if (found == parameters.end())
          parameters.push_back(k);
        return "constant" + std::to_string(parameter + 1);
      });
    for (auto [k, first] : llvm::enumerate(parameters))
      function.code.parameters.push_back((StringRef(function.constants[0][first]).ends_with("f")
                                              ? "float constant"
                                              : "double constant") +
                                         std::to_string(k + 1));
    size_t launch = 0;
    for (auto &[op, call] : calls.calls)
      if (call.function == number) {
        for (size_t first : parameters)
          call.constants.push_back(function.constants[launch][first]);
        ++launch;
      }
  }
}

/// A weight is called after the first launch that reads it, and its role there.
void KernelsPrinter::nameWeight(Weight &weight, const std::string &wanted) {
  if (!weight.name.empty())
    return;
  weight.name = names.add(wanted);
  weight.symbol = model.name + "_" + weight.name;
}

/// Around what a source of kernels defines.
static const char *const kOpen =
    "#pragma GCC visibility push(hidden)\n"
    "namespace onnxcc { inline namespace ONNXCC_NAMESPACE { namespace model {\n\n";
static const char *const kClose = "}}} // namespace onnxcc::ONNXCC_NAMESPACE::model\n";

/// How much of the second level cache operands may fill, of the targets' smallest: three quarters.
/// Nothing where one has none.
static std::string printCacheMacro(const Model &model) {
  int64_t least = INT64_MAX;
  for (const Target *target : model.facts.targets)
    least = std::min(least, target->caches.second);
  return least ? formatv("#define ONNXCC_CACHE_BYTES {0}\n", least / 4 * 3).str() : "";
}

std::string KernelsPrinter::printPreamble(StringRef file) const {
  std::string routines;
  for (const std::string &header : headers)
    routines += "#include \"" + header + "\"\n";
  return wrapComment(model.banner(file)) + "#include \"" + model.name + ".h\"\n\n" +
         printNamespaceMacros(model) + printCacheMacro(model) +
         "#include \"runtime/contract.h\"\n" + routines +
         (model.options->sanitize ? "#include \"runtime/sanitize.h\"\n" : "") + "\n" + kOpen;
}

std::string KernelsPrinter::printWeightDeclarations() const {
  std::string text;
  if (model.hasWeightFile())
    return text;
  for (const Weight &weight : model.weights) {
    std::string shape;
    for (int64_t extent : weight.tensorType.getShape())
      shape += "[" + std::to_string(extent) + "]";
    std::string line =
        formatv("extern const {0} {1}[{2}] __asm__(\"{3}\");{4}", weight.type, weight.name,
                std::max<int64_t>(weight.tensorType.getNumElements(), 1), weight.symbol,
                weight.tensorType.getRank() > 1 ? " // " + shape : "");
    text += wrapCode(line) + "\n";
  }
  return text.empty() ? "" : text + "\n";
}

/// `inFiles`: these functions are one file of several, whose header has the shared structs.
std::string KernelsPrinter::printFunctions(ArrayRef<KernelFunction> functions, bool inFiles) const {
  /// A comment names so many nodes that call a function; the calls tell the rest.
  constexpr size_t kNodes = 4;
  std::string text;
  for (const KernelFunction &function : functions) {
    std::string description = function.description;
    ArrayRef<std::string> others = function.otherLaunches;
    if (!others.empty())
      description += "; also " + llvm::join(others.take_front(kNodes), ", ");
    if (others.size() > kNodes)
      description += " and " + std::to_string(others.size() - kNodes) + " more";
    text += wrapComment(description);
    if (function.declaresType && !(function.isTypeShared && inFiles))
      text += function.code.printShape(function.type, model.facts);
    text += function.code.print(function.name, function.type, model.facts) + "\n";
  }
  return text;
}

/// The functions file by file: as few files as take the host compiler no longer than it may each,
/// about equally filled, since several cores compile them.
SmallVector<ArrayRef<KernelFunction>> KernelsPrinter::divideFunctions() const {
  double total = 0, before = 0;
  for (const KernelFunction &function : calls.functions)
    total += function.code.compileSeconds;
  double files = std::max(std::ceil(total / model.options->secondsPerFile), 1.0);
  SmallVector<ArrayRef<KernelFunction>> parts;
  size_t begin = 0;
  for (auto [k, function] : llvm::enumerate(calls.functions)) {
    // A function belongs to the file that its middle falls into.
    double middle = before + function.code.compileSeconds / 2;
    if (k > begin && middle * files >= total * (parts.size() + 1)) {
      parts.push_back(ArrayRef(calls.functions).slice(begin, k - begin));
      begin = k;
    }
    before += function.code.compileSeconds;
  }
  parts.push_back(ArrayRef(calls.functions).drop_front(begin));
  return parts;
}

LogicalResult KernelsPrinter::print(std::vector<EmittedFile> &files) {
  names.add("run");
  for (const std::string &symbol : model.facts.symbols)
    names.add(symbol);
  WalkResult walked = model.function.walk([&](Operation *op) -> WalkResult {
    if (auto call = dyn_cast<kernel::CallOp>(op))
      addCall(call);
    auto launch = dyn_cast<kernel::LaunchOpInterface>(op);
    return launch ? addLaunch(launch) : success();
  });
  if (walked.wasInterrupted())
    return failure();
  makeParameters();
  nameShapes();
  for (Weight &weight : model.weights)
    nameWeight(weight, "unused_weight");
  std::string run = printRun(model, calls, names);

  SmallVector<ArrayRef<KernelFunction>> divided = divideFunctions();
  SmallVector<std::string> parts;
  for (ArrayRef<KernelFunction> part : divided)
    parts.push_back(printFunctions(part, divided.size() > 1));
  auto add = [&](const std::string &suffix, EmittedFile::Kind kind, const std::string &text) {
    files.push_back({model.name + "_kernels" + suffix, kind, text, {}});
  };
  if (parts.size() == 1) {
    add(".cpp", EmittedFile::Kind::KernelSource,
        printPreamble(model.name + "_kernels.cpp") + printWeightDeclarations() + parts[0] + run +
            "\n" + kClose);
    return success();
  }
  std::string header = printPreamble(model.name + "_kernels.h");
  header.insert(header.find("#include"), "#pragma once\n");
  header += printWeightDeclarations() + printShapes();
  for (const KernelFunction &function : calls.functions)
    header += function.code.declaration(function.name, model.facts) + "\n";
  add(".h", EmittedFile::Kind::KernelHeader,
      header + "\n" + kClose + "#pragma GCC visibility pop\n");
  std::string include = "#include \"" + model.name + "_kernels.h\"\n\n" + kOpen;
  add(".cpp", EmittedFile::Kind::KernelSource,
      wrapComment(model.banner(model.name + "_kernels.cpp")) + include + run + "\n" + kClose);
  for (auto [k, part] : llvm::enumerate(parts)) {
    std::string suffix = "_" + std::to_string(k + 1) + ".cpp";
    add(suffix, EmittedFile::Kind::KernelSource,
        wrapComment(model.banner(model.name + "_kernels" + suffix)) + include + part + kClose);
  }
  return success();
}

LogicalResult printKernels(Model &model, std::vector<EmittedFile> &files) {
  return KernelsPrinter(model).print(files);
}

} // namespace onnxcc
