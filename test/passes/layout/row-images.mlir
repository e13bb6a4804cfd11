// RUN: onnxcc-opt --row-images %s | FileCheck %s
// RUN: onnxcc-opt --row-images --channels-last --sink-transposes --canonicalize-graph --verify-layout %s | FileCheck %s --check-prefix=SUNK

// A series is an image of height 1; so is what comes out of it, until something else than an image op wants it.
// CHECK-LABEL: func.func @series(
// SUNK-LABEL: func.func @series(
func.func @series(%x: tensor<?x4x10xf32, affine_map<()[s0] -> (s0, 4, 10)>>, %w: tensor<6x4x3xf32>, %bias: tensor<6x1xf32>) -> tensor<?x6x4xf32, affine_map<()[s0] -> (s0, 6, 4)>> {
  // CHECK: %[[X:.*]] = graph.reshape %arg0 to {{.*}} -> tensor<?x4x1x10xf32
  // CHECK: %[[W:.*]] = graph.reshape %arg1 to {{.*}} -> tensor<6x4x1x3xf32>
  // CHECK: %[[Y:.*]] = graph.conv %[[X]], %[[W]] {dilations = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 1>}
  // CHECK: graph.reshape %[[Y]] to {{.*}} -> tensor<?x6x8xf32
  // CHECK: graph.pool max %{{.*}} {dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 2>, window = array<i64: 1, 2>}
  // Between the convolution and the pooling is the addition of the bias only.
  // SUNK: %[[C:.*]] = graph.conv
  // SUNK-NEXT: graph.reshape %arg2
  // SUNK-NEXT: graph.broadcast
  // SUNK-NEXT: %[[S:.*]] = graph.add %[[C]]
  // SUNK-NEXT: graph.pool max %[[S]]
  %y = graph.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 2>, pads = array<i64: 1, 1>}
    : (tensor<?x4x10xf32, affine_map<()[s0] -> (s0, 4, 10)>>, tensor<6x4x3xf32>) -> tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>
  %b = graph.broadcast %bias to affine_map<()[s0] -> (s0, 6, 8)> : (tensor<6x1xf32>) -> tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>
  %sum = graph.add %y, %b : (tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>, tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>) -> tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>
  %z = graph.pool max %sum {window = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 0, 0>}
    : (tensor<?x6x8xf32, affine_map<()[s0] -> (s0, 6, 8)>>) -> tensor<?x6x4xf32, affine_map<()[s0] -> (s0, 6, 4)>>
  return %z : tensor<?x6x4xf32, affine_map<()[s0] -> (s0, 6, 4)>>
}

// A column is a row; a volume that is flat is an image.
// CHECK-LABEL: func.func @turned(
func.func @turned(%x: tensor<1x4x10x1xf32>, %w: tensor<6x4x3x1xf32>, %v: tensor<1x4x7x1x9xf32>, %u: tensor<4x6x3x1x3xf32>) -> (tensor<1x6x6x1xf32>, tensor<1x6x15x1x11xf32>) {
  // CHECK: graph.conv {{.*}} {dilations = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 2>, strides = array<i64: 1, 2>} : (tensor<1x4x1x10xf32>, tensor<6x4x1x3xf32>) -> tensor<1x6x1x6xf32>
  // CHECK: graph.conv_transpose {{.*}} {dilations = array<i64: 1, 1>, outputPads = array<i64: 0, 1>, pads = array<i64: 0, 0, 0, 1>, strides = array<i64: 2, 1>} : (tensor<1x4x7x9xf32>, tensor<4x6x3x3xf32>) -> tensor<1x6x15x11xf32>
  %y = graph.conv %x, %w {strides = array<i64: 2, 1>, dilations = array<i64: 1, 3>, pads = array<i64: 1, 0, 2, 0>}
    : (tensor<1x4x10x1xf32>, tensor<6x4x3x1xf32>) -> tensor<1x6x6x1xf32>
  %z = graph.conv_transpose %v, %u {strides = array<i64: 2, 1, 1>, dilations = array<i64: 1, 1, 1>, pads = array<i64: 0, 0, 0, 0, 0, 1>, outputPads = array<i64: 0, 0, 1>}
    : (tensor<1x4x7x1x9xf32>, tensor<4x6x3x1x3xf32>) -> tensor<1x6x15x1x11xf32>
  return %y, %z : tensor<1x6x6x1xf32>, tensor<1x6x15x1x11xf32>
}

// Images stay as they are, if of one row or pixel; so do columns that a wider window reads, and volumes.
// CHECK-LABEL: func.func @kept(
func.func @kept(%x: tensor<1x4x1x8xf32>, %w: tensor<6x4x1x3xf32>, %p: tensor<1x4x1x1xf32>, %c: tensor<1x4x8x1xf32>, %v: tensor<1x4x3x3x3xf32>) -> (tensor<1x6x1x6xf32>, tensor<1x4x1x1xf32>, tensor<1x4x8x1xf32>, tensor<1x4x2x2x2xf32>) {
  // CHECK-NOT: graph.reshape
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x1x8xf32>, tensor<6x4x1x3xf32>) -> tensor<1x6x1x6xf32>
  %q = graph.pool max %p {window = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32>
  %d = graph.pool mean %c {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x8x1xf32>) -> tensor<1x4x8x1xf32>
  %r = graph.pool max %v {window = array<i64: 2, 2, 2>, strides = array<i64: 1, 1, 1>, dilations = array<i64: 1, 1, 1>, pads = array<i64: 0, 0, 0, 0, 0, 0>} : (tensor<1x4x3x3x3xf32>) -> tensor<1x4x2x2x2xf32>
  return %y, %q, %d, %r : tensor<1x6x1x6xf32>, tensor<1x4x1x1xf32>, tensor<1x4x8x1xf32>, tensor<1x4x2x2x2xf32>
}
