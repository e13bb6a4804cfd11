// RUN: onnxcc-opt --eliminate-constant-channels --canonicalize --split-input-file %s | FileCheck %s

// Channels that ops tie together: each function's first products have a filter of zeros, the last one reads what they become.

// Both sides of an addition must do without a channel: the first is 0 in both, the second in one, the third in none.
// CHECK-LABEL: func.func @residual(
func.func @residual(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[0.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
  // CHECK-DAG: graph.constant dense<{{\[}}[3.000000e+00, 4.000000e+00]]> : tensor<1x2xf32>
  // CHECK-DAG: graph.constant dense<{{\[}}[6.000000e+00], [7.000000e+00]]> : tensor<2x1xf32>
  // CHECK: graph.add {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[0.0, 0.0, 2.0]]> : tensor<1x3xf32>
  %u = graph.constant dense<[[0.0, 3.0, 4.0]]> : tensor<1x3xf32>
  %v = graph.constant dense<[[5.0], [6.0], [7.0]]> : tensor<3x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %b = graph.matmul %x, %u : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %c = graph.add %a, %b : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %c, %v : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// A product that is 0 needs neither of its factors.
// CHECK-LABEL: func.func @gate(
func.func @gate(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK: graph.exp {{.*}} -> tensor<5x1xf32>
  // CHECK: graph.mul {{.*}} -> tensor<5x1xf32>
  %w = graph.constant dense<[[0.0, 2.0]]> : tensor<1x2xf32>
  %u = graph.constant dense<[[3.0, 4.0]]> : tensor<1x2xf32>
  %v = graph.constant dense<[[5.0], [6.0]]> : tensor<2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %b = graph.matmul %x, %u : (tensor<5x1xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %c = graph.exp %b : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %d = graph.mul %a, %c : (tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %d, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// A concatenation has its operands' channels one after the other, of a constant too; a slice has some of them.
// CHECK-DAG: #[[START:.*]] = affine_map<() -> (0, 1)>
// CHECK-DAG: #[[SIZE:.*]] = affine_map<() -> (5, 2)>
// CHECK-LABEL: func.func @concat(
func.func @concat(%x: tensor<5x1xf32>) -> (tensor<5x1xf32>, tensor<5x1xf32>) {
  // CHECK-DAG: graph.constant dense<{{\[}}[1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
  // CHECK-DAG: graph.constant dense<3.000000e+00> : tensor<1x1xf32>
  // CHECK-DAG: graph.constant dense<9.000000e+00> : tensor<1xf32>
  // CHECK: %[[C:.*]] = graph.concat {{.*}} : (tensor<5x2xf32>, tensor<5x1xf32>, tensor<5x1xf32>) -> tensor<5x4xf32>
  // CHECK: graph.slice %[[C]] at #[[START]] sizes #[[SIZE]] steps {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[1.0, 0.0, 2.0]]> : tensor<1x3xf32>
  %u = graph.constant dense<[[0.0, 3.0]]> : tensor<1x2xf32>
  %k = graph.constant dense<[9.0, 0.0]> : tensor<2xf32>
  %v = graph.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0]]> : tensor<7x1xf32>
  %s = graph.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %b = graph.matmul %x, %u : (tensor<5x1xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %kk = graph.broadcast %k to affine_map<() -> (5, 2)> : (tensor<2xf32>) -> tensor<5x2xf32>
  %c = graph.concat %a, %b, %kk {axis = 1} : (tensor<5x3xf32>, tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x7xf32>
  %d = graph.slice %c at affine_map<() -> (0, 2)> sizes affine_map<() -> (5, 3)> steps [1, 1] : (tensor<5x7xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %c, %v : (tensor<5x7xf32>, tensor<7x1xf32>) -> tensor<5x1xf32>
  %z = graph.matmul %d, %s : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y, %z : tensor<5x1xf32>, tensor<5x1xf32>
}

// -----

// A slice that keeps all of its channels begins earlier where some before it are gone.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<() -> (0, 0)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<() -> (0, 1)>
// CHECK-DAG: #[[ONE:.*]] = affine_map<() -> (5, 1)>
// CHECK-DAG: #[[TWO:.*]] = affine_map<() -> (5, 2)>
// CHECK-LABEL: func.func @parts(
func.func @parts(%x: tensor<5x1xf32>) -> (tensor<5x1xf32>, tensor<5x2xf32>) {
  // CHECK: %[[A:.*]] = graph.matmul {{.*}} -> tensor<5x3xf32>
  // CHECK: graph.slice %[[A]] at #[[FIRST]] sizes #[[ONE]] steps {{.*}} -> tensor<5x1xf32>
  // CHECK: graph.slice %[[A]] at #[[SECOND]] sizes #[[TWO]] steps {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[1.0, 0.0, 2.0, 3.0]]> : tensor<1x4xf32>
  %v = graph.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
  %b = graph.slice %a at affine_map<() -> (0, 0)> sizes affine_map<() -> (5, 2)> steps [1, 1] : (tensor<5x4xf32>) -> tensor<5x2xf32>
  %c = graph.slice %a at affine_map<() -> (0, 2)> sizes affine_map<() -> (5, 2)> steps [1, 1] : (tensor<5x4xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %b, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %y, %c : tensor<5x1xf32>, tensor<5x2xf32>
}

// -----

// Transposed, then flattened: a channel is 4 rows of the last filter.
// CHECK-LABEL: func.func @flatten(
func.func @flatten(%x: tensor<1x1x2x2xf32>) -> tensor<1x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[1.000000e+00], [2.000000e+00], [3.000000e+00], [4.000000e+00]]> : tensor<4x1xf32>
  // CHECK: graph.transpose {{.*}} -> tensor<1x1x2x2xf32>
  // CHECK: graph.reshape {{.*}} -> tensor<1x4xf32>
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]]> : tensor<8x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %b = graph.transpose %a by [0, 1, 3, 2] : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = graph.reshape %b to affine_map<() -> (1, 8)> : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
  %y = graph.matmul %c, %v : (tensor<1x8xf32>, tensor<8x1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// A reshape that splits channels keeps them.
// CHECK-LABEL: func.func @split(
func.func @split(%x: tensor<5x1xf32>) -> tensor<5x2x1xf32> {
  // CHECK: graph.matmul {{.*}} -> tensor<5x4xf32>
  %w = graph.constant dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
  %v = graph.constant dense<[[[1.0], [2.0]]]> : tensor<1x2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
  %b = graph.reshape %a to affine_map<() -> (5, 2, 2)> : (tensor<5x4xf32>) -> tensor<5x2x2xf32>
  %vv = graph.broadcast %v to affine_map<() -> (5, 2, 1)> : (tensor<1x2x1xf32>) -> tensor<5x2x1xf32>
  %y = graph.matmul %b, %vv : (tensor<5x2x2xf32>, tensor<5x2x1xf32>) -> tensor<5x2x1xf32>
  return %y : tensor<5x2x1xf32>
}

// -----

// Padding with what the channel holds keeps it; with another value it is none any more.
// CHECK-LABEL: func.func @pad(
func.func @pad(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x4x2xf32>, tensor<1x1x4x2xf32>) {
  // CHECK: graph.pad constant {{.*}} -> tensor<1x1x4x2xf32>
  // CHECK: graph.pad constant {{.*}} -> tensor<1x2x4x2xf32>
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %u = graph.constant dense<[[[[2.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<[[[[3.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %b = graph.conv %x, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %c = graph.pad constant %a, %zero low [0, 0, 1, 0] high [0, 0, 1, 0] : (tensor<1x2x2x2xf32>, tensor<f32>) -> tensor<1x2x4x2xf32>
  %d = graph.pad constant %b, %one low [0, 0, 1, 0] high [0, 0, 1, 0] : (tensor<1x2x2x2xf32>, tensor<f32>) -> tensor<1x2x4x2xf32>
  %y = graph.conv %c, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x4x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x2xf32>
  %z = graph.conv %d, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x4x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x2xf32>
  return %y, %z : tensor<1x1x4x2xf32>, tensor<1x1x4x2xf32>
}

// -----

// A channel that is quantised to the zero point is dequantised to 0. Scales go along one by one.
// CHECK-LABEL: func.func @quantised(
func.func @quantised(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<5.000000e-01> : tensor<1xf32>
  // CHECK: graph.quantize {{.*}} -> tensor<5x1xi8>
  // CHECK: graph.dequantize {{.*}} -> tensor<5x1xf32>
  %w = graph.constant dense<[[1.0, 0.0]]> : tensor<1x2xf32>
  %b = graph.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %s = graph.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %z = graph.constant dense<-128> : tensor<i8>
  %v = graph.constant dense<[[5.0], [6.0]]> : tensor<2x1xf32>
  %bb = graph.broadcast %b to affine_map<() -> (5, 2)> : (tensor<2xf32>) -> tensor<5x2xf32>
  %ss = graph.broadcast %s to affine_map<() -> (5, 2)> : (tensor<2xf32>) -> tensor<5x2xf32>
  %zz = graph.broadcast %z to affine_map<() -> (5, 2)> : (tensor<i8>) -> tensor<5x2xi8>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %c = graph.add %a, %bb : (tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %q = graph.quantize %c, %ss, %zz : (tensor<5x2xf32>, tensor<5x2xf32>, tensor<5x2xi8>) -> tensor<5x2xi8>
  %d = graph.dequantize %q, %ss, %zz : (tensor<5x2xi8>, tensor<5x2xf32>, tensor<5x2xi8>) -> tensor<5x2xf32>
  %y = graph.matmul %d, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// A batch norm loses parameters, a clamp bounds; (0 - 1) * 2 + 2 is 0.
// CHECK-LABEL: func.func @norm(
func.func @norm(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  // CHECK: graph.batch_norm {{.*}} : (tensor<1x1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
  // CHECK: graph.clamp {{.*}} -> tensor<1x1x2x2xf32>
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<[[[[3.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %scale = graph.constant dense<2.0> : tensor<2xf32>
  %mean = graph.constant dense<1.0> : tensor<2xf32>
  %low = graph.constant dense<-1.0> : tensor<f32>
  %high = graph.constant dense<6.0> : tensor<f32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %b = graph.batch_norm %a, %scale, %scale, %mean, %mean {epsilon = 0.0} : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %l = graph.broadcast %low to affine_map<() -> (1, 2, 2, 2)> : (tensor<f32>) -> tensor<1x2x2x2xf32>
  %h = graph.broadcast %high to affine_map<() -> (1, 2, 2, 2)> : (tensor<f32>) -> tensor<1x2x2x2xf32>
  %c = graph.clamp %b, %l, %h : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = graph.conv %c, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

// A gate that is repeated over the image has its channels.
// CHECK-LABEL: func.func @squeeze(
func.func @squeeze(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  // CHECK: graph.reduce mean {{.*}} -> tensor<1x1xf32>
  // CHECK: graph.reshape {{.*}} -> tensor<1x1x1x1xf32>
  // CHECK: graph.broadcast {{.*}} -> tensor<1x1x2x2xf32>
  // CHECK: graph.mul {{.*}} -> tensor<1x1x2x2xf32>
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<[[[[3.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %b = graph.reduce mean %a over [2, 3] : (tensor<1x2x2x2xf32>) -> tensor<1x2xf32>
  %c = graph.reshape %b to affine_map<() -> (1, 2, 1, 1)> : (tensor<1x2xf32>) -> tensor<1x2x1x1xf32>
  %d = graph.broadcast %c to affine_map<() -> (1, 2, 2, 2)> : (tensor<1x2x1x1xf32>) -> tensor<1x2x2x2xf32>
  %e = graph.mul %a, %d : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = graph.conv %e, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

// Channels that are padded with are constants, those that are not 0 stay.
// CHECK-LABEL: func.func @pad_channels(
func.func @pad_channels(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[5.000000e+00], [7.000000e+00]]> : tensor<2x1xf32>
  // CHECK: graph.pad constant {{.*}} low [0, 0] high [0, 0] : {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[1.0, 0.0, 2.0]]> : tensor<1x3xf32>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %v = graph.constant dense<[[4.0], [5.0], [6.0], [7.0], [8.0], [9.0]]> : tensor<6x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %b = graph.pad constant %a, %zero low [0, 1] high [0, 2] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5x6xf32>
  %y = graph.matmul %b, %v : (tensor<5x6xf32>, tensor<6x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}
