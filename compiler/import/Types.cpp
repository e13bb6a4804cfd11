// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX types as MLIR types.
#include "compiler/import/Tensors.h"

#include "dialects/onnx/ElementTypes.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/Extents.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using ::onnx::TypeProto;

namespace onnxcc::importer {

Type getElementType(MLIRContext &context, int32_t dataType) {
  const onnx::ElementType *type = onnx::findElementType(dataType);
  return type ? type->get(&context) : Type();
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
