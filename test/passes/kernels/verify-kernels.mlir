// RUN: onnxcc-opt %s --split-input-file --verify-kernels --verify-diagnostics

func.func @graph(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'graph.exp' op is left after the kernels phase}}
  %0 = graph.exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @schedule() -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{'kernel.map' op has no schedule}}
  %0 = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>] outs(%e : tensor<2xf32>) {
    %zero = arith.constant 0.0 : f32
    kernel.yield %zero : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @constant() -> tensor<2xf32> {
  // expected-error@+1 {{'arith.constant' op is a tensor that is no weight of the module}}
  %0 = arith.constant dense<1.0> : tensor<2xf32>
  return %0 : tensor<2xf32>
}
