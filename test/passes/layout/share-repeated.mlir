// RUN: onnxcc-opt %s --split-input-file --share-repeated --canonicalize-graph | FileCheck %s
// RUN: onnxcc-opt %s --split-input-file --share-repeated --remarks-filter=".*" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Each of 2 heads is repeated for 4 of the 8 that it is multiplied by: 4 rows of one product.
// CHECK-LABEL: func.func @factor(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<3x8x5x6xf32>, %[[W:[a-z0-9]*]]: tensor<3x2x6x7xf32>
// CHECK-NEXT: %[[ROWS:.*]] = graph.reshape %[[X]] to #{{.*}} : (tensor<3x8x5x6xf32>) -> tensor<3x2x20x6xf32>
// CHECK-NEXT: %[[R:.*]] = graph.matmul %[[ROWS]], %[[W]] : (tensor<3x2x20x6xf32>, tensor<3x2x6x7xf32>) -> tensor<3x2x20x7xf32>
// CHECK-NEXT: graph.reshape %[[R]] to #{{.*}} : (tensor<3x2x20x7xf32>) -> tensor<3x8x5x7xf32>
func.func @factor(%x: tensor<3x8x5x6xf32>, %w: tensor<3x2x6x7xf32>) -> tensor<3x8x5x7xf32> {
  %u = graph.reshape %w to affine_map<() -> (3, 2, 1, 6, 7)> : (tensor<3x2x6x7xf32>) -> tensor<3x2x1x6x7xf32>
  %b = graph.broadcast %u to affine_map<() -> (3, 2, 4, 6, 7)> : (tensor<3x2x1x6x7xf32>) -> tensor<3x2x4x6x7xf32>
  %m = graph.reshape %b to affine_map<() -> (3, 8, 6, 7)> : (tensor<3x2x4x6x7xf32>) -> tensor<3x8x6x7xf32>
  %r = graph.matmul %x, %m : (tensor<3x8x5x6xf32>, tensor<3x8x6x7xf32>) -> tensor<3x8x5x7xf32>
  return %r : tensor<3x8x5x7xf32>
}

// -----

// Keys that are repeated beside their head's elements, [t, h, d], then scaled and transposed; the batch is repeated too, which a
// broadcast goes on to say.
// CHECK-LABEL: func.func @behind(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<3x8x1x6xf32>, %[[W:[a-z0-9]*]]: tensor<1x7x2x6xf32>
// CHECK-DAG: %[[S:.*]] = graph.mul %[[W]], %{{.*}} : (tensor<1x7x2x6xf32>
// CHECK-DAG: %[[B:.*]] = graph.broadcast %[[S]] to #{{.*}} -> tensor<3x7x2x6xf32>
// CHECK-DAG: %[[T:.*]] = graph.transpose %[[B]] by [0, 2, 3, 1]
// CHECK: graph.matmul %{{.*}}, %[[T]] : (tensor<3x2x4x6xf32>, tensor<3x2x6x7xf32>) -> tensor<3x2x4x7xf32>
func.func @behind(%x: tensor<3x8x1x6xf32>, %w: tensor<1x7x2x6xf32>) -> tensor<3x8x1x7xf32> {
  %c = graph.constant dense<0.3> : tensor<f32>
  %u = graph.reshape %w to affine_map<() -> (1, 7, 2, 1, 6)> : (tensor<1x7x2x6xf32>) -> tensor<1x7x2x1x6xf32>
  %b = graph.broadcast %u to affine_map<() -> (3, 7, 2, 4, 6)> : (tensor<1x7x2x1x6xf32>) -> tensor<3x7x2x4x6xf32>
  %m = graph.reshape %b to affine_map<() -> (3, 7, 8, 6)> : (tensor<3x7x2x4x6xf32>) -> tensor<3x7x8x6xf32>
  %cb = graph.broadcast %c to affine_map<() -> (3, 7, 8, 6)> : (tensor<f32>) -> tensor<3x7x8x6xf32>
  %s = graph.mul %m, %cb : (tensor<3x7x8x6xf32>, tensor<3x7x8x6xf32>) -> tensor<3x7x8x6xf32>
  %t = graph.transpose %s by [0, 2, 3, 1] : (tensor<3x7x8x6xf32>) -> tensor<3x8x6x7xf32>
  %r = graph.matmul %x, %t : (tensor<3x8x1x6xf32>, tensor<3x8x6x7xf32>) -> tensor<3x8x1x7xf32>
  return %r : tensor<3x8x1x7xf32>
}

// -----

#q = affine_map<()[s0] -> (1, 8, s0, 6)>
#k = affine_map<()[s0, s1] -> (1, 2, s0 + s1, 6)>
#u = affine_map<()[s0, s1] -> (1, 2, 1, s0 + s1, 6)>
#b = affine_map<()[s0, s1] -> (1, 2, 4, s0 + s1, 6)>
#h = affine_map<()[s0, s1] -> (1, 8, s0 + s1, 6)>
module attributes {graph.symbols = [#graph.symbol<"seq", 1, 64>, #graph.symbol<"past", 0, 64>]} {
  // CHECK-LABEL: func.func @attention(
  // CHECK-SAME: %[[Q:[a-z0-9]*]]: tensor<1x8x?x6xf32, {{[^>]*}}>, %[[K:[a-z0-9]*]]: tensor<1x2x?x6xf32, {{[^>]*}}>, %[[V:[a-z0-9]*]]:
  // CHECK-NEXT: graph.attention %[[Q]], %[[K]], %[[V]] {scale
  func.func @attention(%q: tensor<1x8x?x6xf32, #q>, %k: tensor<1x2x?x6xf32, #k>, %v: tensor<1x2x?x6xf32, #k>) -> tensor<1x8x?x6xf32, #q> {
    %ku = graph.reshape %k to #u : (tensor<1x2x?x6xf32, #k>) -> tensor<1x2x1x?x6xf32, #u>
    %kb = graph.broadcast %ku to #b : (tensor<1x2x1x?x6xf32, #u>) -> tensor<1x2x4x?x6xf32, #b>
    %kh = graph.reshape %kb to #h : (tensor<1x2x4x?x6xf32, #b>) -> tensor<1x8x?x6xf32, #h>
    %vu = graph.reshape %v to #u : (tensor<1x2x?x6xf32, #k>) -> tensor<1x2x1x?x6xf32, #u>
    %vb = graph.broadcast %vu to #b : (tensor<1x2x1x?x6xf32, #u>) -> tensor<1x2x4x?x6xf32, #b>
    %vh = graph.reshape %vb to #h : (tensor<1x2x4x?x6xf32, #b>) -> tensor<1x8x?x6xf32, #h>
    %r = graph.attention %q, %kh, %vh {scale = 1.0} : (tensor<1x8x?x6xf32, #q>, tensor<1x8x?x6xf32, #h>, tensor<1x8x?x6xf32, #h>) -> tensor<1x8x?x6xf32, #q>
    return %r : tensor<1x8x?x6xf32, #q>
  }
}

// -----

// What is repeated as a whole, [a, b, a, b], is no run of equal heads.
// CHECK-LABEL: func.func @tiled(
// CHECK: graph.matmul %{{.*}} : (tensor<8x5x6xf32>, tensor<8x6x7xf32>)
func.func @tiled(%x: tensor<8x5x6xf32>, %w: tensor<2x6x7xf32>) -> tensor<8x5x7xf32> {
  %u = graph.reshape %w to affine_map<() -> (1, 2, 6, 7)> : (tensor<2x6x7xf32>) -> tensor<1x2x6x7xf32>
  %b = graph.broadcast %u to affine_map<() -> (4, 2, 6, 7)> : (tensor<1x2x6x7xf32>) -> tensor<4x2x6x7xf32>
  %m = graph.reshape %b to affine_map<() -> (8, 6, 7)> : (tensor<4x2x6x7xf32>) -> tensor<8x6x7xf32>
  %r = graph.matmul %x, %m : (tensor<8x5x6xf32>, tensor<8x6x7xf32>) -> tensor<8x5x7xf32>
  return %r : tensor<8x5x7xf32>
}

// -----

// CHECK-LABEL: func.func @keys_only(
// CHECK: graph.attention %{{.*}} (tensor<1x8x5x6xf32>, tensor<1x8x7x6xf32>, tensor<1x8x7x6xf32>)
// WHY: keys and values are not repeated alike
func.func @keys_only(%q: tensor<1x8x5x6xf32>, %k: tensor<1x2x7x6xf32>, %v: tensor<1x8x7x6xf32>) -> tensor<1x8x5x6xf32> {
  %u = graph.reshape %k to affine_map<() -> (1, 2, 1, 7, 6)> : (tensor<1x2x7x6xf32>) -> tensor<1x2x1x7x6xf32>
  %b = graph.broadcast %u to affine_map<() -> (1, 2, 4, 7, 6)> : (tensor<1x2x1x7x6xf32>) -> tensor<1x2x4x7x6xf32>
  %m = graph.reshape %b to affine_map<() -> (1, 8, 7, 6)> : (tensor<1x2x4x7x6xf32>) -> tensor<1x8x7x6xf32>
  %r = graph.attention %q, %m, %v {scale = 1.0} : (tensor<1x8x5x6xf32>, tensor<1x8x7x6xf32>, tensor<1x8x7x6xf32>) -> tensor<1x8x5x6xf32>
  return %r : tensor<1x8x5x6xf32>
}

// -----

// How many heads there are only the call tells.
#x = affine_map<()[s0] -> (1, s0, 4, 8)>
#k = affine_map<()[s0] -> (1, s0, 1, 5, 8)>
#b = affine_map<()[s0] -> (1, s0, 2, 5, 8)>
#r = affine_map<()[s0] -> (1, s0 * 2, 5, 8)>
#q = affine_map<()[s0] -> (1, s0 * 2, 4, 8)>
module attributes {graph.symbols = [#graph.symbol<"heads", 1, 8>]} {
  func.func @heads(%q: tensor<1x?x4x8xf32, #q>, %k: tensor<1x?x1x5x8xf32, #k>) -> tensor<1x?x4x8xf32, #q> {
    %0 = graph.broadcast %k to #b : (tensor<1x?x1x5x8xf32, #k>) -> tensor<1x?x2x5x8xf32, #b>
    %1 = graph.reshape %0 to #r : (tensor<1x?x2x5x8xf32, #b>) -> tensor<1x?x5x8xf32, #r>
    // WHY: the number of heads is not known
    %2 = graph.attention %q, %1, %1 {scale = 1.0} : (tensor<1x?x4x8xf32, #q>, tensor<1x?x5x8xf32, #r>, tensor<1x?x5x8xf32, #r>) -> tensor<1x?x4x8xf32, #q>
    return %2 : tensor<1x?x4x8xf32, #q>
  }
}
