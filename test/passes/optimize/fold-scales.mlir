// RUN: onnxcc-opt --fold-scales --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --fold-scales --split-input-file --remarks-filter=".*" %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A factor after a product and its bias goes into both.
// CHECK-LABEL: func.func @after(
func.func @after(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[2.000000e+00, 8.000000e+00], [6.000000e+00, 1.600000e+01]]> : tensor<2x2xf32>
  // CHECK-DAG: graph.constant dense<[1.000000e+01, 2.400000e+01]> : tensor<2xf32>
  // CHECK: graph.matmul
  // CHECK-NOT: graph.mul
  // CHECK: graph.add
  // CHECK-NOT: graph.mul
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = graph.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %s = graph.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bb = graph.broadcast %b to affine_map<() -> (3, 2)> : (tensor<2xf32>) -> tensor<3x2xf32>
  %ss = graph.broadcast %s to affine_map<() -> (3, 2)> : (tensor<2xf32>) -> tensor<3x2xf32>
  %p = graph.matmul %x, %w : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %q = graph.add %p, %bb : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %r = graph.mul %q, %ss : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

// Two groups of one channel each: a factor before a convolution belongs to its group's filter.
// CHECK-LABEL: func.func @before(
func.func @before(%x: tensor<1x2x4x4xf32>) -> tensor<1x4x4x4xf32> {
  // CHECK: graph.constant dense<{{.*}}1.000000e+01{{.*}}2.000000e+01{{.*}}3.000000e+02{{.*}}4.000000e+02{{.*}}> : tensor<4x1x1x1xf32>
  // CHECK-NOT: graph.mul
  // CHECK: graph.conv
  %w = graph.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %s = graph.constant dense<[[[10.0]], [[100.0]]]> : tensor<2x1x1xf32>
  %ss = graph.broadcast %s to affine_map<() -> (1, 2, 4, 4)> : (tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %a = graph.mul %x, %ss : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %y = graph.conv %a, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 2}
    : (tensor<1x2x4x4xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// -----

// A transposed convolution has input channels first: filter [c, co/groups].
// CHECK-LABEL: func.func @transposed(
func.func @transposed(%x: tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32> {
  // CHECK: graph.constant dense<{{.*}}1.000000e+00{{.*}}2.000000e+01{{.*}}3.000000e+02{{.*}}4.000000e+03{{.*}}> : tensor<2x2x1x1xf32>
  // CHECK: graph.conv_transpose
  // CHECK-NOT: graph.mul
  %w = graph.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %s = graph.constant dense<[[[1.0]], [[10.0]], [[100.0]], [[1000.0]]]> : tensor<4x1x1xf32>
  %ss = graph.broadcast %s to affine_map<() -> (1, 4, 2, 2)> : (tensor<4x1x1xf32>) -> tensor<1x4x2x2xf32>
  %y = graph.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0, 0>, groups = 2}
    : (tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x2x2xf32>
  %z = graph.mul %y, %ss : (tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  return %z : tensor<1x4x2x2xf32>
}

// -----

// The product has another user: it stays.
// CHECK-LABEL: func.func @shared(
// WHY-DAG: Reason="the product has other users"
func.func @shared(%x: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  // CHECK: graph.mul
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %s = graph.constant dense<2.0> : tensor<f32>
  %ss = graph.broadcast %s to affine_map<() -> (3, 2)> : (tensor<f32>) -> tensor<3x2xf32>
  %p = graph.matmul %x, %w : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %r = graph.mul %p, %ss : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return %p, %r : tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// Attention scales both factors, here by 0.5 and by 1 / 4: one factor behind the product, which is no factor of what it is added to.
// CHECK-LABEL: func.func @attention(
// CHECK-SAME:  %[[Q:.*]]: tensor<3x2x4xf32>, %[[K:.*]]: tensor<3x2x4xf32>
func.func @attention(%q: tensor<3x2x4xf32>, %k: tensor<3x2x4xf32>) -> tensor<2x3x3xf32> {
  // CHECK:     %[[C:.*]] = graph.constant dense<1.250000e-01> : tensor<f32>
  // CHECK:     %[[A:.*]] = graph.transpose %[[Q]] by [1, 0, 2]
  // CHECK:     %[[B:.*]] = graph.transpose %[[K]] by [1, 2, 0]
  // CHECK:     %[[P:.*]] = graph.matmul %[[A]], %[[B]]
  // CHECK:     %[[F:.*]] = graph.broadcast %[[C]]
  // CHECK:     graph.mul %[[P]], %[[F]]
  %half = graph.constant dense<0.5> : tensor<f32>
  %four = graph.constant dense<4.0> : tensor<f32>
  %h = graph.broadcast %half to affine_map<() -> (3, 2, 4)> : (tensor<f32>) -> tensor<3x2x4xf32>
  %f = graph.broadcast %four to affine_map<() -> (2, 4, 3)> : (tensor<f32>) -> tensor<2x4x3xf32>
  %a = graph.mul %q, %h : (tensor<3x2x4xf32>, tensor<3x2x4xf32>) -> tensor<3x2x4xf32>
  %b = graph.transpose %a by [1, 0, 2] : (tensor<3x2x4xf32>) -> tensor<2x3x4xf32>
  %c = graph.transpose %k by [1, 2, 0] : (tensor<3x2x4xf32>) -> tensor<2x4x3xf32>
  %d = graph.div %c, %f : (tensor<2x4x3xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %e = graph.matmul %b, %d : (tensor<2x3x4xf32>, tensor<2x4x3xf32>) -> tensor<2x3x3xf32>
  return %e : tensor<2x3x3xf32>
}

// -----

// Weights, and constants that are added, hold what a factor makes of them, or the factor stays: 1e30 twice is infinite,
// 1e-30 twice 0, 1 / 0 infinite, and the bias 1000 times 100 is more than f16 holds.
// CHECK-LABEL: func.func @held(
// CHECK: graph.matmul
// CHECK: graph.mul
// CHECK: graph.mul
// CHECK: graph.matmul
// CHECK: graph.matmul
// CHECK: graph.div
// CHECK: graph.matmul
// CHECK: graph.add
// CHECK: graph.mul
// WHY-DAG: Reason="weights or constants multiplied by the factor would over- or underflow"
func.func @held(%x: tensor<3x2xf32>, %h: tensor<3x2xf16>) -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf16>) {
  %large = graph.constant dense<1.0e30> : tensor<2x2xf32>
  %small = graph.constant dense<1.0e-30> : tensor<2x2xf32>
  %one = graph.constant dense<1.0> : tensor<2x2xf16>
  %up = graph.constant dense<1.0e30> : tensor<3x2xf32>
  %down = graph.constant dense<1.0e-30> : tensor<3x2xf32>
  %zero = graph.constant dense<0.0> : tensor<3x2xf32>
  %bias = graph.constant dense<1.0e3> : tensor<3x2xf16>
  %hundred = graph.constant dense<1.0e2> : tensor<3x2xf16>
  %a = graph.matmul %x, %large : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %b = graph.mul %a, %up : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %c = graph.mul %x, %down : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %d = graph.matmul %c, %small : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %e = graph.matmul %x, %small : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %f = graph.div %e, %zero : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %i = graph.matmul %h, %one : (tensor<3x2xf16>, tensor<2x2xf16>) -> tensor<3x2xf16>
  %j = graph.add %i, %bias : (tensor<3x2xf16>, tensor<3x2xf16>) -> tensor<3x2xf16>
  %k = graph.mul %j, %hundred : (tensor<3x2xf16>, tensor<3x2xf16>) -> tensor<3x2xf16>
  return %b, %d, %f, %k : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf16>
}
