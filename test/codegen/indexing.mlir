// Maps that read at indices, and that compute with their place. (The runtime has a `lookup` of its own.)
// RUN: onnxcc-emit %s --file=lookup_kernels.cpp | FileCheck %s

// An index is read once, as soon as the loops around it are there; the rest is a vector loop.
// CHECK-LABEL: void lookup_0(Call &call, const int64_t *indices, const float *table, float *out) {
// CHECK-NEXT:      for (Index i = 0; i < 5; ++i) {
// CHECK-NEXT:        const Index at = call.index(indices[i], 9);
// CHECK-NEXT:        forLanes<float>(0, 16, [=](auto tag, Index j) { store(out + i * 16 + j, load(tag, table + j + at * 16)); });

// An index for each element: plain loops.
// CHECK-LABEL: void pick(Call &call, const int64_t *indices, const float *table, float *out) {
// CHECK:           for (Index j = 0; j < 16; ++j) {
// CHECK-NEXT:        const Index at = call.index(indices[i * 16 + j], 5);
// CHECK-NEXT:        out[i * 16 + j] = table[j + at * 16];

// The place itself: column + 2 * row.
// CHECK-LABEL: void number(Call &, float *out) {
// CHECK:         forLanes<int64_t>(0, 16, [=](auto tag, Index j) { store(out + i * 16 + j, cast<float>(iota(tag, i * 2 + j))); });

// What the call returns says whether all indices were in range.
// CHECK-LABEL: int run(
// CHECK:         return call.code;
module @lookup attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++"} {
  func.func @lookup(%x: memref<9x16xf32> {onnx.name = "x", kernel.role = "in"}, %i: memref<5xi64> {onnx.name = "i", kernel.role = "in"},
      %j: memref<5x16xi64> {onnx.name = "j", kernel.role = "in"},
      %y: memref<5x16xf32> {onnx.name = "y", kernel.role = "out"}, %z: memref<5x16xf32> {onnx.name = "z", kernel.role = "out"},
      %n: memref<5x16xf32> {onnx.name = "n", kernel.role = "out"}) {
    kernel.map indexed [0] over affine_map<() -> (5, 16)> [affine_map<(i, j) -> (i)>, affine_map<(i, j)[k] -> (k, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%i, %x : memref<5xi64>, memref<9x16xf32>) outs(%y : memref<5x16xf32>) {
    ^bb0(%at: i64, %e: f32):
      kernel.yield %e : f32
    } loc("lookup"("Gather, opset 18"("y"("lookup.onnx":0:0))))
    kernel.map indexed [0] over affine_map<() -> (5, 16)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j)[k] -> (k, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%j, %y : memref<5x16xi64>, memref<5x16xf32>) outs(%z : memref<5x16xf32>) {
    ^bb0(%at: i64, %e: f32):
      kernel.yield %e : f32
    } loc("pick"("GatherElements, opset 18"("z"("lookup.onnx":0:0))))
    kernel.map over affine_map<() -> (5, 16)> [affine_map<(i, j) -> (i, j)>] outs(%n : memref<5x16xf32>) {
      %place = kernel.index affine_map<(i, j) -> (j + i * 2)>
      %f = arith.sitofp %place : i64 to f32
      kernel.yield %f : f32
    } loc("number"("Range, opset 18"("n"("lookup.onnx":0:0))))
    return
  }
}
