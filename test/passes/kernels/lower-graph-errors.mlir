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
