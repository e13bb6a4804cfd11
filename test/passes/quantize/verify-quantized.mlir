// RUN: onnxcc-opt --verify-quantized --split-input-file --verify-diagnostics %s

func.func @right(%x: tensor<4xi8>, %s: tensor<4xf32>, %z: tensor<4xi8>) -> tensor<4xf32> {
  %y = graph.dequantize %x, %s, %z : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @wrong() -> tensor<4xf32> {
  %x = graph.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
  %s = graph.constant dense<0.5> : tensor<4xf32>
  %z = graph.constant dense<0> : tensor<4xi8>
  // expected-error @below {{of constants is left after the quantize phase}}
  %y = graph.dequantize %x, %s, %z : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
