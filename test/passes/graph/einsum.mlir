// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// Attention's scores: b and h are the batch, d is summed over.
// CHECK-LABEL: func.func @scores
// CHECK-DAG: graph.transpose %arg1 by [0, 1, 3, 2]
// CHECK-DAG: graph.reshape %arg0 to affine_map<() -> (6, 5, 8)>
// CHECK: graph.matmul {{.*}} -> tensor<6x5x7xf32>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (2, 3, 5, 7)>
func.func @scores(%q: tensor<2x3x5x8xf32>, %k: tensor<2x3x7x8xf32>) -> tensor<2x3x5x7xf32> {
  %0 = onnx.node "Einsum" (%q, %k) {equation = "bhid,bhjd->bhij"} : (tensor<2x3x5x8xf32>, tensor<2x3x7x8xf32>) -> tensor<2x3x5x7xf32>
  return %0 : tensor<2x3x5x7xf32>
}

// -----

// Nothing common to sum over: a broadcast product.
// CHECK-LABEL: func.func @outer
// CHECK-NOT: graph.matmul
// CHECK: graph.mul {{.*}} -> tensor<3x4xf32>
func.func @outer(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<3x4xf32> {
  %0 = onnx.node "Einsum" (%x, %y) {equation = "i,j->ij"} : (tensor<3xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// The output is implied: the labels used once, in alphabetical order.
// CHECK-LABEL: func.func @implied
// CHECK: graph.transpose %arg0 by [1, 0]
func.func @implied(%x: tensor<3x4xf32>) -> tensor<4x3xf32> {
  %0 = onnx.node "Einsum" (%x) {equation = "ba"} : (tensor<3x4xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
