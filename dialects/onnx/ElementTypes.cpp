// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of element types: see ElementTypes.h. A new one is a row here, and a C++ type in the
// runtime if kernels are to compute with it.
#include "dialects/onnx/ElementTypes.h"

#include "dialects/onnx/Onnx.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using llvm::APFloat;

namespace onnxcc::onnx {

template <class FloatType> static Type getFloat(MLIRContext *context) {
  return FloatType::get(context);
}

template <unsigned width, bool isUnsigned = false> static Type getInteger(MLIRContext *context) {
  return IntegerType::get(context, width,
                          isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
}

template <class FloatType> static Type getComplex(MLIRContext *context) {
  return ComplexType::get(FloatType::get(context));
}

static Type getString(MLIRContext *context) { return StringType::get(context); }

static constexpr auto Float = ElementType::Kind::Float, Signed = ElementType::Kind::Signed,
                      Unsigned = ElementType::Kind::Unsigned, Bool = ElementType::Kind::Bool,
                      Complex = ElementType::Kind::Complex, String = ElementType::Kind::String;

// clang-format off
static constexpr ElementType types[] = {
    {1, "float", Float, 32, getFloat<Float32Type>, APFloat::IEEEsingle, "<f4"},
    {2, "uint8", Unsigned, 8, getInteger<8, true>, nullptr, "|u1"},
    {3, "int8", Signed, 8, getInteger<8>, nullptr, "|i1"},
    {4, "uint16", Unsigned, 16, getInteger<16, true>, nullptr, "<u2"},
    {5, "int16", Signed, 16, getInteger<16>, nullptr, "<i2"},
    {6, "int32", Signed, 32, getInteger<32>, nullptr, "<i4"},
    {7, "int64", Signed, 64, getInteger<64>, nullptr, "<i8"},
    {8, "string", String, 0, getString},
    {9, "bool", Bool, 8, getInteger<1>, nullptr, "|b1"},
    {10, "float16", Float, 16, getFloat<Float16Type>, APFloat::IEEEhalf, "<f2"},
    {11, "double", Float, 64, getFloat<Float64Type>, APFloat::IEEEdouble, "<f8"},
    {12, "uint32", Unsigned, 32, getInteger<32, true>, nullptr, "<u4"},
    {13, "uint64", Unsigned, 64, getInteger<64, true>, nullptr, "<u8"},
    {14, "complex64", Complex, 64, getComplex<Float32Type>, nullptr, "<c8"},
    {15, "complex128", Complex, 128, getComplex<Float64Type>, nullptr, "<c16"},
    {16, "bfloat16", Float, 16, getFloat<BFloat16Type>, APFloat::BFloat, "<V2"},
    {17, "float8e4m3fn", Float, 8, getFloat<Float8E4M3FNType>, APFloat::Float8E4M3FN},
    {18, "float8e4m3fnuz", Float, 8, getFloat<Float8E4M3FNUZType>, APFloat::Float8E4M3FNUZ},
    {19, "float8e5m2", Float, 8, getFloat<Float8E5M2Type>, APFloat::Float8E5M2},
    {20, "float8e5m2fnuz", Float, 8, getFloat<Float8E5M2FNUZType>, APFloat::Float8E5M2FNUZ},
    {21, "uint4", Unsigned, 4, getInteger<4, true>},
    {22, "int4", Signed, 4, getInteger<4>},
    {23, "float4e2m1", Float, 4, getFloat<Float4E2M1FNType>, APFloat::Float4E2M1FN},
    {24, "float8e8m0", Float, 8, getFloat<Float8E8M0FNUType>, APFloat::Float8E8M0FNU},
    {25, "uint2", Unsigned, 2, getInteger<2, true>},
    {26, "int2", Signed, 2, getInteger<2>},
    {27, "float6e2m3", Float, 6, getFloat<Float6E2M3FNType>, APFloat::Float6E2M3FN},
    {28, "float6e3m2", Float, 6, getFloat<Float6E3M2FNType>, APFloat::Float6E3M2FN},
};
// clang-format on

ArrayRef<ElementType> getElementTypes() { return types; }

const ElementType *findElementType(int64_t number) {
  // A row lies at its number.
  return number >= 1 && number <= int64_t(std::size(types)) ? &types[number - 1] : nullptr;
}

const ElementType *findElementType(Type type) {
  if (!type)
    return nullptr;
  const auto *found = llvm::find_if(
      types, [&](const ElementType &each) { return each.get(type.getContext()) == type; });
  return found == std::end(types) ? nullptr : found;
}

} // namespace onnxcc::onnx
