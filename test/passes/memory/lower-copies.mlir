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
    %flat = memref.collapse_shape %y [[0, 1]] : memref<?x4xf32> into memref<?xf32>
    %n = kernel.dim 0
    %back = memref.expand_shape %flat [[0, 1]] output_shape [%n, 4] : memref<?xf32> into memref<?x4xf32>
    memref.copy %back, %y : memref<?x4xf32> to memref<?x4xf32>
    return
  }
  // What bufferisation asks a buffer for is known from the dims.
  // CHECK-LABEL: func.func @extent
  // CHECK-NOT:   memref.dim
  // CHECK:       %[[N:.*]] = kernel.dim
  // CHECK:       memref.alloc(%[[N]]) : memref<?x4xf32>
  func.func @extent(%x: memref<1x?x4xf32> {kernel.extents = affine_map<()[s0] -> (1, s0, 4)>}, %y: memref<?x4xf32> {kernel.extents = affine_map<()[s0] -> (s0, 4)>}) {
    %c0 = arith.constant 0 : index
    %rows = memref.collapse_shape %x [[0, 1], [2]] : memref<1x?x4xf32> into memref<?x4xf32>
    %n = memref.dim %rows, %c0 : memref<?x4xf32>
    %copy = memref.alloc(%n) : memref<?x4xf32>
    memref.copy %rows, %copy : memref<?x4xf32> to memref<?x4xf32>
    memref.copy %copy, %y : memref<?x4xf32> to memref<?x4xf32>
    return
  }
}
