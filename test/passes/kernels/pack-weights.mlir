// RUN: onnxcc-opt %s --lower-graph --match-families --pack-weights | FileCheck %s

// Two output channels in a panel of 16; input channel fastest of the rest: filter[o][i] = 10 o + i.
// CHECK-DAG: kernel.weights @conv_w dense<{{\[\[\[\[\[}}1.000000e+00, 1.100000e+01, 0.000000e+00, {{.*}}], [2.000000e+00, 1.200000e+01, 0.000000e+00, {{.*}}]]]]]> : tensor<1x1x1x2x16xf32>
// A dense layer's panel: w[n][k] read at (k, n).
// CHECK-DAG: kernel.weights @fc_w dense<{{\[\[\[}}1.000000e+00, 3.000000e+00, 5.000000e+00, 0.000000e+00, {{.*}}], [2.000000e+00, 4.000000e+00, 6.000000e+00, 0.000000e+00, {{.*}}]]]> : tensor<1x2x16xf32>
// A bias is not packed, and stored once though it is there twice.
// CHECK-DAG: kernel.weights @bias dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NOT: kernel.weights
// CHECK-LABEL: func.func @net
// CHECK: %[[W:.*]] = kernel.weight @conv_w : tensor<1x1x1x2x16xf32>
// CHECK: kernel.contract {{.*}} ins(%{{.*}}, %[[W]] :
func.func @net(%x: tensor<1x4x4x2xf32>, %y: tensor<1x2xf32>, %z: tensor<2xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x3xf32>, tensor<2xf32>, tensor<2xf32>) {
  %w = graph.constant dense<[[[[1.0]], [[2.0]]], [[[11.0]], [[12.0]]]]> : tensor<2x2x1x1xf32> loc("conv.w")
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x4x4x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x4x2xf32>
  %v = graph.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32> loc("fc.w")
  %t = graph.transpose %v by [1, 0] : (tensor<3x2xf32>) -> tensor<2x3xf32>
  %1 = graph.matmul %y, %t : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  %b = graph.constant dense<[1.0, 2.0]> : tensor<2xf32> loc("bias")
  %2 = graph.add %z, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %c = graph.constant dense<[1.0, 2.0]> : tensor<2xf32> loc("other")
  %3 = graph.mul %z, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3 : tensor<1x4x4x2xf32>, tensor<1x3xf32>, tensor<2xf32>, tensor<2xf32>
}
