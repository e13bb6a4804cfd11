// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is said of data that do not fit, each by name and with what to do.
#include "SampleFixture.h"

#include <limits>

namespace {
using namespace onnxcc;

class SampleErrorsTest : public SamplesTest {
protected:
  /// Opens the data and reads all samples, up to the first error. \returns what was said.
  std::string complain(llvm::StringRef name) {
    testing::internal::CaptureStderr();
    llvm::FailureOr<Samples> samples = open(name);
    bool isGood = succeeded(samples);
    for (size_t k = 0; isGood && k < samples->size(); ++k)
      isGood = succeeded(samples->read(k));
    std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(isGood, said.empty());
    return said;
  }
  void expect(llvm::StringRef name, llvm::StringRef part) {
    std::string said = complain(name);
    EXPECT_NE(said.find(part), std::string::npos) << said;
  }
};

TEST_F(SampleErrorsTest, NothingThere) {
  expect("none", "which --data names");
  write("empty/notes.txt", "no sample");
  expect("empty", "holds no samples: neither input_0.pb");
  write("none.npy", makeFloats({0, 1, 8, 8}, 0));
  expect("none.npy", "holds no samples");
  options.verify.data.clear();
  testing::internal::CaptureStderr();
  EXPECT_TRUE(failed(Samples::open(options)));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "onnxcc: error: no data: name it by --data\n");
}

TEST_F(SampleErrorsTest, WrongName) {
  write("set/input_0.pb", makeFloats({1, 1, 8, 8}, 0, "picture"));
  expect("set", "sample 'set': the model has no input 'picture'; its inputs are 'image'");
}

TEST_F(SampleErrorsTest, WrongNumber) {
  write("set/input_0.pb", makeFloats({1, 1, 8, 8}, 0, "image"));
  write("set/input_1.pb", makeFloats({1, 1, 8, 8}, 0));
  expect("set", "sample 'set' has 2 inputs, and the model 1: 'image'");
}

TEST_F(SampleErrorsTest, WrongShape) {
  write("data/a.npy", makeFloats({1, 9, 8}, 0));
  expect("data", "sample 'a.npy': the data of input 'image' are float[1,9,8], and the model takes "
                 "float[?,1,8,8]: a sample is one call, and only a batch of 1 is added");
  write("flat.npy", makeFloats({2, 64}, 0));
  expect("flat.npy", "sample 'flat.npy[0]': the data of input 'image' are float[64]");
  write("one.npy", makeFloats({}, 0));
  expect("one.npy", "is one number: the first axis of an array counts samples");
}

TEST_F(SampleErrorsTest, WrongType) {
  HostTensor wide{"", 11, {2, 1, 8, 8}, std::vector<char>(2 * 64 * 8)};
  write("wide.npy", wide);
  expect("wide.npy", "are double[1,8,8], and the model takes float[?,1,8,8]: convert them, as by "
                     "NumPy's astype");
}

TEST_F(SampleErrorsTest, NotFinite) {
  HostTensor tensor = makeFloats({2, 1, 8, 8}, 0);
  float nan = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(tensor.bytes.data() + (64 + 5) * sizeof(float), &nan, sizeof(float));
  write("nan.npy", tensor);
  expect("nan.npy", "sample 'nan.npy[1]': the data of input 'image' have NaN at element 5: leave "
                    "the sample out, or mend it");
  float infinity = -std::numeric_limits<float>::infinity();
  std::memcpy(tensor.bytes.data() + 3 * sizeof(float), &infinity, sizeof(float));
  write("nan.npy", tensor);
  expect("nan.npy", "sample 'nan.npy[0]': the data of input 'image' have infinity at element 3");
}

TEST_F(SampleErrorsTest, ClassesBesideSamplesWithout) {
  write("data/a.npy", makeFloats({1, 8, 8}, 0));
  write("data/0/b.npy", makeFloats({1, 8, 8}, 0));
  expect("data", "holds samples beside folders of samples, which are classes");
}

TEST_F(SampleErrorsTest, Labels) {
  write("data/a.npy", makeFloats({1, 8, 8}, 0));
  write("data/b.npy", makeFloats({1, 8, 8}, 0));
  options.quantize.labels = folder.file("labels.txt");
  expect("data", "cannot read '");
  write("labels.txt", "a.npy 1\n");
  expect("data", "says no class of the sample 'b.npy'");
  write("labels.txt", "a.npy 1\nb.npy\n");
  expect("data", "labels.txt', line 2: expected a sample's name and its class, a number");
  write("labels.txt", "a.npy 1\nb.npy -2\n");
  expect("data", "line 2: expected a sample's name and its class, a number");
  write("labels.txt", "a.npy 1\nb.npy 2\na.npy 3\n");
  expect("data", "line 3: 'a.npy' has another class above");
  write("labels.npy", makeFloats({2}, 0));
  options.quantize.labels = folder.file("labels.npy");
  expect("data", "is float[2], and 2 samples have as many classes, integers");
}

} // namespace
