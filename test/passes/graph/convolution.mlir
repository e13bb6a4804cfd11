// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// The bias is added along the channels.
// CHECK-LABEL: func.func @bias
// CHECK: %[[CONV:.*]] = graph.conv %arg0, %arg1 {dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : {{.*}} -> tensor<1x4x4x4xf32>
// CHECK: %[[BIAS:.*]] = graph.reshape %arg2 to affine_map<() -> (1, 4, 1, 1)>
// CHECK: %[[ALL:.*]] = graph.broadcast %[[BIAS]]
// CHECK: graph.add %[[CONV]], %[[ALL]]
func.func @bias(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = onnx.node "Conv" (%x, %w, %b) {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// -----

// SAME with stride 2 over 8 (even) and 7 (odd) with a window of 3: ceil(8/2) = 4 windows need 3 * 2 + 3 = 9 elements, one
// pad; ceil(7/2) = 4 windows need 9 too, two pads. The odd one comes last, or first.
// CHECK-LABEL: func.func @same
// CHECK: graph.conv {{.*}} pads = array<i64: 0, 1, 1, 1>, {{.*}} -> tensor<1x4x4x4xf32>
// CHECK: graph.conv {{.*}} pads = array<i64: 1, 1, 0, 1>, {{.*}} -> tensor<1x4x4x4xf32>
func.func @same(%x: tensor<1x3x8x7xf32>, %w: tensor<4x3x3x3xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %0 = onnx.node "Conv" (%x, %w) {auto_pad = "SAME_UPPER", strides = array<i64: 2, 2>} : (tensor<1x3x8x7xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32>
  %1 = onnx.node "Conv" (%x, %w) {auto_pad = "SAME_LOWER", strides = array<i64: 2, 2>} : (tensor<1x3x8x7xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32>
  return %0, %1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// With stride 1, SAME needs no fixed extent; the batch never matters.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>, #graph.symbol<"h", 1, 64>]} {
// CHECK-LABEL: func.func @same_dynamic
// CHECK: graph.conv {{.*}} pads = array<i64: 1, 1, 1, 1>, {{.*}} -> tensor<?x4x?x8xf32, affine_map<()[s0, s1] -> (s0, 4, s1, 8)>>
func.func @same_dynamic(%x: tensor<?x3x?x8xf32, affine_map<()[s0, s1] -> (s0, 3, s1, 8)>>, %w: tensor<4x3x3x3xf32>) -> tensor<*xf32> {
  %0 = onnx.node "Conv" (%x, %w) {auto_pad = "SAME_UPPER"} : (tensor<?x3x?x8xf32, affine_map<()[s0, s1] -> (s0, 3, s1, 8)>>, tensor<4x3x3x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
}

// -----

// Depthwise, one dimension.
// CHECK-LABEL: func.func @depthwise
// CHECK: graph.conv %arg0, %arg1 {{.*}}groups = 4{{.*}} -> tensor<1x4x6xf32>
func.func @depthwise(%x: tensor<1x4x8xf32>, %w: tensor<4x1x3xf32>) -> tensor<1x4x6xf32> {
  %0 = onnx.node "Conv" (%x, %w) {group = 4 : i64} : (tensor<1x4x8xf32>, tensor<4x1x3xf32>) -> tensor<1x4x6xf32>
  return %0 : tensor<1x4x6xf32>
}

// -----

// Integers lose their zero points before they are padded.
// CHECK-LABEL: func.func @integer
// CHECK-DAG: %[[WIDE:.*]] = graph.cast %arg0 {{.*}} : (tensor<1x1x3x3xui8>) -> tensor<1x1x3x3xi32>
// CHECK-DAG: %[[X:.*]] = graph.sub %[[WIDE]]
// CHECK-DAG: %[[W:.*]] = graph.cast %arg1
// CHECK: graph.conv %[[X]], %[[W]] {{.*}} -> tensor<1x1x4x4xi32>
func.func @integer(%x: tensor<1x1x3x3xui8>, %w: tensor<1x1x2x2xui8>, %zero: tensor<ui8>) -> tensor<1x1x4x4xi32> {
  %0 = onnx.node "ConvInteger" (%x, %w, %zero) {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3xui8>, tensor<1x1x2x2xui8>, tensor<ui8>) -> tensor<1x1x4x4xi32>
  return %0 : tensor<1x1x4x4xi32>
}

// -----

// output_shape 10x9 of 3x3 with stride 3 and window 3: 2 * 3 + 3 = 9, one less than 10 (an output pad) and just 9.
// CHECK-LABEL: func.func @transposed
// CHECK: graph.conv_transpose {{.*}}outputPads = array<i64: 1, 0>, pads = array<i64: 0, 0, 0, 0>{{.*}} -> tensor<1x2x10x9xf32>
func.func @transposed(%x: tensor<1x1x3x3xf32>, %w: tensor<1x2x3x3xf32>) -> tensor<1x2x10x9xf32> {
  %0 = onnx.node "ConvTranspose" (%x, %w) {strides = array<i64: 3, 3>, output_shape = array<i64: 10, 9>} : (tensor<1x1x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x2x10x9xf32>
  return %0 : tensor<1x2x10x9xf32>
}
