// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The search for the node that differs: see Bisect.h. First all inner values are made outputs of
// one library. That changes what is fused; if the fault goes away with it, the model is compiled as
// it is but for the values at one cut, and the cut is moved by halves.
#include "compiler/verify/Bisect.h"

#include "codegen/print/Names.h"
#include "compiler/Compilation.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Compare.h"
#include "compiler/verify/Expose.h"
#include "compiler/verify/ModelFile.h"
#include "compiler/verify/References.h"
#include "compiler/verify/Runner.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace llvm;

namespace onnxcc {

namespace {

/// A value that differs.
struct Finding {
  size_t node;
  HostTensor got;
  std::string report;
};

class Bisection {
public:
  Bisection(const Options &given, const DataSet &set, StringRef folder)
      : options(given), set(set), folder(folder) {
    // Inner values are compared as the model has them.
    options.compile.pipeline.quantizedInterface = false;
  }

  LogicalResult run();

private:
  LogicalResult collectReference();
  FailureOr<std::optional<Finding>> compareAll();
  FailureOr<std::optional<Finding>> compareCuts();
  FailureOr<std::optional<Finding>> findFirst(ArrayRef<std::string> values, StringRef name);
  std::vector<std::string> getCut(size_t node) const;
  std::optional<std::string> getDifference(const HostTensor &got) const;
  std::string describeNode(size_t node) const;
  LogicalResult save(const Finding &finding) const;

  Options options; // all dims pinned to the data's
  const DataSet &set;
  StringRef folder;
  ModelFile file;
  StringMap<HostTensor> expected; // inputs and inner values
  StringRef source;               // of the expected values
  int builds = 0;
};

} // namespace

std::string Bisection::describeNode(size_t node) const {
  const ModelFile::Node &it = file.nodes()[node];
  return "'" + it.name + "' (" + it.op + "), node " + std::to_string(node + 1) + " of " +
         std::to_string(file.nodes().size());
}

/// The reference's inner values: of those that compilation has too, all that are tensors.
LogicalResult Bisection::collectReference() {
  Compilation open(options.input, options.compile, printDiagnostic);
  if (failed(file.read(options.input)) ||
      failed(open.import(Phase::Emit, /*requireBounds=*/false)) ||
      failed(pinAllDims(open.getModule(), set.inputs, options)))
    return failure();
  llvm::StringSet<> known = getValueNames(open.getModule());
  std::vector<std::string> names;
  for (const ModelFile::Node &node : file.nodes())
    for (const std::string &output : node.outputs)
      if (known.contains(output))
        names.push_back(output);
  FailureOr<ReferenceRun> reference = runReference(options, set.inputs, folder, names);
  if (failed(reference))
    return failure();
  source = reference->source;
  for (auto function : open.getModule().getOps<mlir::func::FuncOp>())
    for (unsigned index = 0; index < function.getNumArguments(); ++index)
      if (auto name = function.getArgAttrOfType<mlir::StringAttr>(index, "onnx.name"))
        if (const HostTensor *tensor = findTensor(set.inputs, name.getValue(), index)) {
          expected[name.getValue()] = *tensor;
          expected[name.getValue()].name = name.str();
        }
  size_t count = 0;
  for (HostTensor &tensor : reference->outputs)
    if (known.contains(tensor.name)) {
      expected[tensor.name] = std::move(tensor);
      ++count;
    }
  outs() << "bisect: " << count << " values of " << file.nodes().size() << " nodes from " << source
         << "\n";
  return success();
}

/// What is wrong with a value; nothing if it agrees. Rounding errors scale with the largest
/// elements that a sum meets, so these, not each element's own size, make the tolerance.
std::optional<std::string> Bisection::getDifference(const HostTensor &got) const {
  auto found = expected.find(got.name);
  if (found == expected.end())
    return std::nullopt;
  const HostTensor &wanted = found->second;
  if (got.element != wanted.element || got.shape != wanted.shape)
    return "  is " + describe(got.element, got.shape) + " instead of " +
           describe(wanted.element, wanted.shape);
  Tolerance tolerance = getTolerance(options.verify, got.element);
  if (!options.verify.absolute)
    for (int64_t index = 0, size = wanted.size(); index < size; ++index)
      if (double value = std::abs(wanted.getDouble(index)); std::isfinite(value))
        tolerance.absolute = std::max(tolerance.absolute, tolerance.relative * value);
  Difference difference = compare(got, wanted, tolerance);
  if (!difference.failures)
    return std::nullopt;
  return "  " + describe(difference, tolerance, got.size());
}

/// Compiles with `values` as further outputs. \returns the first of them, in the nodes' order, that
/// differs.
FailureOr<std::optional<Finding>> Bisection::findFirst(ArrayRef<std::string> values,
                                                       StringRef name) {
  std::string place = (folder + "/bisect" + Twine(builds++)).str();
  Options named = options;
  // Another name for each library: the loader knows them by it.
  named.compile.name = toModelName((named.compile.name + "_" + name).str());
  if (sys::fs::create_directories(place))
    return failCommand("cannot make the folder '" + place + "'");
  FailureOr<std::unique_ptr<Runner>> runner = buildRunner(named, place, values);
  if (failed(runner))
    return failure();
  FailureOr<RunResult> result = (*runner)->run(set.inputs, /*threads=*/1);
  if (failed(result))
    return failure();
  StringMap<const HostTensor *> got;
  for (const HostTensor &tensor : result->outputs)
    got[tensor.name] = &tensor;
  for (auto [index, node] : enumerate(file.nodes()))
    for (const std::string &output : node.outputs)
      if (const HostTensor *tensor = got.lookup(output);
          tensor && (is_contained(values, output) || values.empty()))
        if (std::optional<std::string> difference = getDifference(*tensor))
          return std::optional(Finding{index, *tensor, *difference});
  return std::optional<Finding>();
}

FailureOr<std::optional<Finding>> Bisection::compareAll() {
  std::vector<std::string> values;
  for (const ModelFile::Node &node : file.nodes())
    for (const std::string &output : node.outputs)
      if (expected.contains(output))
        values.push_back(output);
  return findFirst(values, "all");
}

/// The values that nodes up to `node` give and later ones, or the application, use.
std::vector<std::string> Bisection::getCut(size_t node) const {
  llvm::StringSet<> used;
  used.insert_range(file.outputs());
  for (const ModelFile::Node &later : ArrayRef(file.nodes()).drop_front(node + 1))
    used.insert_range(later.inputs);
  std::vector<std::string> cut;
  for (const ModelFile::Node &earlier : ArrayRef(file.nodes()).take_front(node + 1))
    for (const std::string &output : earlier.outputs)
      if (used.contains(output) && expected.contains(output))
        cut.push_back(output);
  return cut;
}

FailureOr<std::optional<Finding>> Bisection::compareCuts() {
  size_t agrees = 0, differs = file.nodes().size(); // before nodes of these numbers
  FailureOr<std::optional<Finding>> result = findFirst({}, "whole");
  while (succeeded(result) && *result && differs - agrees > 1) {
    size_t middle = agrees + (differs - agrees) / 2;
    std::vector<std::string> cut = getCut(middle - 1);
    FailureOr<std::optional<Finding>> here = std::optional<Finding>();
    if (!cut.empty())
      here = findFirst(cut, std::to_string(middle));
    if (failed(here))
      return failure();
    outs() << "bisect: after " << describeNode(middle - 1) << ": " << (*here ? "differs" : "agrees")
           << "\n";
    if (*here) {
      differs = middle;
      result = std::move(here);
    } else {
      agrees = middle;
    }
  }
  // Of a cut's values the node before it gives the one that was right a node earlier.
  if (succeeded(result) && *result)
    (*result)->node = differs - 1;
  return result;
}

/// The node as a model with its data, so that `onnxcc verify` alone shows what it does.
LogicalResult Bisection::save(const Finding &finding) const {
  std::string to = options.verify.bisectFolder;
  if (to.empty())
    to = options.compile.name + "-bisect";
  std::string data = to + "/test_data_set_0";
  if (std::error_code code = sys::fs::create_directories(data))
    return failCommand("cannot make the folder '" + data + "': " + code.message());
  InputFiles given = getInputFiles(options);
  std::vector<std::string> inputs;
  std::string model = to + "/model.onnx";
  if (failed(checkCommand(given.allowOutput(model))) ||
      failed(file.writeNode(model, finding.node, expected, inputs)))
    return failure();
  auto writeTo = [&](const std::string &path, const HostTensor &tensor) {
    return failed(checkCommand(given.allowOutput(path))) ? failure() : writePb(path, tensor);
  };
  auto write = [&](StringRef prefix, size_t index, const HostTensor &tensor) {
    return writeTo((data + "/" + prefix + "_" + Twine(index) + ".pb").str(), tensor);
  };
  size_t outputs = 0;
  for (auto [index, name] : enumerate(inputs))
    if (failed(write("input", index, expected.find(name)->second)))
      return failure();
  for (const std::string &name : file.nodes()[finding.node].outputs)
    if (auto found = expected.find(name); found != expected.end())
      if (failed(write("output", outputs++, found->second)))
        return failure();
  if (failed(writeTo(to + "/got.pb", finding.got)))
    return failure();
  outs() << "  " << to << "/model.onnx is this node alone, test_data_set_0 its inputs and the\n"
         << "  expected outputs, got.pb what was computed. Look further with\n"
         << "    onnxcc verify " << to << "/model.onnx --data=" << data << "\n";
  return success();
}

LogicalResult Bisection::run() {
  if (failed(collectReference()))
    return failure();
  FailureOr<std::optional<Finding>> finding = compareAll();
  bool onlyFused = succeeded(finding) && !*finding;
  if (failed(finding) || !*finding) {
    outs() << "bisect: "
           << (onlyFused ? "with every inner value as an output all agree"
                         : "the model does not compile with every inner value as an output")
           << "; cutting it in halves\n";
    finding = compareCuts();
  }
  if (failed(finding))
    return failCommand("--bisect: could not search further");
  if (!*finding) {
    outs() << "bisect: with all dims pinned to the data's the outputs agree; the difference comes "
              "with ranges of dims\n";
    return success();
  }
  const Finding &found = **finding;
  outs() << "bisect: the first node that differs" << (onlyFused ? ", where it is fused," : "")
         << " is " << describeNode(found.node) << "\n"
         << "  its output '" << found.got.name << "' "
         << describe(found.got.element, found.got.shape) << " against " << source << ":\n"
         << found.report << "\n";
  return save(found);
}

LogicalResult bisect(const Options &options, const DataSet &set, StringRef folder) {
  return Bisection(options, set, folder).run();
}

} // namespace onnxcc
