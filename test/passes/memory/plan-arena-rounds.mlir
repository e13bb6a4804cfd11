// RUN: onnxcc-opt %s --settle-operands --plan-arena --verify-memory | FileCheck %s --check-prefix=GREEDY
// RUN: onnxcc-opt %s --settle-operands --plan-arena=rounds=8 --verify-memory | FileCheck %s --check-prefix=SEARCH

// Alive are a (64 bytes) at 0-1, b (128) at 1-2, c (64) at 2-3, d (64) at 3-5, e (128) at 4-5; at most 192 bytes at once. Largest first, b and e
// lie at 0; a and c, which meet b, behind it at 128; d meets c and e, and has to lie at 192: 256 bytes in all. With c at 0 there is room for
// d behind e, and b lies behind c.
// GREEDY: kernel.arena %{{.*}} {buffers = 5 : i64, live = 192 : i64, size = 256 : i64, sum = 448 : i64}
// SEARCH: kernel.arena %{{.*}} {buffers = 5 : i64, live = 192 : i64, size = 192 : i64, sum = 448 : i64}
#id = affine_map<(i) -> (i)>
#half = affine_map<(i) -> (i floordiv 2)>
#twice = affine_map<(i) -> (i * 2)>
#n16 = affine_map<() -> (16)>
#n32 = affine_map<() -> (32)>
func.func @net(%x: memref<16xf32>, %y: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  kernel.map over #n16 [#id, #id] ins(%x : memref<16xf32>) outs(%a : memref<16xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %b = memref.alloc() : memref<32xf32>
  kernel.map over #n32 [#half, #id] ins(%a : memref<16xf32>) outs(%b : memref<32xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %c = memref.alloc() : memref<16xf32>
  kernel.map over #n16 [#twice, #id] ins(%b : memref<32xf32>) outs(%c : memref<16xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %d = memref.alloc() : memref<16xf32>
  kernel.map over #n16 [#id, #id] ins(%c : memref<16xf32>) outs(%d : memref<16xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  %e = memref.alloc() : memref<32xf32>
  kernel.map over #n32 [#half, #id] ins(%x : memref<16xf32>) outs(%e : memref<32xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  kernel.map over #n16 [#id, #twice, #id] ins(%d, %e : memref<16xf32>, memref<32xf32>) outs(%y : memref<16xf32>) {
    ^bb0(%v: f32, %w: f32):
      %s = arith.addf %v, %w : f32
      kernel.yield %s : f32
  }
  return
}
