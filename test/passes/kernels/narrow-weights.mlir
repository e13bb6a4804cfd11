// RUN: onnxcc-opt %s --lower-graph --narrow-weights --match-families | FileCheck %s
// RUN: onnxcc-opt %s --lower-graph --narrow-weights --match-families --pack-weights | FileCheck %s --check-prefix=PACKED

// Codes that fit 4 bits are read as such, eight to a word when packed; 15 products along the depth are two words.
// CHECK-DAG:   #[[BLOCKS:.*]] = affine_map<(d0, d1, d2) -> (d2 floordiv 8, d1)>
// CHECK-LABEL: func.func @nibbles
// CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{.*}}> : tensor<16x2xi4>
// CHECK-DAG:   %[[S:.*]] = arith.constant dense<{{\[\[}}5.000000e-01, 2.500000e-01], [1.000000e+00, 2.000000e+00]]> : tensor<2x2xf32>
// CHECK:       kernel.contract{{ +}}sum beside(weight_scale) over #{{.*}} [#{{.*}}, #{{.*}}, #[[BLOCKS]], #{{.*}}] ins(%{{.*}}, %[[W]], %[[S]] :
// CHECK-SAME:  schedule<"gemm"
// CHECK-NOT:   kernel.map
// PACKED-DAG:  #[[PANELS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv 16, d2 floordiv 8, d1 mod 16)>
// The first column: 8, 1, 3, 5, 1, 3, 5, 1 from the low bits on, 0x15315318.
// PACKED-DAG:  kernel.weights @{{.*}} dense<{{\[\[\[}}355554072, {{.*}}> : tensor<1x2x16xi32>
// PACKED-DAG:  kernel.weights @{{.*}} dense<{{\[\[\[}}5.000000e-01, 2.500000e-01, {{.*}}, [1.000000e+00, 2.000000e+00, {{.*}}> : tensor<1x2x16xf32>
// PACKED-LABEL: func.func @nibbles
// PACKED:      kernel.contract{{ +}}sum beside(weight_scale) over #{{.*}} [#{{.*}}, #[[PANELS]], #[[PANELS]], #{{.*}}]
func.func @nibbles(%x: tensor<3x16xf32>) -> tensor<3x2xf32> {
  %w = graph.constant dense<[[-8, 7], [1, 2], [3, 4], [5, 6], [1, 2], [3, 4], [5, 6], [1, 2], [3, 4], [5, 6], [1, 2], [3, 4], [5, 6], [1, 2], [3, 4], [5, 6]]> : tensor<16x2xi4>
  %s = graph.constant dense<[[0.5, 0.25], [1.0, 2.0]]> : tensor<2x2xf32>
  %z = graph.constant dense<0> : tensor<i4>
  %0 = graph.repeat %s {axis = 0 : i64, extent = affine_map<() -> (16)>, size = 8 : i64} : (tensor<2x2xf32>) -> tensor<16x2xf32>
  %1 = graph.broadcast %z to affine_map<() -> (16, 2)> : (tensor<i4>) -> tensor<16x2xi4>
  %2 = graph.dequantize %w, %0, %1 : (tensor<16x2xi4>, tensor<16x2xf32>, tensor<16x2xi4>) -> tensor<16x2xf32>
  %3 = graph.matmul %x, %2 : (tensor<3x16xf32>, tensor<16x2xf32>) -> tensor<3x2xf32>
  return %3 : tensor<3x2xf32>
}

// Bytes without a sign move down by 128, and so do their zero points: a scale and a zero point a column.
// CHECK-LABEL: func.func @bytes
// CHECK-DAG:   arith.constant dense<{{\[\[}}-128, 127], [0, -28]]> : tensor<2x2xi8>
// CHECK-DAG:   arith.constant dense<[-125, -128]> : tensor<2xi8>
// CHECK:       kernel.contract{{ +}}sum beside(weight_zero, weight_scale) over
func.func @bytes(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = graph.constant dense<[[0, 255], [128, 100]]> : tensor<2x2xui8>
  %s = graph.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %z = graph.constant dense<[3, 0]> : tensor<2xui8>
  %0 = graph.broadcast %s to affine_map<() -> (2, 2)> : (tensor<2xf32>) -> tensor<2x2xf32>
  %1 = graph.broadcast %z to affine_map<() -> (2, 2)> : (tensor<2xui8>) -> tensor<2x2xui8>
  %2 = graph.dequantize %w, %0, %1 : (tensor<2x2xui8>, tensor<2x2xf32>, tensor<2x2xui8>) -> tensor<2x2xf32>
  %3 = graph.matmul %x, %2 : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  return %3 : tensor<3x2xf32>
}

// What is not known when compiling stays a factor of floats.
// CHECK-LABEL: func.func @given
// CHECK:       kernel.contract{{ +}}sum over
func.func @given(%x: tensor<3x2xf32>, %w: tensor<2x2xi8>) -> tensor<3x2xf32> {
  %s = graph.constant dense<0.5> : tensor<2x2xf32>
  %z = graph.constant dense<0> : tensor<2x2xi8>
  %2 = graph.dequantize %w, %s, %z : (tensor<2x2xi8>, tensor<2x2xf32>, tensor<2x2xi8>) -> tensor<2x2xf32>
  %3 = graph.matmul %x, %2 : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  return %3 : tensor<3x2xf32>
}
