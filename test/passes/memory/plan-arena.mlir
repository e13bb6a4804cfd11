// RUN: onnxcc-opt %s --split-input-file --settle-operands --plan-arena --verify-memory | FileCheck %s

#id = affine_map<(i) -> (i)>

// Alive are a (256 bytes) at 0-1, b (128) at 1-2, c (256) at 2-3. Largest first: a at 0; c never meets a, so 0 too; b meets
// both, so 256. Sum 640, live 384 = the arena.
// CHECK-LABEL: func.func @chain
// CHECK:      %[[END:.*]] = arith.constant 384 : index
// CHECK:      %[[ARENA:.*]] = kernel.arena %[[END]] {buffers = 3 : i64, live = 384 : i64, size = 384 : i64, sum = 640 : i64} : memref<?xi8>
// CHECK:      %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:      %[[A:.*]] = memref.view %[[ARENA]][%[[ZERO]]][] : memref<?xi8> to memref<64xf32>
// CHECK:      %[[OFFSET:.*]] = arith.constant 256 : index
// CHECK:      kernel.map {{.*}} outs(%[[A]] :
// CHECK:      %[[B:.*]] = memref.view %[[ARENA]][%[[OFFSET]]][] : memref<?xi8> to memref<32xf32>
// CHECK:      kernel.map {{.*}} ins(%[[A]] : memref<64xf32>) outs(%[[B]] :
// CHECK:      %[[C:.*]] = memref.view %[[ARENA]][%[[ZERO]]][] : memref<?xi8> to memref<64xf32>
// CHECK:      kernel.map {{.*}} ins(%[[B]] : memref<32xf32>) outs(%[[C]] :
// CHECK-NOT:  memref.alloc
func.func @chain(%x: memref<64xf32>, %y: memref<64xf32>) {
  %a = memref.alloc() : memref<64xf32>
  kernel.map over affine_map<() -> (64)> [#id, #id] ins(%x : memref<64xf32>) outs(%a : memref<64xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %b = memref.alloc() : memref<32xf32>
  kernel.map over affine_map<() -> (32)> [affine_map<(i) -> (i * 2)>, #id] ins(%a : memref<64xf32>) outs(%b : memref<32xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %c = memref.alloc() : memref<64xf32>
  kernel.map over affine_map<() -> (64)> [affine_map<(i) -> (i floordiv 2)>, #id] ins(%b : memref<32xf32>) outs(%c : memref<64xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  kernel.map over affine_map<() -> (64)> [#id, #id] ins(%c : memref<64xf32>) outs(%y : memref<64xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// Sizes follow the batch: a has 64 * batch bytes, b is 12 * batch bytes rounded up, and lies behind a. With one batch the arena is 128 bytes, with
// eight (8 * 64 + 2 * 64 = 640).
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
  // CHECK-DAG:   #[[SIZE:.*]] = affine_map<()[s0] -> (s0 * 64 + ((s0 * 3) ceildiv 16) * 64)>
  // CHECK-DAG:   #[[BEHIND:.*]] = affine_map<()[s0] -> (s0 * 64)>
  // CHECK-LABEL: func.func @dynamic
  // CHECK:     %[[BATCH:.*]] = kernel.dim 0
  // CHECK:     %[[END:.*]] = affine.apply #[[SIZE]]()[%[[BATCH]]]
  // CHECK:     kernel.arena %[[END]] {buffers = 2 : i64, live = 640 : i64, size = 640 : i64, sum = 640 : i64}
  // CHECK:     %[[OFFSET:.*]] = affine.apply #[[BEHIND]]()[%[[BATCH]]]
  // CHECK:     memref.view %{{.*}}[%[[OFFSET]]][%{{.*}}] : memref<?xi8> to memref<?xf32>
  func.func @dynamic(%x: memref<?xf32> {kernel.extents = affine_map<()[s0] -> (s0 * 16)>}, %y: memref<?xf32> {kernel.extents = affine_map<()[s0] -> (s0 * 3)>}) {
    %batch = kernel.dim 0
    %n = affine.apply affine_map<()[s0] -> (s0 * 16)>()[%batch]
    %m = affine.apply affine_map<()[s0] -> (s0 * 3)>()[%batch]
    %a = memref.alloc(%n) : memref<?xf32>
    kernel.map over affine_map<()[s0] -> (s0 * 16)> [#id, #id] ins(%x : memref<?xf32>) outs(%a : memref<?xf32>) {
      ^bb0(%v: f32):
        kernel.yield %v : f32
    }
    %b = memref.alloc(%m) : memref<?xf32>
    kernel.map over affine_map<()[s0] -> (s0 * 3)> [#id, #id] ins(%a : memref<?xf32>) outs(%b : memref<?xf32>) {
      ^bb0(%v: f32):
        kernel.yield %v : f32
    }
    kernel.map over affine_map<()[s0] -> (s0 * 3)> [#id, #id] ins(%b : memref<?xf32>) outs(%y : memref<?xf32>) {
      ^bb0(%v: f32):
        kernel.yield %v : f32
    }
    return
  }
}

// -----

// A dim that the run computes counts at its bound, 4 n at most: b, of 4 bytes an element, takes 128 bytes at n = 8, and lies behind a, 8 n elements of 8 bytes, 512,
// for every n. Its view has as many elements as there are.
// CHECK-LABEL: func.func @computed
// CHECK:      kernel.arena %{{.*}} {buffers = 3 : i64, live = 704 : i64, size = 704 : i64, sum = 704 : i64}
// CHECK:      %[[COUNT:.*]] = kernel.define 1 = %{{.*}}
// CHECK:      %[[B:.*]] = memref.view %{{.*}}[%{{.*}}][%[[COUNT]]] : memref<?xi8> to memref<?xf32>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"kept", 0, 32, affine_map<()[s0] -> (s0 * 4)>>]} {
func.func @computed(%x: memref<?x8xi64> {kernel.extents = affine_map<()[s0] -> (s0, 8)>}, %y: memref<?xi64> {kernel.extents = affine_map<()[s0, s1] -> (s1)>}) {
  %n = kernel.dim 0
  %a = memref.alloc(%n) : memref<?x8xi64>
  kernel.map over affine_map<()[s0] -> (s0, 8)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>] ins(%x : memref<?x8xi64>) outs(%a : memref<?x8xi64>) #kernel.schedule<"map"> {
    ^bb0(%v: i64):
      kernel.yield %v : i64
  }
  %c = memref.alloc() : memref<i64>
  kernel.map over affine_map<() -> ()> [affine_map<() -> (0, 0)>, affine_map<() -> ()>] ins(%a : memref<?x8xi64>) outs(%c : memref<i64>) #kernel.schedule<"map"> {
    ^bb0(%v: i64):
      kernel.yield %v : i64
  }
  %found = memref.load %c[] : memref<i64>
  %count = kernel.define 1 = %found
  %b = memref.alloc(%count) : memref<?xf32>
  kernel.map over affine_map<()[s0, s1] -> (s1)> [affine_map<(i) -> (0, 0)>, affine_map<(i) -> (i)>] ins(%a : memref<?x8xi64>) outs(%b : memref<?xf32>) #kernel.schedule<"map"> {
    ^bb0(%v: i64):
      %f = arith.sitofp %v : i64 to f32
      kernel.yield %f : f32
  }
  kernel.map over affine_map<()[s0, s1] -> (s1)> [affine_map<(i) -> ()>, affine_map<(i) -> (0, 0)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] ins(%c, %a, %b : memref<i64>, memref<?x8xi64>, memref<?xf32>) outs(%y : memref<?xi64>) #kernel.schedule<"map"> {
    ^bb0(%u: i64, %v: i64, %f: f32):
      %i = arith.fptosi %f : f32 to i64
      %s = arith.addi %v, %i : i64
      kernel.yield %s : i64
  }
  return
}
}
