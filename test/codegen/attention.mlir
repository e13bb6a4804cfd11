// kernel.attention: the shape from the strides, heads that share keys, the region as what makes scores, a dim known at run time.
// RUN: onnxcc-emit %s --file=net_kernels.cpp | FileCheck %s
// RUN: onnxcc-emit %s --file=net.h | FileCheck %s --check-prefix=HEADER

// A block of scores and a panel of keys are on the stack: 35 KiB at most, and 1 KiB for the calls around.
// HEADER: #define NET_STACK_BYTES 36864

// Queries [n, m, h, d], keys [n, t, h, d] of half as many heads, both side by side in memory; 2 * 2 * 4 * 3 * 5 * (6 + 7) = 3120.
// CHECK:       // heads/MatMul: [2,3,4,6], [2,5,2,6], [2,5,2,7] -> [2,3,4,7], 3.1 KFLOP
// CHECK-NEXT:  struct Heads : AttentionShape {
// CHECK-NEXT:    static constexpr Index batch = 2, heads = 4, sharing = 2, rows = 3, keys = 5, depth = 6, columns = 7,
// CHECK-SAME:    qBatch = 72,
// CHECK-NEXT:      qHead = 6, qRow = 24, kBatch = 60, kHead = 6, kRow = 12, vBatch = 70, vHead = 7, vRow = 14, yBatch = 84,
// CHECK-NEXT:      yHead = 7, yRow = 28;
// CHECK-NEXT:    static constexpr bool guarded = true;
// CHECK-NEXT:    static constexpr Tile tile = Tile{6, 2};
// CHECK:       void heads(Call &call, const float *q, const float *k, const float *v, const float *mask, float *out) {
// CHECK-NEXT:    attention(call, Heads(), q, k, v, out,
// CHECK-NEXT:        [=](auto acc, Index row, Index key) { return acc * 0.5f + load(acc, mask + row / 12 * 5 + key); });

// A number of keys known at run time; a mask that runs against the keys is gathered, one of i1 chooses.
// CHECK:       struct Open : AttentionShape {
// CHECK-NEXT:    Index nDim;
// CHECK:         Index keys = nDim;
// CHECK:         static constexpr bool guardsHidden = true;
// CHECK:       attention(call, Open{{[{][{][}]}}, nDim}, q, k, v, out, [=](auto acc, Index row, Index key) {
// CHECK:           select(load(acc, mask2 + key), acc + gather(acc, mask + row + key * 3, 3), -__builtin_inff())
#map = affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>
module @net attributes {graph.symbols = [#graph.symbol<"n", 1, 9>], kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", onnx.file = "net.onnx", onnx.sha256 = "ab"} {
  func.func @net(%q: memref<2x3x4x6xf32> {onnx.name = "q", kernel.role = "in", kernel.extents = affine_map<() -> (2, 3, 4, 6)>},
                 %k: memref<2x5x2x6xf32> {onnx.name = "k", kernel.role = "in", kernel.extents = affine_map<() -> (2, 5, 2, 6)>},
                 %v: memref<2x5x2x7xf32> {onnx.name = "v", kernel.role = "in", kernel.extents = affine_map<() -> (2, 5, 2, 7)>},
                 %mask: memref<2x5xf32> {onnx.name = "mask", kernel.role = "in", kernel.extents = affine_map<() -> (2, 5)>},
                 %x: memref<1x1x3x6xf32> {onnx.name = "x", kernel.role = "in", kernel.extents = affine_map<() -> (1, 1, 3, 6)>},
                 %y: memref<1x1x?x6xf32> {onnx.name = "y", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (1, 1, s0, 6)>},
                 %bias: memref<?x3xf32> {onnx.name = "bias", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 3)>},
                 %see: memref<?xi1> {onnx.name = "see", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0)>},
                 %a: memref<2x3x4x7xf32> {onnx.name = "a", kernel.role = "out", kernel.extents = affine_map<() -> (2, 3, 4, 7)>},
                 %b: memref<1x1x3x6xf32> {onnx.name = "b", kernel.role = "out", kernel.extents = affine_map<() -> (1, 1, 3, 6)>}) {
    kernel.attention guarded over affine_map<() -> (2, 4, 3, 7, 5, 6)>
        [affine_map<(n, h, m, e, t, d) -> (n, m, h, d)>, affine_map<(n, h, m, e, t, d) -> (n, t, h floordiv 2, d)>,
         affine_map<(n, h, m, e, t, d) -> (n, t, h floordiv 2, e)>, affine_map<(n, h, m, e, t, d) -> (n, t)>,
         affine_map<(n, h, m, e, t, d) -> (n, m, h, e)>]
        ins(%q, %k, %v, %mask : memref<2x3x4x6xf32>, memref<2x5x2x6xf32>, memref<2x5x2x7xf32>, memref<2x5xf32>)
        outs(%a : memref<2x3x4x7xf32>) {
      ^bb0(%acc: f32, %m: f32):
        %half = arith.constant 0.5 : f32
        %scaled = arith.mulf %acc, %half : f32
        %score = arith.addf %scaled, %m : f32
        kernel.yield %score : f32
    } loc("/heads/MatMul"("MatMul, opset 18"("a"("net.onnx":0:0))))
    kernel.attention guards_hidden over affine_map<()[s0] -> (1, 1, 3, 6, s0, 6)>
        [#map, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>,
         affine_map<(n, h, m, e, t, d) -> (t, m)>, affine_map<(n, h, m, e, t, d) -> (t)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
        ins(%x, %y, %y, %bias, %see : memref<1x1x3x6xf32>, memref<1x1x?x6xf32>, memref<1x1x?x6xf32>, memref<?x3xf32>, memref<?xi1>)
        outs(%b : memref<1x1x3x6xf32>) {
      ^bb0(%acc: f32, %m: f32, %s: i1):
        %inf = arith.constant 0xFF800000 : f32
        %sum = arith.addf %acc, %m : f32
        %score = arith.select %s, %sum, %inf : f32
        kernel.yield %score : f32
    } loc("/open/MatMul"("MatMul, opset 18"("b"("net.onnx":0:0))))
    return
  }
}
