// RUN: onnxcc-opt %s --split-input-file --verify-kernels --verify-diagnostics

func.func @graph(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'graph.exp' op is left after the kernels phase}}
  %0 = graph.exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @schedule() -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{'kernel.map' op has no family of kernels}}
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

// -----

// What a pass has changed without asking the family.
func.func @other_family(%x: tensor<2xf32>) -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{'kernel.map' op is no rows: it is no computation on rows}}
  %0 = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) #kernel.schedule<"rows"> {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @define_c1(%count: i64) {
    // expected-error@+1 {{defines s0, which is no symbol of the module that a run computes}}
    %n = kernel.define 0 = %count
    return
  }
}

// -----

func.func @other_dims(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{'kernel.rows' op has dims that play other parts than its schedule says}}
  %0 = kernel.rows over affine_map<() -> (2, 3)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] ins(%x : tensor<2x3xf32>) outs(%e : tensor<2xf32>)
      #kernel.schedule<"rows" dims = {row = [0]}> {
  ^bb0(%v: f32):
    %s = kernel.reduce sum %v : f32
    kernel.yield %s : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @routine(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{names no routine of the runtime: 'reverse'}}
  %0 = kernel.call "reverse" {} over affine_map<() -> (2)> ins(%x : tensor<2xf32>) outs(%y : tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @operands(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{has 1 inputs and 1 destinations, top_k has 1 and 2}}
  %0 = kernel.call "top_k" {} over affine_map<() -> (1, 2, 1, 2)> ins(%x : tensor<2xf32>) outs(%y : tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// It would read what nobody has written.
func.func @effects(%i: tensor<2xi64>, %u: tensor<2xf32>, %x: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{reads and writes otherwise than scatter_elements does}}
  %0 = kernel.call "scatter_elements" {axis = 0, combine = "Sum"} over affine_map<() -> (9, 2)> ins(%i, %u : tensor<2xi64>, tensor<2xf32>) outs(%x : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

func.func @parameters(%i: tensor<2xi64>, %u: tensor<2xf32>, %x: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{is no call of scatter_elements: its domain is not that of two tensors, with an axis}}
  %0 = kernel.call "scatter_elements" {axis = 1, combine = "Sum"} over affine_map<() -> (9, 2)> updates [0] ins(%i, %u : tensor<2xi64>, tensor<2xf32>) outs(%x : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

func.func @while_c1(%go: i1) {
  // expected-error@+1 {{is not in a loop's body}}
  kernel.while %go
  return
}

// -----

func.func @encoding(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) {
  // expected-error@+1 {{'tensor.cast' op has a type with an encoding or a sign: 'tensor<?xf32, affine_map<()[s0] -> (s0)>>'}}
  %0 = tensor.cast %x : tensor<?xf32, affine_map<()[s0] -> (s0)>> to tensor<?xf32, affine_map<()[s0] -> (s0)>>
  return
}

// -----

func.func @variants(%x: tensor<2xf32>) -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{'kernel.map' op has a schedule without variants}}
  %0 = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) #kernel.schedule<"map"> {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
