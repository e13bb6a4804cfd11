// RUN: onnxcc-opt --lower-onnx --split-input-file --verify-diagnostics %s
// What is wrong with indices, products, norms and parameters.

func.func @gather(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{index 5 is out of range for axis 1 of [2,3]}}
  %0 = onnx.node "Gather" (%x0, %c0) {axis = 1 : i64} : (tensor<2x3xf32>, tensor<i64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @gather_nd(%x0: tensor<2x3xf32>, %x1: tensor<1x3xi64>) -> tensor<*xf32> {
  // expected-error@+1 {{indices of extents [1,3] do not index [2,3]}}
  %0 = onnx.node "GatherND" (%x0, %x1) : (tensor<2x3xf32>, tensor<1x3xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @scatter_nd(%x0: tensor<2x3xf32>, %x1: tensor<1x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[[2]]> : tensor<1x1xi64> -> tensor<1x1xi64>
  // expected-error@+1 {{index 2 is out of range for axis 0 of [2,3]}}
  %0 = onnx.node "ScatterND" (%x0, %c0, %x1) : (tensor<2x3xf32>, tensor<1x1xi64>, tensor<1x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @scatter_elements(%x0: tensor<2x3xf32>, %x1: tensor<1x1xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[[-4]]> : tensor<1x1xi64> -> tensor<1x1xi64>
  // expected-error@+1 {{index -4 is out of range for axis 1 of [2,3]}}
  %0 = onnx.node "ScatterElements" (%x0, %c0, %x1) {axis = 1 : i64} : (tensor<2x3xf32>, tensor<1x1xi64>, tensor<1x1xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @reduction(%x0: tensor<2x3xf32>, %x1: tensor<1x1xi64>, %x2: tensor<1x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{reduction 'mean' is none of none, add, mul, max, min}}
  %0 = onnx.node "ScatterND" (%x0, %x1, %x2) {reduction = "mean"} : (tensor<2x3xf32>, tensor<1x1xi64>, tensor<1x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @deep_one_hot(%x0: tensor<4xi64>, %x1: tensor<2xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<4611686018427387904> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{depth has the entry 4611686018427387904, for which no machine has the memory}}
  %0 = onnx.node "OneHot" (%x0, %c0, %x1) : (tensor<4xi64>, tensor<i64>, tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @triangle(%x0: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects rank 2 or more, got [3]}}
  %0 = onnx.node "Trilu" (%x0) : (tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @counts(%x0: tensor<4xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1, 2]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{k has 2 elements instead of one}}
  %0:2 = onnx.node "TopK" (%x0, %c0) : (tensor<4xf32>, tensor<2xi64>) -> (tensor<*xf32>, tensor<*xf32>)
  return %0#0 : tensor<*xf32>
}

// -----

func.func @count_of_data(%x0: tensor<4xf32>, %x1: tensor<1xi64>) -> tensor<*xf32> {
  // expected-error@+1 {{k must be constant}}
  %0:2 = onnx.node "TopK" (%x0, %x1) : (tensor<4xf32>, tensor<1xi64>) -> (tensor<*xf32>, tensor<*xf32>)
  return %0#0 : tensor<*xf32>
}

// -----

func.func @scalar_product(%x0: tensor<f32>, %x1: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{a scalar has no matrix product: [] x [3]}}
  %0 = onnx.node "MatMul" (%x0, %x1) : (tensor<f32>, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @gemm(%x0: tensor<2x3x4xf32>, %x1: tensor<4x5xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects matrices, got [2,3,4] x [4,5]}}
  %0 = onnx.node "Gemm" (%x0, %x1) : (tensor<2x3x4xf32>, tensor<4x5xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @batches(%x0: tensor<2x3x4xf32>, %x1: tensor<2x4x5xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{transBatchA and transBatchB are not supported}}
  %0 = onnx.node "FusedMatMul" in "com.microsoft" (%x0, %x1) {transBatchA = 1 : i64} : (tensor<2x3x4xf32>, tensor<2x4x5xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @diagonal(%x0: tensor<3x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{a label that stands twice in one term ('ii') is not supported}}
  %0 = onnx.node "Einsum" (%x0) {equation = "ii->i"} : (tensor<3x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @term(%x0: tensor<3x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{term 'ijk' does not fit an operand of rank 2}}
  %0 = onnx.node "Einsum" (%x0) {equation = "ijk->i"} : (tensor<3x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @direction(%x0: tensor<3xui8>, %x1: tensor<3xui8>) -> tensor<*xf32> {
  // expected-error@+1 {{direction 'UP' is neither LEFT nor RIGHT}}
  %0 = onnx.node "BitShift" (%x0, %x1) {direction = "UP"} : (tensor<3xui8>, tensor<3xui8>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @batch_norm(%x0: tensor<3xf32>, %x1: tensor<3xf32>, %x2: tensor<3xf32>, %x3: tensor<3xf32>, %x4: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 2 or more, got [3]}}
  %0 = onnx.node "BatchNormalization" (%x0, %x1, %x2, %x3, %x4) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @instance_norm(%x0: tensor<2x3xf32>, %x1: tensor<3xf32>, %x2: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 3 or more, got [2,3]}}
  %0 = onnx.node "InstanceNormalization" (%x0, %x1, %x2) : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @lrn(%x0: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 2 or more and a positive size, got [3] and 3}}
  %0 = onnx.node "LRN" (%x0) {size = 3 : i64} : (tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @scale_axis(%x0: tensor<2x3xui8>, %x1: tensor<4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{a scale or zero point of [4] does not fit axis 1 of [2,3]}}
  %0 = onnx.node "DequantizeLinear" (%x0, %x1) {axis = 1 : i64} : (tensor<2x3xui8>, tensor<4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @scale_rank(%x0: tensor<2x3x4xui8>, %x1: tensor<2x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{a scale or zero point of [2,3] fits no axis of [2,3,4]}}
  %0 = onnx.node "DequantizeLinear" (%x0, %x1) {axis = 1 : i64} : (tensor<2x3x4xui8>, tensor<2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @rnn(%x0: tensor<2x3xf32>, %x1: tensor<1x4x3xf32>, %x2: tensor<1x4x4xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 3, got [2,3]}}
  %0 = onnx.node "RNN" (%x0, %x1, %x2) {hidden_size = 4 : i64} : (tensor<2x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @label(%x0: tensor<2x3xf32>, %x1: tensor<4x5xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{extents [2,3] and [4,5] of a common label differ}}
  %0 = onnx.node "Einsum" (%x0, %x1) {equation = "ij,jk->ik"} : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @einsum_terms(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{equation 'ij,jk->ik' has 2 terms for 1 inputs}}
  %0 = onnx.node "Einsum" (%x0) {equation = "ij,jk->ik"} : (tensor<2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @cast_string(%x0: tensor<2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{attribute 'to': element type string is not supported}}
  %0 = onnx.node "Cast" (%x0) {to = 8 : i64} : (tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @cast_unknown(%x0: tensor<2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{attribute 'to': element type 99 is not supported}}
  %0 = onnx.node "Cast" (%x0) {to = 99 : i64} : (tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @complex_constant() -> tensor<*xcomplex<f32>> {
  %c0 = onnx.constant dense<2> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{attribute 'value': element type complex64 is not supported}}
  %0 = onnx.node "ConstantOfShape" (%c0) {value = dense<(1.0, 2.0)> : tensor<1xcomplex<f32>>} : (tensor<1xi64>) -> tensor<*xcomplex<f32>>
  return %0 : tensor<*xcomplex<f32>>
}
