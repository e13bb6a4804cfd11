// Sorting, scattering and running sums as launches that ask every candidate.
// RUN: onnxcc-opt %s --split-input-file --lower-graph --verify-diagnostics --mlir-print-local-scope | FileCheck %s

// A running sum adds what lies 0, 1, 2… back; what would lie before the start is out of range.
// CHECK-LABEL: func.func @cumulate
// CHECK: kernel.contract sum products 1 over affine_map<() -> (2, 5, 5)>
// CHECK-SAME: [affine_map<(d0, d1, d2) -> (d0, d1 - d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>]
// CHECK: kernel.contract prod products 1
// CHECK-SAME: [affine_map<(d0, d1, d2) -> (d0 + d2 + 1, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>]
func.func @cumulate(%x: tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>) {
  %0 = graph.cumulate sum %x {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  %1 = graph.cumulate prod %x {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  return %0, %1 : tensor<2x5xf32>, tensor<2x5xf32>
}

// -----

// How many come before each of 7, then, for each of 3 places, the one that has as many before it.
// CHECK-LABEL: func.func @top_k
// CHECK: %[[ORDER:.*]] = kernel.rows over affine_map<() -> (7, 7)>
// CHECK: -> tensor<7xi64>
// CHECK: kernel.rows over affine_map<() -> (3, 7)> {{.*}} ins({{.*}}%[[ORDER]]
// CHECK: -> tensor<3xf32>
// CHECK: kernel.rows over affine_map<() -> (3, 7)> {{.*}} ins({{.*}}%[[ORDER]]
// CHECK: -> tensor<3xi64>
func.func @top_k(%x: tensor<7xf32>) -> (tensor<3xf32>, tensor<3xi64>) {
  %0:2 = graph.top_k %x {k = 3 : i64, axis = 0 : i64} : (tensor<7xf32>) -> (tensor<3xf32>, tensor<3xi64>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<3xi64>
}

// -----

// Of a part of a longer axis what is out of range is so of the part: it is copied first, like the begin of one, whose map is
// the identity.
// CHECK-LABEL: func.func @cumulate_part
// CHECK: %[[PART:.*]] = kernel.map
// CHECK: kernel.contract sum products 1 {{.*}} ins(%[[PART]] : tensor<4xf32>)
func.func @cumulate_part(%x: tensor<8xf32>) -> tensor<4xf32> {
  %i = graph.constant dense<[0, 1, 2, 3]> : tensor<4xi64>
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<8xf32>, tensor<4xi64>) -> tensor<4xf32>
  %1 = graph.cumulate sum %0 {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Each of 5 columns asks the 2 updates of its row; the third row has none and stays. The indices are read through a table,
// which makes the call fail where one is out of range.
// CHECK-LABEL: func.func @scatter_elements
// CHECK: %[[TABLE:.*]] = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
// CHECK: %[[CHECKED:.*]] = kernel.map indexed [0] over affine_map<() -> (2, 2)> {{.*}} ins(%{{.*}}, %[[TABLE]]
// CHECK: %[[REACHED:.*]] = kernel.rows over affine_map<() -> (2, 5, 2)> {{.*}} ins({{.*}}%[[CHECKED]]
// CHECK: -> tensor<2x5xf32>
// CHECK: tensor.insert_slice %[[REACHED]] into %{{.*}}[0, 0] [2, 5] [1, 1]
func.func @scatter_elements(%x: tensor<3x5xf32>, %i: tensor<2x2xi64>, %u: tensor<2x2xf32>) -> tensor<3x5xf32> {
  %0 = graph.scatter_elements sum %x, %i, %u {axis = 1 : i64} : (tensor<3x5xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

// CHECK-LABEL: func.func @scatter_nd
// CHECK: kernel.map indexed [0] over affine_map<() -> (4)>
// CHECK: kernel.rows over affine_map<() -> (3, 5, 4)>
// CHECK: kernel.reduce max
// CHECK: kernel.reduce sum
func.func @scatter_nd(%x: tensor<3x5xf32>, %i: tensor<4x1xi64>, %u: tensor<4x5xf32>) -> tensor<3x5xf32> {
  %0 = graph.scatter_nd replace %x, %i, %u : (tensor<3x5xf32>, tensor<4x1xi64>, tensor<4x5xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

#n = affine_map<()[s0] -> (s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 3, 8>]} {
  func.func @dynamic(%x: tensor<?xf32, #n>) -> tensor<3xf32> {
    // expected-error@+1 {{has no kernel: an extent that it searches is dynamic; fix it with --dim}}
    %0:2 = graph.top_k %x {k = 3 : i64, axis = 0 : i64} : (tensor<?xf32, #n>) -> (tensor<3xf32>, tensor<3xi64>)
    return %0#0 : tensor<3xf32>
  }
}
