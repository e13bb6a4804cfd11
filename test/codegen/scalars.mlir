// Scalar code of every kind: casts, comparisons, selections, unsigned integers, halves, broadcasts, odd index maps, odd names.
// RUN: onnxcc-emit %s --file=odd_kernels.cpp | FileCheck %s
// RUN: onnxcc-emit %s --file=odd.h | FileCheck %s --check-prefix=HEADER
// RUN: onnxcc-emit %s --weights=array --file=odd_weights.c | FileCheck %s --check-prefix=ARRAY
// RUN: rm -rf %t && onnxcc-emit %s --weights=array -o %t
// RUN: cd %t && %cxx -std=c++17 -O1 -Wall -Wextra -Werror -c odd.cpp odd_kernels.cpp && %cc -std=c99 -Wall -Wextra -Werror -c odd_weights.c
// RUN: %cc -x c -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only odd.h
module @odd attributes {graph.symbols = [#graph.symbol<"n", 1, 64>], kernel.targets = ["x86-64"], kernel.compiler = "g++"} {
  kernel.weights @"scale/0" dense<[0.5, -1.5, 0x7F800000, 3.0]> : tensor<4xf32>
  func.func @odd(%x: memref<?x4xf32> {onnx.name = "class", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %keep: memref<?x4xi1> {onnx.name = "keep:0", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %bytes: memref<?x4xi8> {onnx.name = "0 bytes", onnx.element = ui8, kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %halves: memref<?x4xf16> {onnx.name = "halves", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %q: memref<?x4xi8> {onnx.name = "q", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %u: memref<?x4xi8> {onnx.name = "u", onnx.element = ui8, kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %h: memref<?x4xf16> {onnx.name = "h", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 4)>},
                 %mask: memref<4x?xi1> {onnx.name = "mask", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (4, s0)>},
                 %twice: memref<?x8xi64> {onnx.name = "twice", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 8)>}) {
    %scale = kernel.weight @"scale/0" : memref<4xf32>
    kernel.map over affine_map<()[s0] -> (s0, 4)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>]
        ins(%x, %keep, %scale : memref<?x4xf32>, memref<?x4xi1>, memref<4xf32>) outs(%q : memref<?x4xi8>) {
    ^bb0(%v: f32, %k: i1, %s: f32):
      %zero = arith.constant 0.0 : f32
      %m = arith.mulf %v, %s : f32
      %r = math.roundeven %m : f32
      %positive = arith.cmpf ogt, %r, %zero : f32
      %both = arith.andi %k, %positive : i1
      %chosen = arith.select %both, %r, %zero : f32
      %cast = arith.fptosi %chosen : f32 to i8
      kernel.yield %cast : i8
    } loc("Quantize It!"("QuantizeLinear, opset 18"("q")))
    kernel.map over affine_map<()[s0] -> (s0, 4)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%bytes : memref<?x4xi8>) outs(%u : memref<?x4xi8>) {
    ^bb0(%v: i8):
      %three = arith.constant 3 : i32
      %one = arith.constant 1 : i8
      %wide = arith.extui %v : i8 to i32
      %sum = arith.addi %wide, %three : i32
      %half = arith.shrui %sum, %three : i32
      %narrow = arith.trunci %half : i32 to i8
      %next = arith.addi %narrow, %one : i8
      %most = arith.maxui %next, %v : i8
      kernel.yield %most : i8
    } loc("exp"("Custom, opset 1"("u")))
    kernel.map over affine_map<()[s0] -> (s0, 4)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%halves : memref<?x4xf16>) outs(%h : memref<?x4xf16>) {
    ^bb0(%v: f16):
      %half = arith.constant -0.5 : f32
      %one = arith.constant 1.0 : f32
      %wide = arith.extf %v : f16 to f32
      %m = arith.mulf %wide, %half : f32
      %d = arith.subf %one, %m : f32
      %negated = arith.negf %d : f32
      %e = math.exp %negated : f32
      %denominator = arith.addf %one, %e : f32
      %sigmoid = arith.divf %one, %denominator : f32
      %n = arith.truncf %sigmoid : f32 to f16
      kernel.yield %n : f16
    } loc("while"("Custom, opset 1"("h")))
    kernel.map over affine_map<()[s0] -> (4, s0)> [affine_map<(i, j) -> (j, 3 - i)>, affine_map<(i, j) -> (i, j)>]
        ins(%x : memref<?x4xf32>) outs(%mask : memref<4x?xi1>) {
    ^bb0(%v: f32):
      %isnan = arith.cmpf uno, %v, %v : f32
      %true = arith.constant true
      %not = arith.xori %isnan, %true : i1
      kernel.yield %not : i1
    } loc("Not"("Not, opset 18"("mask")))
    kernel.map over affine_map<()[s0] -> (s0, 8)> [affine_map<(i, j) -> (i, j floordiv 2)>, affine_map<(i, j) -> (i, j)>]
        ins(%bytes : memref<?x4xi8>) outs(%twice : memref<?x8xi64>) {
    ^bb0(%v: i8):
      %five = arith.constant 5 : i64
      %wide = arith.extsi %v : i8 to i64
      %less = arith.cmpi slt, %wide, %five : i64
      %r = arith.select %less, %five, %wide : i64
      kernel.yield %r : i64
    } loc("Upsample"("Resize, opset 18"("twice")))
    return
  }
}

// The symbol n is no parameter's name, or loops could not be called n.
// CHECK-LABEL: void quantize_it(Call &, const float *a, const bool *b, const float *weight, int8_t *out, Index nDim) {
// CHECK:         forLanes<float>(0, 4, [=](auto tag, Index j) {
// CHECK-NEXT:      const auto rounded = roundEven(load(tag, a + i * 4 + j) * load(tag, weight + j));
// CHECK-NEXT:      store(out + i * 4 + j, cast<int8_t>(select(load(tag, b + i * 4 + j) & (rounded > 0.0f), rounded, 0.0f)));

// Unsigned bytes are read as such; sums of bytes wrap around.
// CHECK-LABEL: void exp_0(Call &, const int8_t *x, int8_t *out, Index nDim) {
// CHECK:         bitsAs<int8_t>(maximum(bitsAs<uint8_t>(
// CHECK-LABEL: void while_(
// CHECK:         cast<Half>(sigmoid(1.0f - cast<float>(load(tag, x + i)) * -0.5f))
// CHECK-LABEL: void not_(
// CHECK:         out[{{.*}}] = !({{.*}} != {{.*}});
// CHECK-LABEL: void upsample(
// CHECK:         const auto t = cast<int64_t>(x[i * 4 + j / 2]);
// CHECK-NEXT:    out[i * 8 + j] = select(t < int64_t(5), int64_t(5), t);

// CHECK-LABEL: int run(
// CHECK-NEXT:    const Index nDim = args.n;
// CHECK:         exp_0(call, reinterpret_cast<const int8_t *>(args.n0_bytes), reinterpret_cast<int8_t *>(args.u), nDim);
// CHECK:         while_(call, reinterpret_cast<const Half *>(args.halves), reinterpret_cast<Half *>(args.h), nDim);

// HEADER: #include <stdbool.h>
// HEADER: const float *class_;      // in:  float[n][4], ONNX name class
// HEADER: const bool *keep_0;       // in:  bool[n][4], ONNX name keep:0
// HEADER: const uint8_t *n0_bytes;  // in:  uint8[n][4], ONNX name 0 bytes
// HEADER: const uint16_t *halves;   // in:  binary16[n][4]
// HEADER: onnxcc_dim n;             // in:  1..64

// ARRAY:      const float odd_quantize_it_weight[4] __attribute__((aligned(64), visibility("hidden"))) = {
// ARRAY-NEXT:   0.5, -1.5, __builtin_inf(), 3,
