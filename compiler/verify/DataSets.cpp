// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Test data and random inputs: see DataSets.h.
#include "compiler/verify/DataSets.h"

#include "compiler/Compilation.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/References.h"

#include "llvm/Support/FileSystem.h"

using namespace mlir;

namespace onnxcc {

FailureOr<std::vector<DataSet>> readData(const Options &options) {
  std::vector<DataSet> sets;
  for (const std::string &folder : options.verify.data) {
    if (!llvm::sys::fs::is_directory(folder))
      return failCommand("'" + folder + "' is no folder");
    FailureOr<std::vector<HostTensor>> inputs = readTensors(folder, "input");
    FailureOr<std::vector<HostTensor>> expected = readTensors(folder, "output");
    if (failed(inputs) || failed(expected))
      return failure();
    // A model without inputs has none here either.
    if (inputs->empty() && expected->empty())
      return failCommand("'" + folder + "' holds no input_0.pb or input_0.npy");
    sets.push_back({folder, std::move(*inputs), std::move(*expected)});
  }
  return sets;
}

InputFiles getInputFiles(const Options &options) {
  InputFiles files;
  for (const std::string &path : {options.input, options.verify.library,
                                  options.verify.referenceModel, options.quantize.labels})
    if (!path.empty())
      files.add(path);
  for (StringRef place : options.verify.data) {
    files.add(place); // quantize takes files too
    files.addFolder(place);
  }
  return files;
}

LogicalResult pinOpenDimsToData(ArrayRef<DataSet> sets, Options &options) {
  if (sets.empty())
    return success();
  Compilation open(options.input, options.compile, printDiagnostic);
  if (failed(open.import(Phase::Emit, /*requireBounds=*/false)))
    return llvm::errs() << open.getDiagnostics().getSummary(), failure();
  std::vector<std::vector<HostTensor>> inputs;
  for (const DataSet &set : sets)
    inputs.push_back(set.inputs);
  return pinOpenDims(open.getModule(), inputs, options);
}

DataSet makeRandomData(const onnxcc_model &table, uint64_t seed, int64_t number, RandomDims dims) {
  ArrayRef<onnxcc_argument> arguments(table.arguments, table.argument_count);
  DataSet set{"random inputs, seed " + std::to_string(seed + number), {}, {}};
  std::vector<char> args(table.args_bytes);
  for (const onnxcc_argument &argument : arguments)
    if (argument.kind == ONNXCC_DIM)
      std::memcpy(args.data() + argument.offset,
                  dims == RandomDims::Least ? &argument.min : &argument.max, sizeof(onnxcc_dim));
  for (const onnxcc_argument &argument : arguments) {
    if (argument.kind != ONNXCC_IN)
      continue;
    HostTensor like = describeArgument(argument);
    like.shape = getArgumentExtents(table, argument, args.data());
    set.inputs.push_back(makeRandomInput(like, (seed + number) * 1000 + set.inputs.size()));
  }
  return set;
}

} // namespace onnxcc
