// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// 0 copies, -1 is what remains.
// CHECK-LABEL: func.func @reshape
// CHECK: graph.reshape %arg0 to affine_map<() -> (2, 12)>
func.func @reshape(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> {
  %shape = onnx.constant dense<[0, -1]> : tensor<2xi64> -> tensor<2xi64>
  %0 = onnx.node "Reshape" (%x, %shape) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x12xf32>
  return %0 : tensor<2x12xf32>
}

// -----

// A dynamic batch stays, or is what remains.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @reshape_dynamic
// CHECK: graph.reshape %arg0 to affine_map<()[s0] -> (s0, 12)>
// CHECK: graph.reshape {{.*}} to affine_map<()[s0] -> (s0, 2, 6)>
func.func @reshape_dynamic(%x: tensor<?x3x4xf32, affine_map<()[s0] -> (s0, 3, 4)>>) -> tensor<*xf32> {
  %shape = onnx.constant dense<[0, -1]> : tensor<2xi64> -> tensor<2xi64>
  %0 = onnx.node "Reshape" (%x, %shape) : (tensor<?x3x4xf32, affine_map<()[s0] -> (s0, 3, 4)>>, tensor<2xi64>) -> tensor<*xf32>
  %other = onnx.constant dense<[-1, 2, 6]> : tensor<3xi64> -> tensor<3xi64>
  %1 = onnx.node "Reshape" (%0, %other) : (tensor<*xf32>, tensor<3xi64>) -> tensor<*xf32>
  return %1 : tensor<*xf32>
}
}

// -----

// The chain that exporters write for `x.view(x.size(0), -1)`: Shape, Gather, Unsqueeze, Concat, Reshape. Nothing is left
// of it but the reshape.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @chain
// CHECK-NEXT: %[[FLAT:.*]] = graph.reshape %arg0 to affine_map<()[s0] -> (s0, 12)>
// CHECK-NEXT: return %[[FLAT]]
func.func @chain(%x: tensor<?x3x4xf32, affine_map<()[s0] -> (s0, 3, 4)>>) -> tensor<*xf32> {
  %zero = onnx.constant dense<0> : tensor<i64> -> tensor<i64>
  %axes = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %rest = onnx.constant dense<-1> : tensor<1xi64> -> tensor<1xi64>
  %0 = onnx.node "Shape" (%x) : (tensor<?x3x4xf32, affine_map<()[s0] -> (s0, 3, 4)>>) -> tensor<3xi64>
  %1 = onnx.node "Gather" (%0, %zero) {axis = 0 : i64} : (tensor<3xi64>, tensor<i64>) -> tensor<i64>
  %2 = onnx.node "Unsqueeze" (%1, %axes) : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %3 = onnx.node "Concat" (%2, %rest) {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %4 = onnx.node "Reshape" (%x, %3) : (tensor<?x3x4xf32, affine_map<()[s0] -> (s0, 3, 4)>>, tensor<2xi64>) -> tensor<*xf32>
  return %4 : tensor<*xf32>
}
}

// -----

// Arithmetic on extents, decisions by their bounds: where(equal(shape, -1), 1, shape) is the shape, as no extent is -1.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @arithmetic
// CHECK-NEXT: %[[ALL:.*]] = graph.broadcast %arg1 to affine_map<()[s0] -> (s0 * 2, 3)>
// CHECK-NEXT: return %[[ALL]]
func.func @arithmetic(%x: tensor<?x3xf32, affine_map<()[s0] -> (s0 * 4, 3)>>, %y: tensor<1x3xf32>) -> tensor<*xf32> {
  %halves = onnx.constant dense<[2, 1]> : tensor<2xi64> -> tensor<2xi64>
  %minus = onnx.constant dense<-1> : tensor<i64> -> tensor<i64>
  %one = onnx.constant dense<1> : tensor<i64> -> tensor<i64>
  %0 = onnx.node "Shape" (%x) : (tensor<?x3xf32, affine_map<()[s0] -> (s0 * 4, 3)>>) -> tensor<2xi64>
  %1 = onnx.node "Div" (%0, %halves) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %2 = onnx.node "Equal" (%1, %minus) : (tensor<2xi64>, tensor<i64>) -> tensor<2xi1>
  %3 = onnx.node "Where" (%2, %one, %1) : (tensor<2xi1>, tensor<i64>, tensor<2xi64>) -> tensor<2xi64>
  %4 = onnx.node "Expand" (%y, %3) : (tensor<1x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %4 : tensor<*xf32>
}
}

// -----

// What is really wanted of a shape is an op.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @as_data
// CHECK: graph.extents affine_map<()[s0] -> (s0, 3)> : tensor<2xi64>
func.func @as_data(%x: tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<2xi64> {
  %0 = onnx.node "Shape" (%x) : (tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}
}

// -----

// CHECK-LABEL: func.func @squeeze
// CHECK: graph.reshape %arg0 to affine_map<() -> (3, 4)>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (3, 1, 4, 1)>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (3, 4)>
func.func @squeeze(%x: tensor<1x3x1x4xf32>) -> tensor<3x4xf32> {
  %axes = onnx.constant dense<[1, -1]> : tensor<2xi64> -> tensor<2xi64>
  %0 = onnx.node "Squeeze" (%x) : (tensor<1x3x1x4xf32>) -> tensor<3x4xf32>
  %1 = onnx.node "Unsqueeze" (%0, %axes) : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<3x1x4x1xf32>
  %2 = onnx.node "Flatten" (%1) {axis = 1 : i64} : (tensor<3x1x4x1xf32>) -> tensor<3x4xf32>
  return %2 : tensor<3x4xf32>
}

// -----

// CHECK-LABEL: func.func @tile
// CHECK: graph.reshape %arg0 to affine_map<() -> (2, 1, 3)>
// CHECK: graph.broadcast {{.*}} to affine_map<() -> (2, 4, 3)>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (2, 12)>
func.func @tile(%x: tensor<2x3xf32>) -> tensor<2x12xf32> {
  %repeats = onnx.constant dense<[1, 4]> : tensor<2xi64> -> tensor<2xi64>
  %0 = onnx.node "Tile" (%x, %repeats) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x12xf32>
  return %0 : tensor<2x12xf32>
}

// -----

// Weights that are all one number stay a number.
// CHECK-LABEL: func.func @splat
// CHECK: graph.constant dense<2.000000e-02> : tensor<64x3x7x7xf32>
func.func @splat() -> tensor<64x3x7x7xf32> {
  %shape = onnx.constant dense<[64, 3, 7, 7]> : tensor<4xi64> -> tensor<4xi64>
  %0 = onnx.node "ConstantOfShape" (%shape) {value = dense<0.02> : tensor<1xf32>} : (tensor<4xi64>) -> tensor<64x3x7x7xf32>
  return %0 : tensor<64x3x7x7xf32>
}

// -----

// An If whose condition follows from the dims is its branch.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @if
// CHECK-NEXT: %[[Y:.*]] = graph.relu %arg0
// CHECK-NEXT: return %[[Y]]
func.func @if(%x: tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<*xf32> {
  %nine = onnx.constant dense<9> : tensor<i64> -> tensor<i64>
  %0 = onnx.node "Shape" (%x) {end = 1 : i64} : (tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<1xi64>
  %1 = onnx.node "Less" (%0, %nine) : (tensor<1xi64>, tensor<i64>) -> tensor<1xi1>
  %2 = onnx.node "If" (%1) graphs ["else_branch", "then_branch"] : (tensor<1xi1>) -> tensor<*xf32> {
    %3 = onnx.node "Neg" (%x) : (tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<*xf32>
    onnx.yield %3 : tensor<*xf32>
  }, {
    %3 = onnx.node "Relu" (%x) : (tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>) -> tensor<*xf32>
    onnx.yield %3 : tensor<*xf32>
  }
  return %2 : tensor<*xf32>
}
}

// -----

// Of an If whose condition is data, one branch runs.
// CHECK-LABEL: func.func @if_data
// CHECK: %[[IF:.*]] = graph.if %arg1 : tensor<i1> {
// CHECK-NEXT: %[[RELU:.*]] = graph.relu %arg0
// CHECK-NEXT: graph.yield %[[RELU]]
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[NEG:.*]] = graph.neg %arg0
// CHECK-NEXT: graph.yield %[[NEG]]
// CHECK: return %[[IF]]
func.func @if_data(%x: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  %0 = onnx.node "If" (%c) graphs ["else_branch", "then_branch"] : (tensor<i1>) -> tensor<4xf32> {
    %1 = onnx.node "Neg" (%x) : (tensor<4xf32>) -> tensor<4xf32>
    onnx.yield %1 : tensor<4xf32>
  }, {
    %1 = onnx.node "Relu" (%x) : (tensor<4xf32>) -> tensor<4xf32>
    onnx.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
