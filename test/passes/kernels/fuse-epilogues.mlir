// RUN: onnxcc-opt %s --lower-graph --match-families --fuse-maps --fuse-epilogues | FileCheck %s

// Bias, residual and activation ride on the convolution.
// CHECK-DAG: #[[BIAS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @residual
// CHECK-SAME: (%[[X:[^:]*]]: tensor<1x8x8x4xf32>{{.*}}, %[[W:[^:]*]]: tensor<4x4x1x1xf32>{{.*}}, %[[B:[^:]*]]: tensor<4xf32>
// CHECK:      kernel.contract sum over #{{.*}} [#{{.*}}, #{{.*}}, #[[OUT]], #[[BIAS]], #[[OUT]]] ins(%[[X]], %[[W]], %[[X]], %[[B]] :
// CHECK-NEXT: ^bb0(%[[ACC:[^:]*]]: f32, %[[XV:[^:]*]]: f32, %[[BV:[^:]*]]: f32):
// CHECK-NEXT:   %[[S:.*]] = arith.addf %[[ACC]], %[[BV]]
// CHECK-NEXT:   %[[T:.*]] = arith.addf %[[S]], %[[XV]]
// CHECK:        arith.maximumf %[[T]],
// CHECK-NOT:  kernel.map
func.func @residual(%x: tensor<1x8x8x4xf32>, %w: tensor<4x4x1x1xf32>, %b: tensor<4xf32>) -> tensor<1x8x8x4xf32> {
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x8x8x4xf32>, tensor<4x4x1x1xf32>) -> tensor<1x8x8x4xf32>
  %1 = graph.broadcast %b to affine_map<() -> (1, 8, 8, 4)> : (tensor<4xf32>) -> tensor<1x8x8x4xf32>
  %2 = graph.add %0, %1 : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %3 = graph.add %2, %x : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %4 = graph.relu %3 : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %4 : tensor<1x8x8x4xf32>
}

// A convolution whose result is reshaped: its bias still joins it, before the reshape.
// CHECK-LABEL: func.func @reshaped
// CHECK:      kernel.contract sum
// CHECK:      arith.addf
// CHECK:      tensor.collapse_shape %{{.*}} : tensor<1x1x8x4xf32> into tensor<1x8x4xf32>
// CHECK-NEXT: return
func.func @reshaped(%x: tensor<1x1x8x4xf32>, %w: tensor<4x4x1x3xf32>, %b: tensor<4xf32>) -> tensor<1x8x4xf32> {
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 1, 0, 1>, layout = #graph<layout channels_last>} : (tensor<1x1x8x4xf32>, tensor<4x4x1x3xf32>) -> tensor<1x1x8x4xf32>
  %1 = graph.reshape %0 to affine_map<() -> (1, 8, 4)> : (tensor<1x1x8x4xf32>) -> tensor<1x8x4xf32>
  %2 = graph.broadcast %b to affine_map<() -> (1, 8, 4)> : (tensor<4xf32>) -> tensor<1x8x4xf32>
  %3 = graph.add %1, %2 : (tensor<1x8x4xf32>, tensor<1x8x4xf32>) -> tensor<1x8x4xf32>
  return %3 : tensor<1x8x4xf32>
}

// Scale and bias after a normalisation belong to its rows.
// CHECK-LABEL: func.func @norm
// CHECK:      kernel.rows
// CHECK:        math.sqrt
// CHECK:        arith.mulf
// CHECK-NOT:  kernel.map
func.func @norm(%x: tensor<2x8xf32>, %scale: tensor<8xf32>) -> tensor<2x8xf32> {
  %0 = graph.layer_norm %x {axis = 1 : i64, epsilon = 1.0e-5 : f64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = graph.broadcast %scale to affine_map<() -> (2, 8)> : (tensor<8xf32>) -> tensor<2x8xf32>
  %2 = graph.mul %0, %1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %2 : tensor<2x8xf32>
}

// What others read of a product, later, is a further result of it; so is what several epilogues make of it.
// CHECK-LABEL: func.func @kept
// CHECK:      %[[R:.*]]:3 = kernel.contract sum
// CHECK-NEXT: ^bb0(%[[ACC:[^:]*]]: f32):
// CHECK:        %[[E:.*]] = math.exp %[[ACC]]
// CHECK:        %[[S:.*]] = math.tanh %[[ACC]]
// CHECK:        kernel.yield %[[S]], %[[E]], %[[ACC]] : f32, f32, f32
// CHECK:      kernel.contract sum {{.*}} ins(%[[R]]#2
// CHECK-NOT:  kernel.map
// CHECK:      return %[[R]]#1, %[[R]]#0
func.func @kept(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = graph.matmul %x, %y : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = graph.exp %0 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = graph.tanh %0 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %3 = graph.matmul %0, %y : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1, %2, %3 : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

// A norm whose result is read twice gives both.
// CHECK-LABEL: func.func @rows
// CHECK:      %[[R:.*]]:2 = kernel.rows
// CHECK:        math.tanh
// CHECK:      return %[[R]]#0, %[[R]]#1
func.func @rows(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = graph.softmax %x {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = graph.tanh %0 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %1, %0 : tensor<4x8xf32>, tensor<4x8xf32>
}
