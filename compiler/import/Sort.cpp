// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 2: orders nodes so that values are defined before they are used, and finds what is defined
// never or twice.
#include "compiler/import/Model.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include <queue>

using namespace mlir;
using ::onnx::GraphProto;
using ::onnx::NodeProto;

namespace onnxcc::importer {
namespace {

/// The values that a graph defines, and the graphs around it.
struct Scope {
  llvm::StringSet<> names;
  const Scope *outer = nullptr;

  bool sees(StringRef name) const {
    for (const Scope *scope = this; scope; scope = scope->outer)
      if (scope->names.contains(name))
        return true;
    return false;
  }
};

class Sorter {
public:
  explicit Sorter(Model &model) : model(model) {}
  /// Sorts a graph and those in it. `holder` is the node that a subgraph belongs to.
  void sort(GraphProto &graph, const Scope *outer, const NodeProto *holder);

private:
  /// Fills in the graph's names; which node defines each goes into `definers`.
  void define(GraphProto &graph, const NodeProto *holder, Scope &scope,
              llvm::StringMap<int> &definers);
  void dropOverriddenConstants(GraphProto &graph);
  void reportCycle(const GraphProto &graph, ArrayRef<SmallVector<int>> uses,
                   ArrayRef<unsigned> waits);
  InFlightDiagnostic error(const NodeProto *holder) {
    return holder ? model.error(*holder) : model.error();
  }

  Model &model;
};

/// The names that the graph uses from around it.
void collectCaptured(GraphProto &graph, llvm::StringSet<> &captured) {
  llvm::StringSet<> own, used;
  for (const auto &input : graph.input())
    own.insert(input.name());
  for (const auto &tensor : graph.initializer())
    own.insert(tensor.name());
  for (NodeProto &node : *graph.mutable_node()) {
    for (const std::string &output : node.output())
      own.insert(output);
    for (const std::string &input : node.input())
      used.insert(input);
    forEachSubgraph(node, [&](GraphProto &subgraph) { collectCaptured(subgraph, used); });
  }
  for (const auto &output : graph.output())
    used.insert(output.name());
  for (StringRef name : used.keys())
    if (!own.contains(name))
      captured.insert(name);
}

/// Files in the wild have several Constant nodes of one output. The last one counts, as in ONNX
/// Runtime.
void Sorter::dropOverriddenConstants(GraphProto &graph) {
  llvm::StringMap<int> last;
  std::vector<int> overridden;
  for (int i = 0; i < graph.node_size(); ++i) {
    const NodeProto &node = graph.node(i);
    if (node.op_type() != "Constant" || !node.domain().empty() || node.output_size() != 1)
      continue;
    auto [entry, isNew] = last.try_emplace(node.output(0), i);
    if (!isNew)
      overridden.push_back(std::exchange(entry->second, i));
  }
  if (overridden.empty())
    return;
  llvm::sort(overridden);
  emitWarning(model.locate(graph.node(overridden.front())))
      << "of " << overridden.size() << " values defined by several Constant nodes, such as '"
      << graph.node(overridden.front()).output(0) << "', the last definition counts";
  for (int i : llvm::reverse(overridden))
    graph.mutable_node()->DeleteSubrange(i, 1);
}

void Sorter::define(GraphProto &graph, const NodeProto *holder, Scope &scope,
                    llvm::StringMap<int> &definers) {
  llvm::StringSet<> initializers;
  for (const auto &input : graph.input())
    if (!scope.names.insert(input.name()).second)
      error(holder) << "there are two inputs '" << input.name() << "'";
  for (const auto &tensor : graph.initializer()) {
    // One of an input's name is its default value.
    if (!initializers.insert(tensor.name()).second)
      error(holder) << "there are two initializers '" << tensor.name() << "'";
    scope.names.insert(tensor.name());
  }
  for (int i = 0; i < graph.node_size(); ++i) {
    const NodeProto &node = graph.node(i);
    for (const std::string &output : node.output()) {
      if (output.empty())
        continue;
      if (scope.names.insert(output).second) {
        definers[output] = i;
        continue;
      }
      InFlightDiagnostic diagnostic = model.error(node);
      diagnostic << "defines the value '" << output << "' which ";
      if (auto definer = definers.find(output); definer != definers.end())
        diagnostic << "node '" << graph.node(definer->second).name() << "' defines already";
      else
        diagnostic << "is an input or initializer";
    }
  }
}

void Sorter::reportCycle(const GraphProto &graph, ArrayRef<SmallVector<int>> uses,
                         ArrayRef<unsigned> waits) {
  // Walk backwards from any node that waits: one that waits needs another that does.
  std::vector<int> needs(graph.node_size(), -1);
  for (int i = 0; i < graph.node_size(); ++i)
    if (waits[i])
      for (int user : uses[i])
        if (waits[user])
          needs[user] = i;
  int at = 0;
  while (needs[at] < 0)
    ++at;
  std::vector<bool> seen(graph.node_size());
  for (; !seen[at]; at = needs[at])
    seen[at] = true;
  // `at` is on the cycle. Name it in the order of the data.
  SmallVector<StringRef> names{graph.node(at).name()};
  for (int next = needs[at]; next != at; next = needs[next])
    names.push_back(graph.node(next).name());
  names.push_back(graph.node(at).name());
  InFlightDiagnostic diagnostic = model.error(graph.node(at));
  diagnostic << "is part of a cycle: ";
  llvm::interleave(
      llvm::reverse(names), [&](StringRef name) { diagnostic << "'" << name << "'"; },
      [&] { diagnostic << " -> "; });
}

void Sorter::sort(GraphProto &graph, const Scope *outer, const NodeProto *holder) {
  dropOverriddenConstants(graph);
  Scope scope;
  scope.outer = outer;
  llvm::StringMap<int> definers;
  define(graph, holder, scope, definers);

  int count = graph.node_size();
  std::vector<SmallVector<int>> uses(count);
  std::vector<unsigned> waits(count);
  for (int i = 0; i < count; ++i) {
    NodeProto &node = *graph.mutable_node(i);
    llvm::StringSet<> needed;
    for (const std::string &input : node.input()) {
      if (!input.empty() && needed.insert(input).second && !scope.sees(input))
        model.error(node) << "uses the value '" << input << "', which nothing defines";
    }
    // What a subgraph captures in vain is reported at the node within.
    forEachSubgraph(node, [&](GraphProto &subgraph) { collectCaptured(subgraph, needed); });
    for (StringRef name : needed.keys())
      if (auto definer = definers.find(name); definer != definers.end()) {
        uses[definer->second].push_back(i);
        ++waits[i];
      }
  }
  for (const auto &output : graph.output())
    if (!scope.sees(output.name()))
      error(holder) << "nothing defines the output '" << output.name() << "'";

  // The first node of the file that waits for nothing comes next: a sorted file stays as it is.
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < count; ++i)
    if (!waits[i])
      ready.push(i);
  std::vector<int> order;
  while (!ready.empty()) {
    int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (int user : uses[next])
      if (--waits[user] == 0)
        ready.push(user);
  }
  if (int(order.size()) < count)
    return reportCycle(graph, uses, waits);

  if (!llvm::is_sorted(order)) {
    std::vector<NodeProto *> nodes(count);
    graph.mutable_node()->ExtractSubrange(0, count, nodes.data());
    for (int i : order)
      graph.mutable_node()->AddAllocated(nodes[i]);
  }
  for (NodeProto &node : *graph.mutable_node())
    forEachSubgraph(node, [&](GraphProto &subgraph) { sort(subgraph, &scope, &node); });
}

} // namespace

LogicalResult sort(Model &model) {
  Sorter(model).sort(*model.proto.mutable_graph(), nullptr, nullptr);
  // A function's body is a graph whose inputs and outputs have no types.
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions()) {
    GraphProto graph;
    for (const std::string &input : function.input())
      graph.add_input()->set_name(input);
    for (const std::string &output : function.output())
      graph.add_output()->set_name(output);
    graph.mutable_node()->Swap(function.mutable_node());
    Sorter(model).sort(graph, nullptr, nullptr);
    graph.mutable_node()->Swap(function.mutable_node());
  }
  return model.result();
}

} // namespace onnxcc::importer
