// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// keepdims is a reshape; axes are an input, and may be negative.
// CHECK-LABEL: func.func @keepdims
// CHECK: %[[MEAN:.*]] = graph.reduce{{ +}}mean %arg0 over [1, 2] : {{.*}} -> tensor<2xf32>
// CHECK: graph.reshape %[[MEAN]] to affine_map<() -> (2, 1, 1)>
func.func @keepdims(%x: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %axes = onnx.constant dense<[-1, 1]> : tensor<2xi64> -> tensor<2xi64>
  %0 = onnx.node "ReduceMean" (%x, %axes) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x1x1xf32>
  return %0 : tensor<2x1x1xf32>
}

// -----

// No axes are all axes, or none.
// CHECK-LABEL: func.func @no_axes
// CHECK: graph.reduce{{ +}}sum %arg0 over [0, 1] : {{.*}} -> tensor<f32>
// CHECK: %[[SQUARE:.*]] = graph.mul %arg0, %arg0
// CHECK: graph.sqrt %[[SQUARE]]
// CHECK: %[[SUM:.*]] = graph.reduce{{ +}}sum_square %arg0 over [0, 1] : {{.*}} -> tensor<f32>
// CHECK: graph.sqrt %[[SUM]]
func.func @no_axes(%x: tensor<2x3xf32>) -> (tensor<f32>, tensor<2x3xf32>, tensor<f32>) {
  %0 = onnx.node "ReduceSum" (%x) {keepdims = 0 : i64} : (tensor<2x3xf32>) -> tensor<f32>
  %1 = onnx.node "ReduceL2" (%x) {noop_with_empty_axes = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = onnx.node "ReduceL2" (%x) {keepdims = 0 : i64} : (tensor<2x3xf32>) -> tensor<f32>
  return %0, %1, %2 : tensor<f32>, tensor<2x3xf32>, tensor<f32>
}

// -----

// CHECK-LABEL: func.func @arg
// CHECK: graph.arg_reduce{{ +}}max %arg0 {axis = 1 : i64, last = true} : {{.*}} -> tensor<2xi64>
// CHECK: graph.cumulate{{ +}}sum %arg0 {axis = 1 : i64, exclusive = true, reverse = false}
func.func @arg(%x: tensor<2x3xf32>) -> (tensor<2xi64>, tensor<2x3xf32>) {
  %axis = onnx.constant dense<-1> : tensor<i64> -> tensor<i64>
  %0 = onnx.node "ArgMax" (%x) {axis = -1 : i64, keepdims = 0 : i64, select_last_index = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  %1 = onnx.node "CumSum" (%x, %axis) {exclusive = 1 : i64} : (tensor<2x3xf32>, tensor<i64>) -> tensor<2x3xf32>
  return %0, %1 : tensor<2xi64>, tensor<2x3xf32>
}
