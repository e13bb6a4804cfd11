// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model is run on: folders of test data, or random inputs.
#ifndef ONNXCC_COMPILER_VERIFY_DATASETS_H
#define ONNXCC_COMPILER_VERIFY_DATASETS_H

#include "compiler/Files.h"
#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"
#include "runtime/model.h"

namespace onnxcc {

struct DataSet {
  std::string name;
  std::vector<HostTensor> inputs, expected; // expected: empty unless stored
};

/// Reads the folders of --data; none for none.
llvm::FailureOr<std::vector<DataSet>> readData(const Options &options);

/// The files that the command line names: the model, a library, the data.
InputFiles getInputFiles(const Options &options);

/// Imports the model to see its open dims, and pins those in `options` that the data know.
llvm::LogicalResult pinOpenDimsToData(llvm::ArrayRef<DataSet> sets, Options &options);

enum class RandomDims { Least, Greatest };
/// Random inputs for a model's table. `number` counts the sets of one seed.
DataSet makeRandomData(const onnxcc_model &table, uint64_t seed, int64_t number, RandomDims dims);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_DATASETS_H
