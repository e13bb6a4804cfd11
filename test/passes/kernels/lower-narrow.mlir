// RUN: onnxcc-opt %s --lower-graph --canonicalize --choose-schedules | FileCheck %s

// Templates multiply f32: a filter of halves is widened at compile time, the image by a map, once for both readers. Sums are
// f32 anyway; the epilogue rounds them.
// CHECK-LABEL: func.func @halves
// CHECK:       %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.500000e+00]]], {{\[\[\[}}-2.500000e-01]]]]> : tensor<2x1x1x1xf32>
// CHECK:       %[[WIDE:.*]] = kernel.map {{.*}} : tensor<1x4x4x1xf16>) outs(%{{.*}} : tensor<1x4x4x1xf32>)
// CHECK:         arith.extf %{{.*}} : f16 to f32
// CHECK-NOT:   arith.extf
// CHECK:       kernel.contract sum over {{.*}} ins(%[[WIDE]], %[[W]] : {{.*}}#kernel.schedule<"conv2d"
// CHECK:         arith.truncf %{{.*}} : f32 to f16
// CHECK:       kernel.contract max products 1 over {{.*}} ins(%[[WIDE]] : {{.*}}#kernel.schedule<"pool"
// CHECK:         arith.truncf %{{.*}} : f32 to f16
func.func @halves(%x: tensor<1x4x4x1xf16>) -> (tensor<1x4x4x2xf16>, tensor<1x3x3x1xf16>) {
  %w = graph.constant dense<[[[[1.5]]], [[[-0.25]]]]> : tensor<2x1x1x1xf16>
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x4x4x1xf16>, tensor<2x1x1x1xf16>) -> tensor<1x4x4x2xf16>
  %1 = graph.pool max %x {window = array<i64: 2, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x4x4x1xf16>) -> tensor<1x3x3x1xf16>
  return %0, %1 : tensor<1x4x4x2xf16>, tensor<1x3x3x1xf16>
}
