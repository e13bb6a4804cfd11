// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finding and reading samples; SampleErrorsTest has what is said of bad ones.
#include "SampleFixture.h"

namespace {
using namespace onnxcc;
using llvm::FailureOr;

TEST_F(SamplesTest, AreSlicesOfAnArray) {
  write("images.npy", makeFloats({3, 1, 8, 8}, 0));
  FailureOr<Samples> samples = open("images.npy");
  ASSERT_TRUE(succeeded(samples));
  ASSERT_EQ(samples->size(), 3u);
  EXPECT_EQ(samples->name(2), "images.npy[2]");
  EXPECT_EQ(samples->label(2), std::nullopt);
  FailureOr<std::vector<HostTensor>> tensors = samples->read(2);
  ASSERT_TRUE(succeeded(tensors));
  ASSERT_EQ(tensors->size(), 1u);
  EXPECT_EQ(tensors->front().name, "image");
  EXPECT_EQ(tensors->front().shape, std::vector<int64_t>({1, 1, 8, 8}));
  EXPECT_EQ(tensors->front().getDouble(0), 128);
  EXPECT_EQ(tensors->front().getDouble(63), 191);
}

TEST_F(SamplesTest, AreFolders) {
  write("all/test_data_set_10/input_0.pb", makeFloats({1, 1, 8, 8}, 10, "image"));
  write("all/test_data_set_2/input_0.npy", makeFloats({1, 1, 8, 8}, 2));
  FailureOr<Samples> samples = open("all");
  ASSERT_TRUE(succeeded(samples));
  ASSERT_EQ(samples->size(), 2u);
  EXPECT_EQ(samples->name(0), "test_data_set_2");
  EXPECT_EQ((*samples->read(0))[0].getDouble(0), 2);
  EXPECT_EQ((*samples->read(1))[0].getDouble(0), 10);
  samples = open("all/test_data_set_10");
  ASSERT_TRUE(succeeded(samples));
  EXPECT_EQ(samples->size(), 1u);
}

TEST_F(SamplesTest, AreFilesOfClasses) {
  write("data/7/b.npy", makeFloats({1, 8, 8}, 0));
  write("data/7/a.npy", makeFloats({1, 8, 8}, 0));
  write("data/10/a.npy", makeFloats({1, 8, 8}, 0));
  write("data/notes.txt", "no sample");
  FailureOr<Samples> samples = open("data");
  ASSERT_TRUE(succeeded(samples));
  ASSERT_EQ(samples->size(), 3u);
  EXPECT_EQ(samples->name(0), "7/a.npy");
  EXPECT_EQ(samples->label(1), 7);
  EXPECT_EQ(samples->label(2), 10);
  // Names that are no numbers are counted.
  write("named/cat/1.npy", makeFloats({1, 8, 8}, 0));
  write("named/ant/1.npy", makeFloats({1, 8, 8}, 0));
  samples = open("named");
  ASSERT_TRUE(succeeded(samples));
  EXPECT_EQ(samples->name(0), "ant/1.npy");
  EXPECT_EQ(samples->label(0), 0);
  EXPECT_EQ(samples->label(1), 1);
}

TEST_F(SamplesTest, HaveTheirClassesFromAFile) {
  write("data/a b.npy", makeFloats({1, 8, 8}, 0));
  write("data/c.npy", makeFloats({1, 8, 8}, 0));
  write("labels.txt", "c.npy,4\n\nother.npy 9\na b.npy 3\n");
  options.quantize.labels = folder.file("labels.txt");
  FailureOr<Samples> samples = open("data");
  ASSERT_TRUE(succeeded(samples));
  EXPECT_EQ(samples->label(0), 3);
  EXPECT_EQ(samples->label(1), 4);
  HostTensor classes{"", 7, {2}, std::vector<char>(16)};
  classes.bytes[0] = 5;
  classes.bytes[8] = 6;
  write("labels.npy", classes);
  options.quantize.labels = folder.file("labels.npy");
  samples = open("data");
  ASSERT_TRUE(succeeded(samples));
  EXPECT_EQ(samples->label(0), 5);
  EXPECT_EQ(samples->label(1), 6);
}

} // namespace
