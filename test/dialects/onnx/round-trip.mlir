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

// CHECK-LABEL: func.func @types
// CHECK-SAME: !onnx.sequence<tensor<*xf32>>, %{{.*}}: !onnx.optional<tensor<2xi64>>, %{{.*}}: !onnx.map<i64, tensor<f32>>
func.func @types(%s: !onnx.sequence<tensor<*xf32>>, %o: !onnx.optional<tensor<2xi64>>, %m: !onnx.map<i64, tensor<f32>>, %c: tensor<i1>) {
  // CHECK: onnx.constant dense<["a\22b", "c"]> : tensor<2x!onnx.string>
  %text = onnx.constant dense<["a\22b", "c"]> : tensor<2x!onnx.string> -> tensor<2x!onnx.string>
  // CHECK: onnx.node "Multi" in "my.domain"(%{{.*}}) : (tensor<2x!onnx.string>) -> (!onnx.unknown, none)
  %p:2 = onnx.node "Multi" in "my.domain" (%text) : (tensor<2x!onnx.string>) -> (!onnx.unknown, none)
  // CHECK: onnx.node "If"(%{{.*}}) graphs ["then_branch", "else_branch"] : (tensor<i1>) -> !onnx.unknown {
  // CHECK-NEXT: onnx.yield %{{.*}} : !onnx.unknown
  // CHECK-NEXT: }, {
  // CHECK-NEXT: onnx.yield
  %r = onnx.node "If" (%c) graphs ["then_branch", "else_branch"] : (tensor<i1>) -> !onnx.unknown {
    onnx.yield %p#0 : !onnx.unknown
  }, {
    onnx.yield %p#0 : !onnx.unknown
  }
  return
}
