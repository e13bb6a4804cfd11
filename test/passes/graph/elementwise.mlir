// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// One node, one op, where the extents are equal; names stay.
// CHECK-LABEL: func.func @equal
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32> {onnx.name = "x"}, %[[Y:.*]]: tensor<2x3xf32> {onnx.name = "y"})
// CHECK-NEXT: %[[SUM:.*]] = graph.add %[[X]], %[[Y]] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: return %[[SUM]]
func.func @equal(%x: tensor<2x3xf32> {onnx.name = "x"}, %y: tensor<2x3xf32> {onnx.name = "y"}) -> tensor<*xf32> {
  %0 = onnx.node "Add" (%x, %y) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// Broadcasting is explicit, in both directions.
// CHECK-LABEL: func.func @both_ways
// CHECK-DAG: graph.broadcast %arg0 to affine_map<() -> (2, 3)> : (tensor<2x1xf32>) -> tensor<2x3xf32>
// CHECK-DAG: graph.broadcast %arg1 to affine_map<() -> (2, 3)> : (tensor<3xf32>) -> tensor<2x3xf32>
// CHECK: graph.mul
func.func @both_ways(%x: tensor<2x1xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = onnx.node "Mul" (%x, %y) : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// A symbol equals itself, and 1 gives way to it.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @symbols
// CHECK: graph.broadcast %arg1 to affine_map<()[s0] -> (s0, 3)>
// CHECK: graph.sub {{.*}} -> tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>
func.func @symbols(%x: tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>, %y: tensor<1x3xf32>) -> tensor<*xf32> {
  %0 = onnx.node "Sub" (%x, %y) : (tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>, tensor<1x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
}

// -----

// Three inputs are two ops.
// CHECK-LABEL: func.func @variadic
// CHECK: %[[A:.*]] = graph.max %arg0, %arg1
// CHECK: graph.max %[[A]], %arg2
func.func @variadic(%x: tensor<4xf32>, %y: tensor<4xf32>, %z: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Max" (%x, %y, %z) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @mean
// CHECK: %[[SUM:.*]] = graph.add %arg0, %arg1
// CHECK: graph.div %[[SUM]], %{{.*}}
func.func @mean(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Mean" (%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Two bounds are a clamp, none is nothing.
// CHECK-LABEL: func.func @clip
// CHECK: %[[CLAMP:.*]] = graph.clamp %arg0
// CHECK: %[[MAX:.*]] = graph.max %[[CLAMP]]
// CHECK-NEXT: return %[[MAX]]
func.func @clip(%x: tensor<4xf32>, %low: tensor<f32>, %high: tensor<f32>) -> tensor<4xf32> {
  %none = onnx.absent
  %0 = onnx.node "Clip" (%x, %low, %high) : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %1 = onnx.node "Clip" (%0, %low, %none) : (tensor<4xf32>, tensor<f32>, none) -> tensor<4xf32>
  %2 = onnx.node "Clip" (%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @pow
// CHECK: %[[SQUARE:.*]] = graph.mul %arg0, %arg0
// CHECK: graph.sqrt %[[SQUARE]]
// CHECK: graph.cast %arg1 {{.*}} : (tensor<4xi32>) -> tensor<4xf32>
// CHECK: graph.pow
func.func @pow(%x: tensor<4xf32>, %y: tensor<4xi32>) -> tensor<4xf32> {
  %two = onnx.constant dense<2.0> : tensor<f32> -> tensor<f32>
  %half = onnx.constant dense<0.5> : tensor<f32> -> tensor<f32>
  %0 = onnx.node "Pow" (%x, %two) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = onnx.node "Pow" (%0, %half) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = onnx.node "Pow" (%1, %y) : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Greater is less with the operands exchanged.
// CHECK-LABEL: func.func @greater
// CHECK: %[[C:.*]] = graph.less %arg1, %arg0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
// CHECK: graph.select %[[C]], %arg0, %arg1
func.func @greater(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Greater" (%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %1 = onnx.node "Where" (%0, %x, %y) : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @integers
// CHECK: graph.mod
// CHECK: graph.fmod
// CHECK: graph.shift_left
// CHECK: graph.cast {{.*}} -> tensor<4xf16>
func.func @integers(%x: tensor<4xui32>, %y: tensor<4xui32>) -> tensor<4xf16> {
  %0 = onnx.node "Mod" (%x, %y) : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  %1 = onnx.node "Mod" (%0, %y) {fmod = 1 : i64} : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  %2 = onnx.node "BitShift" (%1, %y) {direction = "LEFT"} : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  %3 = onnx.node "Cast" (%2) {to = 10 : i64} : (tensor<4xui32>) -> tensor<4xf16>
  return %3 : tensor<4xf16>
}
