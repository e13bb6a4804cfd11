// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expected outputs from ONNX Runtime, in a process of its own: see References.h.
#include "compiler/driver/Process.h"
#include "compiler/verify/ModelFile.h"
#include "compiler/verify/References.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace onnxcc {

/// Runs Python; what it prints goes to `log`, or nowhere.
static int runPython(StringRef python, ArrayRef<StringRef> arguments, StringRef log) {
  ErrorOr<std::string> program = sys::findProgramByName(python);
  if (!program)
    return -1;
  SmallVector<StringRef> command = {python};
  command.append(arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(""), log, log};
  return sys::ExecuteAndWait(*program, command, std::nullopt, redirects);
}

bool hasOnnxRuntime(StringRef python) {
  return runPython(python, {"-c", "import numpy, onnxruntime"}, "") == 0;
}

static constexpr StringRef script = R"(
import sys, numpy as np, onnxruntime as ort
model, folder, *given = sys.argv[1:]
options = ort.SessionOptions()
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
options.intra_op_num_threads = 1
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
feed = {}
for index, value in enumerate(session.get_inputs()):
    place = given.index(value.name) if value.name in given else index
    feed[value.name] = np.load(f"{folder}/ort_input_{place}.npy")
names = [output.name for output in session.get_outputs()]
saved = [(name, value) for name, value in zip(names, session.run(names, feed)) if isinstance(value, np.ndarray)]
for index, (name, value) in enumerate(saved):
    np.save(f"{folder}/ort_output_{index}.npy", np.asarray(value, order="C"))
open(f"{folder}/ort_names.txt", "w").write("\n".join(name for name, value in saved))
)";

FailureOr<std::vector<HostTensor>> runOnnxRuntime(StringRef python, StringRef given,
                                                  ArrayRef<HostTensor> inputs, StringRef folder,
                                                  ArrayRef<std::string> values) {
  std::string model = given.str();
  if (!values.empty() || given.ends_with(".onnxtxt")) {
    ModelFile file;
    model = (folder + "/ort_model.onnx").str();
    if (failed(file.read(given)) || failed(file.writeWithOutputs(model, values)))
      return failure();
  }
  for (auto [index, input] : enumerate(inputs))
    if (failed(writeNpy((folder + "/ort_input_" + Twine(index) + ".npy").str(), input)))
      return failure();
  std::string log = (folder + "/ort.log").str();
  SmallVector<StringRef> arguments = {"-c", script, model, folder};
  for (const HostTensor &input : inputs)
    arguments.push_back(input.name);
  if (runPython(python, arguments, log) != 0) {
    (void)failCommand("ONNX Runtime could not run '" + given + "'");
    if (ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(log))
      errs() << (*text)->getBuffer().take_back(2000);
    return failure();
  }
  FailureOr<std::vector<HostTensor>> outputs = readTensors(folder, "ort_output");
  ErrorOr<std::unique_ptr<MemoryBuffer>> names = MemoryBuffer::getFile(folder + "/ort_names.txt");
  if (!names)
    return failCommand("cannot read ONNX Runtime's outputs: " + names.getError().message());
  if (failed(outputs))
    return failure();
  SmallVector<StringRef> lines;
  (*names)->getBuffer().split(lines, '\n');
  outputs->resize(std::min(outputs->size(), lines.size())); // a run before may have left more
  for (auto [output, name] : zip(*outputs, lines))
    output.name = name.str();
  return outputs;
}

} // namespace onnxcc
