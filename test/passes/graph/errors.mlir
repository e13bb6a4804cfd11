// RUN: onnxcc-opt --lower-onnx --split-input-file --verify-diagnostics %s

// All nodes without a way are named in one run, also behind one another.
func.func @unknown(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{no lowering for operator 'Foo' of domain 'custom': export the model without it, or add a lowering}}
  %0 = onnx.node "Foo" in "custom" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = onnx.node "Relu" (%0) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{no lowering for operator 'Bar'}}
  %2 = onnx.node "Bar" (%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

func.func @matmul(%x: tensor<1x128xf32>, %y: tensor<256x128xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{inner dimensions differ: [1,128] x [256,128]}}
  %0 = onnx.node "MatMul" (%x, %y) : (tensor<1x128xf32>, tensor<256x128xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// Independent problems are told of in one run, what follows from one is not.
func.func @several(%x: tensor<2x3xf32>, %y: tensor<4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{extents do not broadcast: [2,3] and [4]}}
  %0 = onnx.node "Add" (%x, %y) : (tensor<2x3xf32>, tensor<4xf32>) -> tensor<*xf32>
  %1 = onnx.node "Relu" (%0) : (tensor<*xf32>) -> tensor<*xf32>
  // expected-error@+1 {{axis 2 is out of range for rank 2}}
  %2 = onnx.node "Softmax" (%x) {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<*xf32>
}

// -----

func.func @data_dependent(%x: tensor<2x3xf32>, %shape: tensor<2xi64>) -> tensor<*xf32> {
  // expected-error@+1 {{shape must be known at compile time (a constant, or computed from dimensions), but is computed from the model's input data}}
  %0 = onnx.node "Reshape" (%x, %shape) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @reshape(%x: tensor<2x3xf32>) -> tensor<*xf32> {
  %shape = onnx.constant dense<[4, 2]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{cannot reshape [2,3] to [4,2]}}
  %0 = onnx.node "Reshape" (%x, %shape) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @training(%x: tensor<1x3x4x4xf32>, %p: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{training_mode 1 is not supported: export the model for inference}}
  %0 = onnx.node "BatchNormalization" (%x, %p, %p, %p, %p) {training_mode = 1 : i64} : (tensor<1x3x4x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @indices(%x: tensor<1x3x4x4xf32>) -> tensor<*xi64> {
  // expected-error@+1 {{output 1 of operator 'MaxPool' is not supported}}
  %0:2 = onnx.node "MaxPool" (%x) {kernel_shape = array<i64: 2, 2>} : (tensor<1x3x4x4xf32>) -> (tensor<*xf32>, tensor<*xi64>)
  return %0#1 : tensor<*xi64>
}

// -----

module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
func.func @depends(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> tensor<*xf32> {
  %zero = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %four = onnx.constant dense<4> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{whether index 4 lies within an axis of extent n depends on the dimensions: fix one with --dim}}
  %0 = onnx.node "Slice" (%x, %zero, %four) : (tensor<?xf32, affine_map<()[s0] -> (s0)>>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
}

// -----

func.func @declared(%x: tensor<4xf32>) -> tensor<5xf32> {
  // expected-warning@+1 {{the model declares output '0' as float[5], but it is float[4]}}
  %0 = onnx.node "Relu" (%x) : (tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// expected-error@+1 {{input 'x' has type '!onnx.sequence<tensor<*xf32>>': only tensors can be inputs; export the model with tensors}}
func.func @sequence(%x: !onnx.sequence<tensor<*xf32>> {onnx.name = "x"}) -> tensor<*xf32> {
  %0 = onnx.node "Relu" (%x) : (!onnx.sequence<tensor<*xf32>>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// What no memory holds is told of, not left to overflow.
// expected-error@+1 {{input '' has type float[4611686018427387904,9], for which no machine has the memory}}
func.func @large_input(%x: tensor<4611686018427387904x9xf32>) -> tensor<4611686018427387904x9xf32> {
  %0 = onnx.node "Relu" (%x) : (tensor<4611686018427387904x9xf32>) -> tensor<4611686018427387904x9xf32>
  return %0 : tensor<4611686018427387904x9xf32>
}

// -----

func.func @large_output(%x: tensor<1x1xf32>) -> tensor<*xf32> {
  %shape = onnx.constant dense<[8589934592, 8589934592]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{would make a tensor of shape [8589934592,8589934592], for which no machine has the memory}}
  %0 = onnx.node "Expand" (%x, %shape) : (tensor<1x1xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @cell_state(%x: tensor<3x1x2xf32>, %w: tensor<1x16x2xf32>, %r: tensor<1x16x4xf32>, %h: tensor<1x1x4xf32>, %c: tensor<0x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  // expected-error@+1 {{takes elements 0 to 0 of axis 0 of [0,1,4]}}
  %0 = onnx.node "LSTM" (%x, %w, %r, %none, %none, %h, %c) {hidden_size = 4 : i64} : (tensor<3x1x2xf32>, tensor<1x16x2xf32>, tensor<1x16x4xf32>, none, none, tensor<1x1x4xf32>, tensor<0x1x4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @states_of_another_batch(%x: tensor<1x1x2xf32>, %w: tensor<1x16x2xf32>, %r: tensor<1x16x4xf32>, %s: tensor<1x0x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  // expected-error@+1 {{cannot reshape [0,4] to [1,1,4]: the numbers of elements differ}}
  %0:3 = onnx.node "LSTM" (%x, %w, %r, %none, %none, %s, %s) {hidden_size = 4 : i64} : (tensor<1x1x2xf32>, tensor<1x16x2xf32>, tensor<1x16x4xf32>, none, none, tensor<1x0x4xf32>, tensor<1x0x4xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>)
  return %0#0 : tensor<*xf32>
}

// -----

func.func @no_sequences(%x: tensor<2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{wants sequences to go through}}
  %0 = onnx.node "Scan" (%x) {num_scan_inputs = 0 : i64} graphs ["body"] : (tensor<2xf32>) -> tensor<*xf32> {
  ^bb0(%s: tensor<2xf32>):
    onnx.yield %s : tensor<2xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

func.func @branches(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<*xf32> {
  %axis = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{the branches of 'If' give output 0 different types, float[4] and float[1,4]; its condition would have to be known at compile time}}
  %0 = onnx.node "If" (%c) graphs ["else_branch", "then_branch"] : (tensor<i1>) -> tensor<*xf32> {
    %1 = onnx.node "Unsqueeze" (%x, %axis) : (tensor<4xf32>, tensor<1xi64>) -> tensor<*xf32>
    onnx.yield %1 : tensor<*xf32>
  }, {
    %1 = onnx.node "Neg" (%x) : (tensor<4xf32>) -> tensor<*xf32>
    onnx.yield %1 : tensor<*xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

func.func @nothing() -> none {
  %0 = onnx.absent
  // expected-error@+1 {{output 0 has no value}}
  return %0 : none
}

// -----

// expected-error@+1 {{input 'x' has type string[2]: strings and complex numbers are not computed with; export the model without them}}
func.func @strings(%x: tensor<2x!onnx.string> {onnx.name = "x"}) -> tensor<*x!onnx.string> {
  %0 = onnx.node "Identity" (%x) : (tensor<2x!onnx.string>) -> tensor<*x!onnx.string>
  return %0 : tensor<*x!onnx.string>
}

// -----

// expected-error@+1 {{input 'x' has type complex64[2]: strings and complex numbers are not computed with; export the model without them}}
func.func @complex(%x: tensor<2xcomplex<f32>> {onnx.name = "x"}) -> tensor<*xcomplex<f32>> {
  %0 = onnx.node "Identity" (%x) : (tensor<2xcomplex<f32>>) -> tensor<*xcomplex<f32>>
  return %0 : tensor<*xcomplex<f32>>
}

// -----

// Those that nobody reads do no harm.
func.func @constants(%x: tensor<2xf32>) -> (tensor<*xf32>, tensor<*xcomplex<f32>>) {
  %unread = onnx.constant dense<(1.0, 2.0)> : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
  // expected-error@+1 {{constants of type complex64[2] are not computed with; export the model without them}}
  %c = onnx.constant dense<(1.0, 2.0)> : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
  %0 = onnx.node "Relu" (%x) : (tensor<2xf32>) -> tensor<*xf32>
  %1 = onnx.node "Identity" (%c) : (tensor<2xcomplex<f32>>) -> tensor<*xcomplex<f32>>
  return %0, %1 : tensor<*xf32>, tensor<*xcomplex<f32>>
}
