// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// CHECK-LABEL: func.func @max
// CHECK: graph.pool{{ +}}max %arg0 {{.*}}pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 2, 2>, window = array<i64: 2, 2>{{.*}} -> tensor<1x3x4x4xf32>
func.func @max(%x: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = onnx.node "MaxPool" (%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// -----

// 7 = 3 windows of 2 and one element left: ceil_mode adds a window, which needs one pad. 8 divides.
// CHECK-LABEL: func.func @ceil
// CHECK: graph.pool{{ +}}max %arg0 {{.*}}pads = array<i64: 0, 0, 1, 0>{{.*}} -> tensor<1x3x4x4xf32>
func.func @ceil(%x: tensor<1x3x7x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = onnx.node "MaxPool" (%x) {ceil_mode = 1 : i64, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x3x7x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// -----

// 4 elements: windows of 2 with stride 3 start at 0 and 3, the last lacks an element. Windows of 1 with stride 4 start at 0
// and would at 4, where there is none.
// CHECK-LABEL: func.func @ceil_beyond
// CHECK: graph.pool{{ +}}max %arg0 {{.*}}pads = array<i64: 0, 1>{{.*}} -> tensor<1x1x2xf32>
// CHECK: graph.pool{{ +}}max %arg0 {{.*}}pads = array<i64: 0, 0>{{.*}} -> tensor<1x1x1xf32>
func.func @ceil_beyond(%x: tensor<1x1x4xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x1xf32>) {
  %0 = onnx.node "MaxPool" (%x) {ceil_mode = 1 : i64, kernel_shape = array<i64: 2>, strides = array<i64: 3>} : (tensor<1x1x4xf32>) -> tensor<1x1x2xf32>
  %1 = onnx.node "MaxPool" (%x) {ceil_mode = 1 : i64, kernel_shape = array<i64: 1>, strides = array<i64: 4>} : (tensor<1x1x4xf32>) -> tensor<1x1x1xf32>
  return %0, %1 : tensor<1x1x2xf32>, tensor<1x1x1xf32>
}

// -----

// The declared pads count in the mean, what ceil_mode adds does not: the former become elements. 1 + 5 elements have 2
// windows of 3 with stride 2, and an element is left.
// CHECK-LABEL: func.func @count_pads
// CHECK: %[[PADDED:.*]] = graph.pad{{ +}}constant %arg0, %{{.*}} low [0, 0, 1] high [0, 0, 0]
// CHECK: graph.pool{{ +}}mean %[[PADDED]] {dilations = array<i64: 1>, pads = array<i64: 0, 1>, strides = array<i64: 2>, window = array<i64: 3>}
// CHECK: graph.pool{{ +}}mean %arg0 {countPads = true
func.func @count_pads(%x: tensor<1x1x5xf32>) -> (tensor<1x1x3xf32>, tensor<1x1x2xf32>) {
  %0 = onnx.node "AveragePool" (%x) {ceil_mode = 1 : i64, count_include_pad = 1 : i64, kernel_shape = array<i64: 3>, pads = array<i64: 1, 0>, strides = array<i64: 2>} : (tensor<1x1x5xf32>) -> tensor<1x1x3xf32>
  %1 = onnx.node "AveragePool" (%x) {count_include_pad = 1 : i64, kernel_shape = array<i64: 3>, pads = array<i64: 1, 0>, strides = array<i64: 2>} : (tensor<1x1x5xf32>) -> tensor<1x1x2xf32>
  return %0, %1 : tensor<1x1x3xf32>, tensor<1x1x2xf32>
}

// -----

// CHECK-LABEL: func.func @global
// CHECK: %[[MEAN:.*]] = graph.reduce{{ +}}mean %arg0 over [2, 3]
// CHECK: graph.reshape %[[MEAN]] to affine_map<() -> (1, 3, 1, 1)>
// CHECK: graph.reduce{{ +}}max %arg0 over [2, 3]
func.func @global(%x: tensor<1x3x8x8xf32>) -> (tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>) {
  %0 = onnx.node "GlobalAveragePool" (%x) : (tensor<1x3x8x8xf32>) -> tensor<1x3x1x1xf32>
  %1 = onnx.node "GlobalMaxPool" (%x) : (tensor<1x3x8x8xf32>) -> tensor<1x3x1x1xf32>
  return %0, %1 : tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>
}
