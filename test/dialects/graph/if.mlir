// Branches, of which one runs.
// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics | onnxcc-opt --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @if
// CHECK: %{{.*}}:2 = graph.if %arg0 : tensor<i1> {
// CHECK:   graph.yield %arg1, %arg1 : tensor<4xf32>, tensor<4xf32>
// CHECK: } else {
// CHECK:   %[[N:.*]] = graph.neg %arg1
// CHECK:   graph.yield %arg1, %[[N]] : tensor<4xf32>, tensor<4xf32>
// CHECK: } -> tensor<4xf32>, tensor<4xf32>
func.func @if(%c: tensor<i1>, %x: tensor<4xf32>) {
  %0:2 = graph.if %c : tensor<i1> {
    graph.yield %x, %x : tensor<4xf32>, tensor<4xf32>
  } else {
    %1 = graph.neg %x : (tensor<4xf32>) -> tensor<4xf32>
    graph.yield %x, %1 : tensor<4xf32>, tensor<4xf32>
  } -> tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @if_c1(%c: tensor<1xi1>, %x: tensor<4xf32>) {
  // expected-error@+1 {{has a condition of type 'tensor<1xi1>'}}
  %0 = graph.if %c : tensor<1xi1> {
    graph.yield %x : tensor<4xf32>
  } else {
    graph.yield %x : tensor<4xf32>
  } -> tensor<4xf32>
  return
}

// -----

func.func @if_c2_number(%c: tensor<i1>, %x: tensor<4xf32>) {
  // expected-error@+1 {{has a branch that does not yield 1 values}}
  %0 = graph.if %c : tensor<i1> {
    graph.yield %x : tensor<4xf32>
  } else {
    graph.yield %x, %x : tensor<4xf32>, tensor<4xf32>
  } -> tensor<4xf32>
  return
}

// -----

func.func @if_c2(%c: tensor<i1>, %x: tensor<4xf32>, %y: tensor<3xf32>) {
  // expected-error@+1 {{yields 'tensor<3xf32>' for a result of 'tensor<4xf32>'}}
  %0 = graph.if %c : tensor<i1> {
    graph.yield %x : tensor<4xf32>
  } else {
    graph.yield %y : tensor<3xf32>
  } -> tensor<4xf32>
  return
}
