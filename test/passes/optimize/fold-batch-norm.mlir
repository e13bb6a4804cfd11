// RUN: onnxcc-opt --fold-batch-norm --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --fold-batch-norm --split-input-file --remarks-filter=".*" %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// variance + epsilon is 4 and 1, so that the factors are 3/2 and 2; biases 1 - 2 * 3/2 and 0 - 1 * 2.
// CHECK-LABEL: func.func @filter(
func.func @filter(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  // CHECK-DAG: %[[W:.*]] = graph.constant dense<{{.*}}1.500000e+00{{.*}}4.000000e+00{{.*}}> : tensor<2x1x1x1xf32>
  // CHECK-DAG: %[[B:.*]] = graph.constant dense<-2.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[Y:.*]] = graph.conv %{{.*}}, %[[W]]
  // CHECK-DAG: %[[BB:.*]] = graph.broadcast %[[B]]
  // CHECK: graph.add %[[Y]], %[[BB]]
  // CHECK-NOT: graph.batch_norm
  %w = graph.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %scale = graph.constant dense<[3.0, 2.0]> : tensor<2xf32>
  %bias = graph.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %mean = graph.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %variance = graph.constant dense<[3.5, 0.5]> : tensor<2xf32>
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %n = graph.batch_norm %y, %scale, %bias, %mean, %variance {epsilon = 0.5 : f64}
    : (tensor<1x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %n : tensor<1x2x4x4xf32>
}

// -----

// The convolution's own bias is scaled along: (1 - 2) * 3/2 + 1 = -1/2, (5 - 1) * 2 + 0 = 8.
// CHECK-LABEL: func.func @bias(
func.func @bias(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  // CHECK-DAG: graph.constant dense<{{.*}}-5.000000e-01{{.*}}8.000000e+00{{.*}}> : tensor<2x1x1xf32>
  // CHECK-DAG: graph.conv
  // CHECK: graph.add
  // CHECK-NOT: graph.add
  // CHECK: return
  %w = graph.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %scale = graph.constant dense<[3.0, 2.0]> : tensor<2xf32>
  %bias = graph.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %mean = graph.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %variance = graph.constant dense<[3.5, 0.5]> : tensor<2xf32>
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %own = graph.constant dense<[[[1.0]], [[5.0]]]> : tensor<2x1x1xf32>
  %owns = graph.broadcast %own to affine_map<() -> (1, 2, 4, 4)> : (tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %z = graph.add %y, %owns : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %n = graph.batch_norm %z, %scale, %bias, %mean, %variance {epsilon = 0.5 : f64}
    : (tensor<1x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %n : tensor<1x2x4x4xf32>
}

// -----

// Without a filter before it, a multiplication and an addition.
// CHECK-LABEL: func.func @affine(
// WHY-DAG: Reason="no product with constant weights and no other user is before it"
func.func @affine(%x: tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>) -> tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>> {
  // CHECK-DAG: graph.constant dense<[1.500000e+00, 2.000000e+00]> : tensor<2xf32>
  // CHECK-DAG: graph.constant dense<-2.000000e+00> : tensor<f32>
  // CHECK-DAG: graph.mul
  // CHECK: graph.add
  %scale = graph.constant dense<[3.0, 2.0]> : tensor<2xf32>
  %bias = graph.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %mean = graph.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %variance = graph.constant dense<[3.5, 0.5]> : tensor<2xf32>
  %n = graph.batch_norm %x, %scale, %bias, %mean, %variance {epsilon = 0.5 : f64}
    : (tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
  return %n : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
}

// -----

// A variance of -1 is no factor, and 1e30 is not held times a weight of 1e30: the convolution is followed by a
// multiplication.
// CHECK-LABEL: func.func @held(
// CHECK: graph.batch_norm
// CHECK: graph.conv
// CHECK: graph.mul
// CHECK: graph.add
// WHY-DAG: Reason="a channel's factor or offset would over- or underflow"
// WHY-DAG: Reason="weights or offsets multiplied by the factors would over- or underflow"
func.func @held(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) {
  %w = graph.constant dense<1.0e30> : tensor<1x1x1x1xf32>
  %one = graph.constant dense<1.0> : tensor<1xf32>
  %large = graph.constant dense<1.0e30> : tensor<1xf32>
  %negative = graph.constant dense<-1.0> : tensor<1xf32>
  %n = graph.batch_norm %x, %one, %one, %one, %negative {epsilon = 0.5 : f64}
    : (tensor<1x1x4x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  %y = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32>
  %m = graph.batch_norm %y, %large, %one, %one, %one {epsilon = 0.0 : f64}
    : (tensor<1x1x4x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %n, %m : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>
}
