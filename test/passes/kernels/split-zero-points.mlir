// RUN: onnxcc-opt %s --split-zero-points | FileCheck %s

// Σ (x - zx)(w - zw): the sums of x less zx, times zw, are subtracted in the epilogue. zx stays, for which constant weights have
// sums of their own.
// CHECK-LABEL: @weights(
// CHECK:       %[[SUMS:.*]] = kernel.contract sum products 1 unsigned [0] beside(input_zero) over {{.*}} ins(%{{.*}}, %{{.*}} : tensor<5x7xi8>, tensor<i8>)
// CHECK-SAME:    outs(%{{.*}} : tensor<5xi32>)
// CHECK:       kernel.contract sum unsigned [0] beside(input_zero) over
// CHECK-SAME:    ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[SUMS]] : tensor<5x7xi8>, tensor<7x6xi8>, tensor<i8>, tensor<6xi8>, tensor<5xi32>)
// CHECK-NEXT:  ^bb0(%[[ACC:.*]]: i32, %[[ZERO:.*]]: i8, %[[SUM:.*]]: i32):
// CHECK-NEXT:    %[[WIDE:.*]] = arith.extsi %[[ZERO]] : i8 to i32
// CHECK-NEXT:    %[[EXCESS:.*]] = arith.muli %[[WIDE]], %[[SUM]] : i32
// CHECK-NEXT:    %[[RESULT:.*]] = arith.subi %[[ACC]], %[[EXCESS]] : i32
// CHECK-NEXT:    kernel.yield %[[RESULT]] : i32
func.func @weights(%x: tensor<5x7xi8>, %zx: tensor<i8>, %zw: tensor<6xi8>) -> tensor<5x6xi32> {
  %w = arith.constant dense<1> : tensor<7x6xi8>
  %e = tensor.empty() : tensor<5x6xi32>
  %r = kernel.contract sum unsigned [0] beside(input_zero, weight_zero) over affine_map<() -> (5, 6, 7)>
    [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w, %zx, %zw : tensor<5x7xi8>, tensor<7x6xi8>, tensor<i8>, tensor<6xi8>) outs(%e : tensor<5x6xi32>) {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<5x6xi32>
  return %r : tensor<5x6xi32>
}

// A zero point that is 0 goes, and nothing is left to do.
// CHECK-LABEL: @zero(
// CHECK-NOT:   products 1
// CHECK:       kernel.contract sum over {{.*}} ins(%{{.*}}, %{{.*}} : tensor<5x7xi8>, tensor<7x6xi8>)
func.func @zero(%x: tensor<5x7xi8>) -> tensor<5x6xi32> {
  %w = arith.constant dense<1> : tensor<7x6xi8>
  %zw = arith.constant dense<0> : tensor<6xi8>
  %e = tensor.empty() : tensor<5x6xi32>
  %r = kernel.contract sum beside(weight_zero) over affine_map<() -> (5, 6, 7)>
    [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w, %zw : tensor<5x7xi8>, tensor<7x6xi8>, tensor<6xi8>) outs(%e : tensor<5x6xi32>) {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<5x6xi32>
  return %r : tensor<5x6xi32>
}

// Of weights that no constant holds, templates know no sums: these are a launch, whose extent a call may say.
// CHECK-LABEL: @activations(
// CHECK:       kernel.contract sum products 1 over {{.*}} ins(%{{.*}} : tensor<7x?xi8>) outs(%{{.*}} : tensor<?xi32>)
// CHECK:       kernel.contract sum unsigned [0] over
func.func @activations(%x: tensor<5x7xi8>, %w: tensor<7x?xi8>, %zx: tensor<i8>) -> tensor<5x?xi32> {
  %n = kernel.dim 0
  %e = tensor.empty(%n) : tensor<5x?xi32>
  %r = kernel.contract sum unsigned [0] beside(input_zero) over affine_map<()[s] -> (5, s, 7)>
    [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w, %zx : tensor<5x7xi8>, tensor<7x?xi8>, tensor<i8>) outs(%e : tensor<5x?xi32>) {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<5x?xi32>
  return %r : tensor<5x?xi32>
}
