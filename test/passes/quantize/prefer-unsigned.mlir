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

// -----

// Tables change with the codes that they are looked up in by, and with their entries: entry k is k - 128, of the code k - 256 from 128 on.
// CHECK-LABEL: func.func @table
// CHECK:         %[[Q:.*]] = graph.quantize {{.*}} -> tensor<3x4xui8>
// CHECK:         %[[T:.*]] = graph.lookup %[[Q]] {table = dense<"0x808182838485{{.*}}FEFF000102{{.*}}7D7E7F"> : tensor<256xui8>} : (tensor<3x4xui8>) -> tensor<3x4xui8>
// CHECK:         graph.cast %[[T]]
module attributes {kernel.targets = ["x86-64-v3"]} {
  func.func @table(%x: tensor<3x4xf32>, %w: tensor<4x2xi32>) -> (tensor<3x2xi32>, tensor<3x2xi32>) {
    %s = graph.constant dense<0.5> : tensor<3x4xf32>
    %z = graph.constant dense<0> : tensor<3x4xi8>
    %q = graph.quantize %x, %s, %z : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xi8>) -> tensor<3x4xi8>
    %t = graph.lookup %q {table = dense<"0x808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F"> : tensor<256xi8>} : (tensor<3x4xi8>) -> tensor<3x4xi8>
    %0 = graph.cast %t {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %1 = graph.matmul %0, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    %2 = graph.cast %q {to = i32} : (tensor<3x4xi8>) -> tensor<3x4xi32>
    %3 = graph.matmul %2, %w : (tensor<3x4xi32>, tensor<4x2xi32>) -> tensor<3x2xi32>
    return %1, %3 : tensor<3x2xi32>, tensor<3x2xi32>
  }
}
