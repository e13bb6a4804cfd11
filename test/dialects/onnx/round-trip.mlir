// RUN: onnxcc-opt %s | onnxcc-opt | FileCheck %s

// CHECK-LABEL: func.func @model
func.func @model(%x: tensor<1x3x8x8xf32> {onnx.name = "image"}) -> (tensor<1x4x6x6xf32> {onnx.name = "y"}) {
  // CHECK: onnx.absent
  %none = onnx.absent
  %w = onnx.constant dense<1.0> : tensor<4x3x3x3xf32> -> tensor<4x3x3x3xf32>
  // CHECK: onnx.node "Conv"(%{{.*}}, %{{.*}}, %{{.*}}) {kernel_shape = array<i64: 3, 3>}
  %y = onnx.node "Conv" (%x, %w, %none) {kernel_shape = array<i64: 3, 3>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, none) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}
