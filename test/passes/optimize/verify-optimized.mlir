// RUN: onnxcc-opt --verify-optimized --split-input-file --verify-diagnostics %s

func.func @right(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = graph.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @wrong(%x: f32) -> f32 {
  // expected-error @below {{is not of the graph dialect}}
  %y = arith.addf %x, %x : f32
  return %y : f32
}
