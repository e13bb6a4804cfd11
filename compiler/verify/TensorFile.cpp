// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors in files: ONNX's TensorProto (.pb, the form of the official test data) and NumPy's .npy.
#include "compiler/driver/Process.h"
#include "compiler/verify/HostTensor.h"
#include "dialects/onnx/ElementTypes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <onnx/onnx_pb.h>

using namespace llvm;

namespace onnxcc {

template <class To, class Values>
static void append(std::vector<char> &bytes, const Values &values) {
  for (auto value : values) {
    To narrow = static_cast<To>(value);
    const char *place = reinterpret_cast<const char *>(&narrow);
    bytes.insert(bytes.end(), place, place + sizeof(To));
  }
}

/// The elements from the typed fields, which protobuf pads to 32 or 64 bits.
static void readTypedFields(const ::onnx::TensorProto &proto, HostTensor &tensor) {
  switch (getElementBytes(tensor.element)) {
  case 1:
    return append<uint8_t>(tensor.bytes, proto.int32_data());
  case 2:
    return append<uint16_t>(tensor.bytes, proto.int32_data());
  case 4:
    if (proto.float_data_size())
      return append<float>(tensor.bytes, proto.float_data());
    if (proto.uint64_data_size())
      return append<uint32_t>(tensor.bytes, proto.uint64_data());
    return append<int32_t>(tensor.bytes, proto.int32_data());
  case 8:
    if (proto.double_data_size())
      return append<double>(tensor.bytes, proto.double_data());
    if (proto.uint64_data_size())
      return append<uint64_t>(tensor.bytes, proto.uint64_data());
    return append<int64_t>(tensor.bytes, proto.int64_data());
  }
}

static FailureOr<HostTensor> readPb(StringRef path, StringRef text) {
  ::onnx::TensorProto proto;
  if (!proto.ParseFromArray(text.data(), text.size()))
    return failCommand("'" + path + "' holds no TensorProto");
  HostTensor tensor;
  tensor.name = proto.name();
  tensor.element = proto.data_type();
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  if (!getElementBytes(tensor.element))
    return failCommand("'" + path + "': verification does not handle tensors of " +
                       getElementName(tensor.element));
  if (proto.has_raw_data())
    tensor.bytes.assign(proto.raw_data().begin(), proto.raw_data().end());
  else
    readTypedFields(proto, tensor);
  if (int64_t(tensor.bytes.size()) != tensor.size() * getElementBytes(tensor.element))
    return failCommand("'" + path + "' has fewer or more elements than its dims say");
  return tensor;
}

/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
static FailureOr<HostTensor> readNpy(StringRef path, StringRef text) {
  auto fail = [&](const Twine &why) { return failCommand("'" + path + "': " + why); };
  if (!text.consume_front("\x93NUMPY") || text.size() < 6)
    return fail("no NumPy array");
  size_t lengthBytes = text[0] == 1 ? 2 : 4;
  uint32_t length = 0;
  std::memcpy(&length, text.data() + 2, lengthBytes);
  text = text.drop_front(2 + lengthBytes);
  if (text.size() < length)
    return fail("truncated header");
  StringRef header = text.take_front(length);
  text = text.drop_front(length);

  HostTensor tensor;
  StringRef code = header.split("'descr': '").second.split('\'').first;
  for (const onnx::ElementType &type : onnx::getElementTypes())
    if (!code.empty() && type.numpy == code)
      tensor.element = type.number;
  if (!getElementBytes(tensor.element))
    return fail("elements of type '" + code + "' are not handled");
  if (header.contains("'fortran_order': True"))
    return fail("column-major order is not handled");
  SmallVector<StringRef> extents;
  header.split("'shape': (").second.split(')').first.split(extents, ',', -1, /*KeepEmpty=*/false);
  for (StringRef extent : extents) {
    int64_t value;
    if (extent.trim().empty())
      continue;
    if (extent.trim().getAsInteger(10, value) || value < 0)
      return fail("shape not understood");
    tensor.shape.push_back(value);
  }
  if (int64_t(text.size()) != tensor.size() * getElementBytes(tensor.element))
    return fail("fewer or more elements than its shape says");
  tensor.bytes.assign(text.begin(), text.end());
  return tensor;
}

FailureOr<HostTensor> readTensor(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return failCommand("cannot read '" + path + "': " + file.getError().message());
  StringRef text = (*file)->getBuffer();
  return sys::path::extension(path) == ".npy" ? readNpy(path, text) : readPb(path, text);
}

LogicalResult writePb(StringRef path, const HostTensor &tensor) {
  ::onnx::TensorProto proto;
  proto.set_name(tensor.name);
  proto.set_data_type(tensor.element);
  for (int64_t extent : tensor.shape)
    proto.add_dims(extent);
  proto.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
  std::string bytes;
  if (!proto.SerializeToString(&bytes))
    return failCommand("the tensor '" + tensor.name + "' is too large for '" + path + "'");
  return checkCommand(writeFile(path, bytes, path));
}

LogicalResult writeNpy(StringRef path, const HostTensor &tensor) {
  const onnx::ElementType *type = onnx::findElementType(tensor.element);
  StringRef code = type ? type->numpy : "";
  if (code.empty())
    return failCommand("NumPy has no elements of type " + getElementName(tensor.element));
  std::string shape;
  for (int64_t extent : tensor.shape)
    shape += std::to_string(extent) + ",";
  std::string header =
      "{'descr': '" + code.str() + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  while ((10 + header.size() + 1) % 64)
    header += ' ';
  header += '\n';
  uint16_t length = header.size();
  std::string text("\x93NUMPY\x01\x00", 8);
  text.append(reinterpret_cast<const char *>(&length), 2);
  text += header;
  text.append(tensor.bytes.begin(), tensor.bytes.end());
  return checkCommand(writeFile(path, text, path));
}

FailureOr<std::vector<HostTensor>> readTensors(StringRef folder, StringRef prefix) {
  std::vector<HostTensor> tensors;
  while (true) {
    SmallString<128> path(folder);
    sys::path::append(path, prefix + "_" + std::to_string(tensors.size()) + ".pb");
    if (!sys::fs::exists(path))
      sys::path::replace_extension(path, ".npy");
    if (!sys::fs::exists(path))
      return tensors;
    FailureOr<HostTensor> tensor = readTensor(path);
    if (failed(tensor))
      return failure();
    tensors.push_back(std::move(*tensor));
  }
}

} // namespace onnxcc
