// Contractions and pooling: expected values from ONNX Runtime.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// CHECK-LABEL: func @matmul
// CHECK: graph.constant dense<{{\[\[}}[2.000000e+00, 0.000000e+00], [-3.000000e+00, 1.600000e+01]], {{\[\[}}-6.000000e+00, -4.000000e+00], [1.400000e+01, 1.400000e+01]]]> : tensor<2x2x2xf32>
func.func @matmul() -> tensor<2x2x2xf32> {
  %0 = graph.constant dense<[[[0.0, 0.0, 2.0], [4.0, -4.0, -3.0]], [[3.0, 4.0, -2.0], [-2.0, 3.0, -1.0]]]> : tensor<2x2x3xf32>
  %1 = graph.constant dense<[[[-2.0, 3.0], [-2.0, -1.0], [1.0, 0.0]], [[-4.0, -4.0], [3.0, 2.0], [3.0, 0.0]]]> : tensor<2x3x2xf32>
  %r = graph.matmul %0, %1 : (tensor<2x2x3xf32>, tensor<2x3x2xf32>) -> tensor<2x2x2xf32>
  return %r : tensor<2x2x2xf32>
}

// Wraps: 30000 = 117 * 256 + 48.
// CHECK-LABEL: func @matmul_i8
// CHECK: graph.constant dense<48> : tensor<1x1xi8>
func.func @matmul_i8() -> tensor<1x1xi8> {
  %0 = graph.constant dense<[[100, 100, 100]]> : tensor<1x3xi8>
  %1 = graph.constant dense<[[100], [100], [100]]> : tensor<3x1xi8>
  %r = graph.matmul %0, %1 : (tensor<1x3xi8>, tensor<3x1xi8>) -> tensor<1x1xi8>
  return %r : tensor<1x1xi8>
}

// CHECK-LABEL: func @conv_1d
// CHECK: graph.constant dense<{{\[\[}}[-5.000000e+00, 5.000000e+00, 1.500000e+01, -9.000000e+00], [1.400000e+01, -1.200000e+01, 2.000000e+00, 1.800000e+01]]]> : tensor<1x2x4xf32>
func.func @conv_1d() -> tensor<1x2x4xf32> {
  %0 = graph.constant dense<[[[3.0, -2.0, 0.0, 3.0, -3.0], [-2.0, -3.0, 0.0, 4.0, -3.0]]]> : tensor<1x2x5xf32>
  %1 = graph.constant dense<[[[-1.0, -1.0, 4.0], [-3.0, 0.0, -2.0]], [[-4.0, 2.0, -4.0], [-2.0, 0.0, 0.0]]]> : tensor<2x2x3xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 0>} : (tensor<1x2x5xf32>, tensor<2x2x3xf32>) -> tensor<1x2x4xf32>
  return %r : tensor<1x2x4xf32>
}

// CHECK-LABEL: func @conv_2d
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-1.900000e+01, -2.000000e+00, -6.000000e+00], [2.100000e+01, 1.800000e+01, -3.000000e+00]], {{\[\[}}-3.100000e+01, 1.300000e+01, 0.000000e+00], [-8.000000e+00, -9.000000e+00, -1.000000e+01]]]]> : tensor<1x2x2x3xf32>
func.func @conv_2d() -> tensor<1x2x2x3xf32> {
  %0 = graph.constant dense<[[[[-3.0, 4.0, 2.0, 4.0], [-4.0, 2.0, -2.0, 0.0], [4.0, -2.0, 2.0, -3.0], [-2.0, 4.0, -1.0, 0.0]], [[-2.0, -3.0, -1.0, 1.0], [0.0, 2.0, -1.0, 1.0], [2.0, 4.0, -1.0, -4.0], [2.0, 0.0, 3.0, 0.0]]]]> : tensor<1x2x4x4xf32>
  %1 = graph.constant dense<[[[[-1.0, -4.0], [0.0, 1.0], [2.0, 3.0]], [[-3.0, 1.0], [3.0, -2.0], [-1.0, 3.0]]], [[[1.0, 0.0], [2.0, 0.0], [4.0, 2.0]], [[-4.0, -3.0], [0.0, 3.0], [-4.0, 2.0]]]]> : tensor<2x2x3x2xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 2, 1>, dilations = array<i64: 1, 2>, pads = array<i64: 1, 0, 0, 1>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x2xf32>) -> tensor<1x2x2x3xf32>
  return %r : tensor<1x2x2x3xf32>
}

// CHECK-LABEL: func @conv_2d_channels_last
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-9.000000e+00, -1.000000e+00], [1.800000e+01, 1.200000e+01], [9.000000e+00, 3.000000e+00]], {{\[\[}}3.400000e+01, 2.000000e+00], [3.600000e+01, -9.000000e+00], [9.000000e+00, 2.400000e+01]], {{\[\[}}-2.600000e+01, -2.100000e+01], [-1.000000e+01, -6.000000e+00], [0.000000e+00, 2.100000e+01]]], {{\[\[}}[2.300000e+01, 7.000000e+00], [-3.200000e+01, -2.000000e+00], [1.800000e+01, 4.000000e+00]], {{\[\[}}-5.300000e+01, -6.000000e+00], [1.200000e+01, 2.200000e+01], [2.600000e+01, 5.000000e+00]], {{\[\[}}-7.000000e+00, 3.000000e+00], [4.800000e+01, -5.000000e+00], [-1.100000e+01, 1.000000e+01]]]]> : tensor<2x3x3x2xf32>
func.func @conv_2d_channels_last() -> tensor<2x3x3x2xf32> {
  %0 = graph.constant dense<[[[[2.0, -4.0], [3.0, -3.0], [3.0, 3.0]], [[-3.0, 2.0], [0.0, 3.0], [3.0, 3.0]], [[-1.0, 3.0], [-3.0, -2.0], [0.0, 0.0]]], [[[1.0, 3.0], [-2.0, 4.0], [4.0, -2.0]], [[-4.0, 0.0], [3.0, -3.0], [1.0, 2.0]], [[-2.0, 1.0], [2.0, 3.0], [-1.0, 3.0]]]]> : tensor<2x3x3x2xf32>
  %1 = graph.constant dense<[[[[4.0, 4.0], [4.0, -3.0]], [[-4.0, 0.0], [-1.0, 4.0]]], [[[3.0, -1.0], [1.0, 1.0]], [[4.0, -4.0], [0.0, 2.0]]]]> : tensor<2x2x2x2xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 0, 0, 1>, layout = #graph<layout channels_last>} : (tensor<2x3x3x2xf32>, tensor<2x2x2x2xf32>) -> tensor<2x3x3x2xf32>
  return %r : tensor<2x3x3x2xf32>
}

// CHECK-LABEL: func @conv_groups
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}1.200000e+01, -2.500000e+01], [-6.000000e+00, 1.200000e+01]], {{\[\[}}1.200000e+01, -1.300000e+01], [-1.400000e+01, -8.000000e+00]], {{\[\[}}0.000000e+00, -2.000000e+00], [-2.800000e+01, 7.000000e+00]], {{\[\[}}-3.400000e+01, 0.000000e+00], [4.000000e+00, -2.100000e+01]]]]> : tensor<1x4x2x2xf32>
func.func @conv_groups() -> tensor<1x4x2x2xf32> {
  %0 = graph.constant dense<[[[[0.0, 4.0, 4.0], [3.0, 0.0, 3.0], [-4.0, 1.0, -2.0]], [[-2.0, 2.0, 2.0], [3.0, -3.0, 3.0], [3.0, -2.0, -4.0]], [[2.0, 3.0, 0.0], [-3.0, -3.0, -1.0], [2.0, -2.0, -4.0]], [[2.0, 2.0, -3.0], [1.0, -1.0, 0.0], [-4.0, 1.0, -2.0]]]]> : tensor<1x4x3x3xf32>
  %1 = graph.constant dense<[[[[0.0, -1.0], [1.0, -4.0]], [[-1.0, 1.0], [2.0, -1.0]]], [[[-4.0, 2.0], [0.0, 1.0]], [[-3.0, -1.0], [3.0, 3.0]]], [[[-2.0, 1.0], [-4.0, 3.0]], [[-2.0, -1.0], [4.0, 0.0]]], [[[3.0, -3.0], [2.0, 4.0]], [[-4.0, -2.0], [-3.0, -2.0]]]]> : tensor<4x2x2x2xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 2 : i64} : (tensor<1x4x3x3xf32>, tensor<4x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @conv_depthwise
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-1.400000e+01, 3.700000e+01, 1.000000e+00], [-6.000000e+00, 1.900000e+01, -2.000000e+00]], {{\[\[}}1.000000e+00, 1.600000e+01, -1.600000e+01], [-6.000000e+00, 1.000000e+00, -1.200000e+01]]]]> : tensor<1x2x2x3xf32>
func.func @conv_depthwise() -> tensor<1x2x2x3xf32> {
  %0 = graph.constant dense<[[[[-2.0, -3.0, -3.0], [-4.0, -3.0, 1.0], [4.0, -1.0, 0.0]], [[-2.0, -4.0, 3.0], [4.0, -1.0, 2.0], [2.0, 0.0, 2.0]], [[-3.0, 1.0, 1.0], [2.0, 1.0, -1.0], [2.0, 0.0, -2.0]]]]> : tensor<1x3x3x3xf32>
  %1 = graph.constant dense<[[[[0.0, 1.0], [-1.0, -3.0]]], [[[-4.0, -4.0], [-3.0, -1.0]]], [[[-2.0, -3.0], [-2.0, 2.0]]]]> : tensor<3x1x2x2xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 3 : i64, layout = #graph<layout channels_last>} : (tensor<1x3x3x3xf32>, tensor<3x1x2x2xf32>) -> tensor<1x2x2x3xf32>
  return %r : tensor<1x2x2x3xf32>
}

// CHECK-LABEL: func @conv_3d
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}[-4.000000e+00, 4.000000e+00], [2.000000e+01, 0.000000e+00]], {{\[\[}}1.700000e+01, 3.000000e+00], [1.700000e+01, 1.000000e+01]]]]]> : tensor<1x1x2x2x2xf32>
func.func @conv_3d() -> tensor<1x1x2x2x2xf32> {
  %0 = graph.constant dense<[[[[[-2.0, 4.0], [1.0, -3.0], [4.0, 3.0]], [[2.0, -3.0], [3.0, 2.0], [2.0, 2.0]]]]]> : tensor<1x1x2x3x2xf32>
  %1 = graph.constant dense<[[[[[1.0], [-1.0]], [[4.0], [4.0]]]]]> : tensor<1x1x2x2x1xf32>
  %r = graph.conv %0, %1 {strides = array<i64: 1, 1, 1>, dilations = array<i64: 1, 1, 1>, pads = array<i64: 1, 0, 0, 0, 0, 0>} : (tensor<1x1x2x3x2xf32>, tensor<1x1x2x2x1xf32>) -> tensor<1x1x2x2x2xf32>
  return %r : tensor<1x1x2x2x2xf32>
}

// CHECK-LABEL: func @conv_transpose_2d
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}3.000000e+00, -2.000000e+01, -1.400000e+01, 6.000000e+00, 1.500000e+01], [1.200000e+01, -1.600000e+01, -1.600000e+01, -4.000000e+00, 2.000000e+00], [-3.000000e+00, 0.000000e+00, 2.000000e+00, 0.000000e+00, -6.000000e+00], [0.000000e+00, 0.000000e+00, 4.000000e+00, 0.000000e+00, -2.000000e+00]], {{\[\[}}1.000000e+00, 0.000000e+00, -1.200000e+01, 4.000000e+00, 1.000000e+01], [-8.000000e+00, -8.000000e+00, -1.400000e+01, -6.000000e+00, -1.500000e+01], [2.000000e+00, 0.000000e+00, 6.000000e+00, 0.000000e+00, -4.000000e+00], [5.000000e+00, 0.000000e+00, 5.000000e+00, 0.000000e+00, 6.000000e+00]]]]> : tensor<1x2x4x5xf32>
func.func @conv_transpose_2d() -> tensor<1x2x4x5xf32> {
  %0 = graph.constant dense<[[[[2.0, -1.0], [0.0, 1.0]], [[-4.0, -4.0], [0.0, 1.0]]]]> : tensor<1x2x2x2xf32>
  %1 = graph.constant dense<[[[[-3.0, -2.0, -3.0], [4.0, 0.0, -2.0]], [[3.0, 4.0, -2.0], [4.0, 2.0, 3.0]]], [[[0.0, 4.0, -3.0], [-4.0, 4.0, 0.0]], [[-1.0, 2.0, -2.0], [1.0, 3.0, 3.0]]]]> : tensor<2x2x2x3xf32>
  %r = graph.conv_transpose %0, %1 {strides = array<i64: 2, 1>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 1, 1, 0>, outputPads = array<i64: 1, 0>} : (tensor<1x2x2x2xf32>, tensor<2x2x2x3xf32>) -> tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// CHECK-LABEL: func @conv_transpose_groups
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-3.000000e+00, 5.000000e+00], [-9.000000e+00, 0.000000e+00], [4.000000e+00, -8.000000e+00], [1.200000e+01, -2.400000e+01], [0.000000e+00, 0.000000e+00]], {{\[\[}}2.000000e+00, -2.700000e+01], [1.200000e+01, -2.000000e+01], [2.000000e+00, 1.100000e+01], [-2.000000e+00, 1.000000e+01], [0.000000e+00, 0.000000e+00]], {{\[\[}}6.000000e+00, 2.800000e+01], [5.000000e+00, 2.000000e+01], [-4.000000e+00, -1.200000e+01], [-1.000000e+01, -4.000000e+00], [0.000000e+00, 0.000000e+00]]]]> : tensor<1x3x5x2xf32>
func.func @conv_transpose_groups() -> tensor<1x3x5x2xf32> {
  %0 = graph.constant dense<[[[[-3.0, -3.0, -2.0, -1.0], [4.0, 4.0, -4.0, 4.0]], [[2.0, -1.0, 3.0, 4.0], [2.0, 4.0, 1.0, -4.0]]]]> : tensor<1x2x2x4xf32>
  %1 = graph.constant dense<[[[[1.0, 3.0], [2.0, 1.0]]], [[[0.0, 0.0], [-2.0, -3.0]]], [[[-1.0, 2.0], [4.0, 4.0]]], [[[-3.0, -4.0], [4.0, 2.0]]]]> : tensor<4x1x2x2xf32>
  %r = graph.conv_transpose %0, %1 {strides = array<i64: 1, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0, 1>, groups = 2 : i64, layout = #graph<layout channels_last>} : (tensor<1x2x2x4xf32>, tensor<4x1x2x2xf32>) -> tensor<1x3x5x2xf32>
  return %r : tensor<1x3x5x2xf32>
}

// CHECK-LABEL: func @max_pool
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}3.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00], [2.000000e+00, 2.000000e+00, 2.000000e+00, 1.000000e+00]], {{\[\[}}4.000000e+00, 4.000000e+00, 3.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00, 4.000000e+00, 4.000000e+00]]]]> : tensor<1x2x2x4xf32>
func.func @max_pool() -> tensor<1x2x2x4xf32> {
  %0 = graph.constant dense<[[[[2.0, 3.0, -1.0, 3.0], [1.0, 1.0, -1.0, -1.0], [-1.0, 2.0, 0.0, -4.0], [-4.0, -3.0, 0.0, 1.0]], [[4.0, 3.0, -2.0, 0.0], [2.0, 3.0, -1.0, 2.0], [-3.0, 0.0, 4.0, -1.0], [-4.0, 3.0, -2.0, -1.0]]]]> : tensor<1x2x4x4xf32>
  %r = graph.pool max %0 {window = array<i64: 2, 3>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x4xf32>
  return %r : tensor<1x2x2x4xf32>
}

// CHECK-LABEL: func @max_pool_dilated
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-2.000000e+00], [3.000000e+00], [2.000000e+00], [3.000000e+00]], {{\[\[}}4.000000e+00], [4.000000e+00], [3.000000e+00], [4.000000e+00]], {{\[\[}}-1.000000e+00], [3.000000e+00], [2.000000e+00], [3.000000e+00]], {{\[\[}}1.000000e+00], [4.000000e+00], [2.000000e+00], [4.000000e+00]]]]> : tensor<1x4x4x1xf32>
func.func @max_pool_dilated() -> tensor<1x4x4x1xf32> {
  %0 = graph.constant dense<[[[[4.0], [-1.0], [-2.0], [-2.0], [3.0]], [[-3.0], [1.0], [-2.0], [3.0], [2.0]], [[1.0], [-1.0], [-1.0], [4.0], [2.0]], [[-1.0], [-4.0], [-3.0], [0.0], [0.0]], [[-1.0], [4.0], [0.0], [3.0], [-3.0]]]]> : tensor<1x5x5x1xf32>
  %r = graph.pool max %0 {window = array<i64: 2, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 2, 2>, pads = array<i64: 1, 0, 0, 1>, layout = #graph<layout channels_last>} : (tensor<1x5x5x1xf32>) -> tensor<1x4x4x1xf32>
  return %r : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: func @mean_pool
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}-1.200000e+01, -1.800000e+01, -3.000000e+01, -3.600000e+01], [0.000000e+00, -1.500000e+01, -2.700000e+01, -2.400000e+01], [1.800000e+01, 9.000000e+00, 0.000000e+00, 0.000000e+00], [2.400000e+01, 3.000000e+01, 2.400000e+01, 1.200000e+01]]]]> : tensor<1x1x4x4xf32>
func.func @mean_pool() -> tensor<1x1x4x4xf32> {
  %0 = graph.constant dense<[[[[-12.0, -24.0, -36.0], [12.0, -36.0, -12.0], [24.0, 36.0, 12.0]]]]> : tensor<1x1x3x3xf32>
  %r = graph.pool mean %0 {window = array<i64: 2, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x4x4xf32>
  return %r : tensor<1x1x4x4xf32>
}

// CHECK-LABEL: func @mean_pool_count_pads
// CHECK: graph.constant dense<{{\[\[}}{{\[\[}}1.000000e+00], [1.000000e+00]], {{\[\[}}-2.000000e+00], [-6.000000e+00]]]]> : tensor<1x2x2x1xf32>
func.func @mean_pool_count_pads() -> tensor<1x2x2x1xf32> {
  %0 = graph.constant dense<[[[[4.0], [-8.0], [12.0]], [[-12.0], [8.0], [-16.0]], [[4.0], [-8.0], [-8.0]]]]> : tensor<1x3x3x1xf32>
  %r = graph.pool mean %0 {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 0, 0>, countPads = true, layout = #graph<layout channels_last>} : (tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32>
  return %r : tensor<1x2x2x1xf32>
}

// NumPy's. Two heads share keys and values; rows: no difference between keys, the second key hidden, all keys hidden, a mask that
// favours the first key.
// CHECK-LABEL: func @attention
// CHECK: graph.constant dense<{{\[\[\[}}[3.000000e+00, 0.000000e+00], [1.000000e+00, 2.000000e+00]], {{\[}}[0.000000e+00, 0.000000e+00], [1.476{{[0-9]*}}, 1.523{{[0-9]*}}]]]]> : tensor<1x2x2x2xf32>
func.func @attention() -> tensor<1x2x2x2xf32> {
  %q = graph.constant dense<[[[[0.0], [1.0]], [[2.0], [-1.0]]]]> : tensor<1x2x2x1xf32>
  %k = graph.constant dense<[[[[1.0], [3.0]]]]> : tensor<1x1x2x1xf32>
  %v = graph.constant dense<[[[[1.0, 2.0], [5.0, -2.0]]]]> : tensor<1x1x2x2xf32>
  %m = graph.constant dense<[[[[0.0, 0.0], [0.0, 0xFF800000]], [[0xFF800000, 0xFF800000], [1.0, 0.0]]]]> : tensor<1x2x2x2xf32>
  %r = graph.attention %q, %k, %v, %m {scale = 0.5, guarded} : (tensor<1x2x2x1xf32>, tensor<1x1x2x1xf32>, tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Rows: a key not chosen has the score 0, which the mask adds 1 to; all keys hidden, so 0, though their products are NaN; a NaN among
// the products of a row that is not hidden. 2 + 1 keys: exp(2), exp(1): weights 0.731059, 0.268941.
// CHECK-LABEL: func @attention_choice
// CHECK: graph.constant dense<{{\[\[\[}}[1.5378{{[0-9]*}}], [0.000000e+00], [0x7FC00000]]]]> : tensor<1x1x3x1xf32>
func.func @attention_choice() -> tensor<1x1x3x1xf32> {
  %q = graph.constant dense<[[[[1.0], [0x7FC00000], [0x7FC00000]]]]> : tensor<1x1x3x1xf32>
  %k = graph.constant dense<[[[[2.0], [3.0]]]]> : tensor<1x1x2x1xf32>
  %v = graph.constant dense<[[[[1.0], [3.0]]]]> : tensor<1x1x2x1xf32>
  %see = graph.constant dense<[[[[true, false], [true, false], [true, true]]]]> : tensor<1x1x3x2xi1>
  %m = graph.constant dense<[[[[0.0, 1.0], [0xFF800000, 0xFF800000], [0.0, 0.0]]]]> : tensor<1x1x3x2xf32>
  %r = graph.attention %q, %k, %v, %see, %m {scale = 1.0, fills = array<f64: 0.0>, guardsHidden} : (tensor<1x1x3x1xf32>, tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>, tensor<1x1x3x2xi1>, tensor<1x1x3x2xf32>) -> tensor<1x1x3x1xf32>
  return %r : tensor<1x1x3x1xf32>
}

// Without a guard a row of hidden keys is NaN.
// CHECK-LABEL: func @attention_masked
// CHECK: graph.constant dense<0x{{[7F]}}FC00000> : tensor<1x1x1x1xf32>
func.func @attention_masked() -> tensor<1x1x1x1xf32> {
  %x = graph.constant dense<1.0> : tensor<1x1x1x1xf32>
  %m = graph.constant dense<0xFF800000> : tensor<1x1x1x1xf32>
  %r = graph.attention %x, %x, %x, %m {scale = 1.0} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %r : tensor<1x1x1x1xf32>
}
