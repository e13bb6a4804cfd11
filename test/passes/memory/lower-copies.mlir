// RUN: onnxcc-opt %s --lower-copies | FileCheck %s

// CHECK-LABEL: func.func @copy
// CHECK-SAME:  (%[[X:.*]]: memref<?x4xf32> {{.*}}, %[[Y:.*]]: memref<?x4xf32>
// CHECK-NEXT:  kernel.map over #{{.*}} [#[[ID:.*]], #[[ID]]] ins(%[[X]] : memref<?x4xf32>) outs(%[[Y]] : memref<?x4xf32>) {
// CHECK-NEXT:  ^bb0(%[[V:.*]]: f32):
// CHECK-NEXT:    kernel.yield %[[V]]
// CHECK-NOT:   memref.copy
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  func.func @copy(%x: memref<?x4xf32> {kernel.extents = affine_map<()[s0] -> (s0, 4)>}, %y: memref<?x4xf32> {kernel.extents = affine_map<()[s0] -> (s0, 4)>}) {
    memref.copy %x, %y : memref<?x4xf32> to memref<?x4xf32>
    memref.copy %y, %y : memref<?x4xf32> to memref<?x4xf32>
    return
  }
}
