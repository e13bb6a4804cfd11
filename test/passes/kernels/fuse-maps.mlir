// RUN: onnxcc-opt %s --lower-graph --match-families --fuse-maps | FileCheck %s

// x * sigmoid(x) is one map that reads x once.
// CHECK-LABEL: func.func @silu
// CHECK:      kernel.map over #{{.*}} [#[[ID:.*]], #[[ID]]] ins(%{{.*}} : tensor<8xf32>)
// CHECK-NEXT: ^bb0(%[[X:[^:]*]]: f32):
// CHECK:        %[[S:.*]] = arith.divf
// CHECK:        arith.mulf %[[X]], %[[S]]
// CHECK-NOT:  kernel.map
func.func @silu(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = graph.sigmoid %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = graph.mul %x, %0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// What is computed before a broadcast stays: it would be computed for each of 8 rows.
// CHECK-LABEL: func.func @broadcast
// CHECK-COUNT-2: kernel.map
// CHECK-NOT:   kernel.map
func.func @broadcast(%x: tensor<8x4xf32>, %y: tensor<4xf32>) -> tensor<8x4xf32> {
  %0 = graph.exp %y : (tensor<4xf32>) -> tensor<4xf32>
  %1 = graph.broadcast %0 to affine_map<() -> (8, 4)> : (tensor<4xf32>) -> tensor<8x4xf32>
  %2 = graph.add %x, %1 : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  return %2 : tensor<8x4xf32>
}

// Two readers: computed once.
// CHECK-LABEL: func.func @twice
// CHECK-COUNT-3: kernel.map
// CHECK-NOT:   kernel.map
func.func @twice(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = graph.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = graph.sqrt %0 : (tensor<8xf32>) -> tensor<8xf32>
  %2 = graph.abs %0 : (tensor<8xf32>) -> tensor<8xf32>
  return %1, %2 : tensor<8xf32>, tensor<8xf32>
}

// A cheap map joins the passes over a row, an exponential does not.
// CHECK-LABEL: func.func @rows
// CHECK:     kernel.map
// CHECK:       math.exp
// CHECK-NOT:   arith.addf
// CHECK:     kernel.rows
// CHECK:       arith.addf
// CHECK:       kernel.reduce max
func.func @rows(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = graph.exp %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %s = graph.softmax %0 {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = graph.add %s, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = graph.abs %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %3 = graph.add %2, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = graph.softmax %3 {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %5 = graph.mul %4, %1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %5 : tensor<2x8xf32>
}
