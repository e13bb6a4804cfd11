// RUN: onnxcc-opt %s --split-input-file --lower-graph --mlir-print-local-scope | FileCheck %s

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

// -----

// Branches of other extents fill the start of a flat buffer with room for either, and give the extent: the dim's value for all that follows.
// CHECK-LABEL: func.func @extents
// CHECK:       %[[IF:.*]]:2 = scf.if %{{.*}} -> (tensor<12xf32>, tensor<i64>) {
// CHECK:         %[[A:.*]] = tensor.collapse_shape %{{.*}} : tensor<3x4xf32> into tensor<12xf32>
// CHECK:         %[[FULL:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0] [12] [1] : tensor<12xf32> into tensor<12xf32>
// CHECK:         %[[THREE:.*]] = kernel.map {{.*}} outs(%{{.*}} : tensor<i64>)
// CHECK:           kernel.index affine_map<() -> (3)>
// CHECK:         scf.yield %[[FULL]], %[[THREE]]
// CHECK:       } else {
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[0] [8] [1] : tensor<8xf32> into tensor<12xf32>
// CHECK:           kernel.index affine_map<() -> (2)>
// CHECK:       %[[ROWS:.*]] = tensor.extract %[[IF]]#1[] : tensor<i64>
// CHECK:       %[[N:.*]] = kernel.define 0 = %[[ROWS]]
// CHECK:       %[[SIZE:.*]] = affine.apply affine_map<()[s0] -> (s0 * 4)>()[%[[N]]]
// CHECK:       %[[FLAT:.*]] = tensor.extract_slice %[[IF]]#0[0] [%[[SIZE]]] [1]
// CHECK:       tensor.expand_shape %[[FLAT]] {{.*}} output_shape [%[[N]], 4]
module attributes {graph.symbols = [#graph.symbol<"rows", 0, 3, affine_map<() -> (3)>>]} {
func.func @extents(%c: tensor<i1>, %x: tensor<3x4xf32>, %y: tensor<2x4xf32>) -> tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>> {
  %0 = graph.if %c : tensor<i1> defines [0] {
    graph.yield %x : tensor<3x4xf32>
  } else {
    graph.yield %y : tensor<2x4xf32>
  } -> tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
  return %0 : tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
}
}
