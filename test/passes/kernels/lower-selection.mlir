// Sorting, scattering and running sums as calls of routines.
// RUN: onnxcc-opt %s --split-input-file --lower-graph --verify-diagnostics --mlir-print-local-scope | FileCheck %s

// Rows before the axis, the axis, columns after it.
// CHECK-LABEL: func.func @cumulate
// CHECK: kernel.call "cumulate" {combine = "Sum"} over affine_map<() -> (2, 5, 1)> in_place [0] ins(%{{.*}} : tensor<2x5xf32>) outs(%{{.*}} : tensor<2x5xf32>) -> tensor<2x5xf32>
// CHECK: kernel.call "cumulate" {combine = "Prod", exclusive, reverse} over affine_map<() -> (1, 2, 5)> in_place [0]
func.func @cumulate(%x: tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>) {
  %0 = graph.cumulate sum %x {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  %1 = graph.cumulate prod %x {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  return %0, %1 : tensor<2x5xf32>, tensor<2x5xf32>
}

// -----

// One call gives both results; kernel integers have no signs, so it says which.
// CHECK-LABEL: func.func @top_k
// CHECK: %[[TOP:.*]]:2 = kernel.call "top_k" {least, unsigned} over affine_map<() -> (2, 7, 4, 3)> ins(%{{.*}} : tensor<2x7x4xi8>)
// CHECK-SAME: -> tensor<2x3x4xi8>, tensor<2x3x4xi64>
// CHECK: return %[[TOP]]#0, %[[TOP]]#1
func.func @top_k(%x: tensor<2x7x4xui8>) -> (tensor<2x3x4xui8>, tensor<2x3x4xi64>) {
  %0:2 = graph.top_k %x {k = 3 : i64, axis = 1 : i64, largest = false} : (tensor<2x7x4xui8>) -> (tensor<2x3x4xui8>, tensor<2x3x4xi64>)
  return %0#0, %0#1 : tensor<2x3x4xui8>, tensor<2x3x4xi64>
}

// -----

// A routine reads memory: what is a view of a longer axis is copied, at any extent.
#n = affine_map<()[s0] -> (s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 3, 8>]} {
  // CHECK-LABEL: func.func @dynamic
  // CHECK: kernel.call "top_k" {} over affine_map<()[s0] -> (1, s0, 1, 3)> ins(%arg0 : tensor<?xf32>)
  func.func @dynamic(%x: tensor<?xf32, #n>) -> tensor<3xf32> {
    %0:2 = graph.top_k %x {k = 3 : i64, axis = 0 : i64} : (tensor<?xf32, #n>) -> (tensor<3xf32>, tensor<3xi64>)
    return %0#0 : tensor<3xf32>
  }
}

// -----

// CHECK-LABEL: func.func @cumulate_part
// CHECK: %[[PART:.*]] = kernel.map
// CHECK: kernel.call "cumulate" {{.*}} ins(%[[PART]] : tensor<4xf32>)
func.func @cumulate_part(%x: tensor<8xf32>) -> tensor<4xf32> {
  %i = graph.constant dense<[0, 1, 2, 3]> : tensor<4xi64>
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<8xf32>, tensor<4xi64>) -> tensor<4xf32>
  %1 = graph.cumulate sum %0 {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// The data's extents, then the indices'. The call updates its destination, which is the data itself.
// CHECK-LABEL: func.func @scatter_elements
// CHECK: kernel.call "scatter_elements" {axis = 1 : i64, combine = "Sum"} over affine_map<() -> (3, 5, 2, 2)> updates [0]
// CHECK-SAME: ins(%arg1, %arg2 : tensor<2x2xi64>, tensor<2x2xf32>) outs(%arg0 : tensor<3x5xf32>) -> tensor<3x5xf32>
func.func @scatter_elements(%x: tensor<3x5xf32>, %i: tensor<2x2xi64>, %u: tensor<2x2xf32>) -> tensor<3x5xf32> {
  %0 = graph.scatter_elements sum %x, %i, %u {axis = 1 : i64} : (tensor<3x5xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

// Tuples, elements of a slice, the axes that indices are of.
// CHECK-LABEL: func.func @scatter_nd
// CHECK: kernel.call "scatter_nd" {combine = "Replace"} over affine_map<() -> (4, 5, 3)> updates [0]
// CHECK: kernel.call "scatter_nd" {combine = "UnsignedMax"} over affine_map<() -> (2, 1, 3, 5)> updates [0]
func.func @scatter_nd(%x: tensor<3x5xf32>, %i: tensor<4x1xi64>, %u: tensor<4x5xf32>,
                      %y: tensor<3x5xui8>, %j: tensor<2x2xi32>, %v: tensor<2xui8>) -> (tensor<3x5xf32>, tensor<3x5xui8>) {
  %0 = graph.scatter_nd replace %x, %i, %u : (tensor<3x5xf32>, tensor<4x1xi64>, tensor<4x5xf32>) -> tensor<3x5xf32>
  %1 = graph.scatter_nd max %y, %j, %v : (tensor<3x5xui8>, tensor<2x2xi32>, tensor<2xui8>) -> tensor<3x5xui8>
  return %0, %1 : tensor<3x5xf32>, tensor<3x5xui8>
}

// -----

// Bools are combined by whether any is true, or all are.
// CHECK-LABEL: func.func @scatter_bools
// CHECK: kernel.call "scatter_elements" {axis = 0 : i64, combine = "Max"}
// CHECK: kernel.call "scatter_elements" {axis = 0 : i64, combine = "Min"}
func.func @scatter_bools(%x: tensor<3xi1>, %i: tensor<2xi64>, %u: tensor<2xi1>) -> tensor<3xi1> {
  %0 = graph.scatter_elements sum %x, %i, %u {axis = 0 : i64} : (tensor<3xi1>, tensor<2xi64>, tensor<2xi1>) -> tensor<3xi1>
  %1 = graph.scatter_elements prod %0, %i, %u {axis = 0 : i64} : (tensor<3xi1>, tensor<2xi64>, tensor<2xi1>) -> tensor<3xi1>
  return %1 : tensor<3xi1>
}

// -----

func.func @scatter_narrow(%x: tensor<3xf8E5M2>, %i: tensor<2xi64>, %u: tensor<2xf8E5M2>) -> tensor<3xf8E5M2> {
  // expected-error@+1 {{has no kernel: it computes with floats of 8 bits or less}}
  %0 = graph.scatter_elements sum %x, %i, %u {axis = 0 : i64} : (tensor<3xf8E5M2>, tensor<2xi64>, tensor<2xf8E5M2>) -> tensor<3xf8E5M2>
  return %0 : tensor<3xf8E5M2>
}
