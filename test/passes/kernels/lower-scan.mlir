// RUN: onnxcc-opt %s --split-input-file --lower-graph --match-families --fuse-maps --fuse-epilogues --mlir-print-local-scope | FileCheck %s

// A step is a product with its epilogue; the sequence is read from its end and the output written there. The product before the loop stays there.
// CHECK-LABEL: func.func @rnn
// CHECK-SAME:  (%[[X:.*]]: tensor<3x2x4xf32>{{.*}}, %[[H:.*]]: tensor<2x4xf32>{{.*}}, %[[R:.*]]: tensor<4x4xf32>
// CHECK:       %[[ALL:.*]] = kernel.map {{.*}} ins(%[[X]]
// CHECK:         math.exp
// CHECK:       scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[OLD:.*]] = %[[H]], %[[OUT:.*]] = %{{.*}}) -> (tensor<2x4xf32>, tensor<3x2x4xf32>)
// CHECK:         %[[P:.*]] = affine.apply affine_map<(d0) -> (-d0 + 2)>(%[[T]])
// CHECK:         %[[E:.*]] = tensor.extract_slice %[[ALL]][%[[P]], 0, 0] [1, 2, 4] [1, 1, 1] : tensor<3x2x4xf32> to tensor<2x4xf32>
// CHECK:         %[[NEW:.*]] = kernel.contract sum {{.*}} ins(%[[OLD]], %[[R]], %[[E]] :
// CHECK:           arith.addf
// CHECK:         %[[Q:.*]] = affine.apply affine_map<(d0) -> (-d0 + 2)>(%[[T]])
// CHECK:         %[[ALL2:.*]] = tensor.insert_slice %[[NEW]] into %[[OUT]][%[[Q]], 0, 0] [1, 2, 4] [1, 1, 1]
// CHECK:         scf.yield %[[NEW]], %[[ALL2]]
func.func @rnn(%x: tensor<3x2x4xf32>, %h: tensor<2x4xf32>, %r: tensor<4x4xf32>) -> (tensor<2x4xf32>, tensor<3x2x4xf32>) {
  %0 = graph.exp %x : (tensor<3x2x4xf32>) -> tensor<3x2x4xf32>
  %1:2 = graph.scan over affine_map<() -> (3)> carry(%h : tensor<2x4xf32>) each(%0 : tensor<3x2x4xf32>) reversed [true, true] {
  ^bb0(%t: tensor<i64>, %old: tensor<2x4xf32>, %e: tensor<2x4xf32>):
    %2 = graph.matmul %old, %r : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    %3 = graph.add %2, %e : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    graph.yield %3, %3 : tensor<2x4xf32>, tensor<2x4xf32>
  } -> tensor<2x4xf32>, tensor<3x2x4xf32>
  return %1#0, %1#1 : tensor<2x4xf32>, tensor<3x2x4xf32>
}

// -----

// A step that reads its number gets it as one more state.
// CHECK-LABEL: func.func @counts
// CHECK:       %[[ZERO:.*]] = kernel.map {{.*}} outs(%{{.*}} : tensor<i64>)
// CHECK:       scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[N:.*]] = %[[ZERO]]) -> (tensor<i64>, tensor<i64>)
// CHECK:         kernel.map {{.*}} ins(%{{.*}}, %[[N]] :
// CHECK:         %[[NEXT:.*]] = kernel.map {{.*}} ins(%[[N]] : tensor<i64>)
// CHECK:           arith.addi
// CHECK:         scf.yield %{{.*}}, %[[NEXT]]
func.func @counts(%s: tensor<i64>) -> tensor<i64> {
  %0 = graph.scan over affine_map<() -> (5)> carry(%s : tensor<i64>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<i64>):
    %1 = graph.add %old, %t : (tensor<i64>, tensor<i64>) -> tensor<i64>
    graph.yield %1 : tensor<i64>
  } -> tensor<i64>
  return %0 : tensor<i64>
}

// -----

// While a state holds: it is read before each step. The outputs have room for all steps, and afterwards the extent that the steps taken give.
// CHECK-LABEL: func.func @while
// CHECK:       %[[ROOM:.*]] = tensor.empty() : tensor<9x4xf32>
// CHECK:       %[[LOOP:.*]]:4 = scf.for {{.*}} iter_args(%[[GO:.*]] = %arg0, %[[OLD:.*]] = %arg1, %[[OUT:.*]] = %[[ROOM]], %[[N:.*]] = %{{.*}})
// CHECK-NEXT:    %[[C:.*]] = tensor.extract %[[GO]][] : tensor<i1>
// CHECK-NEXT:    kernel.while %[[C]]
// CHECK:       %[[TAKEN:.*]] = kernel.map {{.*}} ins(%[[LOOP]]#3, %[[LOOP]]#0 :
// CHECK:       %[[COUNT:.*]] = tensor.extract %[[TAKEN]][] : tensor<i64>
// CHECK:       %[[ROWS:.*]] = kernel.define 0 = %[[COUNT]]
// CHECK:       tensor.extract_slice %[[LOOP]]#2[0, 0] [%[[ROWS]], 4] [1, 1] : tensor<9x4xf32> to tensor<?x4xf32>
#taken = affine_map<()[s0] -> (s0, 4)>
module attributes {graph.symbols = [#graph.symbol<"taken", 0, 9, affine_map<() -> (9)>>]} {
func.func @while(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<?x4xf32, #taken> {
  %0:3 = graph.scan over affine_map<() -> (9)> while defines 0 carry(%c, %x : tensor<i1>, tensor<4xf32>) reversed [false] {
  ^bb0(%t: tensor<i64>, %go: tensor<i1>, %old: tensor<4xf32>):
    %1 = graph.neg %old : (tensor<4xf32>) -> tensor<4xf32>
    graph.yield %go, %1, %1 : tensor<i1>, tensor<4xf32>, tensor<4xf32>
  } -> tensor<i1>, tensor<4xf32>, tensor<?x4xf32, #taken>
  return %0#2 : tensor<?x4xf32, #taken>
}
}
