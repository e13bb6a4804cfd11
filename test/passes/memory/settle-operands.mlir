// RUN: onnxcc-opt %s --settle-operands | FileCheck %s
// RUN: onnxcc-opt %s --settle-operands --remarks-filter=".*" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

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
    // CHECK: kernel.map {{.*}} ins(%[[EVEN]] {{.*}} outs(%[[IN]] {{.*}} #kernel.schedule<"map"
    // CHECK: %[[OUT:.*]] = memref.alloc(%{{.*}}) : memref<?x4x4x4xf32>
    // CHECK: kernel.contract {{.*}} ins(%[[IN]], %arg1 {{.*}} outs(%[[OUT]] :
    // CHECK: kernel.map {{.*}} ins(%[[OUT]] {{.*}} outs(%[[ODD]]
    kernel.contract sum over affine_map<()[s0] -> (s0, 4, 4, 4, 1, 1, 4)> [affine_map<(n, h, w, o, p, q, i) -> (n, h + p, w + q, i)>,
        affine_map<(n, h, w, o, p, q, i) -> (o floordiv 16, p, q, i, o mod 16)>, affine_map<(n, h, w, o, p, q, i) -> (n, h, w, o)>]
        ins(%even, %w : memref<?x4x4x4xf32, strided<[128, 32, 8, 2]>>, memref<1x1x1x4x16xf32>)
        outs(%odd : memref<?x4x4x4xf32, strided<[128, 32, 8, 2], offset: 1>>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    return
  }

  // CHECK-LABEL: func.func @neighbours
  // CHECK-NOT: kernel.map
  // CHECK:     #kernel.schedule<"pool" {{.*}} operands = [{neighbours = [3]}, {neighbours = [3]}]
  func.func @neighbours(%x: memref<1x4x4x8xf32>, %y: memref<1x2x2x4xf32>) {
    %half = memref.subview %x[0, 0, 0, 4] [1, 4, 4, 4] [1, 1, 1, 1] : memref<1x4x4x8xf32> to memref<1x4x4x4xf32, strided<[128, 32, 8, 1], offset: 4>>
    kernel.contract max products 1 over affine_map<()[s0] -> (1, 2, 2, 4, 2, 2)> [affine_map<(n, h, w, c, p, q) -> (n, h * 2 + p, w * 2 + q, c)>,
        affine_map<(n, h, w, c, p, q) -> (n, h, w, c)>]
        ins(%half : memref<1x4x4x4xf32, strided<[128, 32, 8, 1], offset: 4>>) outs(%y : memref<1x2x2x4xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    return
  }

  // An operand of an epilogue that is no vector is read lane by lane; no copy is made.
  // CHECK-LABEL: func.func @gathered
  // CHECK-NOT: kernel.map
  // CHECK:     #kernel.schedule<"pool" {{.*}} operands = [{neighbours = [3]}, {gathered}, {neighbours = [3]}]
  func.func @gathered(%x: memref<1x4x4x8xf32>, %z: memref<1x8x2x2xf32>, %y: memref<1x2x2x8xf32>) {
    kernel.contract max products 1 over affine_map<()[s0] -> (1, 2, 2, 8, 2, 2)> [affine_map<(n, h, w, c, p, q) -> (n, h * 2 + p, w * 2 + q, c)>,
        affine_map<(n, h, w, c, p, q) -> (n, c, h, w)>, affine_map<(n, h, w, c, p, q) -> (n, h, w, c)>]
        ins(%x, %z : memref<1x4x4x8xf32>, memref<1x8x2x2xf32>) outs(%y : memref<1x2x2x8xf32>) {
    ^bb0(%acc: f32, %other: f32):
      %sum = arith.addf %acc, %other : f32
      kernel.yield %sum : f32
    }
    return
  }

  // Rows that are passed over twice are copied into their order first.
  // CHECK-LABEL: func.func @rows
  // CHECK:     %[[OWN:.*]] = memref.alloc() : memref<3x5xf32>
  // CHECK:     kernel.map {{.*}} ins(%arg0 : memref<5x3xf32>) outs(%[[OWN]]
  // CHECK:     kernel.rows {{.*}} ins(%[[OWN]] {{.*}} operands = [{neighbours = [1]}, {neighbours = [1]}]
  func.func @rows(%x: memref<5x3xf32>, %y: memref<3x5xf32>) {
    kernel.rows over affine_map<()[s0] -> (3, 5)> [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>] ins(%x : memref<5x3xf32>) outs(%y : memref<3x5xf32>) {
    ^bb0(%v: f32):
      %s = kernel.reduce max %v : f32
      %d = arith.subf %v, %s : f32
      kernel.yield %d : f32
    }
    return
  }

  // Routines read and write without gaps: what a call updates is copied before it and after it. Each of 3 tasks gets scratch memory for twice
  // the 2 best, of 8 bytes each; 90 of 100 elements, of 16 bytes, are all of them twice.
  // CHECK-LABEL: func.func @calls
  // CHECK: %[[COLUMN:.*]] = memref.subview %arg0
  // CHECK: %[[OWN:.*]] = memref.alloc() : memref<4xf32>
  // CHECK: kernel.map {{.*}} ins(%[[COLUMN]] {{.*}} outs(%[[OWN]] :
  // CHECK: kernel.call "scatter_elements" {{.*}} outs(%[[OWN]] : memref<4xf32>)
  // CHECK: kernel.map {{.*}} ins(%[[OWN]] {{.*}} outs(%[[COLUMN]] :
  // CHECK: %[[SCRATCH:.*]] = memref.alloc() : memref<96xi8>
  // CHECK: kernel.call "top_k" {{.*}} scratch(%[[SCRATCH]] : memref<96xi8>)
  // CHECK: %[[LARGE:.*]] = memref.alloc() : memref<3200xi8>
  // CHECK: kernel.call "top_k" {{.*}} scratch(%[[LARGE]] : memref<3200xi8>)
  func.func @calls(%x: memref<4x2xf32>, %i: memref<2xi64>, %u: memref<2xf32>, %rows: memref<?x100xf32> {kernel.extents = affine_map<()[s0] -> (s0, 100)>},
      %v: memref<?x2xf32> {kernel.extents = affine_map<()[s0] -> (s0, 2)>}, %at: memref<?x2xi64> {kernel.extents = affine_map<()[s0] -> (s0, 2)>},
      %y: memref<100xf64>, %w: memref<90xf64>, %j: memref<90xi64>) {
    %column = memref.subview %x[0, 1] [4, 1] [1, 1] : memref<4x2xf32> to memref<4xf32, strided<[2], offset: 1>>
    kernel.call "scatter_elements" {axis = 0, combine = "Sum"} over affine_map<() -> (4, 2)> updates [0] ins(%i, %u : memref<2xi64>, memref<2xf32>)
      outs(%column : memref<4xf32, strided<[2], offset: 1>>)
    kernel.call "top_k" {} over affine_map<()[s0] -> (s0, 100, 1, 2)> tasks = 3 ins(%rows : memref<?x100xf32>) outs(%v, %at : memref<?x2xf32>, memref<?x2xi64>)
    kernel.call "top_k" {} over affine_map<() -> (1, 100, 1, 90)> ins(%y : memref<100xf64>) outs(%w, %j : memref<90xf64>, memref<90xi64>)
    return
  }

  // Each element is read twice: no vectors.
  func.func @elements(%x: memref<256xf32>, %y: memref<512xf32>) {
    // WHY: [[@LINE+1]]:5: remark: [Missed] vectors |{{.*}}Reason="its operands follow each other along no one dim; it runs element by element"
    kernel.map over affine_map<() -> (512)> [affine_map<(i) -> (i floordiv 2)>, affine_map<(i) -> (i)>] ins(%x : memref<256xf32>) outs(%y : memref<512xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
    }
    return
  }
}
