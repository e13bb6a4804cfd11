// Scatters and top-k: expected values from ONNX Runtime.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// CHECK-LABEL: func @scatter_elements_replace
// CHECK: graph.constant dense<{{\[\[}}2.000000e+01, 2.000000e+00, 1.000000e+01], [3.000000e+01, 4.000000e+01, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_elements_replace() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[2, -3], [0, 1]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[[10.0, 20.0], [30.0, 40.0]]> : tensor<2x2xf32>
  %r = graph.scatter_elements replace %0, %1, %2 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// Both updates of row 1 are for element 0: 4 + 30 + 40.
// CHECK-LABEL: func @scatter_elements_sum
// CHECK: graph.constant dense<{{\[\[}}2.100000e+01, 2.000000e+00, 1.300000e+01], [7.400000e+01, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_elements_sum() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[2, -3], [0, 0]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[[10.0, 20.0], [30.0, 40.0]]> : tensor<2x2xf32>
  %r = graph.scatter_elements sum %0, %1, %2 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @scatter_elements_prod
// CHECK: graph.constant dense<{{\[\[}}2.000000e+01, 2.000000e+00, 3.000000e+01], [4.800000e+03, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_elements_prod() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[2, -3], [0, 0]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[[10.0, 20.0], [30.0, 40.0]]> : tensor<2x2xf32>
  %r = graph.scatter_elements prod %0, %1, %2 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @scatter_elements_max
// CHECK: graph.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [1.500000e+01, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_elements_max() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[2, -3], [0, 0]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[[-15.0, -5.0], [5.0, 15.0]]> : tensor<2x2xf32>
  %r = graph.scatter_elements max %0, %1, %2 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @scatter_elements_min
// CHECK: graph.constant dense<{{\[\[}}-5.000000e+00, 2.000000e+00, -1.500000e+01], [4.000000e+00, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_elements_min() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[2, -3], [0, 0]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[[-15.0, -5.0], [5.0, 15.0]]> : tensor<2x2xf32>
  %r = graph.scatter_elements min %0, %1, %2 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @scatter_nd_replace
// CHECK: graph.constant dense<{{\[\[}}1, 1, 1], [7, 8, 9]]> : tensor<2x3xi64>
func.func @scatter_nd_replace() -> tensor<2x3xi64> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %1 = graph.constant dense<[[1], [0]]> : tensor<2x1xi64>
  %2 = graph.constant dense<[[7, 8, 9], [1, 1, 1]]> : tensor<2x3xi64>
  %r = graph.scatter_nd replace %0, %1, %2 : (tensor<2x3xi64>, tensor<2x1xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
  return %r : tensor<2x3xi64>
}

// CHECK-LABEL: func @scatter_nd_sum
// CHECK: graph.constant dense<{{\[\[}}2, 3, 4], [13, 15, 17]]> : tensor<2x3xi64>
func.func @scatter_nd_sum() -> tensor<2x3xi64> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %1 = graph.constant dense<[[1], [0], [1]]> : tensor<3x1xi64>
  %2 = graph.constant dense<[[7, 8, 9], [1, 1, 1], [2, 2, 2]]> : tensor<3x3xi64>
  %r = graph.scatter_nd sum %0, %1, %2 : (tensor<2x3xi64>, tensor<3x1xi64>, tensor<3x3xi64>) -> tensor<2x3xi64>
  return %r : tensor<2x3xi64>
}

// CHECK-LABEL: func @scatter_nd_elements
// CHECK: graph.constant dense<{{\[\[}}1.000000e+00, 9.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
func.func @scatter_nd_elements() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = graph.constant dense<[[0, 1], [-1, -1]]> : tensor<2x2xi64>
  %2 = graph.constant dense<[9.0, 1.0]> : tensor<2xf32>
  %r = graph.scatter_nd max %0, %1, %2 : (tensor<2x3xf32>, tensor<2x2xi64>, tensor<2xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// Of equals the first comes first; NaN counts as the greatest.
// CHECK-LABEL: func @top_k
// CHECK: graph.constant dense<{{\[\[}}3.000000e+00, 2.000000e+00], [0x7FC00000, 5.000000e+00]]> : tensor<2x2xf32>
// CHECK: graph.constant dense<{{\[\[}}1, 2], [2, 0]]> : tensor<2x2xi64>
func.func @top_k() -> (tensor<2x2xf32>, tensor<2x2xi64>) {
  %0 = graph.constant dense<[[1.0, 3.0, 2.0, 2.0], [5.0, 4.0, 0x7FC00000, 5.0]]> : tensor<2x4xf32>
  %v, %i = graph.top_k %0 {axis = 1 : i64, k = 2 : i64} : (tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
  return %v, %i : tensor<2x2xf32>, tensor<2x2xi64>
}

// CHECK-LABEL: func @least_k
// CHECK: graph.constant dense<{{\[\[}}1, 4], [2, 4]]> : tensor<2x2xui8>
// CHECK: graph.constant dense<{{\[\[}}0, 1], [1, 2]]> : tensor<2x2xi64>
func.func @least_k() -> (tensor<2x2xui8>, tensor<2x2xi64>) {
  %0 = graph.constant dense<[[1, 200], [4, 2], [255, 4]]> : tensor<3x2xui8>
  %t = graph.transpose %0 by [1, 0] : (tensor<3x2xui8>) -> tensor<2x3xui8>
  %v, %i = graph.top_k %t {axis = 1 : i64, k = 2 : i64, largest = false} : (tensor<2x3xui8>) -> (tensor<2x2xui8>, tensor<2x2xi64>)
  return %v, %i : tensor<2x2xui8>, tensor<2x2xi64>
}
