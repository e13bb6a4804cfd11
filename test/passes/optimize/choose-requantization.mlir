// RUN: onnxcc-opt %s --choose-requantization --split-input-file | FileCheck %s --check-prefixes=EXACT,CHECK
// RUN: onnxcc-opt %s --choose-requantization=fixed=true --split-input-file | FileCheck %s --check-prefixes=FIXED,CHECK

// The sums are of two products. Their scales have a multiplier each, shifted by 32, with the zero
// point, 3, in the sum: 7 * 2^31.
// CHECK-LABEL: func.func @proven
// CHECK-SAME:  (%[[X:.*]]: tensor<1x2x4x4xui8>)
// CHECK:       %[[SUMS:.*]] = graph.conv
// CHECK:       %[[WIDE:.*]] = graph.cast %[[SUMS]] {{.*}}xi64>
// CHECK:       graph.constant dense<{{.*528[0-9]+.*333[0-9]+.*}}> : tensor<2x1x1xi64>
// CHECK:       %[[P:.*]] = graph.mul %[[WIDE]],
// CHECK:       graph.constant dense<15032385536> : tensor<i64>
// CHECK:       %[[R:.*]] = graph.add %[[P]],
// CHECK:       graph.constant dense<32> : tensor<i64>
// CHECK:       %[[U:.*]] = graph.shift_right %[[R]],
// CHECK:       graph.cast %[[U]] {{.*}}xi32>
// CHECK:       graph.max
// CHECK:       graph.min
// CHECK-NOT:   graph.select
// CHECK:       graph.cast {{.*}}xi8>
// CHECK-NOT:   graph.requantize
module attributes {kernel.targets = ["generic"]} {
func.func @proven(%x: tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xi8> {
  %w = graph.constant dense<[[[[1]], [[2]]], [[[-2]], [[3]]]]> : tensor<2x2x1x1xi32>
  %scales = graph.constant dense<[[[0.0123]], [[0.0777]]]> : tensor<2x1x1xf32>
  %three = graph.constant dense<3> : tensor<i8>
  %s = graph.broadcast %scales to affine_map<() -> (1, 2, 4, 4)> : (tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %z = graph.broadcast %three to affine_map<() -> (1, 2, 4, 4)> : (tensor<i8>) -> tensor<1x2x4x4xi8>
  %0 = graph.cast %x {to = i32} : (tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xi32>
  %1 = graph.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x2x4x4xi32>, tensor<2x2x1x1xi32>) -> tensor<1x2x4x4xi32>
  %2 = graph.requantize %1, %s, %z : (tensor<1x2x4x4xi32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xi8>) -> tensor<1x2x4x4xi8>
  return %2 : tensor<1x2x4x4xi8>
}
}

// -----

// A quarter of the sum is a tie for every fourth one: to even in floats, always up by the multiply. Of sums from 0 to 15
// two go wrong, which are compared with; of all sums half of the codes would.
// CHECK-LABEL: func.func @ties
// EXACT:       graph.mul
// EXACT-COUNT-2: graph.select
// EXACT-NOT:   graph.select
// FIXED-NOT:   graph.select
// CHECK-LABEL: func.func @any
// EXACT:       graph.requantize
// FIXED-NOT:   graph.requantize
module attributes {kernel.targets = ["generic"]} {
func.func @ties(%x: tensor<1x1xui4>) -> tensor<1x1xi8> {
  %w = graph.constant dense<1> : tensor<1x1xi32>
  %s = graph.constant dense<0.25> : tensor<1x1xf32>
  %z = graph.constant dense<0> : tensor<1x1xi8>
  %0 = graph.cast %x {to = i32} : (tensor<1x1xui4>) -> tensor<1x1xi32>
  %1 = graph.matmul %0, %w : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi32>
  %2 = graph.requantize %1, %s, %z : (tensor<1x1xi32>, tensor<1x1xf32>, tensor<1x1xi8>) -> tensor<1x1xi8>
  return %2 : tensor<1x1xi8>
}
func.func @any(%x: tensor<3xi32>) -> tensor<3xi8> {
  %s = graph.constant dense<0.25> : tensor<3xf32>
  %z = graph.constant dense<0> : tensor<3xi8>
  %0 = graph.requantize %x, %s, %z : (tensor<3xi32>, tensor<3xf32>, tensor<3xi8>) -> tensor<3xi8>
  return %0 : tensor<3xi8>
}
}

// -----

// Vectors of floats are cheaper, unless that is not asked.
// CHECK-LABEL: func.func @vectors
// EXACT:       graph.requantize
// FIXED-NOT:   graph.requantize
// CHECK:       return
module attributes {kernel.targets = ["x86-64-v3"]} {
func.func @vectors(%x: tensor<3xi32>) -> tensor<3xi8> {
  %s = graph.constant dense<0.1> : tensor<3xf32>
  %z = graph.constant dense<0> : tensor<3xi8>
  %0 = graph.requantize %x, %s, %z : (tensor<3xi32>, tensor<3xf32>, tensor<3xi8>) -> tensor<3xi8>
  return %0 : tensor<3xi8>
}
// What no multiplier of 31 bits stands for, and what is no byte, stays.
// CHECK-LABEL: func.func @stays
// CHECK:       graph.requantize
// CHECK:       graph.requantize
func.func @stays(%x: tensor<3xi32>, %scale: tensor<3xf32>) -> (tensor<3xi8>, tensor<3xi8>) {
  %s = graph.constant dense<40000.0> : tensor<3xf32>
  %z = graph.constant dense<0> : tensor<3xi8>
  %0 = graph.requantize %x, %s, %z : (tensor<3xi32>, tensor<3xf32>, tensor<3xi8>) -> tensor<3xi8>
  %1 = graph.requantize %x, %scale, %z : (tensor<3xi32>, tensor<3xf32>, tensor<3xi8>) -> tensor<3xi8>
  return %0, %1 : tensor<3xi8>, tensor<3xi8>
}
}
