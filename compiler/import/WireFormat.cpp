// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads protobuf's wire format: see WireFormat.h and
// https://protobuf.dev/programming-guides/encoding.
#include "compiler/import/WireFormat.h"

#include "compiler/import/Model.h"
#include "compiler/import/Tensors.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace onnxcc::importer {
namespace {

enum class Message { Model, Graph, Node, Attribute, Tensor, SparseTensor, Function, Other };

/// Where tensors can be: the message that a field of a message holds (numbers of onnx.proto).
Message getChild(Message parent, uint64_t field) {
  switch (parent) {
  case Message::Model:
    return field == 7 ? Message::Graph : field == 25 ? Message::Function : Message::Other;
  case Message::Graph:
    return field == 1    ? Message::Node
           : field == 5  ? Message::Tensor
           : field == 15 ? Message::SparseTensor
                         : Message::Other;
  case Message::Function:
    return field == 7 ? Message::Node : field == 11 ? Message::Attribute : Message::Other;
  case Message::Node:
    return field == 5 ? Message::Attribute : Message::Other;
  case Message::Attribute:
    return field == 5 || field == 10    ? Message::Tensor
           : field == 6 || field == 11  ? Message::Graph
           : field == 22 || field == 23 ? Message::SparseTensor
                                        : Message::Other;
  case Message::SparseTensor:
    return field == 1 || field == 2 ? Message::Tensor : Message::Other;
  default:
    return Message::Other;
  }
}

constexpr uint64_t kTrainingInfo = 20;                                   // of a model
constexpr uint64_t kRawData = 9, kExternalData = 13, kDataLocation = 14; // of a tensor
enum WireType : uint64_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// As deep as protobuf itself goes.
constexpr unsigned kDepthLimit = 100;

class Stripper {
public:
  Stripper(StringRef model, llvm::function_ref<size_t(StringRef)> keep)
      : begin(model.data()), keep(keep) {}

  Error strip(Message kind, StringRef bytes, std::string &out, unsigned depth);

private:
  Error fail(const char *at, const Twine &what) {
    return createStringError(what + " at byte " + Twine(at - begin));
  }

  const char *begin;
  llvm::function_ref<size_t(StringRef)> keep;
};

void putVarint(uint64_t value, std::string &out) {
  for (; value >= 0x80; value >>= 7)
    out += char(value | 0x80);
  out += char(value);
}

void putBytes(uint64_t field, StringRef bytes, std::string &out) {
  putVarint(field << 3 | Bytes, out);
  putVarint(bytes.size(), out);
  out += bytes;
}

bool takeVarint(StringRef &bytes, uint64_t &value) {
  value = 0;
  for (unsigned shift = 0; shift < 70 && !bytes.empty(); shift += 7) {
    uint8_t byte = bytes.front();
    bytes = bytes.drop_front();
    if (shift < 64)
      value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return true;
  }
  return false;
}

Error Stripper::strip(Message kind, StringRef bytes, std::string &out, unsigned depth) {
  if (depth > kDepthLimit)
    return fail(bytes.data(), "it nests too deeply");
  while (!bytes.empty()) {
    const char *start = bytes.data();
    uint64_t tag, length = 0;
    if (!takeVarint(bytes, tag))
      return fail(start, "a field's tag is cut off");
    uint64_t field = tag >> 3;
    if (field == 0 || field > (uint64_t(1) << 29))
      return fail(start, "there is no field");
    switch (tag & 7) {
    case Varint:
      if (!takeVarint(bytes, length))
        return fail(start, "a number is cut off");
      break;
    case Fixed64:
    case Fixed32:
      length = (tag & 7) == Fixed64 ? 8 : 4;
      if (bytes.size() < length)
        return fail(start, "a number is cut off");
      bytes = bytes.drop_front(length);
      break;
    case Bytes: {
      if (!takeVarint(bytes, length) || bytes.size() < length)
        return fail(start, "the file ends within a field that starts");
      StringRef body = bytes.take_front(length);
      bytes = bytes.drop_front(length);
      if (kind == Message::Model && field == kTrainingInfo)
        continue;
      if (kind == Message::Tensor && field == kRawData && length > kInlineLimit) {
        std::string marker;
        putBytes(1, kMarkerKey, marker);
        putBytes(2, std::to_string(keep(body)), marker);
        putBytes(kExternalData, marker, out);
        putVarint(kDataLocation << 3 | Varint, out);
        putVarint(::onnx::TensorProto::EXTERNAL, out);
        continue;
      }
      Message child = getChild(kind, field);
      if (child == Message::Other)
        break;
      std::string inner;
      if (Error error = strip(child, body, inner, depth + 1))
        return error;
      putBytes(field, inner, out);
      continue;
    }
    default:
      return fail(start, "there is no field");
    }
    out.append(start, bytes.data());
  }
  return Error::success();
}

} // namespace

Expected<std::string> stripLargeTensors(StringRef model,
                                        llvm::function_ref<size_t(StringRef)> keep) {
  std::string out;
  if (Error error = Stripper(model, keep).strip(Message::Model, model, out, 0))
    return error;
  return out;
}

} // namespace onnxcc::importer
