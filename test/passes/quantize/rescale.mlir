// RUN: onnxcc-opt %s --raise-integers --split-input-file | FileCheck %s

// Bytes that are quantized again, clipped or not, are requantized if there is a factor that gives all 256 codes what they had.
// CHECK-LABEL: func.func @rescale
// CHECK-DAG:     graph.constant dense<5.000000e-01> : tensor<f32>
// CHECK:         graph.requantize
// CHECK:         graph.max
// CHECK-NOT:     graph.lookup
module attributes {kernel.targets = ["x86-64-v3"]} {
  func.func @rescale(%x: tensor<4xi8>) -> tensor<4xi8> {
    %small = graph.constant dense<0.25> : tensor<4xf32>
    %large = graph.constant dense<0.5> : tensor<4xf32>
    %three = graph.constant dense<3> : tensor<4xi8>
    %none = graph.constant dense<0> : tensor<4xi8>
    %0 = graph.dequantize %x, %small, %three : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
    %1 = graph.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
    %2 = graph.quantize %1, %large, %none : (tensor<4xf32>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xi8>
    return %2 : tensor<4xi8>
  }
}

// -----

// Without vectors a table is quicker.
// CHECK-LABEL: func.func @rescale
// CHECK-NOT:     graph.requantize
// CHECK:         graph.lookup
func.func @rescale(%x: tensor<4xi8>) -> tensor<4xi8> {
  %small = graph.constant dense<0.25> : tensor<4xf32>
  %large = graph.constant dense<0.5> : tensor<4xf32>
  %three = graph.constant dense<3> : tensor<4xi8>
  %none = graph.constant dense<0> : tensor<4xi8>
  %0 = graph.dequantize %x, %small, %three : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
  %1 = graph.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = graph.quantize %1, %large, %none : (tensor<4xf32>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// No float near 0.052 / 0.096 gives the halves among their quotients what rounding twice gives: a table.
// CHECK-LABEL: func.func @twice
// CHECK-NOT:     requantize
// CHECK:         graph.lookup
module attributes {kernel.targets = ["x86-64-v3"]} {
  func.func @twice(%x: tensor<4xi8>) -> tensor<4xi8> {
    %small = graph.constant dense<0.052> : tensor<4xf32>
    %large = graph.constant dense<0.096> : tensor<4xf32>
    %none = graph.constant dense<0> : tensor<4xi8>
    %0 = graph.dequantize %x, %small, %none : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
    %1 = graph.quantize %0, %large, %none : (tensor<4xf32>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xi8>
    return %1 : tensor<4xi8>
  }
}

// -----

// With the same scale and zero point only the clip is left.
// CHECK-LABEL: func.func @clipped
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xi8>
// CHECK:         %[[C:.*]] = graph.max %[[X]]
// CHECK-NEXT:    return %[[C]]
func.func @clipped(%x: tensor<4xi8>) -> tensor<4xi8> {
  %scale = graph.constant dense<0.047> : tensor<4xf32>
  %three = graph.constant dense<3> : tensor<4xi8>
  %0 = graph.dequantize %x, %scale, %three : (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32>
  %1 = graph.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = graph.quantize %1, %scale, %three : (tensor<4xf32>, tensor<4xf32>, tensor<4xi8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}
