// RUN: onnxcc-opt %s --prefer-unsigned --split-input-file | FileCheck %s

// A signed code that a product reads is the unsigned one that is greater by 128, as are the zero points, whoever else reads it.
// CHECK-LABEL: func.func @codes
// CHECK:         graph.constant dense<123> : tensor<ui8>
// CHECK:         %[[Q:.*]] = graph.quantize {{.*}} -> tensor<1x2x4x4xui8>
// CHECK:         %[[P:.*]] = graph.pool max %[[Q]] {{.*}} -> tensor<1x2x4x4xui8>
// CHECK:         %[[W:.*]] = graph.cast %[[P]] {to = i32}
// CHECK:         %[[N:.*]] = graph.constant dense<123> : tensor<i32>
// CHECK:         %[[B:.*]] = graph.broadcast %[[N]]
// CHECK:         %[[D:.*]] = graph.sub %[[W]], %[[B]]
// CHECK:         graph.conv %[[D]]
// CHECK:         graph.constant dense<123> : tensor<ui8>
// CHECK:         graph.dequantize %[[P]]
module attributes {kernel.targets = ["x86-64-v3"]} {
  func.func @codes(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xi32>) -> (tensor<1x2x4x4xi32>, tensor<1x2x4x4xf32>) {
    %s = graph.constant dense<0.5> : tensor<1x2x4x4xf32>
    %z = graph.constant dense<-5> : tensor<1x2x4x4xi8>
    %five = graph.constant dense<-5> : tensor<1x2x4x4xi32>
    %q = graph.quantize %x, %s, %z : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xi8>) -> tensor<1x2x4x4xi8>
    %p = graph.pool max %q {dilations = array<i64: 1, 1>, window = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>}
      : (tensor<1x2x4x4xi8>) -> tensor<1x2x4x4xi8>
    %wide = graph.cast %p {to = i32} : (tensor<1x2x4x4xi8>) -> tensor<1x2x4x4xi32>
    %d = graph.sub %wide, %five : (tensor<1x2x4x4xi32>, tensor<1x2x4x4xi32>) -> tensor<1x2x4x4xi32>
    %c = graph.conv %d, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x2x4x4xi32>, tensor<2x2x1x1xi32>) -> tensor<1x2x4x4xi32>
    %r = graph.dequantize %p, %s, %z : (tensor<1x2x4x4xi8>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xi8>) -> tensor<1x2x4x4xf32>
    return %c, %r : tensor<1x2x4x4xi32>, tensor<1x2x4x4xf32>
  }
}

// -----

// A zero point of -128 vanishes; without one there is one now.
// CHECK-LABEL: func.func @zeros
// CHECK:         %[[W:.*]] = graph.cast %{{.*}} : (tensor<3x4xui8>) -> tensor<3x4xi32>
// CHECK:         graph.matmul %[[W]]
// CHECK:         graph.constant dense<128> : tensor<i32>
// CHECK:         %[[D:.*]] = graph.sub
// CHECK:         graph.matmul %[[D]]
module attributes {kernel.targets = ["x86-64-v4"]} {
  func.func @zeros(%x: tensor<3x4xi32>, %y: tensor<3x4xf32>, %w: tensor<4x2xi32>) -> (tensor<3x2xi32>, tensor<3x2xi32>) {
    %s = graph.constant dense<0.5> : tensor<3x4xf32>
    %least = graph.constant dense<-128> : tensor<3x4xi8>
    %none = graph.constant dense<0> : tensor<3x4xi8>
    %zero = graph.constant dense<-128> : tensor<3x4xi32>
    %p = graph.requantize %x, %s, %least : (tensor<3x4xi32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %0 = graph.cast %p {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %1 = graph.sub %0, %zero : (tensor<3x4xi32>, tensor<3x4xi32>) -> tensor<3x4xi32>
    %2 = graph.matmul %1, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    %q = graph.quantize %y, %s, %none : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %3 = graph.cast %q {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %4 = graph.matmul %3, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    return %2, %4 : tensor<3x2xi32>, tensor<3x2xi32>
  }
}

// -----

// What leaves the model keeps its sign, and so does what no product reads, and all codes where products want factors of one sign.
// CHECK-LABEL: func.func @seen
// CHECK-NOT:     ui8
module attributes {kernel.targets = ["x86-64-v3"]} {
  func.func @seen(%x: tensor<3x4xf32>, %y: tensor<3x4xf32>, %w: tensor<4x2xi32>) -> (tensor<3x4xi8>, tensor<3x2xi32>, tensor<3x4xf32>) {
    %s = graph.constant dense<0.5> : tensor<3x4xf32>
    %z = graph.constant dense<0> : tensor<3x4xi8>
    %q = graph.quantize %x, %s, %z : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %0 = graph.cast %q {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %1 = graph.matmul %0, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    %p = graph.quantize %y, %s, %z : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %r = graph.dequantize %p, %s, %z : (tensor<3x4xi8>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xf32>
    return %q, %1, %r : tensor<3x4xi8>, tensor<3x2xi32>, tensor<3x4xf32>
  }
}

// -----

// CHECK-LABEL: func.func @arm
// CHECK-NOT:     ui8
module attributes {kernel.targets = ["armv8-a"]} {
  func.func @arm(%x: tensor<3x4xf32>, %w: tensor<4x2xi32>) -> tensor<3x2xi32> {
    %s = graph.constant dense<0.5> : tensor<3x4xf32>
    %z = graph.constant dense<0> : tensor<3x4xi8>
    %q = graph.quantize %x, %s, %z : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %0 = graph.cast %q {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %1 = graph.matmul %0, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    return %1 : tensor<3x2xi32>
  }
}
