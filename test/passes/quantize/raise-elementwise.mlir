// RUN: onnxcc-opt %s --raise-integers --canonicalize-graph --fold-constants | FileCheck %s

// The greater scale counts 2^22 units, the other 1/4 of them; relu is the zero point's bound.
// CHECK-LABEL: func.func @add
// CHECK-SAME:  %[[X:[^:]*]]: tensor<2x8xui8>, %[[Y:[^:]*]]: tensor<2x8xui8>
// CHECK-DAG:   %[[S:.*]] = graph.constant dense<5.96046448E-8> : tensor<{{.*}}f32>
// CHECK-DAG:   graph.constant dense<4194304> : tensor<{{.*}}i32>
// CHECK-DAG:   graph.constant dense<1048576> : tensor<{{.*}}i32>
// CHECK:       %[[P:.*]] = graph.mul %{{.*}} -> tensor<2x8xi32>
// CHECK:       %[[R:.*]] = graph.mul %{{.*}} -> tensor<2x8xi32>
// CHECK:       %[[SUM:.*]] = graph.add %[[P]], %[[R]] : {{.*}} -> tensor<2x8xi32>
// CHECK:       %[[Q:.*]] = graph.requantize %[[SUM]], %{{.*}} -> tensor<2x8xui8>
// CHECK:       %[[M:.*]] = graph.max %[[Q]], %{{.*}} -> tensor<2x8xui8>
// CHECK:       return %[[M]]
func.func @add(%x: tensor<2x8xui8>, %y: tensor<2x8xui8>) -> tensor<2x8xui8> {
  %s = graph.constant dense<0.5> : tensor<2x8xf32>
  %t = graph.constant dense<0.125> : tensor<2x8xf32>
  %u = graph.constant dense<2.0> : tensor<2x8xf32>
  %z = graph.constant dense<7> : tensor<2x8xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<2x8xui8>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xf32>
  %1 = graph.dequantize %y, %t, %z : (tensor<2x8xui8>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xf32>
  %2 = graph.add %0, %1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %3 = graph.relu %2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = graph.quantize %3, %u, %z : (tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xui8>
  return %4 : tensor<2x8xui8>
}

// Means are sums of integers times scale / count: 0.5 / 8 / 2.
// CHECK-LABEL: func.func @mean
// CHECK-DAG:   graph.constant dense<3.125000e-02> : tensor<{{.*}}f32>
// CHECK:       %[[SUM:.*]] = graph.reduce sum %{{.*}} over [1] : (tensor<2x8xi32>) -> tensor<2xi32>
// CHECK:       %[[Q:.*]] = graph.requantize %[[SUM]], %{{.*}} -> tensor<2xui8>
// CHECK:       return %[[Q]]
func.func @mean(%x: tensor<2x8xui8>) -> tensor<2xui8> {
  %s = graph.constant dense<0.5> : tensor<2x8xf32>
  %u = graph.constant dense<2.0> : tensor<2xf32>
  %z = graph.constant dense<7> : tensor<2x8xui8>
  %w = graph.constant dense<3> : tensor<2xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<2x8xui8>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xf32>
  %1 = graph.reduce mean %0 over [1] : (tensor<2x8xf32>) -> tensor<2xf32>
  %2 = graph.quantize %1, %u, %w : (tensor<2xf32>, tensor<2xf32>, tensor<2xui8>) -> tensor<2xui8>
  return %2 : tensor<2xui8>
}

// Where padding is not counted the scale differs at the borders.
// CHECK-LABEL: func.func @borders
// CHECK-DAG:   graph.constant dense<[1.250000e-01, 0.0833333358, 1.250000e-01]> : tensor<3xf32>
// CHECK:       graph.pool sum
// CHECK:       graph.requantize
func.func @borders(%x: tensor<1x2x3xi8>) -> tensor<1x2x3xi8> {
  %s = graph.constant dense<0.5> : tensor<1x2x3xf32>
  %u = graph.constant dense<2.0> : tensor<1x2x3xf32>
  %z = graph.constant dense<7> : tensor<1x2x3xi8>
  %0 = graph.dequantize %x, %s, %z : (tensor<1x2x3xi8>, tensor<1x2x3xf32>, tensor<1x2x3xi8>) -> tensor<1x2x3xf32>
  %1 = graph.pool mean %0 {window = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %2 = graph.quantize %1, %u, %z : (tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xi8>) -> tensor<1x2x3xi8>
  return %2 : tensor<1x2x3xi8>
}

// Pieces of several scales are requantized each: by a table, and not at all.
// CHECK-LABEL: func.func @pieces
// CHECK-SAME:  %[[X:[^:]*]]: tensor<2x8xui8>, %[[Y:[^:]*]]: tensor<2x8xui8>
// CHECK:       %[[A:.*]] = graph.lookup %[[X]]
// CHECK:       %[[C:.*]] = graph.concat %[[A]], %[[Y]] {{.*}} -> tensor<2x16xui8>
// CHECK:       return %[[C]]
func.func @pieces(%x: tensor<2x8xui8>, %y: tensor<2x8xui8>) -> tensor<2x16xui8> {
  %s = graph.constant dense<0.5> : tensor<2x8xf32>
  %t = graph.constant dense<0.125> : tensor<2x8xf32>
  %u = graph.constant dense<0.125> : tensor<2x16xf32>
  %z = graph.constant dense<7> : tensor<2x8xui8>
  %w = graph.constant dense<7> : tensor<2x16xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<2x8xui8>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xf32>
  %1 = graph.dequantize %y, %t, %z : (tensor<2x8xui8>, tensor<2x8xf32>, tensor<2x8xui8>) -> tensor<2x8xf32>
  %2 = graph.concat %0, %1 {axis = 1 : i64} : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  %3 = graph.quantize %2, %u, %w : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xui8>) -> tensor<2x16xui8>
  return %3 : tensor<2x16xui8>
}

// x * sigmoid(x), quantized between, is one function of x.
// CHECK-LABEL: func.func @swish
// CHECK-SAME:  %[[X:[^:]*]]: tensor<8xui8>
// CHECK-NEXT:  %[[T:.*]] = graph.lookup %[[X]]
// CHECK-NEXT:  return %[[T]]
func.func @swish(%x: tensor<8xui8>) -> tensor<8xui8> {
  %s = graph.constant dense<0.0625> : tensor<8xf32>
  %t = graph.constant dense<0.00390625> : tensor<8xf32>
  %z = graph.constant dense<100> : tensor<8xui8>
  %w = graph.constant dense<0> : tensor<8xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<8xui8>, tensor<8xf32>, tensor<8xui8>) -> tensor<8xf32>
  %1 = graph.sigmoid %0 : (tensor<8xf32>) -> tensor<8xf32>
  %2 = graph.quantize %1, %t, %w : (tensor<8xf32>, tensor<8xf32>, tensor<8xui8>) -> tensor<8xui8>
  %3 = graph.dequantize %2, %t, %w : (tensor<8xui8>, tensor<8xf32>, tensor<8xui8>) -> tensor<8xf32>
  %4 = graph.mul %0, %3 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %5 = graph.quantize %4, %s, %z : (tensor<8xf32>, tensor<8xf32>, tensor<8xui8>) -> tensor<8xui8>
  return %5 : tensor<8xui8>
}
