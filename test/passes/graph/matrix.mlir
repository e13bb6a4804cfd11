// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// A matrix on the right makes one large product of a batch.
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
// CHECK-LABEL: func.func @collapse
// CHECK: %[[ROWS:.*]] = graph.reshape %arg0 to affine_map<()[s0] -> (s0 * 16, 32)>
// CHECK: %[[PRODUCT:.*]] = graph.matmul %[[ROWS]], %arg1
// CHECK: graph.reshape %[[PRODUCT]] to affine_map<()[s0] -> (s0, 16, 8)>
func.func @collapse(%x: tensor<?x16x32xf32, affine_map<()[s0] -> (s0, 16, 32)>>, %w: tensor<32x8xf32>) -> tensor<*xf32> {
  %0 = onnx.node "MatMul" (%x, %w) : (tensor<?x16x32xf32, affine_map<()[s0] -> (s0, 16, 32)>>, tensor<32x8xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
}

// -----

// Batches broadcast.
// CHECK-LABEL: func.func @batches
// CHECK-DAG: %[[LEFT:.*]] = graph.broadcast %arg0 to affine_map<() -> (3, 2, 4, 5)>
// CHECK-DAG: %[[RIGHT:.*]] = graph.broadcast %arg1 to affine_map<() -> (3, 2, 5, 6)>
// CHECK: graph.matmul %[[LEFT]], %[[RIGHT]] : {{.*}} -> tensor<3x2x4x6xf32>
func.func @batches(%x: tensor<3x1x4x5xf32>, %y: tensor<2x5x6xf32>) -> tensor<3x2x4x6xf32> {
  %0 = onnx.node "MatMul" (%x, %y) : (tensor<3x1x4x5xf32>, tensor<2x5x6xf32>) -> tensor<3x2x4x6xf32>
  return %0 : tensor<3x2x4x6xf32>
}

// -----

// Vectors are a row and a column for the time being.
// CHECK-LABEL: func.func @vectors
// CHECK: %[[ROW:.*]] = graph.reshape %arg0 to affine_map<() -> (1, 5)>
// CHECK: %[[COLUMN:.*]] = graph.reshape %arg1 to affine_map<() -> (5, 1)>
// CHECK: %[[DOT:.*]] = graph.matmul %[[ROW]], %[[COLUMN]]
// CHECK: %[[SCALAR:.*]] = graph.reshape %[[DOT]] to affine_map<() -> ()>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (3, 4)>
func.func @vectors(%x: tensor<5xf32>, %y: tensor<5xf32>, %z: tensor<3x4x5xf32>) -> (tensor<f32>, tensor<3x4xf32>) {
  %0 = onnx.node "MatMul" (%x, %y) : (tensor<5xf32>, tensor<5xf32>) -> tensor<f32>
  %1 = onnx.node "MatMul" (%z, %y) : (tensor<3x4x5xf32>, tensor<5xf32>) -> tensor<3x4xf32>
  return %0, %1 : tensor<f32>, tensor<3x4xf32>
}

// -----

// alpha * a * transpose(b) + beta * c
// CHECK-LABEL: func.func @gemm
// CHECK: %[[B:.*]] = graph.transpose %arg1 by [1, 0]
// CHECK: %[[PRODUCT:.*]] = graph.matmul %arg0, %[[B]]
// CHECK: %[[SCALED:.*]] = graph.mul %[[PRODUCT]]
// CHECK: %[[BIAS:.*]] = graph.mul %arg2
// CHECK: %[[ALL:.*]] = graph.broadcast %[[BIAS]] to affine_map<() -> (2, 4)>
// CHECK: graph.add %[[SCALED]], %[[ALL]]
func.func @gemm(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>, %c: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = onnx.node "Gemm" (%a, %b, %c) {alpha = 0.5 : f32, beta = 2.0 : f32, transB = 1 : i64} : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: func.func @plain_gemm
// CHECK-NEXT: %[[PRODUCT:.*]] = graph.matmul %arg0, %arg1
// CHECK-NEXT: return %[[PRODUCT]]
func.func @plain_gemm(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = onnx.node "Gemm" (%a, %b) : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: func.func @integer
// CHECK-DAG: graph.cast %arg0 {{.*}} : (tensor<2x3xui8>) -> tensor<2x3xi32>
// CHECK-DAG: graph.sub
// CHECK-DAG: graph.cast %arg1 {{.*}} : (tensor<3x4xi8>) -> tensor<3x4xi32>
// CHECK: graph.matmul {{.*}} -> tensor<2x4xi32>
func.func @integer(%a: tensor<2x3xui8>, %b: tensor<3x4xi8>, %zero: tensor<ui8>) -> tensor<2x4xi32> {
  %0 = onnx.node "MatMulInteger" (%a, %b, %zero) : (tensor<2x3xui8>, tensor<3x4xi8>, tensor<ui8>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
