// Into how many tasks launches are cut: a task takes at least 2.5 us on one core, by the arithmetic (50 GFLOP/s) or by the bytes (30 GB/s).
// RUN: onnxcc-emit %s --file=net_kernels.cpp | FileCheck %s

// A row times a matrix reads its weights: 4 * (256 + 256 * 1024 + 1024) bytes take 35.1 us, its 2 * 256 * 1024 FLOPs a third of that.
// CHECK:      struct Gemv : MatrixShape {
// CHECK-NEXT:   static constexpr Index rows = 1, depth = 256, columns = 1024, tasks = 14,
// The same weights times 16 rows: 8.4 MFLOP take 168 us, but there are 16 tasks at most.
// CHECK:      struct Product : MatrixShape {
// CHECK-NEXT:   static constexpr Index rows = 16, depth = 256, columns = 1024, tasks = 16,
// 4 * (256 + 256 * 32 + 32) bytes take 1.1 us; one task is what a shape inherits.
// CHECK:      struct Narrow : MatrixShape {
// CHECK-NEXT:   static constexpr Index rows = 1, depth = 256, columns = 32, aRow

// A map without arithmetic moves 2 * 65536 bytes in 4.4 us; with a function of 16 operations a point its 262144 operations take 5.2 us.
// CHECK-LABEL: void copy(
// CHECK-NEXT:    forLanes<float>(0, 16384, [=](auto tag, Index i) {
// CHECK-LABEL: void squash(
// CHECK-NEXT:    parallelFor(call, ceilDiv(16384, 4096), [=](Range tasks) {

// A table's row may be any: 32 of them are read and written, 2 * 32 * 768 * 4 bytes, which take 6.6 us; 32 times the same would be 3.4.
// CHECK-LABEL: void look(
// CHECK-NEXT:    parallelFor(call, 32, [=, &call](Range tasks) {
#a = affine_map<(m, n, k) -> (m, k)>
#packed = affine_map<(m, n, k) -> (n floordiv 16, k, n mod 16)>
#y = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i) -> (i)>
module @net attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", onnx.file = "net.onnx", onnx.sha256 = "ab"} {
  kernel.weights @wide dense<0.5> : tensor<64x256x16xf32>
  kernel.weights @narrow dense<0.5> : tensor<2x256x16xf32>
  kernel.weights @words dense<0.5> : tensor<100x768xf32>
  func.func @net(%row: memref<1x256xf32> {onnx.name = "row", kernel.role = "in"},
                 %rows: memref<16x256xf32> {onnx.name = "rows", kernel.role = "in"},
                 %u: memref<16384xf32> {onnx.name = "u", kernel.role = "in"},
                 %ids: memref<32xi64> {onnx.name = "ids", kernel.role = "in"},
                 %p: memref<1x1024xf32> {onnx.name = "p", kernel.role = "out"},
                 %q: memref<16x1024xf32> {onnx.name = "q", kernel.role = "out"},
                 %r: memref<1x32xf32> {onnx.name = "r", kernel.role = "out"},
                 %s: memref<16384xf32> {onnx.name = "s", kernel.role = "out"},
                 %t: memref<16384xf32> {onnx.name = "t", kernel.role = "out"},
                 %e: memref<32x768xf32> {onnx.name = "e", kernel.role = "out"}) {
    %w = kernel.weight @wide : memref<64x256x16xf32>
    %n = kernel.weight @narrow : memref<2x256x16xf32>
    %table = kernel.weight @words : memref<100x768xf32>
    kernel.contract sum over affine_map<() -> (1, 1024, 256)> [#a, #packed, #y]
        ins(%row, %w : memref<1x256xf32>, memref<64x256x16xf32>) outs(%p : memref<1x1024xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("gemv"("MatMul, opset 18"("p"("net.onnx":0:0))))
    kernel.contract sum over affine_map<() -> (16, 1024, 256)> [#a, #packed, #y]
        ins(%rows, %w : memref<16x256xf32>, memref<64x256x16xf32>) outs(%q : memref<16x1024xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("product"("MatMul, opset 18"("q"("net.onnx":0:0))))
    kernel.contract sum over affine_map<() -> (1, 32, 256)> [#a, #packed, #y]
        ins(%row, %n : memref<1x256xf32>, memref<2x256x16xf32>) outs(%r : memref<1x32xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("narrow"("MatMul, opset 18"("r"("net.onnx":0:0))))
    kernel.map over affine_map<() -> (16384)> [#id, #id]
        ins(%u : memref<16384xf32>) outs(%s : memref<16384xf32>) {
    ^bb0(%x: f32):
      kernel.yield %x : f32
    } loc("copy"("Identity, opset 18"("s"("net.onnx":0:0))))
    kernel.map over affine_map<() -> (16384)> [#id, #id]
        ins(%u : memref<16384xf32>) outs(%t : memref<16384xf32>) {
    ^bb0(%x: f32):
      %tanh = math.tanh %x : f32
      kernel.yield %tanh : f32
    } loc("squash"("Tanh, opset 18"("t"("net.onnx":0:0))))
    kernel.map indexed [1] over affine_map<() -> (32, 768)> [affine_map<(i, j)[k] -> (k, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>]
        ins(%table, %ids : memref<100x768xf32>, memref<32xi64>) outs(%e : memref<32x768xf32>) {
    ^bb0(%x: f32, %at: i64):
      kernel.yield %x : f32
    } loc("look"("Gather, opset 18"("e"("net.onnx":0:0))))
    return
  }
}
