// RUN: onnxcc-opt --fold-pads --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --fold-pads --split-input-file --remarks-filter=".*" %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// CHECK-LABEL: func.func @conv(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x1x4x4xf32>
func.func @conv(%x: tensor<1x1x4x4xf32>, %w: tensor<2x1x3x3xf32>) -> tensor<1x2x4x6xf32> {
  // CHECK: graph.conv %[[X]], %{{.*}} pads = array<i64: 0, 2, 2, 2>
  // CHECK-NOT: graph.pad
  %zero = graph.constant dense<0.0> : tensor<f32>
  %p = graph.pad constant %x, %zero low [0, 0, 0, 1] high [0, 0, 2, 1] : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x6x6xf32>
  %y = graph.conv %p, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 1>}
    : (tensor<1x1x6x6xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x4x6xf32>
  return %y : tensor<1x2x4x6xf32>
}

// -----

// Channels are padded too: it stays.
// CHECK-LABEL: func.func @channels(
func.func @channels(%x: tensor<1x1x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32> {
  // CHECK: graph.pad
  %zero = graph.constant dense<0.0> : tensor<f32>
  %p = graph.pad constant %x, %zero low [0, 0, 0, 0] high [0, 1, 0, 0] : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %y = graph.conv %p, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}

// -----

// Into a maximum goes what is never above the image: minus infinity, or zero after relu. A mean counts its pads then.
// CHECK-LABEL: func.func @pools(
// WHY-DAG: Reason="the padding may be the maximum, or adds to sums"
func.func @pools(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  // CHECK-DAG: %[[P:.*]] = graph.pad constant
  // CHECK-DAG: graph.pool max %{{.*}} pads = array<i64: 1, 1, 1, 1>
  // CHECK-DAG: graph.pool max %{{.*}} pads = array<i64: 1, 1, 1, 1>
  // CHECK-DAG: graph.pool mean %{{.*}} {countPads = true{{.*}} pads = array<i64: 1, 1, 1, 1>
  // CHECK-DAG: graph.pool max %[[P]] {{.*}} pads = array<i64: 0, 0, 0, 0>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %infinity = graph.constant dense<0xFF800000> : tensor<f32>
  %a = graph.pad constant %x, %infinity low [0, 0, 1, 1] high [0, 0, 1, 1] : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x6x6xf32>
  %pa = graph.pool max %a {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x6x6xf32>) -> tensor<1x1x2x2xf32>
  %r = graph.relu %x : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  %b = graph.pad constant %r, %zero low [0, 0, 1, 1] high [0, 0, 1, 1] : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x6x6xf32>
  %pb = graph.pool max %b {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x6x6xf32>) -> tensor<1x1x2x2xf32>
  %c = graph.pad constant %x, %zero low [0, 0, 1, 1] high [0, 0, 1, 1] : (tensor<1x1x4x4xf32>, tensor<f32>) -> tensor<1x1x6x6xf32>
  %pc = graph.pool mean %c {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x6x6xf32>) -> tensor<1x1x2x2xf32>
  %pd = graph.pool max %c {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x6x6xf32>) -> tensor<1x1x2x2xf32>
  return %pa, %pb, %pc, %pd : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
