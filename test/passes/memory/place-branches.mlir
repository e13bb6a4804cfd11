// RUN: onnxcc-opt %s --split-input-file --place-results --place-carried | FileCheck %s --check-prefix=PLACED
// RUN: onnxcc-opt %s --split-input-file --place-results --place-carried --separate-destinations --eliminate-empty-tensors --one-shot-bufferize --canonicalize --cse --lower-copies --settle-operands --plan-arena --verify-memory | FileCheck %s

#id = affine_map<(i) -> (i)>

// Both branches compute the result where the caller wants it: no copy, no buffer.
// PLACED-LABEL: func.func @result
// PLACED:       scf.if %{{.*}} {
// PLACED:         %[[T:.*]] = bufferization.to_tensor %arg2 restrict writable
// PLACED:         %[[A:.*]] = kernel.map {{.*}} outs(%[[T]] :
// PLACED:         bufferization.materialize_in_destination %[[A]] in restrict writable %arg2
// PLACED:       } else {
// PLACED:         bufferization.materialize_in_destination %{{.*}} in restrict writable %arg2
// CHECK-LABEL: func.func @result
// CHECK:       kernel.arena %{{.*}} {buffers = 0 : i64
// CHECK:       scf.if %{{.*}} {
// CHECK-NEXT:    kernel.map {{.*}} ins(%arg1 : memref<64xf32>) outs(%arg2 : memref<64xf32>)
// CHECK:       } else {
// CHECK-NEXT:    kernel.map {{.*}} ins(%arg1 : memref<64xf32>) outs(%arg2 : memref<64xf32>)
func.func @result(%t: tensor<i1>, %x: tensor<64xf32>) -> tensor<64xf32> {
  %c = tensor.extract %t[] : tensor<i1>
  %0 = scf.if %c -> tensor<64xf32> {
    %e = tensor.empty() : tensor<64xf32>
    %1 = kernel.map over affine_map<() -> (64)> [#id, #id] ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
    ^bb0(%v: f32):
      %n = arith.negf %v : f32
      kernel.yield %n : f32
    } -> tensor<64xf32>
    scf.yield %1 : tensor<64xf32>
  } else {
    scf.yield %x : tensor<64xf32>
  }
  return %0 : tensor<64xf32>
}

// -----

#id = affine_map<(i) -> (i)>

// What is read afterwards has a buffer, 256 bytes, that both write. A buffer of one branch alone, 256 bytes, may lie where one of the other does: with the result's
// 512 bytes of the sum of 768.
// CHECK-LABEL: func.func @inner
// CHECK:       kernel.arena %{{.*}} {buffers = 3 : i64, live = 512 : i64, size = 512 : i64, sum = 768 : i64}
// CHECK:       %[[R:.*]] = memref.view %{{.*}}[%[[AT:.*]]][] : memref<?xi8> to memref<64xf32>
// CHECK:       scf.if %{{.*}} {
// CHECK:         %[[A:.*]] = memref.view %{{.*}}[%[[OTHER:.*]]][] : memref<?xi8> to memref<64xf32>
// CHECK:         kernel.map {{.*}} outs(%[[A]] :
// CHECK:         kernel.map {{.*}} ins(%[[A]] : memref<64xf32>) outs(%[[R]] :
// CHECK:       } else {
// CHECK:         %[[B:.*]] = memref.view %{{.*}}[%[[OTHER]]][] : memref<?xi8> to memref<64xf32>
// CHECK:         kernel.map {{.*}} outs(%[[B]] :
// CHECK:         kernel.map {{.*}} ins(%[[B]] : memref<64xf32>) outs(%[[R]] :
// CHECK:       kernel.map {{.*}} ins(%[[R]] : memref<64xf32>) outs(%arg2 :
func.func @inner(%t: tensor<i1>, %x: tensor<64xf32>) -> tensor<32xf32> {
  %c = tensor.extract %t[] : tensor<i1>
  %0 = scf.if %c -> tensor<64xf32> {
    %e = tensor.empty() : tensor<64xf32>
    %1 = kernel.map over affine_map<() -> (64)> [#id, #id] ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
    ^bb0(%v: f32):
      %n = arith.negf %v : f32
      kernel.yield %n : f32
    } -> tensor<64xf32>
    %2 = kernel.map over affine_map<() -> (64)> [affine_map<(i) -> (63 - i)>, #id] ins(%1 : tensor<64xf32>) outs(%e : tensor<64xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
    } -> tensor<64xf32>
    scf.yield %2 : tensor<64xf32>
  } else {
    %e = tensor.empty() : tensor<64xf32>
    %1 = kernel.map over affine_map<() -> (64)> [#id, #id] ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
    ^bb0(%v: f32):
      %n = arith.addf %v, %v : f32
      kernel.yield %n : f32
    } -> tensor<64xf32>
    %2 = kernel.map over affine_map<() -> (64)> [affine_map<(i) -> (63 - i)>, #id] ins(%1 : tensor<64xf32>) outs(%e : tensor<64xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
    } -> tensor<64xf32>
    scf.yield %2 : tensor<64xf32>
  }
  %e = tensor.empty() : tensor<32xf32>
  %3 = kernel.map over affine_map<() -> (32)> [affine_map<(i) -> (i * 2)>, #id] ins(%0 : tensor<64xf32>) outs(%e : tensor<32xf32>) {
  ^bb0(%v: f32):
    kernel.yield %v : f32
  } -> tensor<32xf32>
  return %3 : tensor<32xf32>
}
