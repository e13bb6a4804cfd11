// RUN: onnxcc-opt --eliminate-constant-channels --canonicalize --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt "--eliminate-constant-channels=sums=true reach=1e6" --canonicalize --split-input-file %s | FileCheck %s --check-prefix=SUMS
// RUN: onnxcc-opt "--eliminate-constant-channels=sums=true reach=1e6" --split-input-file --remarks-filter=".*" %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A filter of zeros and no bias: the channel goes through relu, sigmoid's product with it, and the product that reads it.
// WHY: remark: [Passed] 1 of 3 output, 0 of 2 input channels
// WHY: remark: [Passed] 0 of 1 output, 1 of 3 input channels
// WHY: remark: [Passed] in all 1 channels, 12 bytes of weights, 15 multiply-adds
// CHECK-LABEL: func.func @chain(
func.func @chain(%x: tensor<5x2xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
  // CHECK-DAG: graph.constant dense<{{\[}}[5.000000e+00], [7.000000e+00]]> : tensor<2x1xf32>
  // CHECK: graph.matmul {{.*}} -> tensor<5x2xf32>
  // CHECK: graph.relu {{.*}} -> tensor<5x2xf32>
  // CHECK: graph.sigmoid {{.*}} -> tensor<5x2xf32>
  // CHECK: graph.mul {{.*}} -> tensor<5x2xf32>
  // CHECK: graph.matmul {{.*}} : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  %w = graph.constant dense<[[1.0, 0.0, 2.0], [3.0, 0.0, 4.0]]> : tensor<2x3xf32>
  %v = graph.constant dense<[[5.0], [6.0], [7.0]]> : tensor<3x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %b = graph.relu %a : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %c = graph.sigmoid %a : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %d = graph.mul %b, %c : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %d, %v : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// What a product multiplies by 0 need not be a constant.
// CHECK-LABEL: func.func @unread(
func.func @unread(%x: tensor<5x2xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[2.000000e+00], [4.000000e+00]]> : tensor<2x1xf32>
  // CHECK-DAG: graph.constant dense<6.000000e+00> : tensor<1x1xf32>
  // CHECK: graph.matmul {{.*}} -> tensor<5x1xf32>
  // CHECK: graph.exp {{.*}} -> tensor<5x1xf32>
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %v = graph.constant dense<[[0.0], [6.0]]> : tensor<2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %b = graph.exp %a : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %b, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// Constants other than 0 are added to the bias where sums may be made: 10 + relu(2) * 6.
// CHECK-LABEL: func.func @bias(
// SUMS-LABEL: func.func @bias(
func.func @bias(%x: tensor<5x2xf32>) -> tensor<5x1xf32> {
  // CHECK: graph.relu {{.*}} -> tensor<5x2xf32>
  // SUMS-DAG: graph.constant dense<2.200000e+01> : tensor<f32>
  // SUMS-DAG: graph.constant dense<{{\[}}[1.000000e+00], [3.000000e+00]]> : tensor<2x1xf32>
  // SUMS-DAG: graph.constant dense<5.000000e+00> : tensor<1x1xf32>
  // SUMS: graph.relu {{.*}} -> tensor<5x1xf32>
  // SUMS: graph.matmul
  // SUMS-NEXT: graph.broadcast
  // SUMS-NEXT: graph.add
  // SUMS-NEXT: return
  %w = graph.constant dense<[[1.0, 0.0], [3.0, 0.0]]> : tensor<2x2xf32>
  %b = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %v = graph.constant dense<[[5.0], [6.0]]> : tensor<2x1xf32>
  %c = graph.constant dense<10.0> : tensor<f32>
  %bb = graph.broadcast %b to affine_map<() -> (5, 2)> : (tensor<2xf32>) -> tensor<5x2xf32>
  %cc = graph.broadcast %c to affine_map<() -> (5, 1)> : (tensor<f32>) -> tensor<5x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %d = graph.add %a, %bb : (tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %e = graph.relu %d : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %e, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  %z = graph.add %y, %cc : (tensor<5x1xf32>, tensor<5x1xf32>) -> tensor<5x1xf32>
  return %z : tensor<5x1xf32>
}

// -----

// Without a bias there is a new one.
// SUMS-LABEL: func.func @new_bias(
func.func @new_bias(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  // SUMS-DAG: graph.constant dense<5.000000e-01> : tensor<f32>
  // SUMS: graph.conv {{.*}} -> tensor<1x1x4x4xf32>
  // SUMS: graph.cos {{.*}} -> tensor<1x1x4x4xf32>
  // SUMS: %[[P:.*]] = graph.conv {{.*}} : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>)
  // SUMS: %[[Y:.*]] = graph.add %[[P]]
  // SUMS: return %[[Y]]
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<[[[[5.0]], [[0.5]]]]> : tensor<1x2x1x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %b = graph.cos %a : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %y = graph.conv %b, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

// A border would see 0 in the constant's place.
// SUMS-LABEL: func.func @border(
func.func @border(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  // SUMS: graph.cos {{.*}} -> tensor<1x2x4x4xf32>
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<1x2x3x3xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %b = graph.cos %a : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %y = graph.conv %b, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x4x4xf32>, tensor<1x2x3x3xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

// Weights that do not change the bias behind them count as 0, up to the reach: 1e6 * 1e-15 is less than half of 0.5's ulp, 2^-25; 1e-13 is not.
// WHY: remark: [Passed] weights that vanish beside the bias
// CHECK-LABEL: func.func @vanishing(
// SUMS-LABEL: func.func @vanishing(
func.func @vanishing(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK: graph.relu {{.*}} -> tensor<5x3xf32>
  // SUMS-DAG: graph.constant dense<{{\[}}[1.000000e+00, 9.99999982E-14]]> : tensor<1x2xf32>
  // SUMS: graph.relu {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[1.0, 1.0e-15, 1.0e-13]]> : tensor<1x3xf32>
  %b = graph.constant dense<[1.0, -0.5, -0.5]> : tensor<3xf32>
  %v = graph.constant dense<[[5.0], [6.0], [7.0]]> : tensor<3x1xf32>
  %bb = graph.broadcast %b to affine_map<() -> (5, 3)> : (tensor<3xf32>) -> tensor<5x3xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %d = graph.add %a, %bb : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %e = graph.relu %d : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %e, %v : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// Through a depthwise convolution with a border, a pool, and a mean over the image; two filters of three stay.
// CHECK-LABEL: func.func @images(
func.func @images(%x: tensor<1x1x4x4xf32>) -> tensor<1x2xf32> {
  // CHECK: graph.conv {{.*}} -> tensor<1x2x4x4xf32>
  // CHECK: graph.conv {{.*}}groups = 2{{.*}} : (tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x4x4xf32>
  // CHECK: graph.pool max {{.*}} -> tensor<1x2x2x2xf32>
  // CHECK: graph.reduce mean {{.*}} -> tensor<1x2xf32>
  // CHECK: graph.matmul {{.*}} : (tensor<1x2xf32>, tensor<2x2xf32>)
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]], [[[3.0]]]]> : tensor<3x1x1x1xf32>
  %d = graph.constant dense<2.0> : tensor<3x1x3x3xf32>
  %v = graph.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<3x1x1x1xf32>) -> tensor<1x3x4x4xf32>
  %b = graph.conv %a, %d {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, groups = 3} : (tensor<1x3x4x4xf32>, tensor<3x1x3x3xf32>) -> tensor<1x3x4x4xf32>
  %c = graph.pool max %b {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x3x4x4xf32>) -> tensor<1x3x2x2xf32>
  %e = graph.reduce mean %c over [2, 3] : (tensor<1x3x2x2xf32>) -> tensor<1x3xf32>
  %y = graph.matmul %e, %v : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Where sums may change, the squares of a channel of threes, 4 of them, are 36, half of which is the offset of what follows.
// CHECK-LABEL: func.func @squares(
// CHECK: graph.reduce sum_square {{.*}} -> tensor<1x3xf32>
// SUMS-LABEL: func.func @squares(
// SUMS-DAG: graph.constant dense<1.800000e+01>
// SUMS: graph.reduce sum_square {{.*}} -> tensor<1x2xf32>
// SUMS: graph.matmul {{.*}} : (tensor<1x2xf32>, tensor<2x1xf32>)
// SUMS: graph.add
func.func @squares(%x: tensor<1x1x2x2xf32>) -> tensor<1x1xf32> {
  %w = graph.constant dense<[[[[1.0]]], [[[0.0]]], [[[3.0]]]]> : tensor<3x1x1x1xf32>
  %b = graph.constant dense<[[[0.0]], [[3.0]], [[0.0]]]> : tensor<3x1x1xf32>
  %v = graph.constant dense<[[1.0], [0.5], [5.0]]> : tensor<3x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) -> tensor<1x3x2x2xf32>
  %bb = graph.broadcast %b to affine_map<() -> (1, 3, 2, 2)> : (tensor<3x1x1xf32>) -> tensor<1x3x2x2xf32>
  %c = graph.add %a, %bb : (tensor<1x3x2x2xf32>, tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %s = graph.reduce sum_square %c over [2, 3] : (tensor<1x3x2x2xf32>) -> tensor<1x3xf32>
  %y = graph.matmul %s, %v : (tensor<1x3xf32>, tensor<3x1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// A depthwise filter of zeros stops a channel that is none itself, and both of its outputs go.
// CHECK-LABEL: func.func @multiplier(
func.func @multiplier(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  // CHECK-DAG: graph.constant dense<{{.*}}3.000000e+00{{.*}}4.000000e+00{{.*}}> : tensor<2x1x1x1xf32>
  // CHECK-DAG: graph.constant dense<6.000000e+00> : tensor<1x1x1x1xf32>
  // CHECK-DAG: graph.constant dense<{{.*}}9.000000e+00{{.*}}1.000000e+00{{.*}}> : tensor<1x2x1x1xf32>
  // CHECK: graph.conv
  // CHECK: graph.conv {{.*}} -> tensor<1x2x4x4xf32>
  // CHECK: graph.conv
  %w = graph.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %d = graph.constant dense<[[[[0.0]]], [[[0.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %v = graph.constant dense<[[[[7.0]], [[8.0]], [[9.0]], [[1.0]]]]> : tensor<1x4x1x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %b = graph.conv %a, %d {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 2} : (tensor<1x2x4x4xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x4x4xf32>
  %y = graph.conv %b, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x4xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

// Groups keep equally many: of the first group's filters both could go, of the second's one.
// CHECK-LABEL: func.func @groups(
func.func @groups(%x: tensor<1x4x4x4xf32>) -> tensor<1x1x4x4xf32> {
  // CHECK-DAG: graph.constant dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}5.000000e+00]]]]> : tensor<2x2x1x1xf32>
  // CHECK-DAG: graph.constant dense<{{.*}}7.000000e+00{{.*}}1.000000e+01{{.*}}> : tensor<1x2x1x1xf32>
  // CHECK: graph.conv {{.*}}groups = 2{{.*}} -> tensor<1x2x4x4xf32>
  %w = graph.constant dense<[[[[0.0]], [[0.0]]], [[[0.0]], [[0.0]]], [[[0.0]], [[0.0]]], [[[4.0]], [[5.0]]]]> : tensor<4x2x1x1xf32>
  %v = graph.constant dense<[[[[7.0]], [[8.0]], [[9.0]], [[10.0]]]]> : tensor<1x4x1x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 2} : (tensor<1x4x4x4xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x4x4xf32>
  %y = graph.conv %a, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x4xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

// Filters of a transposed convolution are columns; its operand's channels, rows of its filter.
// CHECK-LABEL: func.func @transposed(
func.func @transposed(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x8x8xf32> {
  // CHECK-DAG: graph.constant dense<5.000000e+00> : tensor<1x1x2x2xf32>
  // CHECK: graph.conv {{.*}} -> tensor<1x1x4x4xf32>
  // CHECK: graph.conv_transpose {{.*}} -> tensor<1x1x8x8xf32>
  // CHECK: graph.conv {{.*}} (tensor<1x1x8x8xf32>, tensor<1x1x1x1xf32>)
  %w = graph.constant dense<[[[[0.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %t = graph.constant dense<[[[[1.0, 1.0], [1.0, 1.0]], [[2.0, 2.0], [2.0, 2.0]]], [[[5.0, 5.0], [5.0, 5.0]], [[0.0, 0.0], [0.0, 0.0]]]]> : tensor<2x2x2x2xf32>
  %v = graph.constant dense<[[[[7.0]], [[8.0]]]]> : tensor<1x2x1x1xf32>
  %a = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %b = graph.conv_transpose %a, %t {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0, 0>} : (tensor<1x2x4x4xf32>, tensor<2x2x2x2xf32>) -> tensor<1x2x8x8xf32>
  %y = graph.conv %b, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x2x8x8xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x8x8xf32>
  return %y : tensor<1x1x8x8xf32>
}

// -----

// Integers' sums are exact, and made without being asked for: 3 * 6. The batch's extent is open.
// CHECK-LABEL: func.func @integers(
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
func.func @integers(%x: tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>) -> tensor<?x1xi32, affine_map<()[s0] -> (s0, 1)>> {
  // CHECK-DAG: graph.constant dense<{{\[}}[1], [3]]> : tensor<2x1xi32>
  // CHECK-DAG: graph.constant dense<18> : tensor<i32>
  // CHECK: graph.matmul {{.*}} -> tensor<?x1xi32
  // CHECK: graph.matmul
  // CHECK-NEXT: graph.broadcast
  // CHECK-NEXT: graph.add
  %w = graph.constant dense<[[1, 0], [3, 0]]> : tensor<2x2xi32>
  %b = graph.constant dense<[1, 3]> : tensor<2xi32>
  %v = graph.constant dense<[[5], [6]]> : tensor<2x1xi32>
  %a = graph.matmul %x, %w : (tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>, tensor<2x2xi32>) -> tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>
  %bb = graph.broadcast %b to affine_map<()[s0] -> (s0, 2)> : (tensor<2xi32>) -> tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>
  %d = graph.add %a, %bb : (tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>, tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>) -> tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>
  %y = graph.matmul %d, %v : (tensor<?x2xi32, affine_map<()[s0] -> (s0, 2)>>, tensor<2x1xi32>) -> tensor<?x1xi32, affine_map<()[s0] -> (s0, 1)>>
  return %y : tensor<?x1xi32, affine_map<()[s0] -> (s0, 1)>>
}
}

// -----

// A bias of a half that the sum would make infinite: the constant stays.
// SUMS-LABEL: func.func @overflow(
func.func @overflow(%x: tensor<5x2xf16>) -> tensor<5x1xf16> {
  // SUMS: graph.add {{.*}} -> tensor<5x2xf16>
  %w = graph.constant dense<[[1.0, 0.0], [3.0, 0.0]]> : tensor<2x2xf16>
  %b = graph.constant dense<[1.0, 300.0]> : tensor<2xf16>
  %v = graph.constant dense<[[5.0], [600.0]]> : tensor<2x1xf16>
  %bb = graph.broadcast %b to affine_map<() -> (5, 2)> : (tensor<2xf16>) -> tensor<5x2xf16>
  %a = graph.matmul %x, %w : (tensor<5x2xf16>, tensor<2x2xf16>) -> tensor<5x2xf16>
  %d = graph.add %a, %bb : (tensor<5x2xf16>, tensor<5x2xf16>) -> tensor<5x2xf16>
  %y = graph.matmul %d, %v : (tensor<5x2xf16>, tensor<2x1xf16>) -> tensor<5x1xf16>
  return %y : tensor<5x1xf16>
}

// -----

// The model's output keeps its channels, and so does what has another reader.
// WHY: Reason="1 of 2 that it could do without stay: what else computes or reads them cannot"
// CHECK-LABEL: func.func @output(
func.func @output(%x: tensor<5x2xf32>) -> (tensor<5x2xf32>, tensor<5x1xf32>) {
  // CHECK: graph.matmul {{.*}} -> tensor<5x2xf32>
  %w = graph.constant dense<[[1.0, 0.0], [3.0, 0.0]]> : tensor<2x2xf32>
  %v = graph.constant dense<[[5.0], [6.0]]> : tensor<2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %a, %v : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %a, %y : tensor<5x2xf32>, tensor<5x1xf32>
}

// -----

// Vectors of 4 lanes: of 9 channels 2 stay, and 2 that hold zeros; of 3 none would be worth it.
// WHY: Reason="2 of 4 that it could do without stay: fewer would be no faster"
// WHY: Reason="2 of 3 that it could do without stay: fewer would be no faster"
// WHY: remark: [Passed] in all 5 channels, 40 bytes of weights, 50 multiply-adds
// CHECK-LABEL: func.func @lanes(
module attributes {kernel.targets = ["x86-64"]} {
func.func @lanes(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK-DAG: graph.constant dense<{{\[}}[0.000000e+00, 1.000000e+00, 0.000000e+00, 2.000000e+00]]> : tensor<1x4xf32>
  // CHECK-DAG: graph.constant dense<{{\[}}[1.000000e+00], [2.000000e+00], [3.000000e+00], [5.000000e+00]]> : tensor<4x1xf32>
  // CHECK: graph.relu {{.*}} -> tensor<5x4xf32>
  // CHECK: graph.relu {{.*}} -> tensor<5x3xf32>
  %w = graph.constant dense<[[0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<1x9xf32>
  %v = graph.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0], [9.0]]> : tensor<9x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x9xf32>) -> tensor<5x9xf32>
  %b = graph.relu %a : (tensor<5x9xf32>) -> tensor<5x9xf32>
  %c = graph.matmul %b, %v : (tensor<5x9xf32>, tensor<9x1xf32>) -> tensor<5x1xf32>
  %u = graph.constant dense<[[0.0, 1.0, 0.0]]> : tensor<1x3xf32>
  %t = graph.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %d = graph.matmul %c, %u : (tensor<5x1xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %e = graph.relu %d : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %e, %t : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}
}

// -----

// What has gone was all that read another channel.
// CHECK-LABEL: func.func @again(
func.func @again(%x: tensor<5x1xf32>) -> tensor<5x1xf32> {
  // CHECK: graph.relu {{.*}} -> tensor<5x1xf32>
  // CHECK: graph.relu {{.*}} -> tensor<5x1xf32>
  %w = graph.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %v = graph.constant dense<[[3.0, 0.0], [0.0, 4.0]]> : tensor<2x2xf32>
  %u = graph.constant dense<[[5.0], [0.0]]> : tensor<2x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x1xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %b = graph.relu %a : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %c = graph.matmul %b, %v : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %d = graph.relu %c : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %d, %u : (tensor<5x2xf32>, tensor<2x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// Where all goes, one channel stays.
// CHECK-LABEL: func.func @all(
func.func @all(%x: tensor<5x2xf32>) -> tensor<5x1xf32> {
  // CHECK: graph.relu {{.*}} -> tensor<5x1xf32>
  %w = graph.constant dense<0.0> : tensor<2x3xf32>
  %v = graph.constant dense<[[5.0], [6.0], [7.0]]> : tensor<3x1xf32>
  %a = graph.matmul %x, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %b = graph.relu %a : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = graph.matmul %b, %v : (tensor<5x3xf32>, tensor<3x1xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}
