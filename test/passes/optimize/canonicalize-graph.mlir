// RUN: onnxcc-opt --canonicalize-graph --split-input-file %s | FileCheck %s

// Movements that move nothing, and two that are one.
// CHECK-LABEL: func.func @movement(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x3x4xf32>
func.func @movement(%x: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<4x6xf32>, tensor<2x3x4xf32>, tensor<3x2x1x4xf32>) {
  // CHECK-DAG: %[[T:.*]] = graph.transpose %[[X]] by [1, 0, 2]
  // CHECK-DAG: %[[R:.*]] = graph.reshape %[[X]] {{.*}} -> tensor<4x6xf32>
  // CHECK-DAG: %[[U:.*]] = graph.reshape %[[T]] {{.*}} -> tensor<3x2x1x4xf32>
  // CHECK: return %[[X]], %[[R]], %[[X]], %[[U]]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %t = graph.transpose %x by [1, 0, 2] : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %back = graph.transpose %t by [1, 0, 2] : (tensor<3x2x4xf32>) -> tensor<2x3x4xf32>
  %flat = graph.reshape %x to affine_map<() -> (24)> : (tensor<2x3x4xf32>) -> tensor<24xf32>
  %shaped = graph.reshape %flat to affine_map<() -> (4, 6)> : (tensor<24xf32>) -> tensor<4x6xf32>
  %p = graph.pad constant %x, %zero low [0, 0, 0] high [0, 0, 0] : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  // Axes of extent 1 only.
  %one = graph.reshape %t to affine_map<() -> (3, 2, 4, 1)> : (tensor<3x2x4xf32>) -> tensor<3x2x4x1xf32>
  %moved = graph.transpose %one by [0, 1, 3, 2] : (tensor<3x2x4x1xf32>) -> tensor<3x2x1x4xf32>
  return %back, %shaped, %p, %moved : tensor<2x3x4xf32>, tensor<4x6xf32>, tensor<2x3x4xf32>, tensor<3x2x1x4xf32>
}

// -----

// CHECK-LABEL: func.func @reduce(
func.func @reduce(%x: tensor<2x3x4x1xf32>) -> (tensor<2x3x4xf32>, tensor<2x1xf32>) {
  // CHECK: graph.reshape %{{.*}} : (tensor<2x3x4x1xf32>) -> tensor<2x3x4xf32>
  // CHECK: graph.reduce mean %{{.*}} over [1, 2] : (tensor<2x3x4x1xf32>) -> tensor<2x1xf32>
  %a = graph.reduce mean %x over [3] : (tensor<2x3x4x1xf32>) -> tensor<2x3x4xf32>
  %b = graph.reduce mean %x over [2] : (tensor<2x3x4x1xf32>) -> tensor<2x3x1xf32>
  %c = graph.reduce mean %b over [1] : (tensor<2x3x1xf32>) -> tensor<2x1xf32>
  return %a, %c : tensor<2x3x4xf32>, tensor<2x1xf32>
}

// -----

// A sum of sums of squares is one, a sum of the squares of sums is not, and one element is squared.
// CHECK-LABEL: func.func @sum_square(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x3x1xf32>
func.func @sum_square(%x: tensor<2x3x1xf32>) -> (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2x3xf32>) {
  // CHECK: %[[A:.*]] = graph.reduce sum_square %[[X]] over [0, 1]
  // CHECK: %[[S:.*]] = graph.reduce sum %[[X]] over [0]
  // CHECK: %[[B:.*]] = graph.reduce sum_square %[[S]] over [0]
  // CHECK: %[[Q:.*]] = graph.reduce sum_square %[[X]] over [0]
  // CHECK: %[[C:.*]] = graph.reduce sum_square %[[Q]] over [0]
  // CHECK: %[[M:.*]] = graph.mul %[[X]], %[[X]]
  // CHECK: %[[D:.*]] = graph.reshape %[[M]]
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]]
  %p = graph.reduce sum_square %x over [0] : (tensor<2x3x1xf32>) -> tensor<3x1xf32>
  %a = graph.reduce sum %p over [0] : (tensor<3x1xf32>) -> tensor<1xf32>
  %s = graph.reduce sum %x over [0] : (tensor<2x3x1xf32>) -> tensor<3x1xf32>
  %b = graph.reduce sum_square %s over [0] : (tensor<3x1xf32>) -> tensor<1xf32>
  %q = graph.reduce sum_square %x over [0] : (tensor<2x3x1xf32>) -> tensor<3x1xf32>
  %c = graph.reduce sum_square %q over [0] : (tensor<3x1xf32>) -> tensor<1xf32>
  %d = graph.reduce sum_square %x over [2] : (tensor<2x3x1xf32>) -> tensor<2x3xf32>
  return %a, %b, %c, %d : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2x3xf32>
}

// -----

// Slices: of all, of slices, within one input of a concat; neighbouring ones that are joined again.
// CHECK-LABEL: func.func @slices(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x8xf32>, %[[Y:[a-z0-9]*]]: tensor<2x4xf32>
func.func @slices(%x: tensor<2x8xf32>, %y: tensor<2x4xf32>) -> (tensor<2x8xf32>, tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x6xf32>) {
  // CHECK-DAG: %[[S:.*]] = graph.slice %[[X]] at {{.*}} steps [1, 4]
  // CHECK-DAG: %[[J:.*]] = graph.slice %[[X]] {{.*}} -> tensor<2x6xf32>
  // CHECK: return %[[X]], %[[S]], %[[Y]], %[[J]]
  %all = graph.slice %x at affine_map<() -> (0, 0)> sizes affine_map<() -> (2, 8)> steps [1, 1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %even = graph.slice %x at affine_map<() -> (0, 1)> sizes affine_map<() -> (2, 4)> steps [1, 2] : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %fourth = graph.slice %even at affine_map<() -> (0, 0)> sizes affine_map<() -> (2, 2)> steps [1, 2] : (tensor<2x4xf32>) -> tensor<2x2xf32>
  %both = graph.concat %x, %y {axis = 1} : (tensor<2x8xf32>, tensor<2x4xf32>) -> tensor<2x12xf32>
  %mine = graph.slice %both at affine_map<() -> (0, 8)> sizes affine_map<() -> (2, 4)> steps [1, 1] : (tensor<2x12xf32>) -> tensor<2x4xf32>
  %a = graph.slice %x at affine_map<() -> (0, 1)> sizes affine_map<() -> (2, 2)> steps [1, 1] : (tensor<2x8xf32>) -> tensor<2x2xf32>
  %b = graph.slice %x at affine_map<() -> (0, 3)> sizes affine_map<() -> (2, 4)> steps [1, 1] : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %joined = graph.concat %a, %b {axis = 1} : (tensor<2x2xf32>, tensor<2x4xf32>) -> tensor<2x6xf32>
  return %all, %fourth, %mine, %joined : tensor<2x8xf32>, tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x6xf32>
}

// -----

// Only exact identities: x + 0 is not x for -0, except of a sum of products.
// CHECK-LABEL: func.func @neutral(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<4x4xf32>
func.func @neutral(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  // CHECK-DAG: %[[ADD:.*]] = graph.add %[[X]]
  // CHECK-DAG: %[[P:.*]] = graph.matmul
  // CHECK: return %[[ADD]], %[[P]], %[[X]], %[[X]]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %negative = graph.constant dense<-0.0> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %zeros = graph.broadcast %zero to affine_map<() -> (4, 4)> : (tensor<f32>) -> tensor<4x4xf32>
  %negatives = graph.broadcast %negative to affine_map<() -> (4, 4)> : (tensor<f32>) -> tensor<4x4xf32>
  %ones = graph.broadcast %one to affine_map<() -> (4, 4)> : (tensor<f32>) -> tensor<4x4xf32>
  %a = graph.add %zeros, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %p = graph.matmul %x, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = graph.add %p, %zeros : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %c = graph.add %x, %negatives : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = graph.mul %x, %ones : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %e = graph.div %d, %ones : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a, %b, %c, %e : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// CHECK-LABEL: func.func @casts(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<4xi8>, %[[F:[a-z0-9]*]]: tensor<4xf32>
func.func @casts(%x: tensor<4xi8>, %f: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xf64>, tensor<4xf32>, tensor<4xui8>) {
  // CHECK-DAG: %[[D:.*]] = graph.cast %[[X]] {to = f64}
  // Half a float is not enough.
  // CHECK-DAG: %[[H:.*]] = graph.cast %[[F]] {to = f16}
  // CHECK-DAG: %[[G:.*]] = graph.cast %[[H]] {to = f32}
  // A negative integer wraps, a negative float saturates.
  // CHECK-DAG: %[[I:.*]] = graph.cast %[[X]] {to = f32}
  // CHECK-DAG: %[[U:.*]] = graph.cast %[[I]] {to = ui8}
  // CHECK: return %[[X]], %[[D]], %[[G]], %[[U]]
  %a = graph.cast %x {to = f32} : (tensor<4xi8>) -> tensor<4xf32>
  %b = graph.cast %a {to = i8} : (tensor<4xf32>) -> tensor<4xi8>
  %c = graph.cast %a {to = f64} : (tensor<4xf32>) -> tensor<4xf64>
  %h = graph.cast %f {to = f16} : (tensor<4xf32>) -> tensor<4xf16>
  %g = graph.cast %h {to = f32} : (tensor<4xf16>) -> tensor<4xf32>
  %u = graph.cast %a {to = ui8} : (tensor<4xf32>) -> tensor<4xui8>
  return %b, %c, %g, %u : tensor<4xi8>, tensor<4xf64>, tensor<4xf32>, tensor<4xui8>
}

// -----

// Broadcasts move down, and a splat is a broadcast scalar.
// CHECK-LABEL: func.func @broadcasts(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<?x4xf32
#n = affine_map<()[s0] -> (s0, 4)>
func.func @broadcasts(%x: tensor<?x4xf32, #n>, %y: tensor<4xf32>) -> tensor<?x4xf32, #n> {
  // CHECK-DAG: %[[TWO:.*]] = graph.constant dense<2.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[TWOS:.*]] = graph.broadcast %[[TWO]] {{.*}} -> tensor<1x4xf32>
  // CHECK: %[[M:.*]] = graph.mul %{{.*}}, %[[TWOS]] : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  // CHECK: %[[B:.*]] = graph.broadcast %[[M]]
  // CHECK: graph.add %[[X]], %[[B]]
  %two = graph.constant dense<2.0> : tensor<1x4xf32>
  %a = graph.broadcast %y to #n : (tensor<4xf32>) -> tensor<?x4xf32, #n>
  %b = graph.broadcast %two to #n : (tensor<1x4xf32>) -> tensor<?x4xf32, #n>
  %m = graph.mul %a, %b : (tensor<?x4xf32, #n>, tensor<?x4xf32, #n>) -> tensor<?x4xf32, #n>
  %s = graph.add %x, %m : (tensor<?x4xf32, #n>, tensor<?x4xf32, #n>) -> tensor<?x4xf32, #n>
  return %s : tensor<?x4xf32, #n>
}

// -----

// CHECK-LABEL: func.func @clamps(
func.func @clamps(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: graph.clamp %{{.*}}
  // CHECK: graph.mul
  // CHECK: graph.mul
  // CHECK-NOT: graph.pow
  %six = graph.constant dense<6.0> : tensor<f32>
  %three = graph.constant dense<3.0> : tensor<f32>
  %sixes = graph.broadcast %six to affine_map<() -> (4)> : (tensor<f32>) -> tensor<4xf32>
  %threes = graph.broadcast %three to affine_map<() -> (4)> : (tensor<f32>) -> tensor<4xf32>
  %r = graph.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %r6 = graph.min %r, %sixes : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %p = graph.pow %x, %threes : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r6, %p : tensor<4xf32>, tensor<4xf32>
}
