// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Identifiers from ONNX names: see Names.h.
#include "codegen/print/Names.h"

#include "codegen/EmbeddedRuntime.h"
#include "codegen/print/Macros.h"
#include "dialects/support/Locations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using llvm::StringRef;

namespace onnxcc {

/// Longer names hide more than they say; uniqueness is NameScope's business.
static constexpr size_t kLongestName = 40;

static bool isReserved(StringRef name) {
  static const llvm::StringSet<> reserved = {
      // C and C++.
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
      "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return",
      "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
      "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
      "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline",
      "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
      "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
      "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert",
      "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try",
      "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile",
      "wchar_t", "while", "xor", "xor_eq",
      // Names that emitted code uses.
      "args", "arena", "call", "env", "run", "at", "tag", "task", "tasks", "acc", "row", "column",
      "pixel", "channel", "batch_", "onnxcc", "std", "main", "model"};
  return reserved.contains(name);
}

/// The first name that a line of the runtime declares at namespace scope; lines there are not
/// indented, and lists of template parameters are no part of it.
static void addDeclaredNames(StringRef line, llvm::StringSet<> &names) {
  if (line.consume_front("#define ")) {
    names.insert(line.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; }));
    return;
  }
  if (line.empty() || !llvm::isAlpha(line[0]))
    return;
  if (line.consume_front("template <")) {
    unsigned depth = 1;
    while (!line.empty() && depth) {
      depth += line[0] == '<' ? 1 : line[0] == '>' ? -1 : 0;
      line = line.drop_front();
    }
  }
  // ONNXCC_LIBM(sin) declares what it has in parentheses.
  size_t open = line.find('(');
  bool isMacro = open != StringRef::npos && llvm::all_of(line.take_front(open), [](char c) {
                   return llvm::isUpper(c) || c == '_';
                 });
  StringRef head = isMacro ? line : line.take_front(line.find_first_of("({;="));
  while (!head.empty()) {
    StringRef word = head.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!word.empty())
      names.insert(word);
    head = head.drop_front(std::max<size_t>(word.size(), 1));
  }
}

/// What the runtime declares: a function, a parameter or a value of this name would hide it where
/// emitted code means the runtime's.
static bool isRuntimeName(StringRef name) {
  static const llvm::StringSet<> runtime = [] {
    llvm::StringSet<> names;
    for (const RuntimeHeader &header : getRuntimeHeaders()) {
      if (header.name == "model.h") // has a prefix on all its names
        continue;
      StringRef text = header.text;
      while (!text.empty()) {
        auto [line, rest] = text.split('\n');
        addDeclaredNames(line, names);
        text = rest;
      }
    }
    return names;
  }();
  return runtime.contains(name);
}

/// Letters, digits and underscores, the first no digit; what C++ keeps for its implementation is
/// not among them.
static std::string legalize(StringRef name) {
  std::string id;
  for (char c : name) {
    if (llvm::isAlnum(c) || c == '_')
      id += c;
    else if (!id.empty() && id.back() != '_')
      id += '_';
  }
  // Names with two underscores, or one and a capital, belong to the C++ implementation.
  std::string legal;
  for (char c : id)
    if (c != '_' || legal.empty() || legal.back() != '_')
      legal += c;
  if (legal.size() > 1 && legal[0] == '_' && llvm::isUpper(legal[1]))
    legal.erase(0, 1);
  if (legal.empty())
    legal = "unnamed";
  if (llvm::isDigit(legal[0]))
    legal = "n" + legal;
  return legal;
}

std::string toIdentifier(StringRef name) {
  std::string legal = legalize(name);
  if (isReserved(legal) || isCommonMacro(legal))
    legal += '_';
  return legal;
}

std::string toModelName(StringRef name) {
  // NAME.h would be found in place of C's header wherever its folder is searched.
  static const llvm::StringSet<> headers = {
      "assert", "complex", "ctype",   "errno",     "fenv",   "float",    "inttypes", "iso646",
      "limits", "locale",  "math",    "setjmp",    "signal", "stdalign", "stdarg",   "stdatomic",
      "stdbit", "stdbool", "stddef",  "stdckdint", "stdint", "stdio",    "stdlib",   "stdnoreturn",
      "string", "tgmath",  "threads", "time",      "uchar",  "wchar",    "wctype"};
  std::string legal = legalize(StringRef(legalize(name)).rtrim('_'));
  bool isRuntimes = legal == "onnxcc" || StringRef(legal).starts_with("onnxcc_");
  return isRuntimes || headers.contains(legal) ? "n_" + legal : legal;
}

std::string toMemberName(StringRef name) {
  std::string legal = toIdentifier(name);
  return isWindowsMacro(legal) ? legal + "_" : legal;
}

/// Cuts at a component's border where possible.
static std::string shorten(std::string id) {
  if (id.size() > kLongestName) {
    size_t cut = id.size() - kLongestName, border = id.find('_', cut);
    id = id.substr(border != std::string::npos && border + 12 < id.size() ? border + 1 : cut);
  }
  id = toIdentifier(id);
  // As exporters count: conv2d_0, conv2d_1.
  return isRuntimeName(id) ? id + "_0" : id;
}

/// TensorFlow Lite's names list what was fused, "a/Relu;a/BiasAdd;a/Conv2D": the last part that
/// speaks of the operator.
static StringRef pickPart(StringRef name, StringRef op) {
  SmallVector<StringRef> parts;
  name.split(parts, ';', -1, /*KeepEmpty=*/false);
  if (!op.empty())
    for (StringRef part : llvm::reverse(parts))
      if (part.contains(op))
        return part;
  return parts.empty() ? name : parts.front();
}

std::string toShortIdentifier(StringRef name, StringRef op) {
  name = name.trim("/");
  // PyTorch's values are "NODE_output_0", TensorFlow's "NODE:0".
  name.consume_back(":0");
  name.consume_back("_output_0");
  name = pickPart(name, op);
  SmallVector<StringRef> parts, kept;
  name.split(parts, '/', -1, /*KeepEmpty=*/false);
  for (auto [k, part] : llvm::enumerate(parts)) {
    bool repeated = k + 1 < parts.size() && parts[k + 1].starts_with(part);
    bool echo =
        !kept.empty() && part.rtrim("0123456789")
                             .rtrim('_')
                             .equals_insensitive(kept.back().rtrim("0123456789").rtrim("_."));
    if (!repeated && !echo && part != "StatefulPartitionedCall" && part != "model")
      kept.push_back(part);
  }
  if (kept.size() > 1 && !op.empty() && kept.back().rtrim("0123456789").rtrim('_') == op) {
    std::string without = toIdentifier(llvm::join(llvm::ArrayRef(kept).drop_back(), "_"));
    if (!isRuntimeName(without))
      kept.pop_back();
  }
  std::string id = shorten(toIdentifier(kept.empty() ? name : StringRef(llvm::join(kept, "_"))));
  id.erase(id.find_last_not_of('_') + 1);
  return shorten(id);
}

/// Functions and values are written in small letters: "MatMul_28" becomes "mat_mul_28". What does
/// not begin like an operator, "QKV" or "encoderInput", is the model's and stays.
static std::string toSnakeCase(StringRef id) {
  if (id.size() < 2 || !llvm::isUpper(id[0]) || llvm::isUpper(id[1]))
    return shorten(id.str());
  std::string snake;
  for (auto [k, c] : llvm::enumerate(id)) {
    if (k && llvm::isUpper(c) && llvm::isLower(id[k - 1]))
      snake += '_';
    snake += llvm::toLower(c);
  }
  return shorten(snake);
}

/// "Conv" of "Conv, opset 18".
static StringRef getOperator(const NodeOrigin &origin) { return origin.op.split(',').first; }

static bool isHeavy(const NodeOrigin &origin) {
  StringRef op = getOperator(origin);
  return op.contains("Conv") || op.contains("MatMul") || op == "Gemm" || op.ends_with("Pool") ||
         op == "Einsum";
}

std::string getLaunchName(Location loc) {
  SmallVector<NodeOrigin> origins = getComputedOrigins(loc);
  // What weighs most names the launch, whatever is fused before it.
  llvm::stable_sort(
      origins, [](const NodeOrigin &a, const NodeOrigin &b) { return isHeavy(a) && !isHeavy(b); });
  for (const NodeOrigin &origin : origins) {
    if (!origin.node.empty())
      return toSnakeCase(toShortIdentifier(origin.node, getOperator(origin)));
    if (!origin.outputs.empty())
      return toSnakeCase(toShortIdentifier(origin.outputs.front(), getOperator(origin)));
  }
  return "launch";
}

std::string getResultName(Location loc, unsigned result) {
  SmallVector<NodeOrigin> origins = getComputedOrigins(loc);
  if (origins.empty())
    return "";
  const NodeOrigin &last = origins.back();
  StringRef value = result < last.outputs.size() ? last.outputs[result] : "";
  // A number says less than the node that computed it.
  if (!last.node.empty() && value.find_if_not(llvm::isDigit) == StringRef::npos)
    value = last.node;
  return toSnakeCase(toShortIdentifier(value, getOperator(last)));
}

/// "conv1/Conv".
static std::string describeNode(const NodeOrigin &origin) {
  StringRef op = getOperator(origin), node = pickPart(origin.node, op).trim("/");
  if (node.empty() && !origin.outputs.empty())
    node = origin.outputs.front().trim("/");
  std::string text;
  for (char c : node)
    text += llvm::isPrint(c) && c != '\\' ? c : '?';
  if (!op.empty() && !node.contains(op))
    text += "/" + op.str();
  return text;
}

std::string describeNodes(Location loc) {
  std::vector<std::string> nodes, layouts;
  for (const NodeOrigin &origin : getComputedOrigins(loc))
    nodes.push_back(describeNode(origin));
  for (const NodeOrigin &origin : getOrigins(loc))
    if (std::string node = describeNode(origin);
        !llvm::is_contained(nodes, node) && !llvm::is_contained(layouts, node))
      layouts.push_back(node);
  size_t most = nodes.size() > 5 ? 4 : nodes.size();
  std::string text = llvm::join(llvm::ArrayRef(nodes).take_front(most), " + ");
  if (most < nodes.size())
    text += " + " + std::to_string(nodes.size() - most) + " more";
  return text + (layouts.empty() ? "" : ", layout for " + llvm::join(layouts, ", "));
}

std::string toLocalName(StringRef name) {
  static const llvm::StringSet<> taken = {
      "out",     "weight",    "bias",    "skip",      "factor",    "kept",       "sum",   "product",
      "largest", "smallest",  "mean",    "deviation", "scale",     "common",     "data",  "updates",
      "indices", "table",     "values",  "scratch",   "total",     "difference", "ratio", "rounded",
      "real",    "quantized", "integer", "squares",   "activated", "entry"};
  StringRef stem = name.rtrim("0123456789"); // of several there are, the second is total2
  bool isTaken =
      stem.size() == 1 || taken.contains(stem) || isReserved(name) || isRuntimeName(name);
  return isTaken ? name.str() + "Dim" : name.str();
}

std::string toTypeName(StringRef name) {
  std::string type(1, llvm::toUpper(name[0]));
  for (size_t k = 1; k < name.size(); ++k) {
    bool joins = name[k] == '_' && llvm::isAlpha(name[k - 1]) && k + 1 < name.size() &&
                 llvm::isLower(name[k + 1]);
    type += joins ? llvm::toUpper(name[++k]) : name[k];
  }
  return type == name || isRuntimeName(type) ? type + "Shape" : type;
}

std::string NameScope::add(StringRef wanted) {
  std::string name = wanted.str();
  for (unsigned k = 2; has(name); ++k)
    name = wanted.str() + (llvm::isDigit(wanted.back()) ? "_" : "") + std::to_string(k);
  names.insert(name);
  return name;
}

} // namespace onnxcc
