// RUN: onnxcc-opt %s --lower-graph --mlir-print-local-scope | FileCheck %s

// The condition is read; each branch has its launches, and copies what it gives from outside: else upstream would choose between buffers.
// CHECK-LABEL: func.func @if
// CHECK:       %[[C:.*]] = tensor.extract %arg0[] : tensor<i1>
// CHECK:       %[[IF:.*]] = scf.if %[[C]] -> (tensor<4xf32>) {
// CHECK:         %[[A:.*]] = kernel.map {{.*}} ins(%arg1 : tensor<4xf32>)
// CHECK:         scf.yield %[[A]]
// CHECK:       } else {
// CHECK:         %[[B:.*]] = kernel.map {{.*}} ins(%arg1 : tensor<4xf32>)
// CHECK:         scf.yield %[[B]]
// CHECK:       return %[[IF]]
func.func @if(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = graph.if %c : tensor<i1> {
    %1 = graph.neg %x : (tensor<4xf32>) -> tensor<4xf32>
    graph.yield %1 : tensor<4xf32>
  } else {
    graph.yield %x : tensor<4xf32>
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
