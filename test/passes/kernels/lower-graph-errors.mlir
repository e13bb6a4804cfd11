// RUN: onnxcc-opt %s --split-input-file --lower-graph --verify-diagnostics

// All ops without a kernel are reported at once, and none that only follows one of them.
func.func @missing(%x: tensor<4x3xf32>, %y: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{has no kernel: it computes with floats of 8 bits or less}}
  %0 = graph.cast %x {to = f8E5M2} : (tensor<4x3xf32>) -> tensor<4x3xf8E5M2>
  // expected-error@+1 {{has no kernel: it computes with floats of 8 bits or less}}
  %1 = graph.cast %y {to = f8E5M2} : (tensor<4x3xf32>) -> tensor<4x3xf8E5M2>
  %2 = graph.cast %0 {to = f32} : (tensor<4x3xf8E5M2>) -> tensor<4x3xf32>
  return %2 : tensor<4x3xf32>
}

// -----

func.func @outside(%x: tensor<4xf32>) -> tensor<2xf32> {
  %i = graph.constant dense<[1, -5]> : tensor<2xi64>
  // expected-error@+1 {{has index -5 out of range of an axis of extent 4}}
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @empty(%x: tensor<0xf32>, %i: tensor<2xi64>) -> tensor<2xf32> {
  // expected-error@+1 {{has no kernel: its operand is empty along axis 0}}
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<0xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @attention(%x: tensor<1x1x4x4xf64>) -> tensor<1x1x4x4xf64> {
  // expected-error@+1 {{'graph.attention' op has no kernel: it computes in f64}}
  %0 = graph.attention %x, %x, %x {scale = 1.0} : (tensor<1x1x4x4xf64>, tensor<1x1x4x4xf64>, tensor<1x1x4x4xf64>) -> tensor<1x1x4x4xf64>
  return %0 : tensor<1x1x4x4xf64>
}

// -----

// What must be known is a dim of the caller.
#x = affine_map<()[s0] -> (s0, 4)>
#y = affine_map<()[s0] -> (s0 + 2, 4)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  func.func @backwards(%x: tensor<?x4xf32, #x>) -> tensor<?x4xf32, #x> {
    // expected-error@+1 {{has no kernel: a negative step from a dynamic start}}
    %0 = graph.slice %x at affine_map<()[s0] -> (s0 - 1, 0)> sizes #x steps [-1, 1] : (tensor<?x4xf32, #x>) -> tensor<?x4xf32, #x>
    return %0 : tensor<?x4xf32, #x>
  }

  func.func @edge(%x: tensor<?x4xf32, #x>) -> tensor<?x4xf32, #y> {
    %zero = graph.constant dense<0.0> : tensor<f32>
    // expected-error@+1 {{has no kernel: it repeats elements along a dynamic axis}}
    %0 = graph.pad edge %x, %zero low [1, 0] high [1, 0] : (tensor<?x4xf32, #x>, tensor<f32>) -> tensor<?x4xf32, #y>
    return %0 : tensor<?x4xf32, #y>
  }

  func.func @means(%x: tensor<?x4xf32, #x>) -> tensor<4xf32> {
    // expected-error@+1 {{has no kernel: a mean over dynamic axes that are not the last ones}}
    %0 = graph.reduce mean %x over [0] : (tensor<?x4xf32, #x>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

#image = affine_map<()[s0] -> (1, s0, 4, 1)>
module attributes {graph.symbols = [#graph.symbol<"n", 3, 4>]} {
  func.func @pool(%x: tensor<1x?x4x1xf32, #image>) -> tensor<1x?x4x1xf32, #image> {
    // expected-error@+1 {{has no kernel: a mean that leaves out the padding of an image of dynamic extents}}
    %0 = graph.pool mean %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, layout = #graph<layout channels_last>} : (tensor<1x?x4x1xf32, #image>) -> tensor<1x?x4x1xf32, #image>
    return %0 : tensor<1x?x4x1xf32, #image>
  }
}

// -----

#four = affine_map<()[s0, s1, s2] -> (4, s0 floordiv s1)>
#eight = affine_map<()[s0, s1, s2] -> (8, s0 floordiv s1)>
#either = affine_map<()[s0, s1, s2] -> (s2, s0 floordiv s1)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"parts", 1, 4, affine_map<() -> (4)>>, #graph.symbol<"taken", 4, 8, affine_map<() -> (8)>>]} {
  func.func @unbounded(%c: tensor<i1>, %x: tensor<4x?xf32, #four>, %y: tensor<8x?xf32, #eight>) -> tensor<?x?xf32, #either> {
    // expected-error@+1 {{gives result 0 of a size that nothing bounds}}
    %0 = graph.if %c : tensor<i1> defines [2] {
      graph.yield %x : tensor<4x?xf32, #four>
    } else {
      graph.yield %y : tensor<8x?xf32, #eight>
    } -> tensor<?x?xf32, #either>
    return %0 : tensor<?x?xf32, #either>
  }
}
