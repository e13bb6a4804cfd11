// Integers where C++ alone has no answer: overflow, divisions by 0 and of the least integer by -1.
// RUN: onnxcc-emit %s --file=ints_kernels.cpp | FileCheck %s
// RUN: rm -rf %t && onnxcc-emit %s -o %t
// RUN: cd %t && %cxx -std=c++17 -O1 -Wall -Wextra -Werror -c ints.cpp ints_kernels.cpp
// RUN: cd %t && %cxx -std=c++17 -O1 -mavx2 -mfma -Wall -Wextra -Werror -c ints_kernels.cpp
#a = affine_map<() -> (37)>
#id = affine_map<(i) -> (i)>
module @ints attributes {kernel.targets = ["x86-64"], kernel.compiler = "g++"} {
  func.func @ints(%x: memref<37xi32> {onnx.name = "x", kernel.role = "in", kernel.extents = #a},
                  %y: memref<37xi32> {onnx.name = "y", kernel.role = "in", kernel.extents = #a},
                  %sum: memref<37xi32> {onnx.name = "sum", kernel.role = "out", kernel.extents = #a},
                  %fixed: memref<37xi32> {onnx.name = "fixed", kernel.role = "out", kernel.extents = #a}) {
    // CHECK-LABEL: void sum(
    // CHECK: const auto t = bitsAs<int32_t>(remainder(bitsAs<uint32_t>(aValue), bitsAs<uint32_t>(bValue)));
    // CHECK: wrapAdd(aValue, wrapMul(quotient(aValue, bValue), t))
    kernel.map over #a [#id, #id, #id] ins(%x, %y : memref<37xi32>, memref<37xi32>) outs(%sum : memref<37xi32>) {
    ^bb0(%a: i32, %b: i32):
      %q = arith.divsi %a, %b : i32
      %r = arith.remui %a, %b : i32
      %p = arith.muli %q, %r : i32
      %s = arith.addi %a, %p : i32
      kernel.yield %s : i32
    } loc("sum"("Custom, opset 1"("sum")))
    // A divisor that is known to be harmless needs no care.
    // CHECK-LABEL: void fixed(
    // CHECK: load(tag, x + i) / 7)
    kernel.map over #a [#id, #id] ins(%x : memref<37xi32>) outs(%fixed : memref<37xi32>) {
    ^bb0(%a: i32):
      %seven = arith.constant 7 : i32
      %q = arith.divsi %a, %seven : i32
      kernel.yield %q : i32
    } loc("fixed"("Custom, opset 1"("fixed")))
    return
  }
}
