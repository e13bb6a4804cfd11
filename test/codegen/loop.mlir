// A loop of launches: a buffer that steps write over has one name, that of what the loop carries; what a step reads and writes moves with its variable, and all steps call the same functions.
// RUN: onnxcc-emit %s --file=steps_kernels.cpp | FileCheck %s
// RUN: onnxcc-emit %s --profile --file=steps_kernels.cpp | FileCheck %s --check-prefix=PROFILE

// CHECK-LABEL: int run(
// CHECK-NEXT:    Call call{env};
// CHECK-NEXT:    float *state = at<float>(arena, 0); // [4]
// CHECK-NEXT:    first(call, state);
// CHECK-NEXT:    for (Index t = 0; t < 9; ++t) {
// CHECK-NEXT:      add(call, args.x + (8 - t) * 4, state, state);
// CHECK-NEXT:      copy(call, state, args.y + t * 4);
// CHECK-NEXT:    }
// CHECK-NEXT:    return ONNXCC_OK;

// A launch bears one number in all steps.
// PROFILE:       for (Index t = 0; t < 9; ++t) {
// PROFILE-NEXT:    profile(call, 1, false);
// PROFILE-NEXT:    add(
// PROFILE-NEXT:    profile(call, 1, true);
// PROFILE-NEXT:    profile(call, 2, false);
#id = affine_map<(d0) -> (d0)>
module @steps attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++"} {
  func.func @steps(%x: memref<9x4xf32> {onnx.name = "x", kernel.role = "in"}, %y: memref<9x4xf32> {onnx.name = "y", kernel.role = "out"}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c9 = arith.constant 9 : index
    %c64 = arith.constant 64 : index
    %arena = kernel.arena %c64 : memref<?xi8>
    %h = memref.view %arena[%c0][] : memref<?xi8> to memref<4xf32> loc("scan"("Scan, opset 18"("state"("steps.onnx":0:0))))
    kernel.map over affine_map<() -> (4)> [#id] outs(%h : memref<4xf32>) {
      %zero = arith.constant 0.0 : f32
      kernel.yield %zero : f32
    } loc("first"("Constant, opset 18"("first"("steps.onnx":0:0))))
    scf.for %t = %c0 to %c9 step %c1 {
      %p = affine.apply affine_map<(d0) -> (-d0 + 8)>(%t)
      %e = memref.subview %x[%p, 0] [1, 4] [1, 1] : memref<9x4xf32> to memref<4xf32, strided<[1], offset: ?>>
      kernel.map over affine_map<() -> (4)> [#id, #id, #id] ins(%e, %h : memref<4xf32, strided<[1], offset: ?>>, memref<4xf32>) outs(%h : memref<4xf32>) {
      ^bb0(%a: f32, %b: f32):
        %s = arith.addf %a, %b : f32
        kernel.yield %s : f32
      } loc("add"("Add, opset 18"("sum"("steps.onnx":0:0))))
      %o = memref.subview %y[%t, 0] [1, 4] [1, 1] : memref<9x4xf32> to memref<4xf32, strided<[1], offset: ?>>
      kernel.map over affine_map<() -> (4)> [#id, #id] ins(%h : memref<4xf32>) outs(%o : memref<4xf32, strided<[1], offset: ?>>) {
      ^bb0(%a: f32):
        kernel.yield %a : f32
      } loc("copy"("Identity, opset 18"("copy"("steps.onnx":0:0))))
    }
    return
  }
}
