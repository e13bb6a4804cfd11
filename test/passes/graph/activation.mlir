// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// The schema's defaults hold where the node has no attribute.
// CHECK-LABEL: func.func @attributes
// CHECK: graph.leaky_relu %arg0 {alpha = 0.0099999997764825821 : f64}
// CHECK: graph.elu {{.*}} {alpha = 5.000000e-01 : f64}
// CHECK: graph.hard_sigmoid {{.*}} {alpha = 0.20000000298023224 : f64, beta = 5.000000e-01 : f64}
func.func @attributes(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "LeakyRelu" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = onnx.node "Elu" (%0) {alpha = 0.5 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = onnx.node "HardSigmoid" (%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @formulas
// CHECK: %[[G:.*]] = graph.gelu %arg0
// CHECK: graph.gelu_tanh %[[G]]
// CHECK: graph.mish
// CHECK: graph.swish {{.*}} {alpha = 1.000000e+00 : f64}
// CHECK: graph.hard_swish
func.func @formulas(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Gelu" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = onnx.node "Gelu" (%0) {approximate = "tanh"} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = onnx.node "Mish" (%1) : (tensor<4xf32>) -> tensor<4xf32>
  %3 = onnx.node "Swish" (%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = onnx.node "HardSwish" (%3) : (tensor<4xf32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}

// -----

// The operator that the README adds as its example.
// CHECK-LABEL: func.func @softsign
// CHECK: graph.softsign %arg0
func.func @softsign(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Softsign" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// The slope broadcasts, and only where x is negative does it count.
// CHECK-LABEL: func.func @prelu
// CHECK: %[[NEGATIVE:.*]] = graph.less %arg0
// CHECK: %[[SCALED:.*]] = graph.mul %arg0
// CHECK: graph.select %[[NEGATIVE]], %[[SCALED]], %arg0
func.func @prelu(%x: tensor<2x3x4xf32>, %slope: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %0 = onnx.node "PRelu" (%x, %slope) : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// CHECK-LABEL: func.func @other_domain
// CHECK: graph.gelu %arg0
func.func @other_domain(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = onnx.node "Gelu" in "com.microsoft" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
