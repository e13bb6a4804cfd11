// Calls of routines: the struct of a call's extents and parameters, the header that has the routine, scratch memory of the arena, several results.
// RUN: onnxcc-emit %s --file=calls_kernels.cpp | FileCheck %s
// RUN: onnxcc-emit %s --file=calls.h | FileCheck %s --check-prefix=HEADER

// CHECK: #include "runtime/contract.h"
// CHECK-NEXT: #include "runtime/scatter.h"
// CHECK-NEXT: #include "runtime/topk.h"

// CHECK: // top/TopK: [batch,100] -> [batch,2], [batch,2]
// CHECK-NEXT: struct Top : TopKShape {
// CHECK-NEXT:   Index batch;
// CHECK-NEXT:   static constexpr Index extent = 100, k = 2, tasks = 3;
// CHECK-NEXT:   Index outer = batch;
// CHECK-NEXT:   static constexpr bool largest = false;
// CHECK-NEXT:   static constexpr bool isUnsigned = true;
// CHECK-NEXT: };
// CHECK-NEXT: void top(Call &call, const int8_t *x, int8_t *values, int64_t *indices, void *scratch, Index batch) {
// CHECK-NEXT:   topK(call, Top{{.*}} batch}, x, values, indices, scratch);

// The axis after the indices' is whole, the one before it is not.
// CHECK: struct Write : ScatterElementsShape {
// CHECK-NEXT:   static constexpr Index extent = 5, count = 2;
// CHECK-NEXT:   static constexpr Index outer[1] = {2};
// CHECK-NEXT:   static constexpr Index outerData[1] = {4};
// CHECK-NEXT:   static constexpr Index inner[1] = {21};
// CHECK-NEXT:   static constexpr Index innerData[1] = {21};
// CHECK-NEXT: };
// CHECK-NEXT: void write(Call &call, const int64_t *indices, const float *updates, float *data) {
// CHECK-NEXT:   scatterElements<Sum>(call, Write(), indices, updates, data);

// CHECK: int run(
// CHECK:   int8_t *top_scratch = at<int8_t>(arena, 0); // [96]
// CHECK-NEXT: top(call, reinterpret_cast<const int8_t *>(args.x), reinterpret_cast<int8_t *>(args.v), args.i, top_scratch, batch);
// CHECK-NEXT: write(call, args.where, args.u, args.y);
// CHECK-NEXT: return call.code;

// HEADER: #define CALLS_ARENA_BYTES{{ +}}96
// HEADER: #define CALLS_STACK_BYTES{{ +}}3072
module @calls attributes {graph.symbols = [#graph.symbol<"batch", 1, 9>], kernel.targets = ["x86-64-v3"], kernel.compiler = "g++"} {
  func.func @calls(%x: memref<?x100xi8> {onnx.name = "x", kernel.role = "in", onnx.element = ui8, kernel.extents = affine_map<()[s0] -> (s0, 100)>},
      %at: memref<2x2x3x7xi64> {onnx.name = "where", kernel.role = "in"}, %u: memref<2x2x3x7xf32> {onnx.name = "u", kernel.role = "in"},
      %v: memref<?x2xi8> {onnx.name = "v", kernel.role = "out", onnx.element = ui8, kernel.extents = affine_map<()[s0] -> (s0, 2)>},
      %i: memref<?x2xi64> {onnx.name = "i", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 2)>},
      %y: memref<4x5x3x7xf32> {onnx.name = "y", kernel.role = "out"}) {
    %bytes = arith.constant 96 : index
    %c0 = arith.constant 0 : index
    %arena = kernel.arena %bytes : memref<?xi8>
    %s = memref.view %arena[%c0][] : memref<?xi8> to memref<96xi8>
    kernel.call "top_k" {least, unsigned} over affine_map<()[s0] -> (s0, 100, 1, 2)> tasks = 3 ins(%x : memref<?x100xi8>)
        outs(%v, %i : memref<?x2xi8>, memref<?x2xi64>) scratch(%s : memref<96xi8>) loc("top"("TopK, opset 18"("v"("calls.onnx":0:0))))
    kernel.call "scatter_elements" {axis = 1, combine = "Sum"} over affine_map<() -> (4, 5, 3, 7, 2, 2, 3, 7)> updates [0]
        ins(%at, %u : memref<2x2x3x7xi64>, memref<2x2x3x7xf32>) outs(%y : memref<4x5x3x7xf32>) loc("write"("ScatterElements, opset 18"("y"("calls.onnx":0:0))))
    return
  }
}
