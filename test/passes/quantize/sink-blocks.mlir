// RUN: onnxcc-opt %s --sink-blocks --fold-constants=keep-dequantized --canonicalize-graph | FileCheck %s

// A transpose goes to the codes, the scales and the zero points, whose blocks are then along the other axis.
// CHECK-LABEL: func.func @transpose
// CHECK-DAG:   %[[W:.*]] = graph.constant dense<{{\[\[}}1, 5], [2, 6], [3, 7], [4, 8]]> : tensor<4x2xi8>
// CHECK-DAG:   %[[S:.*]] = graph.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK:       %[[R:.*]] = graph.repeat %[[S]] {axis = 0 : i64, extent = #{{.*}}, size = 2 : i64}
// CHECK:       graph.dequantize %[[W]], %[[R]], %{{.*}} -> tensor<4x2xf32>
// CHECK-NOT:   transpose
func.func @transpose() -> tensor<4x2xf32> {
  %w = graph.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>
  %s = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = graph.constant dense<0> : tensor<i8>
  %0 = graph.repeat %s {axis = 1 : i64, extent = affine_map<() -> (4)>, size = 2 : i64} : (tensor<2x2xf32>) -> tensor<2x4xf32>
  %1 = graph.broadcast %z to affine_map<() -> (2, 4)> : (tensor<i8>) -> tensor<2x4xi8>
  %2 = graph.dequantize %w, %0, %1 : (tensor<2x4xi8>, tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x4xf32>
  %3 = graph.transpose %2 by [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
  return %3 : tensor<4x2xf32>
}

// Of a table only the rows that are read are dequantized.
// CHECK-LABEL: func.func @gather
// CHECK-SAME:  %[[I:[^:]*]]: tensor<3x1xi64>
// CHECK-DAG:   %[[C:.*]] = graph.gather %{{.*}}, %[[I]] {axis = 0 : i64} : (tensor<2x4xi8>, tensor<3x1xi64>) -> tensor<3x1x4xi8>
// CHECK-DAG:   %[[G:.*]] = graph.gather %{{.*}}, %[[I]] {axis = 0 : i64} : (tensor<2x2xf32>, tensor<3x1xi64>) -> tensor<3x1x2xf32>
// CHECK:       %[[R:.*]] = graph.repeat %[[G]] {axis = 2 : i64, extent = #{{.*}}, size = 2 : i64}
// CHECK:       graph.dequantize %[[C]], %[[R]], %{{.*}} -> tensor<3x1x4xf32>
func.func @gather(%i: tensor<3x1xi64>) -> tensor<3x1x4xf32> {
  %w = graph.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>
  %s = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = graph.constant dense<0> : tensor<i8>
  %0 = graph.repeat %s {axis = 1 : i64, extent = affine_map<() -> (4)>, size = 2 : i64} : (tensor<2x2xf32>) -> tensor<2x4xf32>
  %1 = graph.broadcast %z to affine_map<() -> (2, 4)> : (tensor<i8>) -> tensor<2x4xi8>
  %2 = graph.dequantize %w, %0, %1 : (tensor<2x4xi8>, tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x4xf32>
  %3 = graph.gather %2, %i {axis = 0 : i64} : (tensor<2x4xf32>, tensor<3x1xi64>) -> tensor<3x1x4xf32>
  return %3 : tensor<3x1x4xf32>
}

// Along blocks nothing stays together.
// CHECK-LABEL: func.func @within
// CHECK:       graph.gather %{{.*}} : (tensor<2x4xf32>, tensor<3xi64>) -> tensor<2x3xf32>
func.func @within(%i: tensor<3xi64>) -> tensor<2x3xf32> {
  %w = graph.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>
  %s = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = graph.constant dense<0> : tensor<i8>
  %0 = graph.repeat %s {axis = 1 : i64, extent = affine_map<() -> (4)>, size = 2 : i64} : (tensor<2x2xf32>) -> tensor<2x4xf32>
  %1 = graph.broadcast %z to affine_map<() -> (2, 4)> : (tensor<i8>) -> tensor<2x4xi8>
  %2 = graph.dequantize %w, %0, %1 : (tensor<2x4xi8>, tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x4xf32>
  %3 = graph.gather %2, %i {axis = 1 : i64} : (tensor<2x4xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}
