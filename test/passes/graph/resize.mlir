// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// Repeating each element is a broadcast, of all axes at once.
// CHECK-LABEL: func.func @double
// CHECK: graph.reshape %arg0 to affine_map<() -> (1, 2, 3, 1, 4, 1)>
// CHECK: graph.broadcast {{.*}} to affine_map<() -> (1, 2, 3, 2, 4, 2)>
// CHECK: graph.reshape {{.*}} to affine_map<() -> (1, 2, 6, 8)>
// CHECK-NOT: graph.gather
func.func @double(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x6x8xf32> {
  %none = onnx.absent
  %scales = onnx.constant dense<[1.0, 1.0, 2.0, 2.0]> : tensor<4xf32> -> tensor<4xf32>
  %0 = onnx.node "Resize" (%x, %none, %scales) {coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"} : (tensor<1x2x3x4xf32>, none, tensor<4xf32>) -> tensor<1x2x6x8xf32>
  return %0 : tensor<1x2x6x8xf32>
}

// -----

// Place i of 4 is at (i + 0.5) / 2 - 0.5 = -0.25, 0.25, 0.75, 1.25 of 2: beyond the edges counts the edge.
// CHECK-LABEL: func.func @linear
// CHECK-DAG: graph.constant dense<[0, 0, 0, 1]> : tensor<4xi64>
// CHECK-DAG: graph.constant dense<[0, 1, 1, 1]> : tensor<4xi64>
// CHECK: graph.add
func.func @linear(%x: tensor<1x1x2xf32>) -> tensor<1x1x4xf32> {
  %none = onnx.absent
  %scales = onnx.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32> -> tensor<3xf32>
  %0 = onnx.node "Resize" (%x, %none, %scales) {mode = "linear"} : (tensor<1x1x2xf32>, none, tensor<3xf32>) -> tensor<1x1x4xf32>
  return %0 : tensor<1x1x4xf32>
}
