// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG and JPEG files as inputs.
#include "compiler/quantize/Images.h"

#include "SampleFixture.h"

#include <cstdio> // which jpeglib.h uses

#include <jpeglib.h>
#include <png.h>

namespace {
using namespace onnxcc;

std::string encodePng(int64_t width, int64_t height, uint32_t format,
                      const std::vector<uint8_t> &pixels) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  png.width = width;
  png.height = height;
  png.format = format;
  png_alloc_size_t bytes = 0;
  EXPECT_TRUE(png_image_write_to_memory(&png, nullptr, &bytes, 0, pixels.data(), 0, nullptr));
  std::string file(bytes, 0);
  EXPECT_TRUE(png_image_write_to_memory(&png, file.data(), &bytes, 0, pixels.data(), 0, nullptr));
  file.resize(bytes);
  return file;
}

std::string encodeJpeg(int64_t width, int64_t height, J_COLOR_SPACE space, int channels,
                       const std::vector<uint8_t> &pixels) {
  jpeg_compress_struct state;
  jpeg_error_mgr errors;
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char *bytes = nullptr;
  unsigned long count = 0;
  jpeg_mem_dest(&state, &bytes, &count);
  state.image_width = width;
  state.image_height = height;
  state.input_components = channels;
  state.in_color_space = space;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, 100, TRUE);
  jpeg_start_compress(&state, TRUE);
  while (state.next_scanline < state.image_height) {
    JSAMPROW row = const_cast<uint8_t *>(pixels.data()) + state.next_scanline * width * channels;
    jpeg_write_scanlines(&state, &row, 1);
  }
  jpeg_finish_compress(&state);
  std::string file(reinterpret_cast<char *>(bytes), count);
  jpeg_destroy_compress(&state);
  free(bytes);
  return file;
}

class ImagesTest : public SamplesTest {
protected:
  /// The tensor, or what was said.
  std::string read(llvm::StringRef file, const ModelInput &input,
                   const ImageOptions &options = {}) {
    write("image", file);
    testing::internal::CaptureStderr();
    llvm::FailureOr<HostTensor> read = readImage(folder.file("image"), input, options);
    std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(failed(read), !said.empty());
    if (succeeded(read))
      tensor = std::move(*read);
    return said;
  }
  void expectError(llvm::StringRef part, llvm::StringRef file, const ModelInput &input,
                   const ImageOptions &options = {}) {
    std::string said = read(file, input, options);
    EXPECT_NE(said.find(part), std::string::npos) << said;
  }
  void expectTensor(std::vector<int64_t> shape, std::vector<double> values, double tolerance = 0) {
    EXPECT_EQ(tensor.shape, shape);
    ASSERT_EQ(tensor.size(), int64_t(values.size()));
    for (size_t k = 0; k < values.size(); ++k)
      EXPECT_NEAR(tensor.getDouble(k), values[k], tolerance) << k;
  }

  HostTensor tensor;
  // Two pixels, left and right.
  std::string colors = encodePng(2, 1, PNG_FORMAT_RGB, {10, 20, 30, 40, 50, 60});
  std::string gray = encodePng(2, 1, PNG_FORMAT_GRAY, {70, 80});
  ModelInput nchw{"x", 1, {1, 3, 1, 2}}, nhwc{"x", 1, {-1, -1, -1, 3}}, one{"x", 1, {1, 1, 2}};
};

TEST_F(ImagesTest, FillBothLayouts) {
  EXPECT_EQ(read(colors, nchw), "");
  expectTensor({1, 3, 1, 2}, {10, 40, 20, 50, 30, 60});
  EXPECT_EQ(read(colors, nhwc), "");
  expectTensor({1, 1, 2, 3}, {10, 20, 30, 40, 50, 60});
  EXPECT_EQ(read(gray, one), "");
  expectTensor({1, 1, 2}, {70, 80});
  EXPECT_EQ(read(gray, nchw), "");
  expectTensor({1, 3, 1, 2}, {70, 80, 70, 80, 70, 80});
  ModelInput both{"x", 1, {1, 3, 2, 3}};
  expectError("say by --layout=nchw or nhwc", colors, both);
  ImageOptions options;
  options.layout = ImageOptions::Layout::Nhwc;
  ModelInput sized{"x", 1, {1, 1, 2, 3}};
  EXPECT_EQ(read(colors, sized, options), "");
  expectTensor({1, 1, 2, 3}, {10, 20, 30, 40, 50, 60});
}

TEST_F(ImagesTest, AreShiftedAndScaled) {
  ImageOptions options;
  options.mean = {10, 20, 30};
  options.scale = {0.5};
  EXPECT_EQ(read(colors, nchw, options), "");
  expectTensor({1, 3, 1, 2}, {0, 15, 0, 15, 0, 15});
  options.mean = {10};
  options.scale = {1, 2, 0.25};
  EXPECT_EQ(read(colors, nhwc, options), "");
  expectTensor({1, 1, 2, 3}, {0, 20, 5, 30, 80, 12.5});
  expectError("--mean and --scale have 1 and 3 numbers, and the model's input 'x' 1 channels", gray,
              one, options);
  ModelInput bytes{"x", 2, {1, 3, 1, 2}};
  EXPECT_EQ(read(colors, bytes), "");
  expectTensor({1, 3, 1, 2}, {10, 40, 20, 50, 30, 60});
  expectError("--mean and --scale make floats, and the model's input 'x' is uint8[1,3,1,2]", colors,
              bytes, options);
}

TEST_F(ImagesTest, AreJpegFiles) {
  std::vector<uint8_t> flat;
  for (int k = 0; k < 64; ++k)
    flat.insert(flat.end(), {200, 100, 50});
  std::string file = encodeJpeg(8, 8, JCS_RGB, 3, flat);
  ModelInput input{"x", 1, {1, 8, 8, 3}};
  EXPECT_EQ(read(file, input), "");
  std::vector<double> expected(flat.begin(), flat.end());
  expectTensor({1, 8, 8, 3}, expected, 3); // the way to YCbCr and back
  std::vector<uint8_t> ramp;
  for (int k = 0; k < 64; ++k)
    ramp.push_back(4 * (k % 8) + 100);
  ModelInput shades{"x", 1, {1, 1, 8, 8}};
  EXPECT_EQ(read(encodeJpeg(8, 8, JCS_GRAYSCALE, 1, ramp), shades), "");
  expected.assign(ramp.begin(), ramp.end());
  expectTensor({1, 1, 8, 8}, expected, 2);
  expectError("Premature end of JPEG file", llvm::StringRef(file).drop_back(file.size() / 3).str(),
              input);
  std::vector<uint8_t> inks(256, 9);
  expectError("nsupported color conversion", encodeJpeg(8, 8, JCS_CMYK, 4, inks), input);
}

TEST_F(ImagesTest, MayBeWrong) {
  ModelInput large{"x", 1, {1, 3, 224, 224}};
  expectError("the image has 2 x 1 pixels, and the model's input 'x' is float[1,3,224,224]: resize "
              "it as the model's training did",
              colors, large);
  expectError("the image has colours, and the model's input 'x' is float[1,1,2]: make it gray",
              colors, one);
  ModelInput row{"x", 1, {1, 7}}, many{"x", 1, {1, 8, 1, 2}}, wide{"x", 11, {1, 3, 1, 2}};
  expectError("float[1,7], which no image of 1 or 3 channels fills", colors, row);
  expectError("float[1,8,1,2], which no image of 1 or 3 channels fills", colors, many);
  expectError("images fill inputs of float and uint8, and the model's 'x' is double[1,3,1,2]",
              colors, wide);
  expectError("it is neither PNG nor JPEG", "text", nchw);
  expectError("image': ", llvm::StringRef(colors).drop_back(20).str(), nchw);
  expectError("it is transparent in places, and what is behind is unknown",
              encodePng(2, 1, PNG_FORMAT_RGBA, {1, 2, 3, 255, 4, 5, 6, 254}), nchw);
  EXPECT_EQ(read(encodePng(2, 1, PNG_FORMAT_RGBA, {1, 2, 3, 255, 4, 5, 6, 255}), nchw), "");
  expectTensor({1, 3, 1, 2}, {1, 4, 2, 5, 3, 6});
  // 16 bits a channel, linear: two bytes each.
  expectError("it has 16 bits a channel", encodePng(2, 1, PNG_FORMAT_LINEAR_Y, {0, 64, 0, 128}),
              one);
}

} // namespace
