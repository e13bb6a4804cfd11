// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// One product of all steps' inputs, then a product a step.
// CHECK-LABEL: func.func @lstm
// CHECK:     graph.matmul {{.*}} -> tensor<6x16xf32>
// CHECK:     %[[ALL:.*]]:3 = graph.scan over affine_map<() -> (2)> carry(%{{.*}}, %{{.*}} : tensor<3x4xf32>, tensor<3x4xf32>) each(%{{.*}} : tensor<2x3x16xf32>) reversed [false, false]
// CHECK:     ^bb0(%{{.*}}: tensor<i64>, %[[H:.*]]: tensor<3x4xf32>, %[[C:.*]]: tensor<3x4xf32>, %[[X:.*]]: tensor<3x16xf32>):
// CHECK:       graph.matmul %[[H]], %{{.*}} -> tensor<3x16xf32>
// CHECK:       graph.yield %[[NEW:[^ ]*]], %{{[^ ]*}}, %[[NEW]] : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
// CHECK-NOT: graph.matmul
// CHECK:     graph.reshape %[[ALL]]#2 {{.*}} -> tensor<2x1x3x4xf32>
func.func @lstm(%x: tensor<2x3x5xf32>, %w: tensor<1x16x5xf32>, %r: tensor<1x16x4xf32>) -> tensor<2x1x3x4xf32> {
  %0 = onnx.node "LSTM" (%x, %w, %r) {hidden_size = 4 : i64} : (tensor<2x3x5xf32>, tensor<1x16x5xf32>, tensor<1x16x4xf32>) -> tensor<2x1x3x4xf32>
  return %0 : tensor<2x1x3x4xf32>
}

// -----

#x = affine_map<()[s0] -> (s0, 3, 5)>
#y = affine_map<()[s0] -> (s0, 2, 3, 4)>
module attributes {graph.symbols = [#graph.symbol<"seq", 1, 50>]} {
  // The number of steps may be a dim; the second direction runs from the end. Nobody reads the last states.
  // CHECK-LABEL: func.func @gru
  // CHECK: graph.scan over affine_map<()[s0] -> (s0)> {{.*}} reversed [false, false]
  // CHECK: graph.scan over affine_map<()[s0] -> (s0)> {{.*}} reversed [true, true]
  func.func @gru(%x: tensor<?x3x5xf32, #x>, %w: tensor<2x12x5xf32>, %r: tensor<2x12x4xf32>) -> tensor<?x2x3x4xf32, #y> {
    %0 = onnx.node "GRU" (%x, %w, %r) {hidden_size = 4 : i64, direction = "bidirectional"} : (tensor<?x3x5xf32, #x>, tensor<2x12x5xf32>, tensor<2x12x4xf32>) -> tensor<?x2x3x4xf32, #y>
    return %0 : tensor<?x2x3x4xf32, #y>
  }
}

// -----

// A sequence keeps its state beyond its length. Only the last state is wanted, so no output is stacked.
// CHECK-LABEL: func.func @lengths
// CHECK:     graph.scan over affine_map<() -> (7)> carry(%{{.*}} : tensor<3x4xf32>) each(%{{.*}} : tensor<7x3x4xf32>) reversed [false]
// CHECK:     ^bb0(%[[T:.*]]: tensor<i64>, %[[H:.*]]: tensor<3x4xf32>, %{{.*}}: tensor<3x4xf32>):
// CHECK:       %[[N:.*]] = graph.cast %[[T]] {to = i32}
// CHECK:       graph.less
// CHECK:       graph.select %{{.*}}, %{{.*}}, %[[H]] :
func.func @lengths(%x: tensor<7x3x5xf32>, %w: tensor<1x4x5xf32>, %r: tensor<1x4x4xf32>, %n: tensor<3xi32>) -> tensor<1x3x4xf32> {
  %none = onnx.absent
  %0:2 = onnx.node "RNN" (%x, %w, %r, %none, %n) {hidden_size = 4 : i64} : (tensor<7x3x5xf32>, tensor<1x4x5xf32>, tensor<1x4x4xf32>, none, tensor<3xi32>) -> (tensor<7x1x3x4xf32>, tensor<1x3x4xf32>)
  return %0#1 : tensor<1x3x4xf32>
}

// -----

// One step is no loop.
// CHECK-LABEL: func.func @step
// CHECK-NOT: graph.scan
func.func @step(%x: tensor<1x3x5xf32>, %w: tensor<1x4x5xf32>, %r: tensor<1x4x4xf32>) -> tensor<1x1x3x4xf32> {
  %0 = onnx.node "RNN" (%x, %w, %r) {hidden_size = 4 : i64} : (tensor<1x3x5xf32>, tensor<1x4x5xf32>, tensor<1x4x4xf32>) -> tensor<1x1x3x4xf32>
  return %0 : tensor<1x1x3x4xf32>
}
