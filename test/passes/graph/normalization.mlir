// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// CHECK-LABEL: func.func @softmax
// CHECK: graph.softmax %arg0 {axis = 2 : i64}
// CHECK: graph.log_softmax {{.*}} {axis = 1 : i64}
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = onnx.node "Softmax" (%x) : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = onnx.node "LogSoftmax" (%0) {axis = -2 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %1 : tensor<2x3x4xf32>
}

// -----

// CHECK-LABEL: func.func @batch
// CHECK: graph.batch_norm %arg0, %arg1, %arg1, %arg1, %arg1 {epsilon = 0.0010000000474974513 : f64}
func.func @batch(%x: tensor<1x3x4x4xf32>, %p: tensor<3xf32>) -> tensor<1x3x4x4xf32> {
  %0 = onnx.node "BatchNormalization" (%x, %p, %p, %p, %p) {epsilon = 0.001 : f32} : (tensor<1x3x4x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// -----

// Half precision is normalised in single.
// CHECK-LABEL: func.func @layer
// CHECK: %[[WIDE:.*]] = graph.cast %arg0 {{.*}} : (tensor<2x8xf16>) -> tensor<2x8xf32>
// CHECK: %[[NORMAL:.*]] = graph.layer_norm %[[WIDE]] {axis = 1 : i64
// CHECK: graph.cast %[[NORMAL]] {{.*}}-> tensor<2x8xf16>
// CHECK: graph.mul
// CHECK: graph.add
func.func @layer(%x: tensor<2x8xf16>, %scale: tensor<8xf16>, %bias: tensor<8xf16>) -> tensor<2x8xf16> {
  %0 = onnx.node "LayerNormalization" (%x, %scale, %bias) : (tensor<2x8xf16>, tensor<8xf16>, tensor<8xf16>) -> tensor<2x8xf16>
  return %0 : tensor<2x8xf16>
}

// -----

// CHECK-LABEL: func.func @group
// CHECK: %[[GROUPS:.*]] = graph.reshape %arg0 to affine_map<() -> (1, 2, 3, 5, 5)>
// CHECK: %[[NORMAL:.*]] = graph.layer_norm %[[GROUPS]] {axis = 2 : i64
// CHECK: graph.reshape %[[NORMAL]] to affine_map<() -> (1, 6, 5, 5)>
func.func @group(%x: tensor<1x6x5x5xf32>, %p: tensor<6xf32>) -> tensor<1x6x5x5xf32> {
  %0 = onnx.node "GroupNormalization" (%x, %p, %p) {num_groups = 2 : i64} : (tensor<1x6x5x5xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<1x6x5x5xf32>
  return %0 : tensor<1x6x5x5xf32>
}

// -----

// The squares' mean over 5 channels: 2 before, 2 after.
// CHECK-LABEL: func.func @lrn
// CHECK: %[[SQUARES:.*]] = graph.mul %arg0, %arg0
// CHECK: %[[IMAGE:.*]] = graph.reshape %[[SQUARES]] to affine_map<() -> (1, 1, 8, 16)>
// CHECK: graph.pool{{ +}}mean %[[IMAGE]] {countPads = true, dilations = array<i64: 1, 1>, pads = array<i64: 2, 0, 2, 0>, strides = array<i64: 1, 1>, window = array<i64: 5, 1>}
// CHECK: graph.pow
func.func @lrn(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  %0 = onnx.node "LRN" (%x) {size = 5 : i64} : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}
