// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Identifiers from ONNX names: see Names.h.
#include "codegen/print/Names.h"

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
      "wchar_t", "while", "xor", "xor_eq", "inline",
      // Macros that hosts define.
      "linux", "unix", "NULL", "EOF", "assert", "errno", "main",
      // Names that emitted code uses.
      "args", "arena", "call", "env", "run", "at", "tag", "task", "tasks", "acc", "row", "column",
      "pixel", "channel", "batch_", "onnxcc", "std"};
  return reserved.contains(name);
}

/// Functions and types of the runtime: a value of this name would hide them.
static bool isRuntimeName(StringRef name) {
  static const llvm::StringSet<> runtime = {
      "abs",    "accumulate", "acos",      "acosh",       "asin",    "asinh",  "atan",    "atan2",
      "atanh",  "cast",       "cbrt",      "ceil",        "ceilDiv", "clamp",  "conv2d",  "convert",
      "cos",    "cosh",       "depthwise", "erf",         "exp",     "expm1",  "finish",  "floor",
      "fmod",   "forLanes",   "gemm",      "greatest",    "isa",     "lanes",  "larger",  "least",
      "load",   "log",        "log10",     "log1p",       "log2",    "mapRow", "maxRow",  "maximum",
      "minRow", "minimum",    "mulAdd",    "parallelFor", "perLane", "pool",   "pow",     "prodRow",
      "relu",   "rint",       "round",     "roundEven",   "rsqrt",   "select", "sigmoid", "sin",
      "sinh",   "smaller",    "splat",     "sqrt",        "store",   "sumRow", "tan",     "tanh",
      "trunc",  "Tile",       "Index",     "Range",       "Isa",     "Lanes",  "Vec",     "Mask",
      "Half",   "BFloat16",   "Sum",       "Prod",        "Max",     "Min",    "Call",    "Region",
      "Rows"};
  return runtime.contains(name);
}

std::string toIdentifier(StringRef name) {
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
  if (isReserved(legal))
    legal += '_';
  return legal;
}

/// Cuts at a component's border where possible.
static std::string shorten(std::string id) {
  if (id.size() > kLongestName) {
    size_t cut = id.size() - kLongestName, border = id.find('_', cut);
    id = id.substr(border != std::string::npos && border + 12 < id.size() ? border + 1 : cut);
  }
  id = toIdentifier(id);
  return isRuntimeName(id) ? id + "_" : id;
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

static std::string lowerFirst(std::string id) {
  // "Conv_0" becomes "conv_0", "QKV" stays.
  if (id.size() > 1 && llvm::isUpper(id[0]) && !llvm::isUpper(id[1]))
    id[0] = llvm::toLower(id[0]);
  return shorten(id);
}

/// "Conv" of "Conv, opset 18".
static StringRef getOperator(const NodeOrigin &origin) { return origin.op.split(',').first; }

static bool isHeavy(const NodeOrigin &origin) {
  StringRef op = getOperator(origin);
  return op.contains("Conv") || op.contains("MatMul") || op == "Gemm" || op.ends_with("Pool") ||
         op == "Einsum";
}

std::string getLaunchName(Location loc) {
  SmallVector<NodeOrigin> origins = getOrigins(loc);
  // What weighs most names the launch, whatever is fused before it.
  llvm::stable_sort(
      origins, [](const NodeOrigin &a, const NodeOrigin &b) { return isHeavy(a) && !isHeavy(b); });
  for (const NodeOrigin &origin : origins) {
    if (!origin.node.empty())
      return lowerFirst(toShortIdentifier(origin.node, getOperator(origin)));
    if (!origin.outputs.empty())
      return lowerFirst(toShortIdentifier(origin.outputs.front(), getOperator(origin)));
  }
  return "launch";
}

std::string getResultName(Location loc) {
  SmallVector<NodeOrigin> origins = getOrigins(loc);
  if (origins.empty())
    return "";
  const NodeOrigin &last = origins.back();
  return lowerFirst(toShortIdentifier(last.outputs.empty() ? last.node : last.outputs.front(),
                                      getOperator(last)));
}

std::string describeNodes(Location loc) {
  SmallVector<NodeOrigin> origins = getOrigins(loc);
  std::string text;
  size_t most = origins.size() > 5 ? 4 : origins.size();
  for (const NodeOrigin &origin : llvm::ArrayRef(origins).take_front(most)) {
    StringRef op = getOperator(origin), node = pickPart(origin.node, op).trim("/");
    if (node.empty() && !origin.outputs.empty())
      node = origin.outputs.front().trim("/");
    if (!text.empty())
      text += " + ";
    for (char c : node)
      text += llvm::isPrint(c) && c != '\\' ? c : '?';
    if (!op.empty() && !node.contains(op))
      text += "/" + op.str();
  }
  if (most < origins.size())
    text += " + " + std::to_string(origins.size() - most) + " more";
  return text;
}

std::string toLocalName(StringRef name) {
  static const llvm::StringSet<> taken = {"out",  "weight", "bias",    "skip",    "factor",
                                          "kept", "sum",    "product", "largest", "smallest"};
  bool isTaken =
      name.size() == 1 || taken.contains(name) || isReserved(name) || isRuntimeName(name);
  return isTaken ? name.str() + "Dim" : name.str();
}

std::string toTypeName(StringRef name) {
  std::string type = name.str();
  type[0] = llvm::toUpper(type[0]);
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
