// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 8: whether operators take the element types of their inputs. Their schemas say so; the
// library looks at them in a strict mode only, which stops at the first problem and at models that
// declare wrong types.
#include "compiler/import/Model.h"
#include "compiler/import/Schemas.h"

#include "dialects/onnx/ElementTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using ::onnx::NodeProto;
using ::onnx::OpSchema;
using ::onnx::TypeProto;
using FormalParameter = OpSchema::FormalParameter;

namespace onnxcc::importer {

namespace {

/// A type in ONNX's words, "tensor(float)"; the library has one string of each.
using TypeString = ::onnx::DataType;

class TypeChecker {
public:
  explicit TypeChecker(Model &model);
  void check(const NodeProto &node);

private:
  /// Whether the operator takes the type as its `i`-th input in the file's opset or a later one:
  /// some versions take less than those before, though the upgrade keeps the operator.
  bool isAllowed(const NodeProto &node, int i, TypeString type) const;
  TypeString find(const std::string &name) const {
    auto known = types.find(name);
    return known == types.end() ? nullptr : known->second;
  }

  Model &model;
  llvm::StringMap<TypeString> types; // of values, where known
};

} // namespace

/// Null where the type is not known, or has no string.
static TypeString getString(const TypeProto &type) {
  try {
    return ::onnx::Utils::DataTypeUtils::ToType(type);
  } catch (const std::exception &) {
    return nullptr;
  }
}

TypeChecker::TypeChecker(Model &model) : model(model) {
  for (const auto &known : collectTypes(model))
    if (TypeString type = getString(known.second))
      types[known.first()] = type;
  // What the model declares of its results may be wrong: what computes them counts.
  const auto &graph = model.proto.graph();
  for (const auto &output : graph.output())
    if (llvm::none_of(graph.input(),
                      [&](const auto &input) { return input.name() == output.name(); }))
      types.erase(output.name());
}

/// "float" of "tensor(float)"; other types as they are.
static StringRef getName(StringRef type) {
  if (type.consume_front("tensor("))
    type.consume_back(")");
  return type;
}

/// "float, float16 or double": tensors' types in the order of ONNX's numbers, then others.
static std::string list(const ::onnx::DataTypeSet &allowed) {
  SmallVector<StringRef> names, others;
  for (const onnx::ElementType &element : onnx::getElementTypes())
    if (llvm::any_of(allowed, [&](TypeString type) {
          return *type == ("tensor(" + element.name + ")").str();
        }))
      names.push_back(element.name);
  for (TypeString type : allowed)
    if (getName(*type) == *type)
      others.push_back(*type);
  llvm::sort(others);
  llvm::append_range(names, others);
  StringRef last = names.pop_back_val();
  return names.empty() ? last.str() : llvm::join(names, ", ") + " or " + last.str();
}

/// The schema's input for the `i`-th of a node; the last one may stand for several.
static const FormalParameter *getFormal(const OpSchema *schema, int i) {
  if (!schema || schema->inputs().empty())
    return nullptr;
  return &schema->inputs()[std::min<size_t>(i, schema->inputs().size() - 1)];
}

bool TypeChecker::isAllowed(const NodeProto &node, int i, TypeString type) const {
  int64_t own = model.opsets[node.domain()];
  for (int64_t opset = node.domain().empty() ? kOpset : own; opset >= own; --opset)
    if (const FormalParameter *formal = getFormal(findSchema(node, opset), i))
      if (formal->GetTypes().contains(type))
        return true;
  return false;
}

void TypeChecker::check(const NodeProto &node) {
  int64_t opset = node.domain().empty() ? kOpset : model.opsets[node.domain()];
  const OpSchema *schema = findSchema(node, opset);
  if (!schema || schema->inputs().empty())
    return;
  // What a variable of the schema stands for, T, and the first input of that type.
  llvm::StringMap<std::pair<TypeString, StringRef>> bound;
  for (int i = 0; i < node.input_size(); ++i) {
    const FormalParameter &formal = *getFormal(schema, i);
    TypeString type = find(node.input(i));
    if (!type)
      continue;
    if (!isAllowed(node, i, type)) {
      model.error(node) << "input " << formal.GetName() << " ('" << node.input(i)
                        << "') is of type " << getName(*type) << "; the operator takes "
                        << list(formal.GetTypes());
      continue;
    }
    bool isVariadic = formal.GetOption() == OpSchema::Variadic;
    if (isVariadic && !formal.GetIsHomogeneous())
      continue;
    auto [known, isFirst] = bound.try_emplace(formal.GetTypeStr(), type, node.input(i));
    if (!isFirst && known->second.first != type)
      model.error(node) << "inputs '" << known->second.second << "' and '" << node.input(i)
                        << "' must be of one type, but are of " << getName(*known->second.first)
                        << " and " << getName(*type);
  }
  for (int i = 0; i < std::min<int>(node.output_size(), schema->outputs().size()); ++i) {
    auto known = bound.find(schema->outputs()[i].GetTypeStr());
    if (known != bound.end() && !node.output(i).empty())
      types.try_emplace(node.output(i), known->second.first);
  }
}

LogicalResult checkTypes(Model &model) {
  TypeChecker checker(model);
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) { checker.check(node); });
  return model.result();
}

} // namespace onnxcc::importer
