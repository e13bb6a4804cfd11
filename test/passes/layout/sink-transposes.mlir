// RUN: onnxcc-opt --sink-transposes --split-input-file %s | FileCheck %s

// Residual: both operands are transposed, the sum is used by a convolution.
// CHECK-LABEL: func.func @residual(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x8x8x4xf32>
func.func @residual(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  // CHECK-NOT: graph.transpose
  // CHECK: %[[SUM:.*]] = graph.add %[[X]], %{{.*}} : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: %[[RELU:.*]] = graph.relu %[[SUM]]
  // CHECK-NEXT: return %[[RELU]]
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
  %b = graph.transpose %y by [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
  %sum = graph.add %a, %b : (tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %relu = graph.relu %sum : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %last = graph.transpose %relu by [0, 2, 3, 1] : (tensor<1x4x8x8xf32>) -> tensor<1x8x8x4xf32>
  return %last : tensor<1x8x8x4xf32>
}

// -----

// A bias is broadcast along other axes then.
// CHECK-LABEL: func.func @bias(
func.func @bias(%x: tensor<?x8x8x4xf32, affine_map<()[s0] -> (s0, 8, 8, 4)>>) -> tensor<?x8x8x4xf32, affine_map<()[s0] -> (s0, 8, 8, 4)>> {
  // CHECK-NOT: graph.transpose
  // CHECK: %[[C:.*]] = graph.constant dense<[{{.*}}]> : tensor<4x1x1xf32>
  // CHECK: %[[R:.*]] = graph.reshape %[[C]] {{.*}} -> tensor<1x1x1x4xf32>
  // CHECK: %[[B:.*]] = graph.broadcast %[[R]]
  // CHECK: graph.add %{{.*}}, %[[B]]
  // CHECK-NOT: graph.transpose
  %bias = graph.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %b = graph.broadcast %bias to affine_map<()[s0] -> (s0, 4, 8, 8)> : (tensor<4x1x1xf32>) -> tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<?x8x8x4xf32, affine_map<()[s0] -> (s0, 8, 8, 4)>>) -> tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>
  %sum = graph.add %a, %b : (tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>, tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>) -> tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>
  %last = graph.transpose %sum by [0, 2, 3, 1] : (tensor<?x4x8x8xf32, affine_map<()[s0] -> (s0, 4, 8, 8)>>) -> tensor<?x8x8x4xf32, affine_map<()[s0] -> (s0, 8, 8, 4)>>
  return %last : tensor<?x8x8x4xf32, affine_map<()[s0] -> (s0, 8, 8, 4)>>
}

// -----

// Squeeze and excite: the mean loses the transpose, the factors get it by a reshape.
// CHECK-LABEL: func.func @squeeze_excite(
func.func @squeeze_excite(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  // CHECK-NOT: graph.transpose
  // CHECK: graph.reduce mean %{{.*}} over [1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4xf32>
  // CHECK: graph.sigmoid
  // CHECK: graph.mul %{{.*}} : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK-NOT: graph.transpose
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
  %mean = graph.reduce mean %a over [2, 3] : (tensor<1x4x8x8xf32>) -> tensor<1x4xf32>
  %s = graph.sigmoid %mean : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %r = graph.reshape %s to affine_map<() -> (1, 4, 1, 1)> : (tensor<1x4xf32>) -> tensor<1x4x1x1xf32>
  %f = graph.broadcast %r to affine_map<() -> (1, 4, 8, 8)> : (tensor<1x4x1x1xf32>) -> tensor<1x4x8x8xf32>
  %m = graph.mul %a, %f : (tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %last = graph.transpose %m by [0, 2, 3, 1] : (tensor<1x4x8x8xf32>) -> tensor<1x8x8x4xf32>
  return %last : tensor<1x8x8x4xf32>
}

// -----

// Axes are renumbered: concat, pad, slice, softmax, argument of the maximum.
// CHECK-LABEL: func.func @axes(
func.func @axes(%x: tensor<1x8x6x4xf32>, %y: tensor<1x8x6x2xf32>) -> (tensor<1x9x6x6xf32>, tensor<1x8x6xi64>) {
  // CHECK-NOT: graph.transpose
  // CHECK: graph.concat %{{.*}} {axis = 3 : i64}
  // CHECK: graph.pad constant {{.*}} low [0, 1, 0, 0] high [0, 0, 2, 0]
  // CHECK: graph.slice {{.*}} steps [1, 1, 1, 1] {{.*}} -> tensor<1x9x6x6xf32>
  // CHECK: graph.softmax %{{.*}} {axis = 3 : i64}
  // CHECK: graph.arg_reduce max %{{.*}} {axis = 3 : i64}
  // CHECK-NOT: graph.transpose
  %zero = graph.constant dense<0.0> : tensor<f32>
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x8x6x4xf32>) -> tensor<1x4x8x6xf32>
  %b = graph.transpose %y by [0, 3, 1, 2] : (tensor<1x8x6x2xf32>) -> tensor<1x2x8x6xf32>
  %c = graph.concat %a, %b {axis = 1} : (tensor<1x4x8x6xf32>, tensor<1x2x8x6xf32>) -> tensor<1x6x8x6xf32>
  %p = graph.pad constant %c, %zero low [0, 0, 1, 0] high [0, 0, 0, 2] : (tensor<1x6x8x6xf32>, tensor<f32>) -> tensor<1x6x9x8xf32>
  %s = graph.slice %p at affine_map<() -> (0, 0, 0, 1)> sizes affine_map<() -> (1, 6, 9, 6)> steps [1, 1, 1, 1] : (tensor<1x6x9x8xf32>) -> tensor<1x6x9x6xf32>
  %m = graph.softmax %s {axis = 1} : (tensor<1x6x9x6xf32>) -> tensor<1x6x9x6xf32>
  %last = graph.transpose %m by [0, 2, 3, 1] : (tensor<1x6x9x6xf32>) -> tensor<1x9x6x6xf32>
  %best = graph.arg_reduce max %c {axis = 1} : (tensor<1x6x8x6xf32>) -> tensor<1x8x6xi64>
  return %last, %best : tensor<1x9x6x6xf32>, tensor<1x8x6xi64>
}

// -----

// A channel shuffle needs one transpose, the shuffle itself.
// CHECK-LABEL: func.func @shuffle(
func.func @shuffle(%x: tensor<1x8x8x6xf32>) -> tensor<1x8x8x6xf32> {
  // CHECK: graph.reshape {{.*}} -> tensor<1x8x8x2x3xf32>
  // CHECK-NEXT: graph.transpose {{.*}} by [0, 1, 2, 4, 3]
  // CHECK-NEXT: graph.reshape {{.*}} -> tensor<1x8x8x6xf32>
  // CHECK-NEXT: return
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x8x8x6xf32>) -> tensor<1x6x8x8xf32>
  %split = graph.reshape %a to affine_map<() -> (1, 2, 3, 8, 8)> : (tensor<1x6x8x8xf32>) -> tensor<1x2x3x8x8xf32>
  %swap = graph.transpose %split by [0, 2, 1, 3, 4] : (tensor<1x2x3x8x8xf32>) -> tensor<1x3x2x8x8xf32>
  %merge = graph.reshape %swap to affine_map<() -> (1, 6, 8, 8)> : (tensor<1x3x2x8x8xf32>) -> tensor<1x6x8x8xf32>
  %last = graph.transpose %merge by [0, 2, 3, 1] : (tensor<1x6x8x8xf32>) -> tensor<1x8x8x6xf32>
  return %last : tensor<1x8x8x6xf32>
}

// -----

// A flattened image that goes into a product: the weights' rows take the image's order.
// CHECK-LABEL: func.func @flatten(
func.func @flatten(%x: tensor<?x2x3x4xf32, affine_map<()[s0] -> (s0, 2, 3, 4)>>) -> tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>> {
  // CHECK: %[[W:.*]] = graph.constant
  // CHECK: %[[S:.*]] = graph.reshape %[[W]] {{.*}} -> tensor<4x2x3x2xf32>
  // CHECK: %[[T:.*]] = graph.transpose %[[S]] by [1, 2, 0, 3]
  // CHECK: %[[P:.*]] = graph.reshape %[[T]] {{.*}} -> tensor<24x2xf32>
  // CHECK: %[[F:.*]] = graph.reshape %{{.*}} : (tensor<?x2x3x4xf32
  // CHECK: graph.matmul %[[F]], %[[P]]
  %w = graph.constant dense<1.0> : tensor<24x2xf32>
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<?x2x3x4xf32, affine_map<()[s0] -> (s0, 2, 3, 4)>>) -> tensor<?x4x2x3xf32, affine_map<()[s0] -> (s0, 4, 2, 3)>>
  %f = graph.reshape %a to affine_map<()[s0] -> (s0, 24)> : (tensor<?x4x2x3xf32, affine_map<()[s0] -> (s0, 4, 2, 3)>>) -> tensor<?x24xf32, affine_map<()[s0] -> (s0, 24)>>
  %y = graph.matmul %f, %w : (tensor<?x24xf32, affine_map<()[s0] -> (s0, 24)>>, tensor<24x2xf32>) -> tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
  return %y : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
}

// -----

// Where it would transpose more bytes than before, it stays.
// CHECK-LABEL: func.func @stays(
func.func @stays(%x: tensor<1x8x8x4xf32>, %y: tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32> {
  // CHECK: graph.transpose
  // CHECK-NEXT: graph.add
  // CHECK-NEXT: return
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
  %sum = graph.add %a, %y : (tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return %sum : tensor<1x4x8x8xf32>
}

// -----

// A response normalisation pools over channels: they are a spatial axis of the pool, wherever they lie.
// CHECK-LABEL: func.func @pool_over_channels(
func.func @pool_over_channels(%x: tensor<1x36x1x8xf32>) -> tensor<1x36x8x1xf32> {
  // CHECK-NOT: graph.transpose
  // CHECK: graph.reshape %{{.*}} -> tensor<1x36x8x1xf32>
  // CHECK: graph.pool mean {{.*}} pads = array<i64: 0, 2, 0, 2>, {{.*}} window = array<i64: 1, 5>
  // CHECK-NOT: graph.transpose
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x36x1x8xf32>) -> tensor<1x8x36x1xf32>
  %p = graph.pool mean %a {countPads = true, window = array<i64: 5, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 2, 0, 2, 0>, layout = #graph<layout channels_last>}
    : (tensor<1x8x36x1xf32>) -> tensor<1x8x36x1xf32>
  %last = graph.transpose %p by [0, 2, 1, 3] : (tensor<1x8x36x1xf32>) -> tensor<1x36x8x1xf32>
  return %last : tensor<1x36x8x1xf32>
}

// -----

// Constants are transposed in both directions for nothing: the rewriting ends all the same.
// CHECK-LABEL: func.func @ends(
func.func @ends(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: graph.add %{{.*}} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK-NEXT: return
  %c = graph.constant dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0],
                             [0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]]> : tensor<8x4xf32>
  %a = graph.transpose %x by [1, 0] : (tensor<4x8xf32>) -> tensor<8x4xf32>
  %s = graph.add %a, %c : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  %last = graph.transpose %s by [1, 0] : (tensor<8x4xf32>) -> tensor<4x8xf32>
  return %last : tensor<4x8xf32>
}

// -----

// Rows are doubled, as upsampling does it.
// CHECK-LABEL: func.func @upsample(
func.func @upsample(%x: tensor<1x4x5x3xf32>) -> tensor<1x8x5x3xf32> {
  // CHECK-NOT: graph.transpose
  // CHECK: graph.broadcast %{{.*}} : (tensor<1x4x1x5x3xf32>) -> tensor<1x4x2x5x3xf32>
  // CHECK-NOT: graph.transpose
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %r = graph.reshape %a to affine_map<() -> (1, 3, 4, 1, 5)> : (tensor<1x3x4x5xf32>) -> tensor<1x3x4x1x5xf32>
  %b = graph.broadcast %r to affine_map<() -> (1, 3, 4, 2, 5)> : (tensor<1x3x4x1x5xf32>) -> tensor<1x3x4x2x5xf32>
  %d = graph.reshape %b to affine_map<() -> (1, 3, 8, 5)> : (tensor<1x3x4x2x5xf32>) -> tensor<1x3x8x5xf32>
  %last = graph.transpose %d by [0, 2, 3, 1] : (tensor<1x3x8x5xf32>) -> tensor<1x8x5x3xf32>
  return %last : tensor<1x8x5x3xf32>
}

// -----

// A transpose of a squeezed image is a reshape, and sinks all the same: relu and bias stay beside the convolution.
// CHECK-LABEL: func.func @ones(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<?x1x1x4xf32
func.func @ones(%x: tensor<?x1x1x4xf32, affine_map<()[s0] -> (s0, 1, 1, 4)>>) -> tensor<?x1x1x4xf32, affine_map<()[s0] -> (s0, 1, 1, 4)>> {
  // CHECK: graph.add %[[X]], %{{.*}} : (tensor<?x1x1x4xf32
  // CHECK-NEXT: graph.relu %{{.*}} : (tensor<?x1x1x4xf32
  // CHECK-NEXT: return
  %bias = graph.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %b = graph.broadcast %bias to affine_map<()[s0] -> (s0, 4, 1, 1)> : (tensor<4x1x1xf32>) -> tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<?x1x1x4xf32, affine_map<()[s0] -> (s0, 1, 1, 4)>>) -> tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>
  %s = graph.add %a, %b : (tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>, tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>) -> tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>
  %r = graph.relu %s : (tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>) -> tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>
  %last = graph.transpose %r by [0, 2, 3, 1] : (tensor<?x4x1x1xf32, affine_map<()[s0] -> (s0, 4, 1, 1)>>) -> tensor<?x1x1x4xf32, affine_map<()[s0] -> (s0, 1, 1, 4)>>
  return %last : tensor<?x1x1x4xf32, affine_map<()[s0] -> (s0, 1, 1, 4)>>
}

// -----

// A slope that is no constant: its product sinks for the select's sake. The transposes around the product go at once, lest it take the slope's back.
// CHECK-LABEL: func.func @slope(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<5x3x2x4xf32>, %[[SLOPE:[a-z0-9]*]]: tensor<5x4x3x2xf32>
func.func @slope(%x: tensor<5x3x2x4xf32>, %slope: tensor<5x4x3x2xf32>) -> tensor<5x4x3x2xf32> {
  // CHECK: %[[S:.*]] = graph.transpose %[[SLOPE]] by [0, 2, 3, 1]
  // CHECK-NEXT: %[[M:.*]] = graph.mul %[[X]], %[[S]]
  // CHECK-NEXT: %[[R:.*]] = graph.select %{{.*}}, %[[M]], %[[X]]
  // CHECK-NEXT: %[[LAST:.*]] = graph.transpose %[[R]] by [0, 3, 1, 2]
  // CHECK-NEXT: return %[[LAST]]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %zeros = graph.broadcast %zero to affine_map<() -> (5, 4, 3, 2)> : (tensor<f32>) -> tensor<5x4x3x2xf32>
  %a = graph.transpose %x by [0, 3, 1, 2] : (tensor<5x3x2x4xf32>) -> tensor<5x4x3x2xf32>
  %c = graph.less %a, %zeros : (tensor<5x4x3x2xf32>, tensor<5x4x3x2xf32>) -> tensor<5x4x3x2xi1>
  %m = graph.mul %a, %slope : (tensor<5x4x3x2xf32>, tensor<5x4x3x2xf32>) -> tensor<5x4x3x2xf32>
  %r = graph.select %c, %m, %a : (tensor<5x4x3x2xi1>, tensor<5x4x3x2xf32>, tensor<5x4x3x2xf32>) -> tensor<5x4x3x2xf32>
  return %r : tensor<5x4x3x2xf32>
}
