// Dims that ops define, branches, and loops that data ends.
// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics --mlir-print-local-scope | onnxcc-opt --split-input-file --verify-diagnostics --mlir-print-local-scope | FileCheck %s

// CHECK: graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"kept", 0, 24, affine_map<()[s0] -> (s0 * 3)>>]
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"kept", 0, 24, affine_map<()[s0] -> (s0 * 3)>>]} {
  // CHECK-LABEL: func.func @places
  // CHECK: graph.places %arg0 defines 1 : (tensor<?x3xi1, affine_map<()[s0] -> (s0, 3)>>) -> tensor<?xi64, affine_map<()[s0, s1] -> (s1)>>
  func.func @places(%x: tensor<?x3xi1, affine_map<()[s0] -> (s0, 3)>>) -> tensor<?xi64, affine_map<()[s0, s1] -> (s1)>> {
    %0 = graph.places %x defines 1 : (tensor<?x3xi1, affine_map<()[s0] -> (s0, 3)>>) -> tensor<?xi64, affine_map<()[s0, s1] -> (s1)>>
    return %0 : tensor<?xi64, affine_map<()[s0, s1] -> (s1)>>
  }
}

// -----

module attributes {graph.symbols = [#graph.symbol<"rows", 0, 3, affine_map<() -> (3)>>]} {
  // A branch may give other extents than the other: then the op defines the dim.
  // CHECK-LABEL: func.func @if
  // CHECK: graph.if %arg0 : tensor<i1> defines [0] {
  // CHECK:   graph.yield %arg1, %arg1 : tensor<3x4xf32>, tensor<3x4xf32>
  // CHECK: } else {
  // CHECK:   graph.yield %arg1, %arg2 : tensor<3x4xf32>, tensor<2x4xf32>
  // CHECK: } -> tensor<3x4xf32>, tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
  func.func @if(%c: tensor<i1>, %x: tensor<3x4xf32>, %y: tensor<2x4xf32>) {
    %0:2 = graph.if %c : tensor<i1> defines [0] {
      graph.yield %x, %x : tensor<3x4xf32>, tensor<3x4xf32>
    } else {
      graph.yield %x, %y : tensor<3x4xf32>, tensor<2x4xf32>
    } -> tensor<3x4xf32>, tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
    return
  }
}

// -----

module attributes {graph.symbols = [#graph.symbol<"taken", 0, 9, affine_map<() -> (9)>>]} {
  // CHECK-LABEL: func.func @while
  // CHECK: graph.scan over affine_map<() -> (9)> while defines 0 carry(%arg0, %arg1 : tensor<i1>, tensor<4xf32>) reversed [false] {
  func.func @while(%c: tensor<i1>, %x: tensor<4xf32>) {
    %0:3 = graph.scan over affine_map<() -> (9)> while defines 0 carry(%c, %x : tensor<i1>, tensor<4xf32>) reversed [false] {
    ^bb0(%t: tensor<i64>, %go: tensor<i1>, %old: tensor<4xf32>):
      graph.yield %go, %old, %old : tensor<i1>, tensor<4xf32>, tensor<4xf32>
    } -> tensor<i1>, tensor<4xf32>, tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
    return
  }
}

// -----

// graph_c4
// expected-error@+1 {{the bound of dimension b is no expression of dimensions that the caller sets}}
module attributes {graph.symbols = [#graph.symbol<"a", 0, 9, affine_map<() -> (9)>>, #graph.symbol<"b", 0, 9, affine_map<()[s0] -> (s0)>>]} {
}

// -----

// graph_c4
// expected-error@+1 {{the bound of dimension a is no expression of dimensions that the caller sets}}
module attributes {graph.symbols = [#graph.symbol<"a", 0, 9, affine_map<() -> (9, 9)>>]} {
}

// -----

module attributes {graph.symbols = [#graph.symbol<"a", 0, 9, affine_map<() -> (9)>>]} {
  func.func @places_c1(%x: tensor<9xf32>) {
    // expected-error@+2 {{finds the places of Booleans, not of 'f32'}}
    // expected-error@+1 {{failed to infer returned types}}
    %0 = graph.places %x defines 0 : (tensor<9xf32>) -> tensor<?xi64, affine_map<()[s0] -> (s0)>>
    return
  }
}

// -----

module attributes {graph.symbols = [#graph.symbol<"a", 0, 9>]} {
  func.func @places_c2(%x: tensor<9xi1>) {
    // expected-error@+1 {{defines s0, which is no symbol of the module that a run computes}}
    %0 = graph.places %x defines 0 : (tensor<9xi1>) -> tensor<?xi64, affine_map<()[s0] -> (s0)>>
    return
  }
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
    graph.yield
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

// -----

func.func @if_c3(%c: tensor<i1>, %x: tensor<4xf32>) {
  // expected-error@+1 {{defines s2, which is no symbol of the module that a run computes}}
  %0 = graph.if %c : tensor<i1> defines [2] {
    graph.yield %x : tensor<4xf32>
  } else {
    graph.yield %x : tensor<4xf32>
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c5(%x: tensor<4xf32>) {
  // expected-error@+1 {{wants a condition as its first state, no sequences, and a symbol to define if it has outputs}}
  %0 = graph.scan over affine_map<() -> (9)> while carry(%x : tensor<4xf32>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c5_steps(%c: tensor<i1>) {
  // expected-error@+1 {{is no loop: it takes 1 steps at most}}
  %0 = graph.scan over affine_map<() -> (1)> while carry(%c : tensor<i1>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<i1>):
    graph.yield %old : tensor<i1>
  } -> tensor<i1>
  return
}

// -----

func.func @scan_c5_symbol(%c: tensor<i1>) {
  // expected-error@+1 {{defines s0, which is no symbol of the module that a run computes}}
  %0 = graph.scan over affine_map<() -> (9)> while defines 0 carry(%c : tensor<i1>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<i1>):
    graph.yield %old : tensor<i1>
  } -> tensor<i1>
  return
}
