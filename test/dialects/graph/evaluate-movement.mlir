// Movement and indexing: expected values from NumPy.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// CHECK-LABEL: func @transpose
// CHECK: graph.constant dense<{{\[\[}}[0, 2, 4], [6, 8, 10]], {{\[\[}}1, 3, 5], [7, 9, 11]]]> : tensor<2x2x3xi16>
func.func @transpose() -> tensor<2x2x3xi16> {
  %0 = graph.constant dense<[[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]> : tensor<2x3x2xi16>
  %r = graph.transpose %0 by [2, 0, 1] : (tensor<2x3x2xi16>) -> tensor<2x2x3xi16>
  return %r : tensor<2x2x3xi16>
}

// CHECK-LABEL: func @reshape
// CHECK: graph.constant dense<{{\[\[}}0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi16>
func.func @reshape() -> tensor<3x4xi16> {
  %0 = graph.constant dense<[[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]> : tensor<2x3x2xi16>
  %r = graph.reshape %0 to affine_map<() -> (3, 4)> : (tensor<2x3x2xi16>) -> tensor<3x4xi16>
  return %r : tensor<3x4xi16>
}

// CHECK-LABEL: func @concat
// CHECK: graph.constant dense<{{\[\[}}0, 1], [2, 3], [4, 5], [0, 1], [0, 10], [20, 30], [40, 50]]> : tensor<7x2xi8>
func.func @concat() -> tensor<7x2xi8> {
  %0 = graph.constant dense<[[0, 1], [2, 3], [4, 5]]> : tensor<3x2xi8>
  %1 = graph.constant dense<[[0, 1]]> : tensor<1x2xi8>
  %2 = graph.constant dense<[[0, 10], [20, 30], [40, 50]]> : tensor<3x2xi8>
  %r = graph.concat %0, %1, %2 {axis = 0 : i64} : (tensor<3x2xi8>, tensor<1x2xi8>, tensor<3x2xi8>) -> tensor<7x2xi8>
  return %r : tensor<7x2xi8>
}

// CHECK-LABEL: func @concat_inner
// CHECK: graph.constant dense<{{\[\[}}true, false, true], [true, true, false]]> : tensor<2x3xi1>
func.func @concat_inner() -> tensor<2x3xi1> {
  %0 = graph.constant dense<[[true], [true]]> : tensor<2x1xi1>
  %1 = graph.constant dense<[[false, true], [true, false]]> : tensor<2x2xi1>
  %r = graph.concat %0, %1 {axis = 1 : i64} : (tensor<2x1xi1>, tensor<2x2xi1>) -> tensor<2x3xi1>
  return %r : tensor<2x3xi1>
}

// CHECK-LABEL: func @slice
// CHECK: graph.constant dense<{{\[\[}}1, 3], [6, 8]]> : tensor<2x2xi64>
func.func @slice() -> tensor<2x2xi64> {
  %0 = graph.constant dense<[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]> : tensor<2x5xi64>
  %r = graph.slice %0 at affine_map<() -> (0, 1)> sizes affine_map<() -> (2, 2)> steps [1, 2] : (tensor<2x5xi64>) -> tensor<2x2xi64>
  return %r : tensor<2x2xi64>
}

// CHECK-LABEL: func @slice_backwards
// CHECK: graph.constant dense<{{\[\[}}9.000000e+00, 7.000000e+00, 5.000000e+00], [4.000000e+00, 2.000000e+00, 0.000000e+00]]> : tensor<2x3xf32>
func.func @slice_backwards() -> tensor<2x3xf32> {
  %0 = graph.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0, 9.0]]> : tensor<2x5xf32>
  %r = graph.slice %0 at affine_map<() -> (1, 4)> sizes affine_map<() -> (2, 3)> steps [-1, -2] : (tensor<2x5xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @pad_constant
// CHECK: graph.constant dense<{{\[\[}}9, 9, 9, 9, 9], [1, 2, 3, 9, 9], [4, 5, 6, 9, 9]]> : tensor<3x5xi32>
func.func @pad_constant() -> tensor<3x5xi32> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = graph.constant dense<9> : tensor<i32>
  %r = graph.pad constant %0, %1 low [1, 0] high [0, 2] : (tensor<2x3xi32>, tensor<i32>) -> tensor<3x5xi32>
  return %r : tensor<3x5xi32>
}

// CHECK-LABEL: func @pad_edge
// CHECK: graph.constant dense<{{\[\[}}1, 1, 1, 2, 3, 3], [1, 1, 1, 2, 3, 3], [4, 4, 4, 5, 6, 6]]> : tensor<3x6xi32>
func.func @pad_edge() -> tensor<3x6xi32> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = graph.constant dense<9> : tensor<i32>
  %r = graph.pad edge %0, %1 low [1, 2] high [0, 1] : (tensor<2x3xi32>, tensor<i32>) -> tensor<3x6xi32>
  return %r : tensor<3x6xi32>
}

// CHECK-LABEL: func @pad_reflect
// CHECK: graph.constant dense<{{\[\[}}6, 5, 4, 5, 6, 5], [3, 2, 1, 2, 3, 2], [6, 5, 4, 5, 6, 5]]> : tensor<3x6xi32>
func.func @pad_reflect() -> tensor<3x6xi32> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = graph.constant dense<9> : tensor<i32>
  %r = graph.pad reflect %0, %1 low [1, 2] high [0, 1] : (tensor<2x3xi32>, tensor<i32>) -> tensor<3x6xi32>
  return %r : tensor<3x6xi32>
}

// CHECK-LABEL: func @pad_wrap
// CHECK: graph.constant dense<{{\[\[}}6, 4, 5, 6, 4, 5, 6, 4], [3, 1, 2, 3, 1, 2, 3, 1], [6, 4, 5, 6, 4, 5, 6, 4], [3, 1, 2, 3, 1, 2, 3, 1], [6, 4, 5, 6, 4, 5, 6, 4], [3, 1, 2, 3, 1, 2, 3, 1]]> : tensor<6x8xi32>
func.func @pad_wrap() -> tensor<6x8xi32> {
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = graph.constant dense<9> : tensor<i32>
  %r = graph.pad wrap %0, %1 low [1, 4] high [3, 1] : (tensor<2x3xi32>, tensor<i32>) -> tensor<6x8xi32>
  return %r : tensor<6x8xi32>
}

// CHECK-LABEL: func @gather
// CHECK: graph.constant dense<{{\[\[}}[0, 4], [3, 3]], {{\[\[}}5, 9], [8, 8]]]> : tensor<2x2x2xi64>
func.func @gather() -> tensor<2x2x2xi64> {
  %0 = graph.constant dense<[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]> : tensor<2x5xi64>
  %1 = graph.constant dense<[[0, -1], [3, 3]]> : tensor<2x2xi64>
  %r = graph.gather %0, %1 {axis = 1 : i64} : (tensor<2x5xi64>, tensor<2x2xi64>) -> tensor<2x2x2xi64>
  return %r : tensor<2x2x2xi64>
}

// CHECK-LABEL: func @gather_rows
// CHECK: graph.constant dense<{{\[\[}}5.000000e+00, 6.000000e+00, 7.000000e+00, 8.000000e+00, 9.000000e+00]]> : tensor<1x5xf16>
func.func @gather_rows() -> tensor<1x5xf16> {
  %0 = graph.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0, 9.0]]> : tensor<2x5xf16>
  %1 = graph.constant dense<[1]> : tensor<1xi32>
  %r = graph.gather %0, %1 {axis = 0 : i64} : (tensor<2x5xf16>, tensor<1xi32>) -> tensor<1x5xf16>
  return %r : tensor<1x5xf16>
}

// CHECK-LABEL: func @gather_elements
// CHECK: graph.constant dense<{{\[\[}}0, 4], [7, 9]]> : tensor<2x2xi64>
func.func @gather_elements() -> tensor<2x2xi64> {
  %0 = graph.constant dense<[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]> : tensor<2x5xi64>
  %1 = graph.constant dense<[[0, 4], [2, -1]]> : tensor<2x2xi64>
  %r = graph.gather_elements %0, %1 {axis = 1 : i64} : (tensor<2x5xi64>, tensor<2x2xi64>) -> tensor<2x2xi64>
  return %r : tensor<2x2xi64>
}

// CHECK-LABEL: func @extents
// CHECK: graph.constant dense<[2, 7]> : tensor<2xi64>
func.func @extents() -> tensor<2xi64> {
  %r = graph.extents affine_map<() -> (2, 7)> : tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: func @iota
// CHECK: graph.constant dense<[0.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<3xf16>
func.func @iota() -> tensor<3xf16> {
  %r = graph.iota affine_map<() -> (3)> of f16
  return %r : tensor<3xf16>
}

// Not folded: the index is out of range, which is the model's error at run time.
// CHECK-LABEL: func @gather_out_of_range
// CHECK: graph.gather
func.func @gather_out_of_range() -> tensor<1xf32> {
  %x = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %i = graph.constant dense<[2]> : tensor<1xi64>
  %r = graph.gather %x, %i {axis = 0 : i64} : (tensor<2xf32>, tensor<1xi64>) -> tensor<1xf32>
  return %r : tensor<1xf32>
}
