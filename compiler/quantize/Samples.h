// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The data that a model is quantised with: inputs, one sample after the other, and their classes.
#ifndef ONNXCC_COMPILER_QUANTIZE_SAMPLES_H
#define ONNXCC_COMPILER_QUANTIZE_SAMPLES_H

#include "compiler/Options.h"
#include "compiler/quantize/ModelInput.h"
#include "compiler/quantize/SampleFiles.h"
#include "compiler/verify/HostTensor.h"

namespace onnxcc {

/// What --data names, read as it is asked for.
class Samples {
public:
  /// Lists the samples of --data (see SampleFiles.h) and --labels for the model of `options`.
  /// Fails, having said why, where there are none, or where their form does not suit the model.
  static llvm::FailureOr<Samples> open(const Options &options);

  size_t size() const { return files.size(); }

  /// The inputs of a sample, in the model's order and with its names. Fails, having said why, where
  /// the data's names, shapes or types are not the model's, and at NaN or infinity. A batch of 1 is
  /// added to data that lack it.
  llvm::FailureOr<std::vector<HostTensor>> read(size_t index) const;

  /// The class, where the data say one.
  std::optional<int64_t> label(size_t index) const { return files[index].label; }

  /// For messages and reports: the file's or the folder's name, "images.npy[3]".
  std::string name(size_t index) const { return files[index].name; }

private:
  llvm::FailureOr<std::vector<HostTensor>> load(const SampleFile &file) const;

  std::vector<ModelInput> inputs;
  std::vector<SampleFile> files;
  ImageOptions images;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_SAMPLES_H
