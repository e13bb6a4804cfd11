// Sizes at the greatest dims: an arena of a maximum over a minimum, and those that no number answers are errors instead of 0 bytes.
// RUN: split-file %s %t
// RUN: onnxcc-emit %t/nested.mlir --file=nested.h | FileCheck %s --check-prefix=NESTED
// RUN: onnxcc-emit %t/places.mlir --file=places_kernels.cpp | FileCheck %s --check-prefix=PLACES
// RUN: not onnxcc-emit %t/arena.mlir --file=arena.h 2>&1 | FileCheck %s --check-prefix=ARENA
// RUN: not onnxcc-emit %t/extent.mlir --file=extent.h 2>&1 | FileCheck %s --check-prefix=EXTENT
// RUN: not onnxcc-emit %t/unknown.mlir --file=unknown.h 2>&1 | FileCheck %s --check-prefix=UNKNOWN

//--- nested.mlir
// At n = 40 the minimum is 100, the maximum 4 * 100 + 40.
// NESTED: #define NESTED_ARENA_BYTES 440
#id = affine_map<(i) -> (i)>
module @nested attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", graph.symbols = [#graph.symbol<"n", 1, 40>]} {
  func.func @nested(%y: memref<1xf32> {onnx.name = "y", kernel.role = "out"}) {
    %n = kernel.dim 0
    %least = affine.min affine_map<(d0) -> (d0 * 3, 100)>(%n)
    %bytes = affine.max affine_map<(d0, d1) -> (d0 * 4 + d1, 256)>(%least, %n)
    %arena = kernel.arena %bytes : memref<?xi8>
    return
  }
}

//--- arena.mlir
// ARENA: error: the arena's size cannot be computed for the greatest dims: 64 / n
module @arena attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", graph.symbols = [#graph.symbol<"n", 0, 0>]} {
  func.func @arena(%y: memref<1xf32> {onnx.name = "y", kernel.role = "out"}) {
    %n = kernel.dim 0
    %bytes = affine.apply affine_map<()[s0] -> (64 floordiv s0)>()[%n]
    %arena = kernel.arena %bytes : memref<?xi8>
    return
  }
}

//--- extent.mlir
// EXTENT: error: an extent of 'y' cannot be computed for the greatest dims: 64 / n
module @extent attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", graph.symbols = [#graph.symbol<"n", 0, 0>]} {
  func.func @extent(%y: memref<?xf32> {onnx.name = "y", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (64 floordiv s0)>}) {
    return
  }
}

//--- unknown.mlir
// UNKNOWN: error: the extents of this buffer are not known from the dims
module @unknown attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++"} {
  func.func @unknown(%y: memref<?xf32> {onnx.name = "y", kernel.role = "out"}) {
    return
  }
}

//--- places.mlir
// A place that is a maximum of several is named after what lies there first, computed once, and is no dim of the functions.
// PLACES-LABEL: int run(
// PLACES:         const Index state_offset = larger(nDim * 64, Index(256), nDim * 16 + 512);
// PLACES-NEXT:    float *state = at<float>(arena, state_offset); // [4]
// PLACES-NEXT:    first(call, state);
// PLACES-NEXT:    float *next = at<float>(arena, state_offset); // [4]
// PLACES-NEXT:    first(call, next);
#id = affine_map<(d0) -> (d0)>
module @places attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", graph.symbols = [#graph.symbol<"n", 1, 40>]} {
  func.func @places(%y: memref<?xf32> {onnx.name = "y", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0)>}) {
    %n = kernel.dim 0
    %at = affine.max affine_map<()[s0] -> (s0 * 64, 256, s0 * 16 + 512)>()[%n]
    %bytes = affine.apply affine_map<()[s0] -> (s0 * 64 + 1024)>()[%n]
    %arena = kernel.arena %bytes : memref<?xi8>
    %state = memref.view %arena[%at][] : memref<?xi8> to memref<4xf32>
    kernel.map over affine_map<() -> (4)> [#id] outs(%state : memref<4xf32>) {
      %zero = arith.constant 0.0 : f32
      kernel.yield %zero : f32
    } loc("first"("Constant, opset 18"("state"("places.onnx":0:0))))
    %next = memref.view %arena[%at][] : memref<?xi8> to memref<4xf32>
    kernel.map over affine_map<() -> (4)> [#id] outs(%next : memref<4xf32>) {
      %zero = arith.constant 0.0 : f32
      kernel.yield %zero : f32
    } loc("second"("Constant, opset 18"("next"("places.onnx":0:0))))
    return
  }
}
