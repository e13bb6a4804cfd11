// RUN: onnxcc-opt --lower-onnx --split-input-file --verify-diagnostics %s
// What is wrong with filters and windows.

func.func @filter_rank(%x0: tensor<1x1x4xf32>, %x1: tensor<2x1xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects a filter of rank 3 or more with fixed extents, got [2,1]}}
  %0 = onnx.node "Conv" (%x0, %x1) : (tensor<1x1x4xf32>, tensor<2x1xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @kernel_shape(%x0: tensor<1x1x4xf32>, %x1: tensor<2x1x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{attribute 'kernel_shape' differs from the filter's extents [2,1,3]}}
  %0 = onnx.node "Conv" (%x0, %x1) {kernel_shape = array<i64: 2>} : (tensor<1x1x4xf32>, tensor<2x1x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @strides(%x0: tensor<1x1x4xf32>, %x1: tensor<2x1x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{attribute 'strides' has 2 entries, expected 1 for an input of rank 3}}
  %0 = onnx.node "Conv" (%x0, %x1) {strides = array<i64: 1, 1>} : (tensor<1x1x4xf32>, tensor<2x1x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @window_rank(%x0: tensor<1x4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 3 or more, got [1,4]}}
  %0 = onnx.node "MaxPool" (%x0) {kernel_shape = array<i64: 2>} : (tensor<1x4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @window_zero(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{windows, strides and dilations must be positive}}
  %0 = onnx.node "MaxPool" (%x0) {kernel_shape = array<i64: 0>} : (tensor<1x1x4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @auto_pad(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{auto_pad 'SAME' is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID}}
  %0 = onnx.node "MaxPool" (%x0) {kernel_shape = array<i64: 2>, auto_pad = "SAME"} : (tensor<1x1x4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

#d = affine_map<()[s0] -> (1, 1, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @auto_pad_dynamic(%x0: tensor<1x1x?xf32, #d>) -> tensor<*xf32> {
    // expected-error@+1 {{auto_pad SAME_UPPER with stride 2 needs a fixed extent on axis 2 of [1,1,n]}}
    %0 = onnx.node "MaxPool" (%x0) {kernel_shape = array<i64: 3>, strides = array<i64: 2>, auto_pad = "SAME_UPPER"} : (tensor<1x1x?xf32, #d>) -> tensor<*xf32>
    return %0 : tensor<*xf32>
  }
}

// -----

#d = affine_map<()[s0] -> (1, 1, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @ceil_mode_dynamic(%x0: tensor<1x1x?xf32, #d>) -> tensor<*xf32> {
    // expected-error@+1 {{ceil_mode with stride 2 needs a fixed extent on axis 2 of [1,1,n]}}
    %0 = onnx.node "MaxPool" (%x0) {kernel_shape = array<i64: 3>, strides = array<i64: 2>, ceil_mode = 1 : i64} : (tensor<1x1x?xf32, #d>) -> tensor<*xf32>
    return %0 : tensor<*xf32>
  }
}

// -----

func.func @transposed_strides(%x0: tensor<1x1x4xf32>, %x1: tensor<1x2x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{strides, dilations, pads and output_padding need an entry for each spatial axis of [1,1,4] with filter [1,2,3]}}
  %0 = onnx.node "ConvTranspose" (%x0, %x1) {strides = array<i64: 1, 1>} : (tensor<1x1x4xf32>, tensor<1x2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

#d = affine_map<()[s0] -> (1, 1, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @output_shape(%x0: tensor<1x1x?xf32, #d>, %x1: tensor<1x2x3xf32>) -> tensor<*xf32> {
    // expected-error@+1 {{attribute 'output_shape' needs fixed extents, got [1,1,n]}}
    %0 = onnx.node "ConvTranspose" (%x0, %x1) {output_shape = array<i64: 9>} : (tensor<1x1x?xf32, #d>, tensor<1x2x3xf32>) -> tensor<*xf32>
    return %0 : tensor<*xf32>
  }
}
