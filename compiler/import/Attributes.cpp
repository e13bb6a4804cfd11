// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A node's attributes as MLIR attributes: see Attributes.h.
#include "compiler/import/Attributes.h"
#include "compiler/import/Tensors.h"

#include "dialects/onnx/Onnx.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::TensorProto;

namespace onnxcc::importer {

Attribute getAttribute(const Model &model, const AttributeProto &attribute) {
  Builder builder(&model.context);
  auto list = [&](const auto &values, auto convert) {
    SmallVector<Attribute> attributes;
    for (const auto &value : values)
      attributes.push_back(convert(value));
    return builder.getArrayAttr(attributes);
  };
  auto convertTensor = [&](const TensorProto &tensor) { return getConstant(model, tensor); };
  auto convertType = [&](const ::onnx::TypeProto &type) {
    return TypeAttr::get(getType(model, type));
  };
  switch (attribute.type()) {
  case AttributeProto::FLOAT:
    return builder.getF32FloatAttr(attribute.f());
  case AttributeProto::INT:
    return builder.getI64IntegerAttr(attribute.i());
  case AttributeProto::STRING:
    return builder.getStringAttr(attribute.s());
  case AttributeProto::TENSOR:
    return convertTensor(attribute.t());
  case AttributeProto::TYPE_PROTO:
    return convertType(attribute.tp());
  case AttributeProto::FLOATS:
    return builder.getDenseF32ArrayAttr(
        ArrayRef(attribute.floats().data(), attribute.floats_size()));
  case AttributeProto::INTS:
    return builder.getDenseI64ArrayAttr(ArrayRef(attribute.ints().data(), attribute.ints_size()));
  case AttributeProto::STRINGS:
    return list(attribute.strings(),
                [&](const std::string &text) { return builder.getStringAttr(text); });
  case AttributeProto::TENSORS:
    return list(attribute.tensors(), convertTensor);
  case AttributeProto::TYPE_PROTOS:
    return list(attribute.type_protos(), convertType);
  default:
    return {};
  }
}

Attribute getConstantValue(const Model &model, const AttributeProto &attribute) {
  TensorProto tensor;
  StringRef form = attribute.name();
  if (form == "value" && attribute.has_t())
    return getConstant(model, attribute.t());
  if (form == "value_float" || form == "value_floats") {
    tensor.set_data_type(TensorProto::FLOAT);
    *tensor.mutable_float_data() = attribute.floats();
    if (form == "value_float")
      tensor.add_float_data(attribute.f());
  } else if (form == "value_int" || form == "value_ints") {
    tensor.set_data_type(TensorProto::INT64);
    *tensor.mutable_int64_data() = attribute.ints();
    if (form == "value_int")
      tensor.add_int64_data(attribute.i());
  } else if (form == "value_string" || form == "value_strings") {
    tensor.set_data_type(TensorProto::STRING);
    *tensor.mutable_string_data() = attribute.strings();
    if (form == "value_string")
      tensor.add_string_data(attribute.s());
  } else {
    return {};
  }
  if (form.ends_with("s"))
    tensor.add_dims(tensor.float_data_size() + tensor.int64_data_size() +
                    tensor.string_data_size());
  return getConstant(model, tensor);
}

} // namespace onnxcc::importer
