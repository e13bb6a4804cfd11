// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX types as MLIR types.
#include "compiler/import/Tensors.h"

#include "dialects/onnx/Onnx.h"
#include "dialects/support/Extents.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using ::onnx::TensorProto;
using ::onnx::TypeProto;

namespace onnxcc::importer {

Type getElementType(MLIRContext &context, int32_t dataType) {
  Builder builder(&context);
  auto integer = [&](unsigned width, bool isUnsigned = false) -> Type {
    return IntegerType::get(&context, width,
                            isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  };
  switch (dataType) {
  case TensorProto::BOOL:
    return integer(1);
  case TensorProto::INT2:
    return integer(2);
  case TensorProto::UINT2:
    return integer(2, true);
  case TensorProto::INT4:
    return integer(4);
  case TensorProto::UINT4:
    return integer(4, true);
  case TensorProto::INT8:
    return integer(8);
  case TensorProto::UINT8:
    return integer(8, true);
  case TensorProto::INT16:
    return integer(16);
  case TensorProto::UINT16:
    return integer(16, true);
  case TensorProto::INT32:
    return integer(32);
  case TensorProto::UINT32:
    return integer(32, true);
  case TensorProto::INT64:
    return integer(64);
  case TensorProto::UINT64:
    return integer(64, true);
  case TensorProto::FLOAT16:
    return builder.getF16Type();
  case TensorProto::BFLOAT16:
    return builder.getBF16Type();
  case TensorProto::FLOAT:
    return builder.getF32Type();
  case TensorProto::DOUBLE:
    return builder.getF64Type();
  case TensorProto::FLOAT8E4M3FN:
    return Float8E4M3FNType::get(&context);
  case TensorProto::FLOAT8E4M3FNUZ:
    return Float8E4M3FNUZType::get(&context);
  case TensorProto::FLOAT8E5M2:
    return Float8E5M2Type::get(&context);
  case TensorProto::FLOAT8E5M2FNUZ:
    return Float8E5M2FNUZType::get(&context);
  case TensorProto::FLOAT8E8M0:
    return Float8E8M0FNUType::get(&context);
  case TensorProto::FLOAT6E2M3:
    return Float6E2M3FNType::get(&context);
  case TensorProto::FLOAT6E3M2:
    return Float6E3M2FNType::get(&context);
  case TensorProto::FLOAT4E2M1:
    return Float4E2M1FNType::get(&context);
  case TensorProto::COMPLEX64:
    return ComplexType::get(builder.getF32Type());
  case TensorProto::COMPLEX128:
    return ComplexType::get(builder.getF64Type());
  case TensorProto::STRING:
    return onnx::StringType::get(&context);
  default:
    return {};
  }
}

static Type getTensorType(const Model &model, const TypeProto::Tensor &tensor) {
  Type element = getElementType(model.context, tensor.elem_type());
  if (!element)
    return onnx::UnknownType::get(&model.context);
  if (!tensor.has_shape())
    return UnrankedTensorType::get(element);
  Extents extents;
  for (const auto &dim : tensor.shape().dim()) {
    AffineExpr extent;
    if (dim.has_dim_value() && dim.dim_value() >= 0)
      extent = getAffineConstantExpr(dim.dim_value(), &model.context);
    else if (dim.has_dim_param())
      extent = model.dims.lookup(dim.dim_param());
    if (!extent)
      return UnrankedTensorType::get(element);
    extents.push_back(extent);
  }
  return onnxcc::getTensorType(extents, element);
}

Type getType(const Model &model, const TypeProto &type) {
  switch (type.value_case()) {
  case TypeProto::kTensorType:
    return getTensorType(model, type.tensor_type());
  case TypeProto::kSequenceType:
    return onnx::SequenceType::get(&model.context,
                                   getType(model, type.sequence_type().elem_type()));
  case TypeProto::kOptionalType:
    return onnx::OptionalType::get(&model.context,
                                   getType(model, type.optional_type().elem_type()));
  case TypeProto::kMapType:
    if (Type key = getElementType(model.context, type.map_type().key_type()))
      return onnx::MapType::get(&model.context, key, getType(model, type.map_type().value_type()));
    return onnx::UnknownType::get(&model.context);
  default:
    return onnx::UnknownType::get(&model.context);
  }
}

} // namespace onnxcc::importer
