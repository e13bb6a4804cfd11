// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A folder of data for the digits model.
#ifndef ONNXCC_TEST_UNIT_QUANTIZE_SAMPLEFIXTURE_H
#define ONNXCC_TEST_UNIT_QUANTIZE_SAMPLEFIXTURE_H

#include "compiler/Files.h"
#include "compiler/Options.h"
#include "compiler/quantize/Samples.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstring>
#include <gtest/gtest.h>

namespace onnxcc {

/// first, first + 1, …
inline HostTensor makeFloats(llvm::ArrayRef<int64_t> shape, float first,
                             llvm::StringRef name = "") {
  HostTensor tensor{name.str(), 1, shape.vec(), {}};
  tensor.bytes.resize(tensor.size() * sizeof(float));
  for (int64_t k = 0; k < tensor.size(); ++k) {
    float value = first + float(k);
    std::memcpy(tensor.bytes.data() + k * sizeof(float), &value, sizeof(float));
  }
  return tensor;
}

class SamplesTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(folder.create());
    options.input = ONNXCC_DIGITS;
    options.compile.features = {"generic"};
  }

  std::string place(llvm::StringRef name) {
    std::string path = folder.file(name);
    EXPECT_FALSE(llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)));
    return path;
  }
  void write(llvm::StringRef name, const HostTensor &tensor) {
    std::string path = place(name);
    EXPECT_TRUE(succeeded(name.ends_with(".pb") ? writePb(path, tensor) : writeNpy(path, tensor)));
  }
  void write(llvm::StringRef name, llvm::StringRef text) {
    EXPECT_FALSE(bool(writeFile(place(name), text, name)));
  }
  llvm::FailureOr<Samples> open(llvm::StringRef name) {
    options.verify.data = {folder.file(name)};
    return Samples::open(options);
  }

  TemporaryFolder folder;
  Options options;
};

} // namespace onnxcc

#endif // ONNXCC_TEST_UNIT_QUANTIZE_SAMPLEFIXTURE_H
