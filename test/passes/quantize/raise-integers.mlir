// RUN: onnxcc-opt %s --raise-integers | FileCheck %s

// Weights with a scale a channel, a bias in the products' units, and what relu leaves: all in integers.
// CHECK-LABEL: func.func @conv
// CHECK-SAME:  %[[X:[^:]*]]: tensor<1x2x4x4xui8>
// CHECK-DAG:   %[[SCALE:.*]] = graph.constant dense<[1.250000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK:       %[[WIDE:.*]] = graph.cast %[[X]]
// CHECK:       %[[D:.*]] = graph.sub %[[WIDE]]
// CHECK:       %[[SUMS:.*]] = graph.conv %[[D]], %{{.*}} -> tensor<1x2x4x4xi32>
// CHECK:       %[[B:.*]] = graph.add %[[SUMS]]
// CHECK:       %[[C:.*]] = graph.reshape %[[SCALE]]
// CHECK:       %[[S:.*]] = graph.broadcast %[[C]]
// CHECK:       %[[Q:.*]] = graph.requantize %[[B]], %[[S]], %{{.*}} -> tensor<1x2x4x4xui8>
// CHECK:       %[[R:.*]] = graph.max %[[Q]], %{{.*}} : (tensor<1x2x4x4xui8>
// CHECK:       return %[[R]]
// CHECK-NOT:   quantize
func.func @conv(%x: tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xui8> {
  %half = graph.constant dense<0.5> : tensor<f32>
  %two = graph.constant dense<2.0> : tensor<f32>
  %seven = graph.constant dense<7> : tensor<ui8>
  %scales = graph.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %units = graph.constant dense<[0.25, 0.5]> : tensor<2xf32>
  %none = graph.constant dense<0> : tensor<i8>
  %zero = graph.constant dense<0> : tensor<i32>
  %filter = graph.constant dense<3> : tensor<2x2x1x1xi8>
  %numbers = graph.constant dense<[10, -20]> : tensor<2xi32>
  %s = graph.broadcast %half to affine_map<() -> (1, 2, 4, 4)> : (tensor<f32>) -> tensor<1x2x4x4xf32>
  %z = graph.broadcast %seven to affine_map<() -> (1, 2, 4, 4)> : (tensor<ui8>) -> tensor<1x2x4x4xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<1x2x4x4xui8>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xf32>
  %1 = graph.reshape %scales to affine_map<() -> (2, 1, 1, 1)> : (tensor<2xf32>) -> tensor<2x1x1x1xf32>
  %ws = graph.broadcast %1 to affine_map<() -> (2, 2, 1, 1)> : (tensor<2x1x1x1xf32>) -> tensor<2x2x1x1xf32>
  %wz = graph.broadcast %none to affine_map<() -> (2, 2, 1, 1)> : (tensor<i8>) -> tensor<2x2x1x1xi8>
  %w = graph.dequantize %filter, %ws, %wz : (tensor<2x2x1x1xi8>, tensor<2x2x1x1xf32>, tensor<2x2x1x1xi8>) -> tensor<2x2x1x1xf32>
  %bz = graph.broadcast %zero to affine_map<() -> (2)> : (tensor<i32>) -> tensor<2xi32>
  %b = graph.dequantize %numbers, %units, %bz : (tensor<2xi32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  %c = graph.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %2 = graph.reshape %b to affine_map<() -> (2, 1, 1)> : (tensor<2xf32>) -> tensor<2x1x1xf32>
  %3 = graph.broadcast %2 to affine_map<() -> (1, 2, 4, 4)> : (tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %4 = graph.add %c, %3 : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %5 = graph.relu %4 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %os = graph.broadcast %two to affine_map<() -> (1, 2, 4, 4)> : (tensor<f32>) -> tensor<1x2x4x4xf32>
  %6 = graph.quantize %5, %os, %z : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xui8>
  return %6 : tensor<1x2x4x4xui8>
}

// What is no byte, and what has a scale for each of the elements that are summed, stays in floats.
// CHECK-LABEL: func.func @floats
// CHECK:       graph.matmul {{.*}} -> tensor<3x2xf32>
// CHECK:       graph.matmul {{.*}} -> tensor<3x2xf32>
func.func @floats(%x: tensor<3x4xi16>, %y: tensor<3x4xi8>, %w: tensor<4x2xi8>, %each: tensor<4xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %one = graph.constant dense<0.5> : tensor<f32>
  %s = graph.broadcast %one to affine_map<() -> (3, 4)> : (tensor<f32>) -> tensor<3x4xf32>
  %e = graph.broadcast %each to affine_map<() -> (3, 4)> : (tensor<4xf32>) -> tensor<3x4xf32>
  %t = graph.broadcast %one to affine_map<() -> (4, 2)> : (tensor<f32>) -> tensor<4x2xf32>
  %z16 = graph.constant dense<0> : tensor<3x4xi16>
  %z = graph.constant dense<0> : tensor<3x4xi8>
  %wz = graph.constant dense<0> : tensor<4x2xi8>
  %0 = graph.dequantize %x, %s, %z16 : (tensor<3x4xi16>, tensor<3x4xf32>, tensor<3x4xi16>) -> tensor<3x4xf32>
  %1 = graph.dequantize %y, %e, %z : (tensor<3x4xi8>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xf32>
  %2 = graph.dequantize %w, %t, %wz : (tensor<4x2xi8>, tensor<4x2xf32>, tensor<4x2xi8>) -> tensor<4x2xf32>
  %3 = graph.matmul %0, %2 : (tensor<3x4xf32>, tensor<4x2xf32>) -> tensor<3x2xf32>
  %4 = graph.matmul %1, %2 : (tensor<3x4xf32>, tensor<4x2xf32>) -> tensor<3x2xf32>
  return %3, %4 : tensor<3x2xf32>, tensor<3x2xf32>
}

// 40,000 products of bytes may exceed 32 bits.
// CHECK-LABEL: func.func @overflow
// CHECK:       graph.matmul {{.*}} -> tensor<1x2xf32>
func.func @overflow(%x: tensor<1x40000xi8>, %w: tensor<40000x2xi8>) -> tensor<1x2xf32> {
  %one = graph.constant dense<0.5> : tensor<f32>
  %s = graph.broadcast %one to affine_map<() -> (1, 40000)> : (tensor<f32>) -> tensor<1x40000xf32>
  %t = graph.broadcast %one to affine_map<() -> (40000, 2)> : (tensor<f32>) -> tensor<40000x2xf32>
  %z = graph.constant dense<0> : tensor<1x40000xi8>
  %wz = graph.constant dense<0> : tensor<40000x2xi8>
  %0 = graph.dequantize %x, %s, %z : (tensor<1x40000xi8>, tensor<1x40000xf32>, tensor<1x40000xi8>) -> tensor<1x40000xf32>
  %1 = graph.dequantize %w, %t, %wz : (tensor<40000x2xi8>, tensor<40000x2xf32>, tensor<40000x2xi8>) -> tensor<40000x2xf32>
  %2 = graph.matmul %0, %1 : (tensor<1x40000xf32>, tensor<40000x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// Movements and the greatest of windows: the bytes are moved, and come back as they were.
// CHECK-LABEL: func.func @moved
// CHECK-SAME:  %[[X:[^:]*]]: tensor<1x2x4x4xui8>
// CHECK:       %[[P:.*]] = graph.pool max %[[X]]
// CHECK:       %[[T:.*]] = graph.transpose %[[P]]
// CHECK:       return %[[T]]
func.func @moved(%x: tensor<1x2x4x4xui8>) -> tensor<1x2x2x2xui8> {
  %half = graph.constant dense<0.5> : tensor<f32>
  %seven = graph.constant dense<7> : tensor<ui8>
  %s = graph.broadcast %half to affine_map<() -> (1, 2, 4, 4)> : (tensor<f32>) -> tensor<1x2x4x4xf32>
  %z = graph.broadcast %seven to affine_map<() -> (1, 2, 4, 4)> : (tensor<ui8>) -> tensor<1x2x4x4xui8>
  %0 = graph.dequantize %x, %s, %z : (tensor<1x2x4x4xui8>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xui8>) -> tensor<1x2x4x4xf32>
  %1 = graph.pool max %0 {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
    : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
  %2 = graph.transpose %1 by [0, 2, 3, 1] : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %os = graph.broadcast %half to affine_map<() -> (1, 2, 2, 2)> : (tensor<f32>) -> tensor<1x2x2x2xf32>
  %oz = graph.broadcast %seven to affine_map<() -> (1, 2, 2, 2)> : (tensor<ui8>) -> tensor<1x2x2x2xui8>
  %3 = graph.quantize %2, %os, %oz : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xui8>) -> tensor<1x2x2x2xui8>
  return %3 : tensor<1x2x2x2xui8>
}

// One scale a column, of weights that are transposed: their axis moves with the bytes.
// CHECK-LABEL: func.func @transposed
// CHECK:       %[[T:.*]] = graph.transpose %{{.*}} by [1, 0] : (tensor<2x4xi8>) -> tensor<4x2xi8>
// CHECK:       %[[W:.*]] = graph.cast %[[T]] {to = i32}
// CHECK:       graph.matmul %{{.*}}, %[[W]] : {{.*}} -> tensor<3x2xi32>
func.func @transposed(%x: tensor<3x4xi8>, %w: tensor<2x4xi8>) -> tensor<3x2xf32> {
  %one = graph.constant dense<0.5> : tensor<f32>
  %scales = graph.constant dense<[[0.5], [1.0]]> : tensor<2x1xf32>
  %s = graph.broadcast %one to affine_map<() -> (3, 4)> : (tensor<f32>) -> tensor<3x4xf32>
  %t = graph.broadcast %scales to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %z = graph.constant dense<0> : tensor<3x4xi8>
  %wz = graph.constant dense<0> : tensor<2x4xi8>
  %0 = graph.dequantize %x, %s, %z : (tensor<3x4xi8>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xf32>
  %1 = graph.dequantize %w, %t, %wz : (tensor<2x4xi8>, tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x4xf32>
  %2 = graph.transpose %1 by [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
  %3 = graph.matmul %0, %2 : (tensor<3x4xf32>, tensor<4x2xf32>) -> tensor<3x2xf32>
  return %3 : tensor<3x2xf32>
}
