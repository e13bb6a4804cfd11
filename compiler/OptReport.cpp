// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gathering and printing what --opt-report shows: see OptReport.h.
#include "compiler/OptReport.h"

#include "dialects/graph/Graph.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Locations.h"
#include "kernels/Routine.h"
#include "passes/support/Remarks.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using mlir::remark::detail::Remark;

namespace onnxcc {

/// The nodes of a location, each once.
static std::vector<std::string> getNodes(Location loc) {
  std::vector<std::string> nodes;
  for (const NodeOrigin &origin : getOrigins(loc))
    if (!llvm::is_contained(nodes, origin.node))
      nodes.push_back(origin.node.str());
  return nodes;
}

//===- Gathering -------------------------------------------------------------===//

class OptReport::Listener : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Listener(OptReport &report) : report(report) {}

  void streamOptimizationRemark(const Remark &remark) override {
    Decision decision;
    decision.isMade = remark.getRemarkTypeString() == "Passed";
    decision.pass = remark.getCategoryName();
    decision.what = remark.getRemarkName();
    decision.nodes = getNodes(remark.getLocation());
    for (const Remark::Arg &argument : remark.getArgs()) {
      if (argument.key == kRemarkReason)
        decision.reason = argument.val;
      else if (argument.key == kRemarkWith && argument.hasAttribute())
        decision.with = getNodes(Location(cast<LocationAttr>(argument.getAttribute())));
    }
    report.addDecision(std::move(decision));
  }

private:
  OptReport &report;
};

void OptReport::listen(MLIRContext &context) {
  remark::RemarkCategories categories;
  categories.all = categories.passed = categories.missed = ".*";
  (void)remark::enableOptimizationRemarks(context, std::make_unique<Listener>(*this),
                                          std::make_unique<remark::RemarkEmittingPolicyAll>(),
                                          categories);
}

void OptReport::addDecision(Decision decision) {
  // Passes run until nothing changes, and refuse the same each time.
  std::string key = llvm::join_items(
      '\0', decision.isMade ? "made" : "refused", decision.pass, decision.what, decision.reason,
      llvm::join(decision.nodes, "\1"), llvm::join(decision.with, "\1"));
  if (decision.isMade || known.insert(key).second)
    decisions.push_back(std::move(decision));
}

std::vector<const OptReport::Decision *> OptReport::getFinal() const {
  llvm::StringSet<> made;
  auto getKey = [](const Decision &decision) {
    return llvm::join_items('\0', decision.pass, decision.what, llvm::join(decision.nodes, "\1"));
  };
  for (const Decision &decision : decisions)
    if (decision.isMade)
      made.insert(getKey(decision));
  std::vector<const Decision *> result;
  for (const Decision &decision : decisions)
    if (decision.isMade || !made.contains(getKey(decision)))
      result.push_back(&decision);
  return result;
}

/// What an op is counted as; empty for what holds data, views or indices.
static std::string getOperator(Operation *op) {
  if (auto node = dyn_cast<onnx::NodeOp>(op))
    return node.getOpType().str();
  if (kernel::isStep(op))
    return op->getName().stripDialect().str();
  if (isa<graph::GraphDialect>(op->getDialect()) && !isa<graph::ConstantOp>(op) &&
      op->getNumResults())
    return op->getName().stripDialect().str();
  return {};
}

void OptReport::notePhase(StringRef name, ModuleOp module) {
  if (auto file = module->getAttrOfType<StringAttr>("onnx.file"))
    model = file.getValue();
  Phase &phase = phases.emplace_back();
  phase.name = name;
  module.walk([&](Operation *op) {
    std::string counted = getOperator(op);
    if (counted.empty())
      return;
    ++phase.operators[counted];
    ++phase.total;
  });
}

void OptReport::noteLaunches(ModuleOp module) {
  hasLaunches = true;
  SmallVector<int64_t> greatest;
  for (graph::SymbolAttr symbol : graph::getSymbols(module))
    greatest.push_back(symbol.getMax());
  module.walk([&](Operation *op) {
    if (!kernel::isStep(op))
      return;
    SmallVector<NodeOrigin> origins = getComputedOrigins(op->getLoc());
    StringRef name;
    if (!origins.empty())
      name = origins.back().outputs.empty() ? origins.back().node : origins.back().outputs.front();
    kernel::Cost cost = kernels::getStepCost(op, greatest);
    cost.flops = cost.usualFlops(); // as in `onnxcc bench` and above emitted functions
    launches.push_back({name.str(), op->getName().stripDialect().str(),
                        kernels::getKernelName(op).str(), getNodes(op->getLoc()), cost});
  });
  module.walk([&](kernel::ArenaOp arena) {
    auto get = [&](StringRef name) {
      auto value = arena->getAttrOfType<IntegerAttr>(name);
      return value ? value.getInt() : 0;
    };
    memory.arena += get("size");
    memory.live += get("live");
    memory.buffers += get("buffers");
  });
  for (auto weights : module.getOps<kernel::WeightsOp>())
    memory.weights += getStorageBytes(cast<RankedTensorType>(weights.getValue().getType()));
  for (auto function : module.getOps<func::FuncOp>())
    for (BlockArgument argument : function.getArguments()) {
      auto role = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), kernel::kRoleAttr);
      auto extents =
          function.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(), kernel::kExtentsAttr);
      if (!role || !extents)
        continue;
      Type element = cast<ShapedType>(argument.getType()).getElementType();
      int64_t bytes = getStorageBits(element) / 8;
      for (AffineExpr extent : extents.getValue().getResults())
        bytes *= evaluate(extent, greatest).value_or(0);
      (role.getValue() == "in" ? memory.inputs : memory.outputs) += bytes;
    }
}

kernel::Cost OptReport::getTotal() const {
  kernel::Cost total;
  for (const Launch &launch : launches)
    total += launch.cost;
  return total;
}

//===- JSON ------------------------------------------------------------------===//

static void printNames(llvm::json::OStream &json, StringRef key, ArrayRef<std::string> names) {
  json.attributeArray(key, [&] {
    for (const std::string &name : names)
      json.value(llvm::json::fixUTF8(name));
  });
}

static void printCost(llvm::json::OStream &json, const kernel::Cost &cost) {
  json.attribute("flops", cost.flops);
  json.attribute("bytes_read", cost.bytesRead);
  json.attribute("bytes_written", cost.bytesWritten);
  json.attribute("weight_bytes_read", cost.weightBytes);
}

void OptReport::printJson(llvm::raw_ostream &out) const {
  llvm::json::OStream json(out, 2);
  auto text = [&](StringRef key, StringRef value) {
    json.attribute(key, llvm::json::fixUTF8(value));
  };
  json.objectBegin();
  text("model", model);
  json.attributeArray("phases", [&] {
    for (const Phase &phase : phases)
      json.object([&] {
        text("phase", phase.name);
        json.attribute("total", phase.total);
        json.attributeObject("operators", [&] {
          for (const auto &[name, count] : phase.operators)
            json.attribute(llvm::json::fixUTF8(name), count);
        });
      });
  });
  json.attributeArray("decisions", [&] {
    for (const Decision *decision : getFinal())
      json.object([&] {
        text("pass", decision->pass);
        text("decision", decision->isMade ? "made" : "refused");
        text("what", decision->what);
        if (!decision->reason.empty())
          text("reason", decision->reason);
        printNames(json, "nodes", decision->nodes);
        if (!decision->with.empty())
          printNames(json, "with", decision->with);
      });
  });
  if (hasLaunches) {
    json.attributeArray("launches", [&] {
      for (const Launch &launch : launches)
        json.object([&] {
          text("name", launch.name);
          text("kind", launch.kind);
          text("kernel", launch.kernel);
          printNames(json, "nodes", launch.nodes);
          printCost(json, launch.cost);
        });
    });
    json.attributeObject("total", [&] {
      json.attribute("launches", int64_t(launches.size()));
      printCost(json, getTotal());
      json.attribute("weight_bytes", memory.weights);
      json.attribute("input_bytes", memory.inputs);
      json.attribute("output_bytes", memory.outputs);
      json.attribute("arena_bytes", memory.arena);
      json.attribute("arena_lower_bound", memory.live);
      json.attribute("buffers", memory.buffers);
    });
  }
  json.objectEnd();
  out << "\n";
}

//===- Text ------------------------------------------------------------------===//

/// Up to `limit` columns of some names.
static std::string shorten(ArrayRef<std::string> names, size_t limit) {
  std::string text = llvm::join(names, " + ");
  // Not within a character of several bytes.
  if (text.size() <= limit)
    return text;
  size_t end = limit - 1;
  while (end > 0 && (text[end] & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + "…";
}

static std::string plural(int64_t count, StringRef noun) {
  return (llvm::Twine(count) + " " + noun +
          (count == 1            ? ""
           : noun.ends_with("h") ? "es"
                                 : "s"))
      .str();
}

void OptReport::printSummary(llvm::raw_ostream &out) const {
  out << model << "\n\nOperators\n";
  for (const Phase &phase : phases) {
    out << llvm::formatv("  {0,-9} {1,6}  ", phase.name, phase.total);
    // The most frequent first.
    std::vector<std::pair<std::string, int64_t>> sorted(phase.operators.begin(),
                                                        phase.operators.end());
    llvm::stable_sort(sorted, [](auto &a, auto &b) { return a.second > b.second; });
    constexpr size_t shown = 8;
    for (auto [k, each] : llvm::enumerate(ArrayRef(sorted).take_front(shown)))
      out << (k ? ", " : "") << each.first << " " << each.second;
    out << (sorted.size() > shown ? ", …\n" : "\n");
  }
}

void OptReport::printDecisions(llvm::raw_ostream &out) const {
  struct Group {
    std::string pass, what;
    int64_t made = 0, refused = 0;
    std::map<std::string, std::pair<int64_t, std::string>> reasons; // count, an example
  };
  std::vector<Group> groups; // in the order in which they first occur
  for (const Decision *decision : getFinal()) {
    auto at = llvm::find_if(groups, [&](const Group &group) {
      return group.pass == decision->pass && group.what == decision->what;
    });
    if (at == groups.end())
      at = groups.insert(at, Group{decision->pass, decision->what, 0, 0, {}});
    Group &group = *at;
    (decision->isMade ? group.made : group.refused) += 1;
    if (decision->isMade)
      continue;
    auto &[count, example] = group.reasons[decision->reason];
    if (count++ == 0)
      example = shorten(decision->nodes, 40);
  }
  out << "\nDecisions" << (groups.empty() ? ": none\n" : "                made  refused\n");
  for (const Group &group : groups) {
    out << llvm::formatv("  {0,-20} {1,6}   {2,6}  {3}\n", group.pass, group.made, group.refused,
                         group.what);
    for (const auto &[reason, each] : group.reasons)
      out << llvm::formatv("{0,38}  {1} ({2})\n", each.first, reason, each.second);
  }
}

void OptReport::printLaunches(llvm::raw_ostream &out) const {
  auto row = [&](const kernel::Cost &cost) {
    return llvm::formatv("{0,10:F3} {1,10:F1} {2,10:F1} {3,10:F1}", cost.flops / 1e6,
                         cost.bytesRead / 1e3, cost.bytesWritten / 1e3, cost.weightBytes / 1e3)
        .str();
  };
  out << "\nLaunches       MFLOP    KB read KB written KB weights  kernel     nodes\n";
  for (auto [k, launch] : llvm::enumerate(launches))
    out << llvm::formatv("  {0,5} {1}  {2,-10} {3}\n", k, row(launch.cost), launch.kernel,
                         shorten(launch.nodes, 60));
  out << llvm::formatv("  total {0}\n", row(getTotal()));
  double bound = memory.live ? double(memory.arena) / memory.live : 1;
  out << llvm::formatv("\n{0}, {1:F3} MFLOP, {2:F1} KB moved\n", plural(launches.size(), "launch"),
                       getTotal().flops / 1e6,
                       (getTotal().bytesRead + getTotal().bytesWritten) / 1e3)
      << llvm::formatv("weights {0} bytes; arena {1} bytes, {2:F3} times the greatest sum of live "
                       "buffers ({3} bytes, {4})\n",
                       memory.weights, memory.arena, bound, memory.live,
                       plural(memory.buffers, "buffer"));
}

void OptReport::printText(llvm::raw_ostream &out) const {
  printSummary(out);
  printDecisions(out);
  if (hasLaunches)
    printLaunches(out);
}

} // namespace onnxcc
