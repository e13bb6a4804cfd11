// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// CHECK-LABEL: func.func @nothing
// CHECK-NEXT: return %arg0
func.func @nothing(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = onnx.node "Identity" (%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = onnx.node "Dropout" (%0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: func.func @transpose
// CHECK: graph.transpose %arg0 by [2, 1, 0]
// CHECK: graph.transpose {{.*}} by [1, 0, 2]
func.func @transpose(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  %0 = onnx.node "Transpose" (%x) : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
  %1 = onnx.node "Transpose" (%0) {perm = array<i64: 1, 0, 2>} : (tensor<4x3x2xf32>) -> tensor<3x4x2xf32>
  return %1 : tensor<3x4x2xf32>
}

// -----

// 7 in 3 parts: 3, 3, 1. An output that nobody reads costs nothing.
// CHECK-LABEL: func.func @split
// CHECK: graph.slice %arg0 at affine_map<() -> (3)> sizes affine_map<() -> (3)> steps [1]
// CHECK: graph.slice %arg0 at affine_map<() -> (6)> sizes affine_map<() -> (1)> steps [1]
// CHECK-NOT: graph.slice
func.func @split(%x: tensor<7xf32>) -> (tensor<3xf32>, tensor<1xf32>) {
  %0:3 = onnx.node "Split" (%x) {num_outputs = 3 : i64} : (tensor<7xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<1xf32>)
  return %0#1, %0#2 : tensor<3xf32>, tensor<1xf32>
}

// -----

// Ends beyond the axis, negative starts, steps, backwards.
// CHECK-LABEL: func.func @slice
// CHECK: graph.slice %arg0 at affine_map<() -> (0, 1)> sizes affine_map<() -> (4, 4)> steps [1, 2]
// CHECK: graph.slice %arg0 at affine_map<() -> (3, 0)> sizes affine_map<() -> (4, 8)> steps [-1, 1]
func.func @slice(%x: tensor<4x8xf32>) -> (tensor<4x4xf32>, tensor<4x8xf32>) {
  %from = onnx.constant dense<-7> : tensor<1xi64> -> tensor<1xi64>
  %far = onnx.constant dense<9223372036854775807> : tensor<1xi64> -> tensor<1xi64>
  %last = onnx.constant dense<-1> : tensor<1xi64> -> tensor<1xi64>
  %two = onnx.constant dense<2> : tensor<1xi64> -> tensor<1xi64>
  %zero = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %least = onnx.constant dense<-9223372036854775808> : tensor<1xi64> -> tensor<1xi64>
  %0 = onnx.node "Slice" (%x, %from, %far, %last, %two) : (tensor<4x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x4xf32>
  %1 = onnx.node "Slice" (%x, %last, %least, %zero, %last) : (tensor<4x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x8xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x8xf32>
}

// -----

// A dynamic axis: everything but the first; all of it.
module attributes {graph.symbols = [#graph.symbol<"seq", 2, 8>]} {
// CHECK-LABEL: func.func @slice_dynamic
// CHECK-NEXT: %[[TAIL:.*]] = graph.slice %arg0 at affine_map<() -> (1)> sizes affine_map<()[s0] -> (s0 - 1)> steps [1]
// CHECK-NEXT: return %[[TAIL]], %arg0
func.func @slice_dynamic(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> (tensor<*xf32>, tensor<*xf32>) {
  %one = onnx.constant dense<1> : tensor<1xi64> -> tensor<1xi64>
  %zero = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %far = onnx.constant dense<9223372036854775807> : tensor<1xi64> -> tensor<1xi64>
  %0 = onnx.node "Slice" (%x, %one, %far) : (tensor<?xf32, affine_map<()[s0] -> (s0)>>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  %1 = onnx.node "Slice" (%x, %zero, %far) : (tensor<?xf32, affine_map<()[s0] -> (s0)>>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %0, %1 : tensor<*xf32>, tensor<*xf32>
}
}

// -----

// Negative pads cut.
// CHECK-LABEL: func.func @pad
// CHECK: %[[CUT:.*]] = graph.slice %arg0 at affine_map<() -> (0, 1)> sizes affine_map<() -> (2, 3)>
// CHECK: graph.pad{{ +}}constant %[[CUT]], %{{.*}} low [1, 0] high [0, 2]
// CHECK: graph.pad{{ +}}reflect
func.func @pad(%x: tensor<2x4xf32>) -> tensor<3x7xf32> {
  %pads = onnx.constant dense<[1, -1, 0, 2]> : tensor<4xi64> -> tensor<4xi64>
  %0 = onnx.node "Pad" (%x, %pads) : (tensor<2x4xf32>, tensor<4xi64>) -> tensor<3x5xf32>
  %more = onnx.constant dense<[1, 1]> : tensor<2xi64> -> tensor<2xi64>
  %axes = onnx.constant dense<-1> : tensor<1xi64> -> tensor<1xi64>
  %none = onnx.absent
  %1 = onnx.node "Pad" (%0, %more, %none, %axes) {mode = "reflect"} : (tensor<3x5xf32>, tensor<2xi64>, none, tensor<1xi64>) -> tensor<3x7xf32>
  return %1 : tensor<3x7xf32>
}

// -----

// CHECK-LABEL: func.func @depth_to_space
// CHECK: graph.reshape %arg0 to affine_map<() -> (1, 2, 2, 3, 4, 5)>
// CHECK: graph.transpose {{.*}} by [0, 3, 4, 1, 5, 2]
// CHECK: graph.reshape {{.*}} to affine_map<() -> (1, 3, 8, 10)>
func.func @depth_to_space(%x: tensor<1x12x4x5xf32>) -> tensor<1x3x8x10xf32> {
  %0 = onnx.node "DepthToSpace" (%x) {blocksize = 2 : i64} : (tensor<1x12x4x5xf32>) -> tensor<1x3x8x10xf32>
  return %0 : tensor<1x3x8x10xf32>
}

// -----

// CHECK-LABEL: func.func @unfold
// CHECK: graph.unfold %arg0 {axis = 0 : i64, size = 3 : i64, step = 2 : i64} : (tensor<8x4xf32>) -> tensor<3x4x3xf32>
// CHECK: graph.unfold %arg1 {axis = 1 : i64, size = 2 : i64, step = 1 : i64} : {{.*}} -> tensor<4x?x2xf32, affine_map<()[s0] -> (4, s0 - 1, 2)>>
module attributes {graph.symbols = [#graph.symbol<"n", 2, 8>]} {
func.func @unfold(%x: tensor<8x4xf32>, %y: tensor<4x?xf32, affine_map<()[s0] -> (4, s0)>>) -> (tensor<*xf32>, tensor<*xf32>) {
  %0 = onnx.node "UnfoldTensor" in "com.microsoft" (%x) {dim = 0 : i64, size = 3 : i64, step = 2 : i64} : (tensor<8x4xf32>) -> tensor<*xf32>
  %1 = onnx.node "UnfoldTensor" in "com.microsoft" (%y) {size = 2 : i64} : (tensor<4x?xf32, affine_map<()[s0] -> (4, s0)>>) -> tensor<*xf32>
  return %0, %1 : tensor<*xf32>, tensor<*xf32>
}
}
