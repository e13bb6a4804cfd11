// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pictures as inputs of a model.
#ifndef ONNXCC_COMPILER_QUANTIZE_IMAGES_H
#define ONNXCC_COMPILER_QUANTIZE_IMAGES_H

#include "compiler/quantize/ModelInput.h"

#include "llvm/Support/Error.h"

namespace onnxcc {

/// Rows of pixels; of a pixel its gray, or red, green and blue.
struct Image {
  int64_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;
};

/// Decodes a PNG or JPEG file of 8 bits a channel, gray or in colours. Alpha may be there if all is
/// opaque. Orientation tags are left alone.
llvm::Expected<Image> decodeImage(llvm::StringRef bytes);

/// Reads an image file as data for `input`: of floats (pixel - mean) * scale, of uint8 the pixels
/// as they are; gray ones fill three channels with the same. Images are neither resized nor
/// cropped, since every way to do so gives other values, and the model knows one: their size must
/// be the input's. Fails, having said why.
llvm::FailureOr<HostTensor> readImage(llvm::StringRef path, const ModelInput &input,
                                      const ImageOptions &options);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_IMAGES_H
