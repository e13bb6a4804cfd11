// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which files of --data are which samples, and of which class.
#ifndef ONNXCC_COMPILER_QUANTIZE_SAMPLEFILES_H
#define ONNXCC_COMPILER_QUANTIZE_SAMPLEFILES_H

#include "compiler/verify/HostTensor.h"

#include <memory>
#include <optional>

namespace onnxcc {

struct SampleFile {
  /// Inputs: a folder with input_0.pb, input_1.pb, … (or .npy). Tensor: a file with the one input.
  /// Slice: an element along the first axis of `array`. Image: a PNG or JPEG file.
  enum class Kind { Inputs, Tensor, Slice, Image };

  Kind kind = Kind::Tensor;
  std::string name; // below --data
  std::string path;
  std::shared_ptr<const HostTensor> array = nullptr;
  int64_t index = 0;
  std::optional<int64_t> label = std::nullopt;
};

/// Lists the samples of the places of --data, of each in the order of their names, numbers in these
/// by value:
/// - a folder with input_0.pb or input_0.npy: one sample; a folder of such folders
///   (test_data_set_0, …): one each;
/// - a file .npy: its first axis counts samples;
/// - a folder of .npy, .pb, .png, .jpg or .jpeg files: one each; other files are left alone;
/// - a folder of folders of these: each of them is a class, whose number is the folder's name, or,
///   where not all names are numbers, its place in their order.
/// Fails, having said why, where a place holds none.
llvm::FailureOr<std::vector<SampleFile>> listSamples(llvm::ArrayRef<std::string> places);

/// Reads the classes of --labels. A text file has a sample's name and its class, a number, on each
/// line, with blanks or a comma between them; names of other samples are left alone. A file .npy
/// has the classes of all samples in their order. Fails, having said why, where a sample has none.
llvm::LogicalResult readLabels(llvm::StringRef path, std::vector<SampleFile> &samples);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_SAMPLEFILES_H
