// Why the passes leave what they nearly could change, as --opt-report tells it: what the tests of each pass do not have.
// RUN: onnxcc-opt %s --split-input-file --canonicalize-graph --raise-composites --fold-batch-norm --fold-pads --fold-scales --reassociate --remarks-filter=".*" -o /dev/null 2>&1 | FileCheck %s

func.func @batch_norm(%x: tensor<1x2x4xf32>, %mean: tensor<2xf32>) -> tensor<1x2x4xf32> {
  %one = graph.constant dense<1.0> : tensor<2xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] fold |{{.*}}Reason="a parameter is no constant"
  %0 = graph.batch_norm %x, %one, %one, %mean, %one {epsilon = 0.5 : f64} : (tensor<1x2x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  return %0 : tensor<1x2x4xf32>
}

// -----

// One takes the last axis for the channels, the other the second.
func.func @other_axis(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
  %w = graph.constant dense<2.0> : tensor<2x1x1x1xf32>
  %one = graph.constant dense<1.0> : tensor<4xf32>
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x4x4x2xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] into the filter |{{.*}}Reason="the product's channels lie along another axis"
  %1 = graph.batch_norm %0, %one, %one, %one, %one {epsilon = 0.5 : f64} : (tensor<1x4x4x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x4x2xf32>
  return %1 : tensor<1x4x4x2xf32>
}

// -----

func.func @mean(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  %one = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.pad constant %x, %one low [0, 0, 1] high [0, 0, 1] : (tensor<1x1x4xf32>, tensor<f32>) -> tensor<1x1x6xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] FoldIntoPool |{{.*}}Reason="the mean would divide by another count"
  %1 = graph.pool mean %0 {window = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>} : (tensor<1x1x6xf32>) -> tensor<1x1x4xf32>
  return %1 : tensor<1x1x4xf32>
}

// -----

func.func @moved(%x: tensor<2x3xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<2.0> : tensor<3x4xf32>
  %f = graph.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %0 = graph.matmul %x, %w : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %1 = graph.transpose %0 by [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
  %2 = graph.broadcast %f to affine_map<() -> (4, 2)> : (tensor<4x1xf32>) -> tensor<4x2xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] FoldIntoProductBefore |{{.*}}Reason="several factors do not follow the movement"
  %3 = graph.mul %1, %2 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  return %3 : tensor<4x2xf32>
}

// -----

func.func @added(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w = graph.constant dense<2.0> : tensor<3x4xf32>
  %f = graph.constant dense<0.5> : tensor<2x4xf32>
  %0 = graph.matmul %x, %w : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %1 = graph.add %0, %y : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] FoldIntoProductBefore |{{.*}}Reason="what is added between is not constant along channels"
  %2 = graph.mul %1, %f : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

func.func @scaled(%x: tensor<2x3xf32>) -> (tensor<2x4xf32>, tensor<2x3xf32>) {
  %w = graph.constant dense<2.0> : tensor<3x4xf32>
  %f = graph.constant dense<0.5> : tensor<2x3xf32>
  %0 = graph.mul %x, %f : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] FoldIntoProductAfter |{{.*}}Reason="the scaled operand has other users"
  %1 = graph.matmul %0, %w : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %1, %0 : tensor<2x4xf32>, tensor<2x3xf32>
}

// -----

func.func @halves(%x: tensor<2x3xf16>, %y: tensor<3x4xf16>) -> tensor<2x4xf16> {
  %f = graph.constant dense<0.5> : tensor<2x3xf16>
  %0 = graph.mul %x, %f : (tensor<2x3xf16>, tensor<2x3xf16>) -> tensor<2x3xf16>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] MoveBehindProduct |{{.*}}Reason="a product that is not scaled yet might overflow in few bits"
  %1 = graph.matmul %0, %y : (tensor<2x3xf16>, tensor<3x4xf16>) -> tensor<2x4xf16>
  return %1 : tensor<2x4xf16>
}

// -----

func.func @softmax_plane(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = graph.exp %x : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = graph.reduce sum %0 over [1, 2] : (tensor<2x3x4xf32>) -> tensor<2xf32>
  %2 = graph.reshape %1 to affine_map<() -> (2, 1, 1)> : (tensor<2xf32>) -> tensor<2x1x1xf32>
  %3 = graph.broadcast %2 to affine_map<() -> (2, 3, 4)> : (tensor<2x1x1xf32>) -> tensor<2x3x4xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseSoftmax |{{.*}}Reason="it is along several axes"
  %4 = graph.div %0, %3 : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %4 : tensor<2x3x4xf32>
}

// -----

func.func @log_softmax_plane(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = graph.exp %x : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = graph.reduce sum %0 over [1, 2] : (tensor<2x3x4xf32>) -> tensor<2xf32>
  %2 = graph.log %1 : (tensor<2xf32>) -> tensor<2xf32>
  %3 = graph.reshape %2 to affine_map<() -> (2, 1, 1)> : (tensor<2xf32>) -> tensor<2x1x1xf32>
  %4 = graph.broadcast %3 to affine_map<() -> (2, 3, 4)> : (tensor<2x1x1xf32>) -> tensor<2x3x4xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseLogSoftmax |{{.*}}Reason="it is along several axes"
  %5 = graph.sub %x, %4 : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %5 : tensor<2x3x4xf32>
}

// -----

func.func @log_of_softmax(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = graph.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseLogOfSoftmax |{{.*}}Reason="the softmax has other users"
  %1 = graph.log %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// The mean of the squares is along the first axis.
func.func @norm(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %e = graph.constant dense<1.0> : tensor<3xf32>
  %0 = graph.mul %x, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %1 = graph.reduce mean %0 over [0] : (tensor<4x3xf32>) -> tensor<3xf32>
  %2 = graph.add %1, %e : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %3 = graph.sqrt %2 : (tensor<3xf32>) -> tensor<3xf32>
  %4 = graph.broadcast %3 to affine_map<() -> (4, 3)> : (tensor<3xf32>) -> tensor<4x3xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseNorm |{{.*}}Reason="its axes are not the last ones"
  %5 = graph.div %x, %4 : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %5 : tensor<4x3xf32>
}

// -----

#x = affine_map<()[s0] -> (2, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @count(%x: tensor<2x?xf32, #x>) -> tensor<2xf32> {
    %c = graph.constant dense<0.25> : tensor<2xf32>
    %0 = graph.reduce sum %x over [1] : (tensor<2x?xf32, #x>) -> tensor<2xf32>
    // CHECK: [[@LINE+1]]:10: remark: [Missed] RaiseMean |{{.*}}Reason="the number of elements is not constant"
    %1 = graph.mul %0, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    return %1 : tensor<2xf32>
  }
}

// -----

func.func @five_axes(%q: tensor<1x1x2x8x4xf32>, %k: tensor<1x1x2x4x8xf32>, %v: tensor<1x1x2x8x4xf32>) -> tensor<1x1x2x8x4xf32> {
  %0 = graph.matmul %q, %k : (tensor<1x1x2x8x4xf32>, tensor<1x1x2x4x8xf32>) -> tensor<1x1x2x8x8xf32>
  %1 = graph.softmax %0 {axis = 4 : i64} : (tensor<1x1x2x8x8xf32>) -> tensor<1x1x2x8x8xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseAttention |{{.*}}Reason="it has more than two axes of matrices"
  %2 = graph.matmul %1, %v : (tensor<1x1x2x8x8xf32>, tensor<1x1x2x8x4xf32>) -> tensor<1x1x2x8x4xf32>
  return %2 : tensor<1x1x2x8x4xf32>
}

// -----

// A run of the compiler would take minutes for them.
func.func @large(%x: tensor<1x4096xf32>) -> tensor<1x4096xf32> {
  %a = graph.constant dense<1.0> : tensor<4096x4096xf32>
  %0 = graph.matmul %x, %a : (tensor<1x4096xf32>, tensor<4096x4096xf32>) -> tensor<1x4096xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] MergeProducts |{{.*}}Reason="multiplying the matrices takes too long"
  %1 = graph.matmul %0, %a : (tensor<1x4096xf32>, tensor<4096x4096xf32>) -> tensor<1x4096xf32>
  return %1 : tensor<1x4096xf32>
}

// -----

func.func @axes(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x4x8xf32>, %v: tensor<2x8x4xf32>) -> tensor<2x8x4xf32> {
  %0 = graph.matmul %q, %k : (tensor<1x2x8x4xf32>, tensor<1x2x4x8xf32>) -> tensor<1x2x8x8xf32>
  %1 = graph.softmax %0 {axis = 3 : i64} : (tensor<1x2x8x8xf32>) -> tensor<1x2x8x8xf32>
  %2 = graph.reshape %1 to affine_map<() -> (2, 8, 8)> : (tensor<1x2x8x8xf32>) -> tensor<2x8x8xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] RaiseAttention |{{.*}}Reason="the scores' axes are not the same all the way"
  %3 = graph.matmul %2, %v : (tensor<2x8x8xf32>, tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  return %3 : tensor<2x8x4xf32>
}
