// Reductions, softmax and normalisations: expected values from NumPy.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// CHECK-LABEL: func @reduce_sum
// CHECK: graph.constant dense<[1.000000e+01, 0.000000e+00, -2.000000e+00]> : tensor<3xf32>
func.func @reduce_sum() -> tensor<3xf32> {
  %0 = graph.constant dense<[[[-1.0, 3.0], [3.0, -2.0], [0.0, -4.0]], [[4.0, 4.0], [-1.0, 0.0], [0.0, 2.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce sum %0 over [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @reduce_prod
// CHECK: graph.constant dense<[-4.800000e+01, 0.000000e+00, -0.000000e+00]> : tensor<3xf32>
func.func @reduce_prod() -> tensor<3xf32> {
  %0 = graph.constant dense<[[[-1.0, 3.0], [3.0, -2.0], [0.0, -4.0]], [[4.0, 4.0], [-1.0, 0.0], [0.0, 2.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce prod %0 over [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @reduce_max
// CHECK: graph.constant dense<[4.000000e+00, 3.000000e+00, 2.000000e+00]> : tensor<3xf32>
func.func @reduce_max() -> tensor<3xf32> {
  %0 = graph.constant dense<[[[-1.0, 3.0], [3.0, -2.0], [0.0, -4.0]], [[4.0, 4.0], [-1.0, 0.0], [0.0, 2.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce max %0 over [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @reduce_min
// CHECK: graph.constant dense<[-1.000000e+00, -2.000000e+00, -4.000000e+00]> : tensor<3xf32>
func.func @reduce_min() -> tensor<3xf32> {
  %0 = graph.constant dense<[[[-1.0, 3.0], [3.0, -2.0], [0.0, -4.0]], [[4.0, 4.0], [-1.0, 0.0], [0.0, 2.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce min %0 over [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @reduce_mean
// CHECK: graph.constant dense<{{\[\[}}2.000000e+00, -3.000000e+00], [3.000000e+00, 6.000000e+00]]> : tensor<2x2xf32>
func.func @reduce_mean() -> tensor<2x2xf32> {
  %0 = graph.constant dense<[[[-3.0, 9.0], [9.0, -6.0], [0.0, -12.0]], [[12.0, 12.0], [-3.0, 0.0], [0.0, 6.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce mean %0 over [1] : (tensor<2x3x2xf32>) -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// CHECK-LABEL: func @reduce_sum_i8_wraps
// CHECK: graph.constant dense<-56> : tensor<i8>
func.func @reduce_sum_i8_wraps() -> tensor<i8> {
  %0 = graph.constant dense<[100, 100]> : tensor<2xi8>
  %r = graph.reduce sum %0 over [0] : (tensor<2xi8>) -> tensor<i8>
  return %r : tensor<i8>
}

// CHECK-LABEL: func @reduce_sum_square
// CHECK: graph.constant dense<[4.200000e+01, 1.400000e+01, 2.000000e+01]> : tensor<3xf32>
func.func @reduce_sum_square() -> tensor<3xf32> {
  %0 = graph.constant dense<[[[-1.0, 3.0], [3.0, -2.0], [0.0, -4.0]], [[4.0, 4.0], [-1.0, 0.0], [0.0, 2.0]]]> : tensor<2x3x2xf32>
  %r = graph.reduce sum_square %0 over [0, 2] : (tensor<2x3x2xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// Each square alone would be 0 in f16.
// CHECK-LABEL: func @reduce_sum_square_f16
// CHECK: graph.constant dense<1.192090e-07> : tensor<f16>
func.func @reduce_sum_square_f16() -> tensor<f16> {
  %0 = graph.constant dense<1.220703125e-04> : tensor<8xf16>
  %r = graph.reduce sum_square %0 over [0] : (tensor<8xf16>) -> tensor<f16>
  return %r : tensor<f16>
}

// CHECK-LABEL: func @reduce_sum_square_i8_wraps
// CHECK: graph.constant dense<32> : tensor<i8>
func.func @reduce_sum_square_i8_wraps() -> tensor<i8> {
  %0 = graph.constant dense<[100, 100]> : tensor<2xi8>
  %r = graph.reduce sum_square %0 over [0] : (tensor<2xi8>) -> tensor<i8>
  return %r : tensor<i8>
}

// CHECK-LABEL: func @reduce_max_ui8
// CHECK: graph.constant dense<200> : tensor<ui8>
func.func @reduce_max_ui8() -> tensor<ui8> {
  %0 = graph.constant dense<[100, 200]> : tensor<2xui8>
  %r = graph.reduce max %0 over [0] : (tensor<2xui8>) -> tensor<ui8>
  return %r : tensor<ui8>
}

// -3.5 truncates.
// CHECK-LABEL: func @reduce_mean_i32
// CHECK: graph.constant dense<-3> : tensor<i32>
func.func @reduce_mean_i32() -> tensor<i32> {
  %0 = graph.constant dense<[-3, -4]> : tensor<2xi32>
  %r = graph.reduce mean %0 over [0] : (tensor<2xi32>) -> tensor<i32>
  return %r : tensor<i32>
}

// CHECK-LABEL: func @reduce_max_nan
// CHECK: graph.constant dense<0x7FC00000> : tensor<f32>
func.func @reduce_max_nan() -> tensor<f32> {
  %0 = graph.constant dense<[1.0, 0x7FC00000, 2.0]> : tensor<3xf32>
  %r = graph.reduce max %0 over [0] : (tensor<3xf32>) -> tensor<f32>
  return %r : tensor<f32>
}

// CHECK-LABEL: func @arg_max
// CHECK: graph.constant dense<[1, 0]> : tensor<2xi64>
func.func @arg_max() -> tensor<2xi64> {
  %0 = graph.constant dense<[[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]]> : tensor<2x3xf32>
  %r = graph.arg_reduce max %0 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: func @arg_max_last
// CHECK: graph.constant dense<[2, 0]> : tensor<2xi64>
func.func @arg_max_last() -> tensor<2xi64> {
  %0 = graph.constant dense<[[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]]> : tensor<2x3xf32>
  %r = graph.arg_reduce max %0 {axis = 1 : i64, last = true} : (tensor<2x3xf32>) -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: func @arg_min
// CHECK: graph.constant dense<[0, 1, 1]> : tensor<3xi64>
func.func @arg_min() -> tensor<3xi64> {
  %0 = graph.constant dense<[[1, 3, 3], [2, 0, 1]]> : tensor<2x3xi8>
  %r = graph.arg_reduce min %0 {axis = 0 : i64} : (tensor<2x3xi8>) -> tensor<3xi64>
  return %r : tensor<3xi64>
}

// CHECK-LABEL: func @cumulate_sum
// CHECK: graph.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00, 6.000000e+00], [4.000000e+00, 9.000000e+00, 1.500000e+01]]> : tensor<2x3xf32>
func.func @cumulate_sum() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %r = graph.cumulate sum %0 {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @cumulate_reverse_exclusive
// CHECK: graph.constant dense<{{\[\[}}5.000000e+00, 3.000000e+00, 0.000000e+00], [1.100000e+01, 6.000000e+00, 0.000000e+00]]> : tensor<2x3xf32>
func.func @cumulate_reverse_exclusive() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %r = graph.cumulate sum %0 {axis = 1 : i64, exclusive = true, reverse = true} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @cumulate_prod
// CHECK: graph.constant dense<{{\[\[}}1, 2, 3], [4, 10, 18]]> : tensor<2x3xi64>
func.func @cumulate_prod() -> tensor<2x3xi64> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %r = graph.cumulate prod %0 {axis = 0 : i64, exclusive = false, reverse = false} : (tensor<2x3xi64>) -> tensor<2x3xi64>
  return %r : tensor<2x3xi64>
}

// No overflow at 1000.
// CHECK-LABEL: func @softmax
// CHECK: graph.constant dense<{{\[\[}}0.0900{{[0-9]*}}, 0.2447{{[0-9]*}}, 0.6652{{[0-9]*}}], [5.000000e-01, 5.000000e-01, 0.000000e+00]]> : tensor<2x3xf32>
func.func @softmax() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [1000.0, 1000.0, -1000.0]]> : tensor<2x3xf32>
  %r = graph.softmax %0 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @log_softmax
// CHECK: graph.constant dense<{{\[\[}}-2.4076{{[0-9]*}}, -1.4076{{[0-9]*}}, -0.4076{{[0-9]*}}]]> : tensor<1x3xf32>
func.func @log_softmax() -> tensor<1x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  %r = graph.log_softmax %0 {axis = 1 : i64} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %r : tensor<1x3xf32>
}

// CHECK-LABEL: func @layer_norm
// CHECK: graph.constant dense<{{\[\[}}[-1.5118{{[0-9]*}}, 0.000000e+00], [1.1338{{[0-9]*}}, 0.3779{{[0-9]*}}]], {{\[\[}}0.4574{{[0-9]*}}, -1.067490e+00], [1.3724{{[0-9]*}}, -0.7624{{[0-9]*}}]]]> : tensor<2x2x2xf32>
func.func @layer_norm() -> tensor<2x2x2xf32> {
  %0 = graph.constant dense<[[[-4.0, 0.0], [3.0, 1.0]], [[1.0, -4.0], [4.0, -3.0]]]> : tensor<2x2x2xf32>
  %r = graph.layer_norm %0 {axis = 1 : i64, epsilon = 0.5 : f64} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  return %r : tensor<2x2x2xf32>
}

// CHECK-LABEL: func @rms_norm
// CHECK: graph.constant dense<{{\[\[}}[-1.3719{{[0-9]*}}, 0.000000e+00], [1.2792{{[0-9]*}}, 0.4264{{[0-9]*}}]], {{\[\[}}0.3333{{[0-9]*}}, -1.3333{{[0-9]*}}], [1.1094{{[0-9]*}}, -0.8320{{[0-9]*}}]]]> : tensor<2x2x2xf32>
func.func @rms_norm() -> tensor<2x2x2xf32> {
  %0 = graph.constant dense<[[[-4.0, 0.0], [3.0, 1.0]], [[1.0, -4.0], [4.0, -3.0]]]> : tensor<2x2x2xf32>
  %r = graph.rms_norm %0 {axis = 2 : i64, epsilon = 0.5 : f64} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  return %r : tensor<2x2x2xf32>
}

// CHECK-LABEL: func @batch_norm
// CHECK: graph.constant dense<{{\[\[}}[-5.000000e-01, 2.500000e+00, 5.000000e-01], [0.000000e+00, 0.000000e+00, 4.000000e+00]]]> : tensor<1x2x3xf32>
func.func @batch_norm() -> tensor<1x2x3xf32> {
  %0 = graph.constant dense<[[[-1.0, 2.0, 0.0], [1.0, 1.0, -3.0]]]> : tensor<1x2x3xf32>
  %1 = graph.constant dense<[2.0, -1.0]> : tensor<2xf32>
  %2 = graph.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %3 = graph.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %4 = graph.constant dense<[3.75, 0.75]> : tensor<2xf32>
  %r = graph.batch_norm %0, %1, %2, %3, %4 {epsilon = 0.25 : f64} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  return %r : tensor<1x2x3xf32>
}

// CHECK-LABEL: func @batch_norm_channels_last
// CHECK: graph.constant dense<{{\[\[}}[-5.000000e-01, 0.000000e+00], [2.500000e+00, 0.000000e+00], [5.000000e-01, 4.000000e+00]]]> : tensor<1x3x2xf32>
func.func @batch_norm_channels_last() -> tensor<1x3x2xf32> {
  %0 = graph.constant dense<[[[-1.0, 1.0], [2.0, 1.0], [0.0, -3.0]]]> : tensor<1x3x2xf32>
  %1 = graph.constant dense<[2.0, -1.0]> : tensor<2xf32>
  %2 = graph.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %3 = graph.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %4 = graph.constant dense<[3.75, 0.75]> : tensor<2xf32>
  %r = graph.batch_norm %0, %1, %2, %3, %4 {epsilon = 0.25 : f64, layout = #graph<layout channels_last>} : (tensor<1x3x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x3x2xf32>
  return %r : tensor<1x3x2xf32>
}
