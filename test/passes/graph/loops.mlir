// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope --verify-diagnostics %s | FileCheck %s

// The sequence's axis comes to the front; the output's goes back to where it is wanted.
// CHECK-LABEL: func.func @scan
// CHECK-SAME:  (%[[H:.*]]: tensor<4xf32>, %[[X:.*]]: tensor<4x3xf32>)
// CHECK:       %[[T:.*]] = graph.transpose %[[X]] by [1, 0]
// CHECK:       %[[S:.*]]:2 = graph.scan over affine_map<() -> (3)> carry(%[[H]] : tensor<4xf32>) each(%[[T]] : tensor<3x4xf32>) reversed [true, false] {
// CHECK-NEXT:  ^bb0(%{{.*}}: tensor<i64>, %[[OLD:.*]]: tensor<4xf32>, %[[E:.*]]: tensor<4xf32>):
// CHECK-NEXT:    %[[NEW:.*]] = graph.add %[[OLD]], %[[E]]
// CHECK-NEXT:    graph.yield %[[NEW]], %[[NEW]]
// CHECK:       %[[Y:.*]] = graph.transpose %[[S]]#1 by [1, 0]
// CHECK:       return %[[S]]#0, %[[Y]]
func.func @scan(%h: tensor<4xf32>, %x: tensor<4x3xf32>) -> (tensor<4xf32>, tensor<4x3xf32>) {
  %0:2 = onnx.node "Scan" (%h, %x) {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>, scan_input_directions = array<i64: 1>, scan_output_axes = array<i64: -1>} graphs ["body"] : (tensor<4xf32>, tensor<4x3xf32>) -> (tensor<4xf32>, tensor<4x3xf32>) {
  ^bb0(%old: tensor<4xf32>, %e: tensor<4xf32>):
    %1 = onnx.node "Add" (%old, %e) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    onnx.yield %1, %1 : tensor<4xf32>, tensor<4xf32>
  }
  return %0#0, %0#1 : tensor<4xf32>, tensor<4x3xf32>
}

// -----

// A loop is a scan without sequences if its steps are known, and its condition is always true.
// CHECK-LABEL: func.func @loop
// CHECK:       graph.scan over affine_map<() -> (5)> carry(%{{.*}} : tensor<i64>) reversed [false] {
// CHECK-NEXT:  ^bb0(%[[T:.*]]: tensor<i64>, %[[OLD:.*]]: tensor<i64>):
// CHECK-NEXT:    %[[NEW:.*]] = graph.add %[[OLD]], %[[T]]
// CHECK-NEXT:    graph.yield %[[NEW]], %[[T]]
// CHECK:       -> tensor<i64>, tensor<5xi64>
func.func @loop(%x: tensor<i64>) -> (tensor<i64>, tensor<5xi64>) {
  %n = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %true = onnx.constant dense<true> : tensor<i1> -> tensor<i1>
  %0:2 = onnx.node "Loop" (%n, %true, %x) graphs ["body"] : (tensor<i64>, tensor<i1>, tensor<i64>) -> (tensor<i64>, tensor<5xi64>) {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<i64>):
    %1 = onnx.node "Add" (%old, %i) : (tensor<i64>, tensor<i64>) -> tensor<i64>
    onnx.yield %go, %1, %i : tensor<i1>, tensor<i64>, tensor<i64>
  }
  return %0#0, %0#1 : tensor<i64>, tensor<5xi64>
}

// -----

// As long as data says: the limit is a part of the condition, a state. Without outputs nothing has to bound the steps.
// CHECK-LABEL: func.func @while
// CHECK-DAG:   %[[ZERO:.*]] = graph.constant dense<0> : tensor<i64>
// CHECK-DAG:   %[[TRUE:.*]] = graph.constant dense<true> : tensor<i1>
// CHECK:       %[[SOME:.*]] = graph.less %[[ZERO]], %arg0
// CHECK:       %[[FIRST:.*]] = graph.and %[[TRUE]], %[[SOME]]
// CHECK:       graph.scan over affine_map<() -> (9223372036854775807)> while carry(%[[FIRST]], %arg1 : tensor<i1>, tensor<i64>) reversed [] {
// CHECK-NEXT:  ^bb0(%[[T:.*]]: tensor<i64>, %{{.*}}: tensor<i1>, %[[OLD:.*]]: tensor<i64>):
// CHECK-NEXT:    %[[NEXT:.*]] = graph.add %[[T]], %{{.*}}
// CHECK-NEXT:    %[[MORE:.*]] = graph.less %[[NEXT]], %arg0
// CHECK-NEXT:    %[[GO:.*]] = graph.and %[[TRUE]], %[[MORE]]
// CHECK-NEXT:    graph.yield %[[GO]], %[[OLD]]
func.func @while(%n: tensor<i64>, %x: tensor<i64>) -> tensor<i64> {
  %none = onnx.absent
  %0 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<i64>) -> tensor<i64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<i64>):
    onnx.yield %go, %old : tensor<i1>, tensor<i64>
  }
  return %0 : tensor<i64>
}

// -----

// A known limit bounds the steps; how many are taken is a dim of the outputs.
// CHECK:       graph.symbols = [#graph.symbol<"Loop_d0", 0, 5, affine_map<() -> (5)>>]
// CHECK-LABEL: func.func @break
// CHECK:       graph.scan over affine_map<() -> (5)> while defines 0 carry(%{{.*}} : tensor<i1>, tensor<i64>) reversed [false] {
// CHECK:         %[[C:.*]] = graph.less
// CHECK:         graph.and %[[C]]
// CHECK:       -> tensor<i1>, tensor<i64>, tensor<?xi64, affine_map<()[s0] -> (s0)>>
module {
func.func @break(%x: tensor<i64>) -> (tensor<i64>, tensor<?xi64>) {
  %n = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %none = onnx.absent
  %0:2 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<i64>) -> (tensor<i64>, tensor<?xi64>) {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<i64>):
    %1 = onnx.node "Less" (%i, %old) : (tensor<i64>, tensor<i64>) -> tensor<i1>
    onnx.yield %1, %old, %i : tensor<i1>, tensor<i64>, tensor<i64>
  }
  return %0#0, %0#1 : tensor<i64>, tensor<?xi64>
}
}

// -----

// The command line may bound it where nothing does.
// CHECK:       graph.symbols = [#graph.symbol<"Loop_d0", 0, 7, affine_map<() -> (7)>>]
// CHECK-LABEL: func.func @bounded
// CHECK:       graph.scan over affine_map<() -> (7)> while defines 0
module attributes {onnx.dims = {Loop_d0 = array<i64: 0, 7>}} {
func.func @bounded(%n: tensor<i64>) -> tensor<?xi64> {
  %none = onnx.absent
  %0 = onnx.node "Loop" (%n, %none) graphs ["body"] : (tensor<i64>, none) -> tensor<?xi64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>):
    onnx.yield %go, %i : tensor<i1>, tensor<i64>
  }
  return %0 : tensor<?xi64>
}
}

// -----

func.func @unbounded(%n: tensor<i64>) -> tensor<?xi64> {
  %none = onnx.absent
  // expected-error@+1 {{nothing bounds the dimension 'Loop_d0', which the run computes: add --dim Loop_d0=0..N with the greatest value that it may have}}
  %0 = onnx.node "Loop" (%n, %none) graphs ["body"] : (tensor<i64>, none) -> tensor<?xi64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>):
    onnx.yield %go, %i : tensor<i1>, tensor<i64>
  }
  return %0 : tensor<?xi64>
}

// -----

// Branches of different ranks.
func.func @ranks(%c: tensor<i1>, %x: tensor<4xf32>, %y: tensor<2x2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{the branches of 'If' give output 0 different types, float[4] and float[2,2]; its condition would have to be known}}
  %0 = onnx.node "If" (%c) graphs ["then_branch", "else_branch"] : (tensor<i1>) -> tensor<*xf32> {
    onnx.yield %x : tensor<4xf32>
  }, {
    onnx.yield %y : tensor<2x2xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

// Branches of different extents: the greater bounds the dim that the result has.
// CHECK:       graph.symbols = [#graph.symbol<"If_d0", 0, 4, affine_map<() -> (4)>>]
// CHECK-LABEL: func.func @extents
// CHECK:       graph.if %arg0 : tensor<i1> defines [0] {
// CHECK-NEXT:    graph.yield %arg1 : tensor<4xf32>
// CHECK-NEXT:  } else {
// CHECK-NEXT:    graph.yield %arg2 : tensor<2xf32>
// CHECK-NEXT:  } -> tensor<?xf32, affine_map<()[s0] -> (s0)>>
module {
func.func @extents(%c: tensor<i1>, %x: tensor<4xf32>, %y: tensor<2xf32>) -> tensor<?xf32> {
  %0 = onnx.node "If" (%c) graphs ["then_branch", "else_branch"] : (tensor<i1>) -> tensor<?xf32> {
    onnx.yield %x : tensor<4xf32>
  }, {
    onnx.yield %y : tensor<2xf32>
  }
  return %0 : tensor<?xf32>
}
}

// -----

// What grows in a step cannot be carried.
func.func @grows(%x: tensor<1xi64>) -> tensor<?xi64> {
  %n = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %none = onnx.absent
  // expected-error@+1 {{state 0 goes from int64[1] to int64[2] in a step}}
  %0 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<1xi64>) -> tensor<?xi64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<1xi64>):
    %1 = onnx.node "Concat" (%old, %old) {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    onnx.yield %go, %1 : tensor<i1>, tensor<2xi64>
  }
  return %0 : tensor<?xi64>
}

// -----

// What each step gives has an extent of its own.
func.func @varies(%x: tensor<3x4xf32>) -> tensor<*xi64> {
  // expected-error@+1 {{a step gives a value of shape [1,NonZero_d1], which may be another in each step; only values of one shape can be carried on or stacked}}
  %0 = onnx.node "Scan" (%x) {num_scan_inputs = 1 : i64} graphs ["body"] : (tensor<3x4xf32>) -> tensor<*xi64> {
  ^bb0(%row: tensor<4xf32>):
    %1 = onnx.node "NonZero" (%row) : (tensor<4xf32>) -> tensor<*xi64>
    onnx.yield %1 : tensor<*xi64>
  }
  return %0 : tensor<*xi64>
}
