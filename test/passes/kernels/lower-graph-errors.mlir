// RUN: onnxcc-opt %s --split-input-file --lower-graph --verify-diagnostics

// All ops without a kernel are reported at once, and none that only follows one of them.
func.func @missing(%x: tensor<4x3xf32>, %i: tensor<2xi64>) -> tensor<2x3xf32> {
  // expected-error@+1 {{has no kernel: indices other than constants at equal distances}}
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<4x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %1 = graph.cumulate sum %x {axis = 0 : i64, exclusive = false, reverse = false} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = graph.cumulate sum %0 {axis = 0 : i64, exclusive = false, reverse = false} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // expected-error@+1 {{has no kernel: it computes with floats of 8 bits or less}}
  %3 = graph.cast %x {to = f8E5M2} : (tensor<4x3xf32>) -> tensor<4x3xf8E5M2>
  return %2 : tensor<2x3xf32>
}
