// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of the proto: where their data lies, and the constants that they become.
#ifndef ONNXCC_COMPILER_IMPORT_TENSORS_H
#define ONNXCC_COMPILER_IMPORT_TENSORS_H

#include "compiler/import/Model.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/Error.h"

namespace onnxcc::importer {

/// The key of the external_data entry that says which payload is a tensor's.
inline constexpr llvm::StringLiteral kMarkerKey = "onnxcc.payload";

/// The number of the tensor's payload; nothing if the data is inline.
std::optional<size_t> getMarker(const ::onnx::TensorProto &tensor);
/// Says that the tensor, which has no other data, has this payload.
void setMarker(::onnx::TensorProto &tensor, size_t payload);
/// Makes `payload` the tensor's data.
void setPayload(Model &model, ::onnx::TensorProto &tensor, Payload payload);

/// Bits of an element in raw_data; 0 for strings and unknown types.
unsigned getRawBits(int32_t dataType);

/// The number of elements; nothing if an extent is negative or the data would not fit into memory.
std::optional<int64_t> getNumElements(const google::protobuf::RepeatedField<int64_t> &dims);

/// The bytes of `count` elements in raw_data.
int64_t getRawBytes(int32_t dataType, int64_t count);

/// The tensor's inline data as raw_data has it, whichever field it is in. Too short if values are
/// missing.
std::string getInlineBytes(const ::onnx::TensorProto &tensor);

/// `count` elements of raw_data as ConstantView has them; `raw` must be long enough.
std::vector<char> unpack(int32_t dataType, int64_t count, llvm::ArrayRef<char> raw);
/// Whether unpack changes nothing.
bool isUnpacked(int32_t dataType, llvm::ArrayRef<char> raw);

/// Why external data may not be at `location` in the model's folder: it would let a model reach any
/// file of the machine. External.cpp.
llvm::Error checkLocation(llvm::StringRef folder, llvm::StringRef location);

/// The mapped bytes of a tensor's external data, at least `bytes` of them. External.cpp.
llvm::Expected<Payload> readExternal(Model &model, const ::onnx::TensorProto &tensor,
                                     int64_t bytes);

/// The MLIR element type; null if unknown. Types.cpp.
mlir::Type getElementType(mlir::MLIRContext &context, int32_t dataType);
/// The type of a value, with the symbols of its dimensions where all are known, else unranked.
/// Types.cpp.
mlir::Type getType(const Model &model, const ::onnx::TypeProto &type);

/// The tensor as an attribute. \pre liftTensors has accepted it.
mlir::Attribute getConstant(const Model &model, const ::onnx::TensorProto &tensor);

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_TENSORS_H
