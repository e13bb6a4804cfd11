// RUN: onnxcc-opt --channels-last --verify-layout %s | FileCheck %s

// CHECK-LABEL: func.func @conv(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x3x8x8xf32>, %[[W:[a-z0-9]*]]: tensor<4x3x3x3xf32>
func.func @conv(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x8x8xf32> {
  // CHECK: %[[LAST:.*]] = graph.transpose %[[X]] by [0, 2, 3, 1] : (tensor<1x3x8x8xf32>) -> tensor<1x8x8x3xf32>
  // CHECK: %[[Y:.*]] = graph.conv %[[LAST]], %[[W]]
  // CHECK-SAME: layout = #graph<layout channels_last>
  // CHECK-SAME: -> tensor<1x8x8x4xf32>
  // CHECK: graph.transpose %[[Y]] by [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
    : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x8x8xf32>
  return %y : tensor<1x4x8x8xf32>
}

// The batch is dynamic.
// CHECK-LABEL: func.func @pool(
func.func @pool(%x: tensor<?x4x1x10xf32, affine_map<()[s0] -> (s0, 4, 1, 10)>>) -> tensor<?x4x1x5xf32, affine_map<()[s0] -> (s0, 4, 1, 5)>> {
  // CHECK: graph.transpose %{{.*}} by [0, 2, 3, 1]
  // CHECK: graph.pool max
  // CHECK: graph.transpose %{{.*}} by [0, 3, 1, 2]
  %y = graph.pool max %x {window = array<i64: 1, 2>, strides = array<i64: 1, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<?x4x1x10xf32, affine_map<()[s0] -> (s0, 4, 1, 10)>>) -> tensor<?x4x1x5xf32, affine_map<()[s0] -> (s0, 4, 1, 5)>>
  return %y : tensor<?x4x1x5xf32, affine_map<()[s0] -> (s0, 4, 1, 5)>>
}

// What is channels-last stays as it is; one input channel needs a reshape only.
// CHECK-LABEL: func.func @kept(
func.func @kept(%x: tensor<1x8x8x3xf32>, %w: tensor<4x3x1x1xf32>, %grey: tensor<1x1x8x8xf32>, %v: tensor<4x1x1x1xf32>) -> (tensor<1x8x8x4xf32>, tensor<1x4x8x8xf32>) {
  // CHECK-NOT: graph.transpose
  // CHECK: graph.conv
  // CHECK: graph.reshape %{{.*}} : (tensor<1x1x8x8xf32>) -> tensor<1x8x8x1xf32>
  // CHECK: graph.conv
  // CHECK: graph.transpose
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>}
    : (tensor<1x8x8x3xf32>, tensor<4x3x1x1xf32>) -> tensor<1x8x8x4xf32>
  %z = graph.conv %grey, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x1x8x8xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x8x8xf32>
  return %y, %z : tensor<1x8x8x4xf32>, tensor<1x4x8x8xf32>
}
