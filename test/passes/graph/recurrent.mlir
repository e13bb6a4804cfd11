// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// One product of all steps' inputs, then a product a step.
// CHECK-LABEL: func.func @lstm
// CHECK: graph.matmul {{.*}} -> tensor<6x16xf32>
// CHECK: graph.matmul {{.*}} -> tensor<3x16xf32>
// CHECK: graph.matmul {{.*}} -> tensor<3x16xf32>
// CHECK-NOT: graph.matmul
// CHECK: graph.concat {{.*}} -> tensor<2x1x3x4xf32>
func.func @lstm(%x: tensor<2x3x5xf32>, %w: tensor<1x16x5xf32>, %r: tensor<1x16x4xf32>) -> tensor<2x1x3x4xf32> {
  %0 = onnx.node "LSTM" (%x, %w, %r) {hidden_size = 4 : i64} : (tensor<2x3x5xf32>, tensor<1x16x5xf32>, tensor<1x16x4xf32>) -> tensor<2x1x3x4xf32>
  return %0 : tensor<2x1x3x4xf32>
}
