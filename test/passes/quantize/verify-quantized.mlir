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

// -----

// Functions of one tensor of bytes are tables.
func.func @sandwich(%x: tensor<4xui8>) -> tensor<4xui8> {
  %s = graph.constant dense<0.5> : tensor<4xf32>
  %z = graph.constant dense<3> : tensor<4xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %1 = graph.tanh %0 : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error @below {{is of floats that have an integer form, after the quantize phase}}
  %2 = graph.quantize %1, %s, %z : (tensor<4xf32>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xui8>
  return %2 : tensor<4xui8>
}

// -----

func.func @sum(%x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xui8> {
  %s = graph.constant dense<0.5> : tensor<4xf32>
  %z = graph.constant dense<3> : tensor<4xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %1 = graph.dequantize %y, %s, %z : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %2 = graph.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-error @below {{is of floats that have an integer form, after the quantize phase}}
  %3 = graph.quantize %2, %s, %z : (tensor<4xf32>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xui8>
  return %3 : tensor<4xui8>
}

// -----

// No integer form: a quotient of two tensors.
func.func @island(%x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xui8> {
  %s = graph.constant dense<0.5> : tensor<4xf32>
  %z = graph.constant dense<3> : tensor<4xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %1 = graph.dequantize %y, %s, %z : (tensor<4xui8>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xf32>
  %2 = graph.div %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = graph.quantize %2, %s, %z : (tensor<4xf32>, tensor<4xf32>, tensor<4xui8>) -> tensor<4xui8>
  return %3 : tensor<4xui8>
}
