// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks a serialised model with protobuf's own reader: see WireFormat.h and
// https://protobuf.dev/programming-guides/encoding.
#include "compiler/import/WireFormat.h"

#include "compiler/import/Model.h"
#include "compiler/import/Tensors.h"
#include "google/protobuf/wire_format_lite.h"

using namespace llvm;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

namespace onnxcc::importer {
namespace {

enum class Message { Model, Graph, Node, Attribute, Tensor, SparseTensor, Function, Other };

/// Where tensors can be: the message that a field of a message holds.
struct Child {
  Message parent;
  int field;
  Message kind;
};
constexpr Child kChildren[] = {
    {Message::Model, ::onnx::ModelProto::kGraphFieldNumber, Message::Graph},
    {Message::Model, ::onnx::ModelProto::kFunctionsFieldNumber, Message::Function},
    {Message::Graph, ::onnx::GraphProto::kNodeFieldNumber, Message::Node},
    {Message::Graph, ::onnx::GraphProto::kInitializerFieldNumber, Message::Tensor},
    {Message::Graph, ::onnx::GraphProto::kSparseInitializerFieldNumber, Message::SparseTensor},
    {Message::Function, ::onnx::FunctionProto::kNodeFieldNumber, Message::Node},
    {Message::Function, ::onnx::FunctionProto::kAttributeProtoFieldNumber, Message::Attribute},
    {Message::Node, ::onnx::NodeProto::kAttributeFieldNumber, Message::Attribute},
    {Message::Attribute, ::onnx::AttributeProto::kTFieldNumber, Message::Tensor},
    {Message::Attribute, ::onnx::AttributeProto::kTensorsFieldNumber, Message::Tensor},
    {Message::Attribute, ::onnx::AttributeProto::kGFieldNumber, Message::Graph},
    {Message::Attribute, ::onnx::AttributeProto::kGraphsFieldNumber, Message::Graph},
    {Message::Attribute, ::onnx::AttributeProto::kSparseTensorFieldNumber, Message::SparseTensor},
    {Message::Attribute, ::onnx::AttributeProto::kSparseTensorsFieldNumber, Message::SparseTensor},
    {Message::SparseTensor, ::onnx::SparseTensorProto::kValuesFieldNumber, Message::Tensor},
    {Message::SparseTensor, ::onnx::SparseTensorProto::kIndicesFieldNumber, Message::Tensor},
};

Message getChild(Message parent, int field) {
  for (const Child &child : kChildren)
    if (child.parent == parent && child.field == field)
      return child.kind;
  return Message::Other;
}

class Stripper {
public:
  Stripper(StringRef model, llvm::function_ref<size_t(StringRef)> keep)
      : model(model), in(model.bytes_begin(), int(model.size())), keep(keep) {}

  /// Appends the message of `length` bytes that the input stands at.
  Error strip(Message kind, int length, std::string &out);

private:
  Error fail(int at, const Twine &what) {
    return createStringError(what + " at byte " + Twine(at));
  }

  StringRef model;
  CodedInputStream in;
  llvm::function_ref<size_t(StringRef)> keep;
};

Error Stripper::strip(Message kind, int length, std::string &out) {
  if (!in.IncrementRecursionDepth())
    return fail(in.CurrentPosition(), "it nests too deeply");
  CodedInputStream::Limit outer = in.PushLimit(length);
  // Of a tensor. Fields come in any order, and the last of a kind counts: what says where the data
  // lies is decided on when all have been seen.
  StringRef large;
  std::string whereabouts;
  auto location = uint32_t(::onnx::TensorProto::DEFAULT);
  while (in.BytesUntilLimit()) {
    int start = in.CurrentPosition();
    auto copyTo = [&](std::string &to) { to += model.slice(start, in.CurrentPosition()); };
    uint32_t tag = in.ReadTag();
    int field = WireFormatLite::GetTagFieldNumber(tag);
    bool isTensor = kind == Message::Tensor;
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      bool isLocation = isTensor && field == ::onnx::TensorProto::kDataLocationFieldNumber;
      if (isLocation ? !in.ReadVarint32(&location) : !WireFormatLite::SkipField(&in, tag))
        return fail(start, "there is no field");
      copyTo(isLocation ? whereabouts : out);
      continue;
    }
    int size;
    if (!in.ReadVarintSizeAsInt(&size) || size > in.BytesUntilLimit())
      return fail(start, "the file ends within a field that starts");
    if (Message child = getChild(kind, field); child != Message::Other) {
      std::string inner;
      if (Error error = strip(child, size, inner))
        return error;
      uint8_t header[10];
      uint8_t *end = CodedOutputStream::WriteVarint32ToArray(tag, header);
      end = CodedOutputStream::WriteVarint32ToArray(uint32_t(inner.size()), end);
      out.append(header, end);
      out += inner;
      continue;
    }
    StringRef body = model.substr(in.CurrentPosition(), size);
    in.Skip(size);
    bool isRaw = isTensor && field == ::onnx::TensorProto::kRawDataFieldNumber;
    if (isRaw)
      large = body.size() > kInlineLimit ? body : StringRef();
    if (isRaw && !large.empty())
      continue;
    if (isTensor && field == ::onnx::TensorProto::kExternalDataFieldNumber)
      copyTo(whereabouts);
    // Training is never read.
    else if (kind != Message::Model || field != ::onnx::ModelProto::kTrainingInfoFieldNumber)
      copyTo(out);
  }
  // A field that only a part of a message brings is merged into the message: the marker is one.
  if (!large.empty() && location != ::onnx::TensorProto::EXTERNAL) {
    ::onnx::TensorProto part;
    setMarker(part, keep(large));
    part.AppendPartialToString(&out);
  } else {
    out += whereabouts;
  }
  in.PopLimit(outer);
  in.DecrementRecursionDepth();
  return Error::success();
}

} // namespace

Expected<std::string> stripLargeTensors(StringRef model,
                                        llvm::function_ref<size_t(StringRef)> keep) {
  assert(model.size() <= INT_MAX && "protobuf counts bytes in an int");
  std::string out;
  if (Error error = Stripper(model, keep).strip(Message::Model, int(model.size()), out))
    return error;
  return out;
}

} // namespace onnxcc::importer
