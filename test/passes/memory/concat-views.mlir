// RUN: onnxcc-opt %s --lower-graph --choose-schedules --place-results --eliminate-empty-tensors --reuse-operands \
// RUN:   --one-shot-bufferize --canonicalize --cse --lower-copies --settle-operands --plan-arena --verify-memory | FileCheck %s

#h = affine_map<()[s0] -> (s0, 4)>
#c = affine_map<()[s0] -> (s0, 8)>
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
  // Both pieces are computed in their places, side by side in one buffer, and nothing is copied: 8 * 8 * 4 bytes at batch 8.
  // The last launch writes the caller's buffer.
  // CHECK-LABEL: func.func @net
  // CHECK-SAME:  (%[[X:.*]]: memref<?x4xf32> {{.*}}kernel.role = "in"}, %[[Y:.*]]: memref<?x8xf32> {{.*}}kernel.role = "out"})
  // CHECK:       kernel.arena %{{.*}} {buffers = 2 : i64, live = 384 : i64, size = 384 : i64, sum = 384 : i64}
  // CHECK:       kernel.map {{.*}} ins(%[[X]] : {{.*}} outs(%[[A:[^ ]*]] : memref<?x4xf32>)
  // CHECK:       math.exp
  // CHECK:       %[[LEFT:.*]] = memref.subview %[[WHOLE:.*]][0, 0] [%{{.*}}, 4] [1, 1]
  // CHECK:       kernel.map {{.*}} ins(%[[A]] : {{.*}} outs(%[[LEFT]] :
  // CHECK:       math.sin
  // CHECK:       %[[RIGHT:.*]] = memref.subview %[[WHOLE]][0, 4] [%{{.*}}, 4] [1, 1]
  // CHECK:       kernel.map {{.*}} ins(%[[A]] : {{.*}} outs(%[[RIGHT]] :
  // CHECK:       math.cos
  // CHECK:       kernel.map {{.*}} ins(%[[WHOLE]] : memref<?x8xf32>) outs(%[[Y]] :
  // CHECK:       math.absf
  // CHECK-NOT:   kernel.map
  func.func @net(%x: tensor<?x4xf32, #h>) -> tensor<?x8xf32, #c> {
    %0 = graph.exp %x : (tensor<?x4xf32, #h>) -> tensor<?x4xf32, #h>
    %1 = graph.sin %0 : (tensor<?x4xf32, #h>) -> tensor<?x4xf32, #h>
    %2 = graph.cos %0 : (tensor<?x4xf32, #h>) -> tensor<?x4xf32, #h>
    %3 = graph.concat %1, %2 {axis = 1 : i64} : (tensor<?x4xf32, #h>, tensor<?x4xf32, #h>) -> tensor<?x8xf32, #c>
    %4 = graph.abs %3 : (tensor<?x8xf32, #c>) -> tensor<?x8xf32, #c>
    return %4 : tensor<?x8xf32, #c>
  }
}
