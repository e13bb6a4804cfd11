// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG by libpng, JPEG by libjpeg: see Images.h.
#include "compiler/quantize/Images.h"

#include <csetjmp>
#include <cstdio> // which jpeglib.h uses

#include <jpeglib.h>
#include <png.h>

namespace onnxcc {

static llvm::Error fail(const llvm::Twine &why) { return llvm::createStringError(why); }

static llvm::Expected<Image> decodePng(llvm::StringRef bytes) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()))
    return fail(png.message);
  bool isDeep = png.format & PNG_FORMAT_FLAG_LINEAR;
  bool hasColor = png.format & PNG_FORMAT_FLAG_COLOR, hasAlpha = png.format & PNG_FORMAT_FLAG_ALPHA;
  if (isDeep) {
    png_image_free(&png);
    return fail("it has 16 bits a channel: convert it to 8");
  }
  int64_t channels = hasColor ? 3 : 1, read = channels + hasAlpha;
  png.format = (hasColor ? PNG_FORMAT_FLAG_COLOR : 0) | (hasAlpha ? PNG_FORMAT_FLAG_ALPHA : 0);
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(png));
  if (!png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr))
    return fail(png.message);
  Image image{png.width, png.height, channels, {}};
  for (size_t pixel = 0; pixel < pixels.size(); pixel += read) {
    if (hasAlpha && pixels[pixel + channels] != 255)
      return fail("it is transparent in places, and what is behind is unknown: flatten it");
    image.pixels.insert(image.pixels.end(), pixels.begin() + pixel,
                        pixels.begin() + pixel + channels);
  }
  return image;
}

namespace {
/// libjpeg's own error handling ends the process: this one jumps back to who has called.
struct JpegErrors {
  jpeg_error_mgr manager; // first: libjpeg knows only this
  std::jmp_buf back;
  char message[JMSG_LENGTH_MAX];
};
} // namespace

static void leaveJpeg(j_common_ptr state) {
  auto *errors = reinterpret_cast<JpegErrors *>(state->err);
  state->err->format_message(state, errors->message);
  std::longjmp(errors->back, 1);
}

/// Warnings are of data that are cut off or damaged; libjpeg would fill up with gray.
static void leaveJpegOnWarning(j_common_ptr state, int level) {
  if (level < 0)
    leaveJpeg(state);
}

/// Nothing that a jump would leave behind is made here: what needs destructors is the caller's.
static bool readJpeg(llvm::StringRef bytes, jpeg_decompress_struct &state, JpegErrors &errors,
                     Image &image) {
  if (setjmp(errors.back))
    return false;
  jpeg_create_decompress(&state);
  jpeg_mem_src(&state, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
  jpeg_read_header(&state, TRUE);
  bool isGray = state.jpeg_color_space == JCS_GRAYSCALE;
  state.out_color_space = isGray ? JCS_GRAYSCALE : JCS_RGB; // an error where there is no way
  jpeg_start_decompress(&state);
  image.width = state.output_width;
  image.height = state.output_height;
  image.channels = state.output_components;
  image.pixels.resize(image.width * image.height * image.channels);
  while (state.output_scanline < state.output_height) {
    JSAMPROW row = image.pixels.data() + state.output_scanline * image.width * image.channels;
    jpeg_read_scanlines(&state, &row, 1);
  }
  jpeg_finish_decompress(&state);
  return true;
}

static llvm::Expected<Image> decodeJpeg(llvm::StringRef bytes) {
  JpegErrors errors = {};
  jpeg_decompress_struct state = {};
  state.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leaveJpeg;
  errors.manager.emit_message = leaveJpegOnWarning;
  Image image;
  bool isRead = readJpeg(bytes, state, errors, image);
  jpeg_destroy_decompress(&state);
  if (!isRead)
    return fail(errors.message);
  return image;
}

llvm::Expected<Image> decodeImage(llvm::StringRef bytes) {
  if (bytes.starts_with("\x89PNG"))
    return decodePng(bytes);
  if (bytes.starts_with("\xff\xd8"))
    return decodeJpeg(bytes);
  return fail("it is neither PNG nor JPEG");
}

} // namespace onnxcc
