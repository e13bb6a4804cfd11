// RUN: onnxcc-opt --verify-layout --split-input-file --verify-diagnostics %s

func.func @right(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32> {
  %y = graph.pool max %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>}
    : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32>
  return %y : tensor<1x2x2x1xf32>
}

// -----

func.func @wrong(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{is channels-first after the layout phase}}
  %y = graph.pool max %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @series(%x: tensor<1x4x1xf32>) -> tensor<1x2x1xf32> {
  // expected-error @below {{has one spatial axis after the layout phase}}
  %y = graph.pool max %x {window = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>, pads = array<i64: 0, 0>, layout = #graph<layout channels_last>}
    : (tensor<1x4x1xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
