// Conversions and quantisation: expected values from the ONNX specification, by hand and with ml_dtypes.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// Truncates; saturates; NaN becomes 0.
// CHECK-LABEL: func @f32_to_i8
// CHECK: graph.constant dense<[1, -1, 127, -128, 0, 127]> : tensor<6xi8>
func.func @f32_to_i8() -> tensor<6xi8> {
  %0 = graph.constant dense<[1.9, -1.9, 300.0, -300.0, 0x7FC00000, 0x7F800000]> : tensor<6xf32>
  %r = graph.cast %0 {to = i8} : (tensor<6xf32>) -> tensor<6xi8>
  return %r : tensor<6xi8>
}

// CHECK-LABEL: func @f32_to_ui8
// CHECK: graph.constant dense<[1, 0, 255, 0]> : tensor<4xui8>
func.func @f32_to_ui8() -> tensor<4xui8> {
  %0 = graph.constant dense<[1.9, -1.0, 300.0, 0x7FC00000]> : tensor<4xf32>
  %r = graph.cast %0 {to = ui8} : (tensor<4xf32>) -> tensor<4xui8>
  return %r : tensor<4xui8>
}

// CHECK-LABEL: func @f32_to_i64
// CHECK: graph.constant dense<[9223372036854775807, -9223372036854775808, -3]> : tensor<3xi64>
func.func @f32_to_i64() -> tensor<3xi64> {
  %0 = graph.constant dense<[1.0e+30, -1.0e+30, -3.5]> : tensor<3xf32>
  %r = graph.cast %0 {to = i64} : (tensor<3xf32>) -> tensor<3xi64>
  return %r : tensor<3xi64>
}

// CHECK-LABEL: func @f64_to_ui64
// CHECK: graph.constant dense<[18446744073709551615, 18446744073709549568, 0]> : tensor<3xui64>
func.func @f64_to_ui64() -> tensor<3xui64> {
  %0 = graph.constant dense<[1.0e+30, 1.844674407370955e+19, -1.0]> : tensor<3xf64>
  %r = graph.cast %0 {to = ui64} : (tensor<3xf64>) -> tensor<3xui64>
  return %r : tensor<3xui64>
}

// CHECK-LABEL: func @f32_to_i1
// CHECK: graph.constant dense<[false, false, true, true]> : tensor<4xi1>
func.func @f32_to_i1() -> tensor<4xi1> {
  %0 = graph.constant dense<[0.0, -0.0, 0.5, 0x7FC00000]> : tensor<4xf32>
  %r = graph.cast %0 {to = i1} : (tensor<4xf32>) -> tensor<4xi1>
  return %r : tensor<4xi1>
}

// Wraps.
// CHECK-LABEL: func @i32_to_i8
// CHECK: graph.constant dense<[44, -1, -128]> : tensor<3xi8>
func.func @i32_to_i8() -> tensor<3xi8> {
  %0 = graph.constant dense<[300, -1, 128]> : tensor<3xi32>
  %r = graph.cast %0 {to = i8} : (tensor<3xi32>) -> tensor<3xi8>
  return %r : tensor<3xi8>
}

// CHECK-LABEL: func @i8_to_ui8
// CHECK: graph.constant dense<[255, 5]> : tensor<2xui8>
func.func @i8_to_ui8() -> tensor<2xui8> {
  %0 = graph.constant dense<[-1, 5]> : tensor<2xi8>
  %r = graph.cast %0 {to = ui8} : (tensor<2xi8>) -> tensor<2xui8>
  return %r : tensor<2xui8>
}

// CHECK-LABEL: func @ui8_to_i32
// CHECK: graph.constant dense<[255, 5]> : tensor<2xi32>
func.func @ui8_to_i32() -> tensor<2xi32> {
  %0 = graph.constant dense<[255, 5]> : tensor<2xui8>
  %r = graph.cast %0 {to = i32} : (tensor<2xui8>) -> tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: func @i8_to_ui32
// CHECK: graph.constant dense<[4294967295, 5]> : tensor<2xui32>
func.func @i8_to_ui32() -> tensor<2xui32> {
  %0 = graph.constant dense<[-1, 5]> : tensor<2xi8>
  %r = graph.cast %0 {to = ui32} : (tensor<2xi8>) -> tensor<2xui32>
  return %r : tensor<2xui32>
}

// CHECK-LABEL: func @i64_to_i1
// CHECK: graph.constant dense<[false, true]> : tensor<2xi1>
func.func @i64_to_i1() -> tensor<2xi1> {
  %0 = graph.constant dense<[0, 256]> : tensor<2xi64>
  %r = graph.cast %0 {to = i1} : (tensor<2xi64>) -> tensor<2xi1>
  return %r : tensor<2xi1>
}

// CHECK-LABEL: func @i1_to_f32
// CHECK: graph.constant dense<[1.000000e+00, 0.000000e+00]> : tensor<2xf32>
func.func @i1_to_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[true, false]> : tensor<2xi1>
  %r = graph.cast %0 {to = f32} : (tensor<2xi1>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @i1_to_i8
// CHECK: graph.constant dense<[1, 0]> : tensor<2xi8>
func.func @i1_to_i8() -> tensor<2xi8> {
  %0 = graph.constant dense<[true, false]> : tensor<2xi1>
  %r = graph.cast %0 {to = i8} : (tensor<2xi1>) -> tensor<2xi8>
  return %r : tensor<2xi8>
}

// CHECK-LABEL: func @ui64_to_f32
// CHECK: graph.constant dense<[1.84467441E+19, 7.000000e+00]> : tensor<2xf32>
func.func @ui64_to_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[18446744073709551615, 7]> : tensor<2xui64>
  %r = graph.cast %0 {to = f32} : (tensor<2xui64>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @i64_to_f32
// CHECK: graph.constant dense<[0x4B800000, -7.000000e+00]> : tensor<2xf32>
func.func @i64_to_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[16777217, -7]> : tensor<2xi64>
  %r = graph.cast %0 {to = f32} : (tensor<2xi64>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @f32_to_f16
// CHECK: graph.constant dense<[0x7C00, 6.550400e+04, 2.048000e+03, 9.997550e-02]> : tensor<4xf16>
func.func @f32_to_f16() -> tensor<4xf16> {
  %0 = graph.constant dense<[1000000.0, 65504.0, 2049.0, 0.1]> : tensor<4xf32>
  %r = graph.cast %0 {to = f16} : (tensor<4xf32>) -> tensor<4xf16>
  return %r : tensor<4xf16>
}

// CHECK-LABEL: func @f32_to_bf16
// CHECK: graph.constant dense<[1.000980e-01, 3.004060e+38, 1.000000e+00]> : tensor<3xbf16>
func.func @f32_to_bf16() -> tensor<3xbf16> {
  %0 = graph.constant dense<[0.1, 3.0e+38, 1.00390625]> : tensor<3xf32>
  %r = graph.cast %0 {to = bf16} : (tensor<3xf32>) -> tensor<3xbf16>
  return %r : tensor<3xbf16>
}

// CHECK-LABEL: func @f16_to_bf16
// CHECK: graph.constant dense<[1.000980e-01, 6.553600e+04]> : tensor<2xbf16>
func.func @f16_to_bf16() -> tensor<2xbf16> {
  %0 = graph.constant dense<[0.1, 65504.0]> : tensor<2xf16>
  %r = graph.cast %0 {to = bf16} : (tensor<2xf16>) -> tensor<2xbf16>
  return %r : tensor<2xbf16>
}

// CHECK-LABEL: func @f16_to_f64
// CHECK: graph.constant dense<0.0999755859375> : tensor<1xf64>
func.func @f16_to_f64() -> tensor<1xf64> {
  %0 = graph.constant dense<[0.1]> : tensor<1xf16>
  %r = graph.cast %0 {to = f64} : (tensor<1xf16>) -> tensor<1xf64>
  return %r : tensor<1xf64>
}

// CHECK-LABEL: func @f32_to_f8_saturates
// CHECK: graph.constant dense<[4.480000e+02, -4.480000e+02, 3.125000e-01, 1.000000e+00]> : tensor<4xf8E4M3FN>
func.func @f32_to_f8_saturates() -> tensor<4xf8E4M3FN> {
  %0 = graph.constant dense<[500.0, -500.0, 0.3, 1.0]> : tensor<4xf32>
  %r = graph.cast %0 {to = f8E4M3FN} : (tensor<4xf32>) -> tensor<4xf8E4M3FN>
  return %r : tensor<4xf8E4M3FN>
}

// CHECK-LABEL: func @f8_to_f32
// CHECK: graph.constant dense<[4.480000e+02, 3.125000e-01]> : tensor<2xf32>
func.func @f8_to_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[448.0, 0.3125]> : tensor<2xf8E4M3FN>
  %r = graph.cast %0 {to = f32} : (tensor<2xf8E4M3FN>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// The low four bits.
// CHECK-LABEL: func @i32_to_i4
// CHECK: graph.constant dense<[7, -8, 7]> : tensor<3xi4>
func.func @i32_to_i4() -> tensor<3xi4> {
  %0 = graph.constant dense<[7, 8, -9]> : tensor<3xi32>
  %r = graph.cast %0 {to = i4} : (tensor<3xi32>) -> tensor<3xi4>
  return %r : tensor<3xi4>
}

// CHECK-LABEL: func @ui4_to_i32
// CHECK: graph.constant dense<[15, 3]> : tensor<2xi32>
func.func @ui4_to_i32() -> tensor<2xi32> {
  %0 = graph.constant dense<[15, 3]> : tensor<2xui4>
  %r = graph.cast %0 {to = i32} : (tensor<2xui4>) -> tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: func @i4_to_f32
// CHECK: graph.constant dense<[-8.000000e+00, 7.000000e+00]> : tensor<2xf32>
func.func @i4_to_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[-8, 7]> : tensor<2xi4>
  %r = graph.cast %0 {to = f32} : (tensor<2xi4>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// 1 / 2 = 0.5 rounds to the even 0, 3 / 2 = 1.5 to 2; then saturation.
// CHECK-LABEL: func @quantize_ui8
// CHECK: graph.constant dense<[128, 128, 129, 130, 255, 1, 0]> : tensor<7xui8>
func.func @quantize_ui8() -> tensor<7xui8> {
  %0 = graph.constant dense<[0.0, 1.0, 2.0, 3.0, 1000.0, -254.0, -1000.0]> : tensor<7xf32>
  %1 = graph.constant dense<[2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]> : tensor<7xf32>
  %2 = graph.constant dense<[128, 128, 128, 128, 128, 128, 128]> : tensor<7xui8>
  %r = graph.quantize %0, %1, %2 : (tensor<7xf32>, tensor<7xf32>, tensor<7xui8>) -> tensor<7xui8>
  return %r : tensor<7xui8>
}

// CHECK-LABEL: func @quantize_i8
// CHECK: graph.constant dense<[1, 3, 1, 127]> : tensor<4xi8>
func.func @quantize_i8() -> tensor<4xi8> {
  %0 = graph.constant dense<[0.5, 1.5, -0.5, 1000.0]> : tensor<4xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0, 1.0]> : tensor<4xf32>
  %2 = graph.constant dense<[1, 1, 1, 1]> : tensor<4xi8>
  %r = graph.quantize %0, %1, %2 : (tensor<4xf32>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xi8>
  return %r : tensor<4xi8>
}

// CHECK-LABEL: func @quantize_i16
// CHECK: graph.constant dense<[32767, -32768, -2]> : tensor<3xi16>
func.func @quantize_i16() -> tensor<3xi16> {
  %0 = graph.constant dense<[1000000000.0, -1000000000.0, 3.2]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[-5, -5, -5]> : tensor<3xi16>
  %r = graph.quantize %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xi16>) -> tensor<3xi16>
  return %r : tensor<3xi16>
}

// CHECK-LABEL: func @quantize_ui16
// CHECK: graph.constant dense<[65535, 0, 8]> : tensor<3xui16>
func.func @quantize_ui16() -> tensor<3xui16> {
  %0 = graph.constant dense<[1000000000.0, -1000000000.0, 3.2]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[5, 5, 5]> : tensor<3xui16>
  %r = graph.quantize %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xui16>) -> tensor<3xui16>
  return %r : tensor<3xui16>
}

// CHECK-LABEL: func @quantize_i4
// CHECK: graph.constant dense<[7, -8, 2]> : tensor<3xi4>
func.func @quantize_i4() -> tensor<3xi4> {
  %0 = graph.constant dense<[10.0, -10.0, 2.5]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[0, 0, 0]> : tensor<3xi4>
  %r = graph.quantize %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xi4>) -> tensor<3xi4>
  return %r : tensor<3xi4>
}

// CHECK-LABEL: func @quantize_ui4
// CHECK: graph.constant dense<[15, 0, 3]> : tensor<3xui4>
func.func @quantize_ui4() -> tensor<3xui4> {
  %0 = graph.constant dense<[20.0, -10.0, 2.5]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[1, 1, 1]> : tensor<3xui4>
  %r = graph.quantize %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xui4>) -> tensor<3xui4>
  return %r : tensor<3xui4>
}

// CHECK-LABEL: func @quantize_i32
// CHECK: graph.constant dense<[4, -4, 127]> : tensor<3xi8>
func.func @quantize_i32() -> tensor<3xi8> {
  %0 = graph.constant dense<[7, -7, 100000]> : tensor<3xi32>
  %1 = graph.constant dense<[2.0, 2.0, 2.0]> : tensor<3xf32>
  %2 = graph.constant dense<[0, 0, 0]> : tensor<3xi8>
  %r = graph.quantize %0, %1, %2 : (tensor<3xi32>, tensor<3xf32>, tensor<3xi8>) -> tensor<3xi8>
  return %r : tensor<3xi8>
}

// CHECK-LABEL: func @quantize_f8
// CHECK: graph.constant dense<[4.480000e+02, 3.125000e-01, -4.480000e+02]> : tensor<3xf8E4M3FN>
func.func @quantize_f8() -> tensor<3xf8E4M3FN> {
  %0 = graph.constant dense<[1000.0, 0.3, -1000.0]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[0.0, 0.0, 0.0]> : tensor<3xf8E4M3FN>
  %r = graph.quantize %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xf8E4M3FN>) -> tensor<3xf8E4M3FN>
  return %r : tensor<3xf8E4M3FN>
}

// CHECK-LABEL: func @dequantize_ui8
// CHECK: graph.constant dense<[-2.560000e+02, 0.000000e+00, 2.540000e+02]> : tensor<3xf32>
func.func @dequantize_ui8() -> tensor<3xf32> {
  %0 = graph.constant dense<[0, 128, 255]> : tensor<3xui8>
  %1 = graph.constant dense<[2.0, 2.0, 2.0]> : tensor<3xf32>
  %2 = graph.constant dense<[128, 128, 128]> : tensor<3xui8>
  %r = graph.dequantize %0, %1, %2 : (tensor<3xui8>, tensor<3xf32>, tensor<3xui8>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -128 - 127 does not wrap.
// CHECK-LABEL: func @dequantize_i8
// CHECK: graph.constant dense<[-1.275000e+02, 0.000000e+00]> : tensor<2xf32>
func.func @dequantize_i8() -> tensor<2xf32> {
  %0 = graph.constant dense<[-128, 127]> : tensor<2xi8>
  %1 = graph.constant dense<[0.5, 0.5]> : tensor<2xf32>
  %2 = graph.constant dense<[127, 127]> : tensor<2xi8>
  %r = graph.dequantize %0, %1, %2 : (tensor<2xi8>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @dequantize_i32
// CHECK: graph.constant dense<[5.000000e+04, -1.500000e+00]> : tensor<2xf32>
func.func @dequantize_i32() -> tensor<2xf32> {
  %0 = graph.constant dense<[100000, -3]> : tensor<2xi32>
  %1 = graph.constant dense<[0.5, 0.5]> : tensor<2xf32>
  %2 = graph.constant dense<[0, 0]> : tensor<2xi32>
  %r = graph.dequantize %0, %1, %2 : (tensor<2xi32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @dequantize_ui4
// CHECK: graph.constant dense<[7.000000e+00, -8.000000e+00]> : tensor<2xf32>
func.func @dequantize_ui4() -> tensor<2xf32> {
  %0 = graph.constant dense<[15, 0]> : tensor<2xui4>
  %1 = graph.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %2 = graph.constant dense<[8, 8]> : tensor<2xui4>
  %r = graph.dequantize %0, %1, %2 : (tensor<2xui4>, tensor<2xf32>, tensor<2xui4>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @dequantize_f8
// CHECK: graph.constant dense<[8.960000e+02, 6.250000e-01]> : tensor<2xf32>
func.func @dequantize_f8() -> tensor<2xf32> {
  %0 = graph.constant dense<[448.0, 0.3125]> : tensor<2xf8E4M3FN>
  %1 = graph.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %2 = graph.constant dense<[0.0, 0.0]> : tensor<2xf8E4M3FN>
  %r = graph.dequantize %0, %1, %2 : (tensor<2xf8E4M3FN>, tensor<2xf32>, tensor<2xf8E4M3FN>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @dequantize_f16
// CHECK: graph.constant dense<[-6.400000e+01, 6.350000e+01]> : tensor<2xf16>
func.func @dequantize_f16() -> tensor<2xf16> {
  %0 = graph.constant dense<[-128, 127]> : tensor<2xi8>
  %1 = graph.constant dense<[0.5, 0.5]> : tensor<2xf16>
  %2 = graph.constant dense<[0, 0]> : tensor<2xi8>
  %r = graph.dequantize %0, %1, %2 : (tensor<2xi8>, tensor<2xf16>, tensor<2xi8>) -> tensor<2xf16>
  return %r : tensor<2xf16>
}

// Codes count as unsigned: -1 is 255, entry k is 7 k mod 256 - 128.
// CHECK-LABEL: func @lookup
// CHECK: graph.constant dense<[-128, -121, 121, 0]> : tensor<4xi8>
func.func @lookup() -> tensor<4xi8> {
  %0 = graph.constant dense<[0, 1, -1, -128]> : tensor<4xi8>
  %r = graph.lookup %0 {table = dense<[-128, -121, -114, -107, -100, -93, -86, -79, -72, -65, -58, -51, -44, -37, -30, -23, -16, -9, -2, 5, 12, 19, 26, 33, 40, 47, 54, 61, 68, 75, 82, 89, 96, 103, 110, 117, 124, -125, -118, -111, -104, -97, -90, -83, -76, -69, -62, -55, -48, -41, -34, -27, -20, -13, -6, 1, 8, 15, 22, 29, 36, 43, 50, 57, 64, 71, 78, 85, 92, 99, 106, 113, 120, 127, -122, -115, -108, -101, -94, -87, -80, -73, -66, -59, -52, -45, -38, -31, -24, -17, -10, -3, 4, 11, 18, 25, 32, 39, 46, 53, 60, 67, 74, 81, 88, 95, 102, 109, 116, 123, -126, -119, -112, -105, -98, -91, -84, -77, -70, -63, -56, -49, -42, -35, -28, -21, -14, -7, 0, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 91, 98, 105, 112, 119, 126, -123, -116, -109, -102, -95, -88, -81, -74, -67, -60, -53, -46, -39, -32, -25, -18, -11, -4, 3, 10, 17, 24, 31, 38, 45, 52, 59, 66, 73, 80, 87, 94, 101, 108, 115, 122, -127, -120, -113, -106, -99, -92, -85, -78, -71, -64, -57, -50, -43, -36, -29, -22, -15, -8, -1, 6, 13, 20, 27, 34, 41, 48, 55, 62, 69, 76, 83, 90, 97, 104, 111, 118, 125, -124, -117, -110, -103, -96, -89, -82, -75, -68, -61, -54, -47, -40, -33, -26, -19, -12, -5, 2, 9, 16, 23, 30, 37, 44, 51, 58, 65, 72, 79, 86, 93, 100, 107, 114, 121]> : tensor<256xi8>} : (tensor<4xi8>) -> tensor<4xi8>
  return %r : tensor<4xi8>
}
