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

func.func @while(%n: tensor<i64>, %x: tensor<i64>) -> tensor<i64> {
  %none = onnx.absent
  // expected-error@+1 {{runs as long as data says; its number of steps must be known at compile time}}
  %0 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<i64>) -> tensor<i64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<i64>):
    onnx.yield %go, %old : tensor<i1>, tensor<i64>
  }
  return %0 : tensor<i64>
}

// -----

func.func @break(%x: tensor<i64>) -> tensor<i64> {
  %n = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %none = onnx.absent
  // expected-error@+1 {{may end early}}
  %0 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<i64>) -> tensor<i64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<i64>):
    %1 = onnx.node "Less" (%i, %old) : (tensor<i64>, tensor<i64>) -> tensor<i1>
    onnx.yield %1, %old : tensor<i1>, tensor<i64>
  }
  return %0 : tensor<i64>
}

// -----

// What grows in a step cannot be carried.
func.func @grows(%x: tensor<1xi64>) -> tensor<?xi64> {
  %n = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %none = onnx.absent
  // expected-error@+1 {{state 0 goes from 'tensor<1xi64>' to 'tensor<2xi64>' in a step}}
  %0 = onnx.node "Loop" (%n, %none, %x) graphs ["body"] : (tensor<i64>, none, tensor<1xi64>) -> tensor<?xi64> {
  ^bb0(%i: tensor<i64>, %go: tensor<i1>, %old: tensor<1xi64>):
    %1 = onnx.node "Concat" (%old, %old) {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    onnx.yield %go, %1 : tensor<i1>, tensor<2xi64>
  }
  return %0 : tensor<?xi64>
}
