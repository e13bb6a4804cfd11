// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From pixels to an input: see Images.h.
#include "compiler/quantize/Images.h"

#include "compiler/driver/Process.h"
#include "dialects/onnx/ElementTypes.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

using namespace llvm;

namespace onnxcc {

using Layout = ImageOptions::Layout;

namespace {
/// An input's extents as an image has them; -1 where open.
struct ImageExtents {
  Layout layout = Layout::Unsaid;
  int64_t channels = -1, height = -1, width = -1;
};
} // namespace

/// \returns nothing where the input has too few or too many dims.
static std::optional<ImageExtents> getExtents(const ModelInput &input, Layout layout) {
  size_t rank = input.shape.size();
  if (rank != 3 && !(rank == 4 && std::abs(input.shape[0]) == 1))
    return std::nullopt;
  const int64_t *last = input.shape.data() + rank - 3;
  return layout == Layout::Nchw ? ImageExtents{layout, last[0], last[1], last[2]}
                                : ImageExtents{layout, last[2], last[0], last[1]};
}

/// The layout of --layout, or the one that leaves a number of channels which images have.
static FailureOr<ImageExtents> findExtents(const ModelInput &input, const ImageOptions &options) {
  std::string what = "the model's input '" + input.name + "' is " + describe(input);
  SmallVector<ImageExtents> found;
  for (Layout layout : {Layout::Nchw, Layout::Nhwc})
    if (std::optional<ImageExtents> extents = getExtents(input, layout);
        extents && (options.layout == layout || options.layout == Layout::Unsaid) &&
        (extents->channels == 1 || extents->channels == 3))
      found.push_back(*extents);
  if (found.empty())
    return failCommand(what + ", which no image of 1 or 3 channels fills");
  if (found.size() > 1)
    return failCommand(what + ": say by --layout=nchw or nhwc where its channels are");
  return found.front();
}

/// Element number `index` of `tensor` for a pixel's value.
template <class Element> static void store(HostTensor &tensor, int64_t index, Element value) {
  std::memcpy(tensor.bytes.data() + index * sizeof(Element), &value, sizeof(Element));
}

static HostTensor makeTensor(const Image &image, const ModelInput &input,
                             const ImageExtents &extents, const ImageOptions &options) {
  bool isFloat = onnx::findElementType(input.element)->isFloat();
  int64_t channels = extents.channels, plane = image.height * image.width;
  HostTensor tensor{input.name, input.element, {}, {}};
  tensor.shape = extents.layout == Layout::Nchw
                     ? std::vector<int64_t>{1, channels, image.height, image.width}
                     : std::vector<int64_t>{1, image.height, image.width, channels};
  if (input.shape.size() == 3)
    tensor.shape.erase(tensor.shape.begin());
  tensor.bytes.resize(tensor.size() * getElementBytes(input.element));
  for (int64_t channel = 0; channel < channels; ++channel) {
    double mean = options.mean[options.mean.size() == 1 ? 0 : channel];
    double scale = options.scale[options.scale.size() == 1 ? 0 : channel];
    for (int64_t k = 0; k < plane; ++k) {
      uint8_t pixel = image.pixels[k * image.channels + (image.channels == 1 ? 0 : channel)];
      int64_t index = extents.layout == Layout::Nchw ? channel * plane + k : k * channels + channel;
      if (isFloat)
        store(tensor, index, float((pixel - mean) * scale));
      else
        store(tensor, index, pixel);
    }
  }
  return tensor;
}

/// Whether --mean and --scale are for as many channels.
static bool haveChannels(const ImageOptions &options, int64_t channels) {
  return (options.mean.size() == 1 || int64_t(options.mean.size()) == channels) &&
         (options.scale.size() == 1 || int64_t(options.scale.size()) == channels);
}

FailureOr<HostTensor> readImage(StringRef path, const ModelInput &input,
                                const ImageOptions &options) {
  auto fail = [&](const Twine &why) { return failCommand("'" + path + "': " + why); };
  StringRef element = getElementName(input.element);
  if (element != "float" && element != "uint8")
    return fail("images fill inputs of float and uint8, and the model's '" + input.name + "' is " +
                describe(input));
  FailureOr<ImageExtents> extents = findExtents(input, options);
  if (failed(extents))
    return failure();
  if (!haveChannels(options, extents->channels))
    return failCommand("--mean and --scale have " + Twine(options.mean.size()) + " and " +
                       Twine(options.scale.size()) + " numbers, and the model's input '" +
                       input.name + "' " + Twine(extents->channels) + " channels");
  if (element == "uint8" &&
      (options.mean != ImageOptions().mean || options.scale != ImageOptions().scale))
    return failCommand("--mean and --scale make floats, and the model's input '" + input.name +
                       "' is " + describe(input));
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
  if (!file)
    return fail(file.getError().message());
  Expected<Image> image = decodeImage((*file)->getBuffer());
  if (!image)
    return fail(toString(image.takeError()));
  auto differs = [](int64_t wanted, int64_t given) { return wanted >= 0 && wanted != given; };
  if (differs(extents->height, image->height) || differs(extents->width, image->width))
    return fail("the image has " + Twine(image->width) + " x " + Twine(image->height) +
                " pixels, and the model's input '" + input.name + "' is " + describe(input) +
                ": resize it as the model's training did");
  if (image->channels > extents->channels)
    return fail("the image has colours, and the model's input '" + input.name + "' is " +
                describe(input) + ": make it gray as the model's training did");
  return makeTensor(*image, input, *extents, options);
}

} // namespace onnxcc
