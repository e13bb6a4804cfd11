// Elementwise ops: arithmetic, trigonometry, activation, logic, conversion.
// RUN: onnxcc-opt %s | onnxcc-opt | FileCheck %s

// CHECK-LABEL: func @arithmetic
func.func @arithmetic(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %i: tensor<2x3xi64>) {
  // CHECK: graph.add %{{.*}}, %{{.*}} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = graph.add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: graph.reciprocal
  %1 = graph.reciprocal %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // The exponent may be of another type.
  // CHECK: graph.pow %{{.*}} : (tensor<2x3xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  %2 = graph.pow %x, %i : (tensor<2x3xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  // CHECK: graph.fmod
  %3 = graph.fmod %i, %i : (tensor<2x3xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
  return
}

// Equal expressions are equal extents.
// CHECK-LABEL: func @symbolic
// CHECK-SAME: tensor<?x4xf32, #[[MAP:[a-z0-9]+]]>
func.func @symbolic(%x: tensor<?x4xf32, affine_map<()[s0] -> (s0 * 2, 4)>>) -> tensor<?x4xi1, affine_map<()[s0] -> (s0 * 2, 4)>> {
  // CHECK: graph.less %{{.*}} -> tensor<?x4xi1, #[[MAP]]>
  %0 = graph.less %x, %x : (tensor<?x4xf32, affine_map<()[s0] -> (s0 * 2, 4)>>, tensor<?x4xf32, affine_map<()[s0] -> (s0 * 2, 4)>>) -> tensor<?x4xi1, affine_map<()[s0] -> (s0 * 2, 4)>>
  return %0 : tensor<?x4xi1, affine_map<()[s0] -> (s0 * 2, 4)>>
}

// CHECK-LABEL: func @activation
func.func @activation(%x: tensor<5xf32>) {
  // CHECK: graph.leaky_relu %{{.*}} {alpha = 1.000000e-02 : f64}
  %0 = graph.leaky_relu %x {alpha = 0.01 : f64} : (tensor<5xf32>) -> tensor<5xf32>
  // CHECK: graph.clamp
  %1 = graph.clamp %x, %0, %x : (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
  // CHECK: graph.gelu
  %2 = graph.gelu %x : (tensor<5xf32>) -> tensor<5xf32>
  // CHECK: graph.erf
  %3 = graph.erf %x : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// CHECK-LABEL: func @conversion
func.func @conversion(%x: tensor<4xf32>, %scale: tensor<4xf32>, %zero: tensor<4xui8>) {
  // CHECK: graph.quantize %{{.*}} : (tensor<4xf32>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xui8>
  %0 = graph.quantize %x, %scale, %zero : (tensor<4xf32>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xui8>
  // CHECK: graph.dequantize %{{.*}} : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %1 = graph.dequantize %0, %scale, %zero : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  // CHECK: graph.cast %{{.*}} {saturate = false, to = f8E4M3FN}
  %2 = graph.cast %x {to = f8E4M3FN, saturate = false} : (tensor<4xf32>) -> tensor<4xf8E4M3FN>
  %3 = graph.is_nan %x : (tensor<4xf32>) -> tensor<4xi1>
  // CHECK: graph.select
  %4 = graph.select %3, %x, %1 : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}
