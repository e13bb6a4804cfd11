// RUN: onnxcc-opt %s --gather-channels | FileCheck %s

// A 1x1 convolution of every other channel reads a copy of them, of the batch's size, and one that writes to every other
// channel is copied there after it; one of neighbouring channels stays as it is.
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  // CHECK-LABEL: func.func @shuffled
  func.func @shuffled(%x: memref<?x4x4x8xf32> {kernel.extents = affine_map<()[s0] -> (s0, 4, 4, 8)>},
      %w: memref<1x1x1x4x16xf32>, %y: memref<?x4x4x8xf32> {kernel.extents = affine_map<()[s0] -> (s0, 4, 4, 8)>}) {
    // CHECK: %[[N:.*]] = kernel.dim 0
    %n = kernel.dim 0
    // CHECK: %[[EVEN:.*]] = memref.subview %arg0
    %even = memref.subview %x[0, 0, 0, 0] [%n, 4, 4, 4] [1, 1, 1, 2] : memref<?x4x4x8xf32> to memref<?x4x4x4xf32, strided<[128, 32, 8, 2]>>
    %odd = memref.subview %y[0, 0, 0, 1] [%n, 4, 4, 4] [1, 1, 1, 2] : memref<?x4x4x8xf32> to memref<?x4x4x4xf32, strided<[128, 32, 8, 2], offset: 1>>
    // CHECK: %[[ODD:.*]] = memref.subview %arg2
    // CHECK: %[[IN:.*]] = memref.alloc(%{{.*}}) : memref<?x4x4x4xf32>
    // CHECK: memref.copy %[[EVEN]], %[[IN]]
    // CHECK: %[[OUT:.*]] = memref.alloc(%{{.*}}) : memref<?x4x4x4xf32>
    // CHECK: kernel.contract {{.*}} ins(%[[IN]], %arg1 {{.*}} outs(%[[OUT]] :
    // CHECK: memref.copy %[[OUT]], %[[ODD]]
    kernel.contract sum over affine_map<()[s0] -> (s0, 4, 4, 4, 1, 1, 4)> [affine_map<(n, h, w, o, p, q, i) -> (n, h + p, w + q, i)>,
        affine_map<(n, h, w, o, p, q, i) -> (o floordiv 16, p, q, i, o mod 16)>, affine_map<(n, h, w, o, p, q, i) -> (n, h, w, o)>]
        ins(%even, %w : memref<?x4x4x4xf32, strided<[128, 32, 8, 2]>>, memref<1x1x1x4x16xf32>)
        outs(%odd : memref<?x4x4x4xf32, strided<[128, 32, 8, 2], offset: 1>>) #kernel.schedule<"conv2d", tiles = [[6, 2]]> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    return
  }

  // CHECK-LABEL: func.func @neighbours
  // CHECK-NOT: memref.copy
  func.func @neighbours(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x4xf32>) {
    %half = memref.subview %x[0, 0, 0, 4] [1, 4, 4, 4] [1, 1, 1, 1] : memref<1x4x4x8xf32> to memref<1x4x4x4xf32, strided<[128, 32, 8, 1], offset: 4>>
    kernel.contract max products 1 over affine_map<()[s0] -> (1, 2, 2, 4, 2, 2)> [affine_map<(n, h, w, c, p, q) -> (n, h * 2 + p, w * 2 + q, c)>,
        affine_map<(n, h, w, c, p, q) -> (n, h, w, c)>]
        ins(%half : memref<1x4x4x4xf32, strided<[128, 32, 8, 1], offset: 4>>) outs(%y : memref<1x2x2x4xf32>) #kernel.schedule<"pool"> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    return
  }
}
