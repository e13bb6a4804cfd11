// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// A scale for each channel lies along the axis.
// CHECK-LABEL: func.func @per_axis
// CHECK: %[[SCALES:.*]] = graph.reshape %arg1 to affine_map<() -> (1, 3, 1, 1)>
// CHECK: %[[ALL:.*]] = graph.broadcast %[[SCALES]]
// CHECK: graph.dequantize %arg0, %[[ALL]], %{{.*}} : (tensor<1x3x4x4xi8>, tensor<1x3x4x4xf32>, tensor<1x3x4x4xi8>) -> tensor<1x3x4x4xf32>
func.func @per_axis(%x: tensor<1x3x4x4xi8>, %scale: tensor<3xf32>, %zero: tensor<3xi8>) -> tensor<1x3x4x4xf32> {
  %0 = onnx.node "DequantizeLinear" (%x, %scale, %zero) : (tensor<1x3x4x4xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// -----

// No zero point is 0 of u8, or of output_dtype.
// CHECK-LABEL: func.func @no_zero_point
// CHECK: graph.quantize %arg0, {{.*}} -> tensor<4xui8>
// CHECK: graph.quantize %arg0, {{.*}} -> tensor<4xi8>
func.func @no_zero_point(%x: tensor<4xf32>, %scale: tensor<f32>) -> (tensor<4xui8>, tensor<4xi8>) {
  %0 = onnx.node "QuantizeLinear" (%x, %scale) : (tensor<4xf32>, tensor<f32>) -> tensor<4xui8>
  %1 = onnx.node "QuantizeLinear" (%x, %scale) {output_dtype = 3 : i64} : (tensor<4xf32>, tensor<f32>) -> tensor<4xi8>
  return %0, %1 : tensor<4xui8>, tensor<4xi8>
}

// -----

// Blocks of 3 along an axis of 5: the last is shorter.
// CHECK-LABEL: func.func @blocked
// CHECK: %[[SCALES:.*]] = graph.repeat %arg1 {axis = 1 : i64, extent = affine_map<() -> (5)>, size = 3 : i64}
// CHECK: graph.dequantize %arg0, %[[SCALES]],
func.func @blocked(%x: tensor<2x5xi8>, %scale: tensor<2x2xf32>) -> tensor<2x5xf32> {
  %0 = onnx.node "DequantizeLinear" (%x, %scale) {axis = 1 : i64, block_size = 3 : i64} : (tensor<2x5xi8>, tensor<2x2xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// A quantised convolution is one of integers, requantised by the scales' quotient.
// CHECK-LABEL: func.func @conv
// CHECK-DAG: %[[X:.*]] = graph.cast %arg0 {to = i32}
// CHECK-DAG: %[[W:.*]] = graph.cast %arg1 {to = i32}
// CHECK-DAG: %[[XZ:.*]] = graph.sub %[[X]]
// CHECK-DAG: %[[WZ:.*]] = graph.sub %[[W]]
// CHECK: %[[SUMS:.*]] = graph.conv %[[XZ]], %[[WZ]]
// CHECK: %[[ALL:.*]] = graph.add %[[SUMS]]
// CHECK: graph.mul {{.*}} : (tensor<2xf32>, tensor<2xf32>)
// CHECK: graph.div {{.*}} : (tensor<2xf32>, tensor<2xf32>)
// CHECK: graph.requantize %[[ALL]], {{.*}} -> tensor<1x2x4x4xui8>
func.func @conv(%x: tensor<1x3x4x4xui8>, %w: tensor<2x3x1x1xi8>, %b: tensor<2xi32>, %xs: tensor<f32>, %ws: tensor<2xf32>, %ys: tensor<f32>, %xz: tensor<ui8>, %wz: tensor<2xi8>) -> tensor<1x2x4x4xui8> {
  %0 = onnx.node "QLinearConv" (%x, %xs, %xz, %w, %ws, %wz, %ys, %xz, %b) : (tensor<1x3x4x4xui8>, tensor<f32>, tensor<ui8>, tensor<2x3x1x1xi8>, tensor<2xf32>, tensor<2xi8>, tensor<f32>, tensor<ui8>, tensor<2xi32>) -> tensor<1x2x4x4xui8>
  return %0 : tensor<1x2x4x4xui8>
}

// -----

// CHECK-LABEL: func.func @dynamic
// CHECK: graph.reduce{{ +}}min %arg0
// CHECK: graph.reduce{{ +}}max %arg0
// CHECK: graph.quantize %arg0
func.func @dynamic(%x: tensor<4x4xf32>) -> (tensor<4x4xui8>, tensor<f32>, tensor<ui8>) {
  %0:3 = onnx.node "DynamicQuantizeLinear" (%x) : (tensor<4x4xf32>) -> (tensor<4x4xui8>, tensor<f32>, tensor<ui8>)
  return %0#0, %0#1, %0#2 : tensor<4x4xui8>, tensor<f32>, tensor<ui8>
}

// -----

// com.microsoft's operators on codes are sandwiches.
// CHECK-LABEL: func.func @contributed
// CHECK: %[[X:.*]] = graph.dequantize %arg0
// CHECK: %[[M:.*]] = graph.reduce mean %[[X]] over [1]
// CHECK: graph.quantize {{.*}} -> tensor<2x1xui8>
// CHECK: graph.select %arg1, %{{.*}}, %{{.*}} -> tensor<2x3xf32>
// CHECK: graph.quantize {{.*}} -> tensor<2x3xui8>
func.func @contributed(%x: tensor<2x3xui8>, %c: tensor<2x3xi1>, %s: tensor<f32>, %z: tensor<ui8>) -> (tensor<2x1xui8>, tensor<2x3xui8>) {
  %0 = onnx.node "QLinearReduceMean" in "com.microsoft" (%x, %s, %z, %s, %z) {axes = array<i64: -1>} : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x1xui8>
  %1 = onnx.node "QLinearWhere" in "com.microsoft" (%c, %x, %s, %z, %x, %s, %z, %s, %z) : (tensor<2x3xi1>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
  return %0, %1 : tensor<2x1xui8>, tensor<2x3xui8>
}
