// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A graph as text, as graphviz's input and as SVG: see GraphDump.h.
#include "compiler/Files.h"
#include "compiler/GraphDump.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace onnxcc {

/// The end of a long name says most, after a "…".
static std::string shorten(StringRef name, size_t width) {
  if (name.size() <= width)
    return name.str();
  name = name.take_back(width);
  return "…" + name.drop_while([](char c) { return (c & 0xc0) == 0x80; }).str();
}

//===- Text ------------------------------------------------------------------===//

std::string DumpGraph::toText() const {
  size_t opWidth = 0, nameWidth = 0;
  auto getOp = [](const Node &node) {
    return node.kind == Kind::Input ? "input" : node.kind == Kind::Output ? "output" : node.op;
  };
  for (const Node &node : nodes) {
    opWidth = std::max(opWidth, getOp(node).size());
    nameWidth = std::max(nameWidth, std::min<size_t>(node.name.size(), 60));
  }
  std::string text = title + ": " + std::to_string(nodes.size()) + " nodes\n";
  for (auto [index, node] : enumerate(nodes)) {
    std::string op = getOp(node), name = shorten(node.name, 60);
    op.resize(opWidth, ' ');
    if (name.size() < nameWidth)
      name.resize(nameWidth, ' ');
    SmallVector<std::string> inputs;
    for (const Edge &edge : node.inputs)
      inputs.push_back((edge.node < 0 ? "constant" : "#" + std::to_string(edge.node)) + edge.label);
    text += formatv("#{0,-4} {1}  {2}  {3}{4}{5}\n", index, op, name, join(inputs, " "),
                    inputs.empty() ? "" : " -> ", node.result);
  }
  return text;
}

//===- Graphviz --------------------------------------------------------------===//

static std::string quoteDot(StringRef text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    if (c == '\n')
      out += "\\n";
    else if ((unsigned char)c >= 0x20)
      out += c;
  }
  return out + "\"";
}

static StringRef getColor(DumpGraph::Kind kind) {
  switch (kind) {
  case DumpGraph::Kind::Input:
  case DumpGraph::Kind::Output:
    return "#ffffff";
  case DumpGraph::Kind::Contraction:
    return "#cfe3f7";
  case DumpGraph::Kind::Elementwise:
    return "#dff0d4";
  case DumpGraph::Kind::Movement:
    return "#ececec";
  case DumpGraph::Kind::Reduction:
    return "#fbe6c8";
  case DumpGraph::Kind::Other:
    return "#f4dcee";
  }
  llvm_unreachable("all kinds");
}

std::string DumpGraph::toDot() const {
  std::string text =
      "digraph " + quoteDot(title) + " {\n  label=" + quoteDot(title) +
      "; labelloc=t; fontname=Helvetica; fontsize=14;\n"
      "  rankdir=TB; nodesep=0.25; ranksep=0.35;\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=Helvetica, fontsize=10, "
      "margin=\"0.12,0.05\", height=0.3];\n"
      "  edge [fontname=Helvetica, fontsize=8, arrowsize=0.6, color=\"#707070\"];\n";
  for (auto [index, node] : enumerate(nodes)) {
    bool isEnd = node.kind == Kind::Input || node.kind == Kind::Output;
    std::string label = node.op, name = shorten(node.name, 40);
    // A name that only repeats the operator, "Conv_3", is still the node's name.
    if (!name.empty())
      label += (label.empty() ? "" : "\n") + name;
    SmallVector<std::string> constants;
    for (const Edge &edge : node.inputs)
      if (edge.node < 0)
        constants.push_back(edge.label);
    if (!constants.empty())
      label += "\nconstant " + join(ArrayRef(constants).take_front(3), " ") +
               (constants.size() > 3 ? " …" : "");
    if (isEnd)
      label += "\n" + node.result;
    text +=
        formatv("  n{0} [label={1}, tooltip={2}, fillcolor=\"{3}\"{4}];\n", index, quoteDot(label),
                quoteDot(StringRef(node.op + " " + node.name + " -> " + node.result).ltrim().str()),
                getColor(node.kind), isEnd ? ", shape=ellipse, style=filled" : "");
  }
  for (auto [index, node] : enumerate(nodes))
    for (const Edge &edge : node.inputs)
      if (edge.node >= 0)
        text += formatv("  n{0} -> n{1} [label={2}];\n", edge.node, index, quoteDot(edge.label));
  return text + "}\n";
}

//===- SVG -------------------------------------------------------------------===//

static Expected<std::string> runDot(StringRef dot, StringRef folder) {
  ErrorOr<std::string> program = sys::findProgramByName("dot");
  if (!program)
    return createStringError("--dump-graph: SVG is drawn by graphviz's 'dot', which is not "
                             "installed: apt-get install graphviz, or write a .dot or .txt");
  std::string input = (folder + "/graph.dot").str(), output = (folder + "/graph.svg").str(),
              log = (folder + "/log").str();
  if (Error error = writeFile(input, dot, input))
    return error;
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(output), StringRef(log)};
  std::string message;
  int code = sys::ExecuteAndWait(*program, {"dot", "-Tsvg", input}, std::nullopt, redirects, 0, 0,
                                 &message);
  auto svg = MemoryBuffer::getFile(output);
  if (code != 0 || !svg) {
    auto said = MemoryBuffer::getFile(log);
    return createStringError("--dump-graph: '" + *program + "' failed: " +
                             (said ? (*said)->getBuffer().take_front(500) : StringRef(message)));
  }
  return (*svg)->getBuffer().str();
}

Expected<std::string> formatGraph(const DumpGraph &graph, StringRef file, StringRef temporary) {
  StringRef extension = sys::path::extension(file);
  if (extension == ".svg")
    return runDot(graph.toDot(), temporary);
  return extension == ".txt" ? graph.toText() : graph.toDot();
}

} // namespace onnxcc
