// RUN: onnxcc-opt %s --split-input-file --lower-graph | FileCheck %s

#x = affine_map<()[s0] -> (s0, 8)>
#y = affine_map<()[s0] -> (s0, 10)>
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 4>]} {
  // A dense layer: the transpose is the contraction's map, the broadcast the addition's.
  // CHECK-LABEL: func.func @dense
  // CHECK-SAME:  (%[[X:[^:]*]]: tensor<?x8xf32> {kernel.extents = affine_map<()[s0] -> (s0, 8)>, onnx.name = "x"}, 
  // CHECK-SAME:  -> (tensor<?x10xf32> {kernel.extents = #{{[^ ]*}}, onnx.name = "y"})
  // CHECK:       %[[BATCH:.*]] = kernel.dim 0
  // CHECK:       %[[EMPTY:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x10xf32>
  // CHECK:       %[[FC:.*]] = kernel.contract sum over #{{[^ ]*}} [{{[^]]*}}] ins(%[[X]], %{{.*}} : tensor<?x8xf32>, tensor<10x8xf32>) outs(%[[EMPTY]]
  // CHECK-NEXT:  ^bb0(%[[ACC:.*]]: f32):
  // CHECK-NEXT:    kernel.yield %[[ACC]]
  // CHECK:       kernel.map over #{{[^ ]*}} [{{[^]]*}}] ins(%[[FC]], %{{.*}} : tensor<?x10xf32>, tensor<10xf32>)
  // CHECK-NEXT:  ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32):
  // CHECK-NEXT:    arith.addf %[[A]], %[[B]]
  // CHECK-NOT:   graph.
  func.func @dense(%x: tensor<?x8xf32, #x> {onnx.name = "x"}, %w: tensor<10x8xf32>, %b: tensor<10xf32>) -> (tensor<?x10xf32, #y> {onnx.name = "y"}) {
    %t = graph.transpose %w by [1, 0] : (tensor<10x8xf32>) -> tensor<8x10xf32>
    %0 = graph.matmul %x, %t : (tensor<?x8xf32, #x>, tensor<8x10xf32>) -> tensor<?x10xf32, #y>
    %1 = graph.broadcast %b to #y : (tensor<10xf32>) -> tensor<?x10xf32, #y>
    %2 = graph.add %0, %1 : (tensor<?x10xf32, #y>, tensor<?x10xf32, #y>) -> tensor<?x10xf32, #y>
    return %2 : tensor<?x10xf32, #y>
  }
}

// -----

// Padding is a negative offset; the channels come last in the domain too.
// CHECK-DAG: #[[DOMAIN:.*]] = affine_map<() -> (1, 4, 4, 5, 3, 3, 2)>
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4 - 1, d2 * 2 + d5 - 1, d6)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d6, d4, d5)>
// CHECK-LABEL: func.func @conv
// CHECK: kernel.contract sum over #[[DOMAIN]] [#[[IN]], #[[FILTER]], #{{.*}}]
func.func @conv(%x: tensor<1x8x8x2xf32>, %w: tensor<5x2x3x3xf32>) -> tensor<1x4x4x5xf32> {
  %0 = graph.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x8x8x2xf32>, tensor<5x2x3x3xf32>) -> tensor<1x4x4x5xf32>
  return %0 : tensor<1x4x4x5xf32>
}

// -----

// CHECK-DAG: #[[DOMAIN:.*]] = affine_map<() -> (1, 8, 8, 2, 3, 3, 3, 2)>
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1 + d5 - 1, d2 + d6 - 1, d3 * 2 + d7)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d3 * 3 + d4, d7, d5, d6)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d2, d3 * 3 + d4)>
// CHECK-LABEL: func.func @grouped
// CHECK: kernel.contract sum over #[[DOMAIN]] [#[[IN]], #[[FILTER]], #[[OUT]]]
func.func @grouped(%x: tensor<1x8x8x4xf32>, %w: tensor<6x2x3x3xf32>) -> tensor<1x8x8x6xf32> {
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, groups = 2 : i64, layout = #graph<layout channels_last>} : (tensor<1x8x8x4xf32>, tensor<6x2x3x3xf32>) -> tensor<1x8x8x6xf32>
  return %0 : tensor<1x8x8x6xf32>
}

// -----

// A mean over a padded window divides by what lies inside: 2 and 3 elements at the edges and within.
// CHECK-LABEL: func.func @mean
// CHECK: %[[TABLE:.*]] = arith.constant dense<{{.*}}4.000000e+00, 6.000000e+00{{.*}}9.000000e+00{{.*}}> : tensor<4x4xf32>
// CHECK: kernel.contract sum products 1 over #{{[^ ]*}} [{{[^]]*}}] ins(%{{.*}}, %[[TABLE]] : tensor<1x4x4x2xf32>, tensor<4x4xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[COUNT:.*]]: f32):
// CHECK-NEXT:   arith.divf %[[ACC]], %[[COUNT]]
func.func @mean(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %0 = graph.pool mean %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, layout = #graph<layout channels_last>} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %0 : tensor<1x4x4x2xf32>
}

// -----

// Each piece of a concatenation is inserted where it is computed.
// CHECK-LABEL: func.func @concat
// CHECK: %[[WHOLE:.*]] = tensor.empty() : tensor<2x6xf32>
// CHECK: %[[A:.*]] = kernel.map
// CHECK: %[[FIRST:.*]] = tensor.insert_slice %[[A]] into %[[WHOLE]][0, 2] [2, 4] [1, 1]
// CHECK: %[[B:.*]] = kernel.map
// CHECK: tensor.insert_slice %[[B]] into %[[FIRST]][0, 0] [2, 2] [1, 1]
func.func @concat(%x: tensor<2x4xf32>, %y: tensor<2x2xf32>) -> tensor<2x6xf32> {
  %0 = graph.exp %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = graph.exp %y : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = graph.concat %1, %0 {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2x4xf32>) -> tensor<2x6xf32>
  return %2 : tensor<2x6xf32>
}

// -----

// CHECK-LABEL: func.func @softmax
// CHECK:      kernel.rows
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT:   %[[TOP:.*]] = kernel.reduce max %[[X]]
// CHECK-NEXT:   %[[D:.*]] = arith.subf %[[X]], %[[TOP]]
// CHECK-NEXT:   %[[E:.*]] = math.exp %[[D]]
// CHECK-NEXT:   %[[SUM:.*]] = kernel.reduce sum %[[E]]
// CHECK-NEXT:   %[[Q:.*]] = arith.divf %[[E]], %[[SUM]]
// CHECK-NEXT:   kernel.yield %[[Q]]
func.func @softmax(%x: tensor<4x7xf32>) -> tensor<4x7xf32> {
  %0 = graph.softmax %x {axis = 1 : i64} : (tensor<4x7xf32>) -> tensor<4x7xf32>
  return %0 : tensor<4x7xf32>
}

// -----

// Unsigned types lose their sign; the caller's type stays as an attribute, and the code is unsigned.
// CHECK-LABEL: func.func @unsigned
// CHECK-SAME: (%{{.*}}: tensor<4xi8> {kernel.extents = #{{.*}}, onnx.element = ui8}
// CHECK: arith.divui
func.func @unsigned(%x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xui8> {
  %0 = graph.div %x, %y : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// Reshapes are views, also between dynamic extents.
#a = affine_map<()[s0] -> (s0, 3, 4)>
#b = affine_map<()[s0] -> (s0 * 3, 2, 2)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  // CHECK-LABEL: func.func @reshape
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<?x3x4xf32> into tensor<?x4xf32>
  // CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2]] output_shape [%{{.*}}, 2, 2] : tensor<?x4xf32> into tensor<?x2x2xf32>
  func.func @reshape(%x: tensor<?x3x4xf32, #a>) -> tensor<?x2x2xf32, #b> {
    %0 = graph.reshape %x to #b : (tensor<?x3x4xf32, #a>) -> tensor<?x2x2xf32, #b>
    return %0 : tensor<?x2x2xf32, #b>
  }
}

// -----

// Kernels' integers are signless: the greatest of unsigned ones, and of truth values, is another combination. A row of bools is
// combined in bytes.
// CHECK-LABEL: func.func @reduce_unsigned
// CHECK: kernel.reduce umax %{{.*}} : i8
// CHECK: kernel.contract umin
// CHECK: kernel.contract umax
// CHECK: arith.extui %{{.*}} : i1 to i8
// CHECK: kernel.reduce max %{{.*}} : i8
// CHECK: kernel.reduce umin %{{.*}} : i64
func.func @reduce_unsigned(%x: tensor<3x5xui8>, %b: tensor<3x5xi1>, %w: tensor<3x5xui64>)
    -> (tensor<3xui8>, tensor<5xui8>, tensor<5xi1>, tensor<3xi1>, tensor<3xi64>) {
  %0 = graph.reduce max %x over [1] : (tensor<3x5xui8>) -> tensor<3xui8>
  %1 = graph.reduce min %x over [0] : (tensor<3x5xui8>) -> tensor<5xui8>
  %2 = graph.reduce max %b over [0] : (tensor<3x5xi1>) -> tensor<5xi1>
  %3 = graph.reduce max %b over [1] : (tensor<3x5xi1>) -> tensor<3xi1>
  %4 = graph.arg_reduce min %w {axis = 1 : i64} : (tensor<3x5xui64>) -> tensor<3xi64>
  return %0, %1, %2, %3, %4 : tensor<3xui8>, tensor<5xui8>, tensor<5xi1>, tensor<3xi1>, tensor<3xi64>
}

// -----

// Squares are products of an operand with itself, which rows form as they read; one element is only squared.
// CHECK-LABEL: func.func @sum_square
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<3x5xf32>
// CHECK: kernel.contract{{ +}}sum over {{.*}} ins(%[[X]], %[[X]] :
// CHECK: kernel.rows
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[A:.*]], %[[A]]
// CHECK-NEXT: kernel.reduce{{ +}}sum %[[SQUARE]]
// CHECK: kernel.map
// CHECK: arith.mulf %[[B:.*]], %[[B]]
func.func @sum_square(%x: tensor<3x5xf32>) -> (tensor<5xf32>, tensor<3xf32>, tensor<3x5xf32>) {
  %0 = graph.reduce sum_square %x over [0] : (tensor<3x5xf32>) -> tensor<5xf32>
  %1 = graph.reduce sum_square %x over [1] : (tensor<3x5xf32>) -> tensor<3xf32>
  %2 = graph.reduce sum_square %x over [] : (tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %1, %2 : tensor<5xf32>, tensor<3xf32>, tensor<3x5xf32>
}

// -----

// The axis of 2 goes around more than once: its last element first, then it whole, again and again.
// CHECK-LABEL: func.func @wrap
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[5] [2] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0] [1] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[1] [2] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[3] [2] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[7] [2] [1]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[9] [2] [1]
// CHECK-NOT: insert_slice
func.func @wrap(%x: tensor<2xf32>) -> tensor<11xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %0 = graph.pad wrap %x, %zero low [5] high [4] : (tensor<2xf32>, tensor<f32>) -> tensor<11xf32>
  return %0 : tensor<11xf32>
}
