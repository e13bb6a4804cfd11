// RUN: onnxcc-opt %s --reuse-operands | FileCheck %s

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (k, n)>
#y = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>

// The residual dies in the epilogue, which reads it just where it writes.
// CHECK-LABEL: func.func @residual
// CHECK:       %[[R:.*]] = kernel.map
// CHECK:       kernel.contract {{.*}} outs(%[[R]] :
func.func @residual(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %r = kernel.map over affine_map<() -> (4, 4)> [#id, #id] ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<4x4xf32>
  %0 = kernel.contract sum over affine_map<() -> (4, 4, 4)> [#x, #w, #y, #y] ins(%x, %w, %r : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%acc: f32, %v: f32):
      %s = arith.addf %acc, %v : f32
      kernel.yield %s : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// A factor is read many times, and a transposed operand elsewhere than it is written: neither is reused.
// CHECK-LABEL: func.func @factor
// CHECK:       %[[E:.*]] = tensor.empty
// CHECK:       kernel.map {{.*}} outs(%[[E]] :
// CHECK:       kernel.contract {{.*}} outs(%[[E]] :
// CHECK:       kernel.map {{.*}} outs(%[[E]] :
func.func @factor(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %r = kernel.map over affine_map<() -> (4, 4)> [#id, #id] ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<4x4xf32>
  %0 = kernel.contract sum over affine_map<() -> (4, 4, 4)> [#x, #w, #y, #y] ins(%r, %w, %r : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%acc: f32, %v: f32):
      %s = arith.addf %acc, %v : f32
      kernel.yield %s : f32
  } -> tensor<4x4xf32>
  %1 = kernel.map over affine_map<() -> (4, 4)> [#turned, #id] ins(%0 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// A call whose routine reads an element before it writes it, as cumulate does; others have a place of their own.
// CHECK-LABEL: func.func @call
// CHECK:       %[[R:.*]] = kernel.map
// CHECK:       %[[S:.*]] = kernel.call "cumulate" {{.*}} outs(%[[R]] :
// CHECK:       kernel.call "top_k" {{.*}} ins(%[[S]] {{.*}} outs(%[[V:.*]], %
// CHECK-NOT:   outs(%[[S]]
func.func @call(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xi64>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %i = tensor.empty() : tensor<4x4xi64>
  %r = kernel.map over affine_map<() -> (4, 4)> [#id, #id] ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<4x4xf32>
  %s = kernel.call "cumulate" {combine = "Sum"} over affine_map<() -> (4, 4, 1)> in_place [0] ins(%r : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %t:2 = kernel.call "top_k" {} over affine_map<() -> (4, 4, 1, 4)> ins(%s : tensor<4x4xf32>) outs(%e, %i : tensor<4x4xf32>, tensor<4x4xi64>)
    -> tensor<4x4xf32>, tensor<4x4xi64>
  return %t#0, %t#1 : tensor<4x4xf32>, tensor<4x4xi64>
}
