// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics | onnxcc-opt --split-input-file --verify-diagnostics | FileCheck %s

#seq = affine_map<()[s0] -> (s0, 2, 4)>
#n = affine_map<()[s0] -> (s0)>
module attributes {graph.symbols = [#graph.symbol<"steps", 1, 9>]} {
  // A state, a sequence read from its end, and an output; the body uses what is around it.
  // CHECK-LABEL: func.func @good
  // CHECK: graph.scan over #{{.*}} carry(%{{.*}} : tensor<2x4xf32>) each(%{{.*}} : tensor<?x2x4xf32, #{{.*}}>) reversed [true, false]
  // CHECK: graph.yield %{{.*}}, %{{.*}} : tensor<2x4xf32>, tensor<2x4xf32>
  // CHECK: -> tensor<2x4xf32>, tensor<?x2x4xf32, #{{.*}}>
  func.func @good(%h: tensor<2x4xf32>, %x: tensor<?x2x4xf32, #seq>) -> (tensor<2x4xf32>, tensor<?x2x4xf32, #seq>) {
    %0:2 = graph.scan over #n carry(%h : tensor<2x4xf32>) each(%x : tensor<?x2x4xf32, #seq>) reversed [true, false] {
    ^bb0(%t: tensor<i64>, %old: tensor<2x4xf32>, %e: tensor<2x4xf32>):
      %1 = graph.add %old, %e : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %2 = graph.mul %1, %h : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      graph.yield %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
    } -> tensor<2x4xf32>, tensor<?x2x4xf32, #seq>
    return %0#0, %0#1 : tensor<2x4xf32>, tensor<?x2x4xf32, #seq>
  }
}

// -----

func.func @scan_c1(%h: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{wants one number of steps, has 2}}
  %0 = graph.scan over affine_map<() -> (3, 3)> carry(%h : tensor<4xf32>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @scan_c2(%h: tensor<4xf32>, %x: tensor<5x4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{has a sequence of type 'tensor<5x4xf32>' for another number of steps}}
  %0 = graph.scan over affine_map<() -> (3)> carry(%h : tensor<4xf32>) each(%x : tensor<5x4xf32>) reversed [false] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>, %e: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @scan_c2_arguments(%h: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{has 'tensor<i32>' as number 0 of its region arguments, wants 'tensor<i64>'}}
  %0 = graph.scan over affine_map<() -> (3)> carry(%h : tensor<4xf32>) reversed [] {
  ^bb0(%t: tensor<i32>, %old: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @scan_c3(%h: tensor<4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{has 'tensor<2x4xf32>' as number 1 of its results, wants 'tensor<3x4xf32>'}}
  %0:2 = graph.scan over affine_map<() -> (3)> carry(%h : tensor<4xf32>) reversed [false] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    graph.yield %old, %old : tensor<4xf32>, tensor<4xf32>
  } -> tensor<4xf32>, tensor<2x4xf32>
  return %0#1 : tensor<2x4xf32>
}

// -----

func.func @scan_c4(%h: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{says of 1 sequences and outputs whether they are reversed}}
  %0 = graph.scan over affine_map<() -> (3)> carry(%h : tensor<4xf32>) reversed [true] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @scan_c3_states(%h: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{does not yield its states}}
  %0:2 = graph.scan over affine_map<() -> (3)> carry(%h, %h : tensor<4xf32>, tensor<4xf32>) reversed [] {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>, %other: tensor<4xf32>):
    graph.yield %old : tensor<4xf32>
  } -> tensor<4xf32>, tensor<4xf32>
  return %0#0 : tensor<4xf32>
}
