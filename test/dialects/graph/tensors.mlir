// Ops that are not elementwise: contractions, reductions, movement, indexing, values known from the dims.
// RUN: onnxcc-opt %s | onnxcc-opt | FileCheck %s

module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>, #graph.symbol<"length", 0, 512>]} {
// CHECK: graph.symbols = [#graph.symbol<"batch", 1, 8>, #graph.symbol<"length", 0, 512>]

// CHECK-LABEL: func @contraction
func.func @contraction(%x: tensor<?x8x9x9xf32, affine_map<()[s0] -> (s0, 8, 9, 9)>>, %w: tensor<6x4x3x3xf32>, %a: tensor<2x3x5xf32>, %b: tensor<2x5x7xf32>) {
  // (9 + 1 + 1 - 3) / 2 + 1 = 5
  // CHECK: graph.conv %{{.*}} {{.*}}groups = 2 : i64{{.*}} -> tensor<?x6x5x5xf32, #{{.*}}>
  %0 = graph.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, groups = 2 : i64} : (tensor<?x8x9x9xf32, affine_map<()[s0] -> (s0, 8, 9, 9)>>, tensor<6x4x3x3xf32>) -> tensor<?x6x5x5xf32, affine_map<()[s0] -> (s0, 6, 5, 5)>>
  // CHECK: graph.pool max
  %1 = graph.pool max %0 {window = array<i64: 5, 5>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<?x6x5x5xf32, affine_map<()[s0] -> (s0, 6, 5, 5)>>) -> tensor<?x6x1x1xf32, affine_map<()[s0] -> (s0, 6, 1, 1)>>
  // CHECK: graph.matmul %{{.*}} : (tensor<2x3x5xf32>, tensor<2x5x7xf32>) -> tensor<2x3x7xf32>
  %2 = graph.matmul %a, %b : (tensor<2x3x5xf32>, tensor<2x5x7xf32>) -> tensor<2x3x7xf32>
  return
}

// CHECK-LABEL: func @channels_last
func.func @channels_last(%x: tensor<1x4x4x3xf32>, %w: tensor<3x2x2x2xf32>) -> tensor<1x9x9x2xf32> {
  // (4 - 1) * 2 + 1 + (2 - 1) * 2 + 1 - 0 - 1 = 9
  // CHECK: graph.conv_transpose {{.*}}layout = #graph<layout channels_last>{{.*}} -> tensor<1x9x9x2xf32>
  %0 = graph.conv_transpose %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>, outputPads = array<i64: 1, 1>, layout = #graph<layout channels_last>} : (tensor<1x4x4x3xf32>, tensor<3x2x2x2xf32>) -> tensor<1x9x9x2xf32>
  return %0 : tensor<1x9x9x2xf32>
}

// CHECK-LABEL: func @reduction
func.func @reduction(%x: tensor<2x3x4xf32>, %c: tensor<3xf32>) {
  // CHECK: graph.reduce mean %{{.*}} over [0, 2] : (tensor<2x3x4xf32>) -> tensor<3xf32>
  %0 = graph.reduce mean %x over [0, 2] : (tensor<2x3x4xf32>) -> tensor<3xf32>
  // CHECK: graph.arg_reduce max %{{.*}} {axis = 1 : i64, last = true} : (tensor<2x3x4xf32>) -> tensor<2x4xi64>
  %1 = graph.arg_reduce max %x {axis = 1 : i64, last = true} : (tensor<2x3x4xf32>) -> tensor<2x4xi64>
  // CHECK: graph.cumulate sum
  %2 = graph.cumulate sum %x {axis = 0 : i64, exclusive = false, reverse = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  // CHECK: graph.softmax
  %3 = graph.softmax %x {axis = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  // CHECK: graph.layer_norm %{{.*}} {axis = 1 : i64, epsilon = 1.000000e-05 : f64}
  %4 = graph.layer_norm %x {axis = 1 : i64, epsilon = 1.0e-5 : f64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  // CHECK: graph.batch_norm
  %5 = graph.batch_norm %x, %c, %c, %c, %c {epsilon = 1.0e-5 : f64} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
  return
}

// CHECK-LABEL: func @movement
func.func @movement(%x: tensor<?x?x12xf32, affine_map<()[s0, s1] -> (s0, s1, 12)>>, %y: tensor<2x3xf32>, %zero: tensor<f32>) {
  // CHECK: graph.reshape %{{.*}} to #[[HEADS:[a-z0-9]+]] : (tensor<?x?x12xf32, #{{.*}}>) -> tensor<?x?x3x4xf32, #[[HEADS]]>
  %0 = graph.reshape %x to affine_map<()[s0, s1] -> (s0, s1, 3, 4)> : (tensor<?x?x12xf32, affine_map<()[s0, s1] -> (s0, s1, 12)>>) -> tensor<?x?x3x4xf32, affine_map<()[s0, s1] -> (s0, s1, 3, 4)>>
  // CHECK: graph.transpose %{{.*}} by [0, 2, 1, 3]
  %1 = graph.transpose %0 by [0, 2, 1, 3] : (tensor<?x?x3x4xf32, affine_map<()[s0, s1] -> (s0, s1, 3, 4)>>) -> tensor<?x3x?x4xf32, affine_map<()[s0, s1] -> (s0, 3, s1, 4)>>
  // CHECK: graph.broadcast %{{.*}} to
  %2 = graph.broadcast %y to affine_map<()[s0] -> (s0, 2, 3)> : (tensor<2x3xf32>) -> tensor<?x2x3xf32, affine_map<()[s0] -> (s0, 2, 3)>>
  // CHECK: graph.concat %{{.*}} {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %3 = graph.concat %y, %y {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  // CHECK: graph.slice %{{.*}} at #{{.*}} sizes #{{.*}} steps [-2, 1]
  %4 = graph.slice %3 at affine_map<() -> (3, 1)> sizes affine_map<() -> (2, 2)> steps [-2, 1] : (tensor<4x3xf32>) -> tensor<2x2xf32>
  // CHECK: graph.pad reflect %{{.*}} low [1, 0] high [0, 2]
  %5 = graph.pad reflect %y, %zero low [1, 0] high [0, 2] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x5xf32>
  return
}

// CHECK-LABEL: func @indexing
func.func @indexing(%x: tensor<5x6xf32>, %i: tensor<2x3xi64>) {
  // CHECK: graph.gather %{{.*}} {axis = 1 : i64} : (tensor<5x6xf32>, tensor<2x3xi64>) -> tensor<5x2x3xf32>
  %0 = graph.gather %x, %i {axis = 1 : i64} : (tensor<5x6xf32>, tensor<2x3xi64>) -> tensor<5x2x3xf32>
  // CHECK: graph.gather_elements
  %1 = graph.gather_elements %x, %i {axis = 1 : i64} : (tensor<5x6xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  // CHECK: graph.scatter_elements sum %{{.*}} {axis = 1 : i64}
  %u = graph.constant dense<1.0> : tensor<2x3xf32>
  %5 = graph.scatter_elements sum %x, %i, %u {axis = 1 : i64} : (tensor<5x6xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<5x6xf32>
  // CHECK: graph.scatter_nd replace %{{.*}} : (tensor<5x6xf32>, tensor<3x1xi64>, tensor<3x6xf32>) -> tensor<5x6xf32>
  %v = graph.constant dense<1.0> : tensor<3x6xf32>
  %j = graph.constant dense<1> : tensor<3x1xi64>
  %6 = graph.scatter_nd replace %x, %j, %v : (tensor<5x6xf32>, tensor<3x1xi64>, tensor<3x6xf32>) -> tensor<5x6xf32>
  // CHECK: graph.top_k %{{.*}} {axis = 1 : i64, k = 2 : i64, largest = false} : (tensor<5x6xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  %7, %8 = graph.top_k %x {axis = 1 : i64, k = 2 : i64, largest = false} : (tensor<5x6xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  // CHECK: graph.extents #{{.*}} : tensor<2xi64>
  %2 = graph.extents affine_map<()[s0] -> (s0, 7)> : tensor<2xi64>
  // CHECK: graph.iota #{{.*}} of f32
  %3 = graph.iota affine_map<()[s0] -> (s0 * 2)> of f32
  // CHECK: graph.constant dense<[1, 2]> : tensor<2xui8>
  %4 = graph.constant dense<[1, 2]> : tensor<2xui8>
  return
}
}
