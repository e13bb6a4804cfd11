// What the phase's passes cannot do without: extents that are expressions of the module's dims.
// RUN: split-file %s %t
// RUN: onnxcc-opt %t/copies.mlir --lower-copies --verify-diagnostics
// RUN: onnxcc-opt %t/carried.mlir --split-input-file --place-carried --verify-diagnostics
// RUN: onnxcc-opt %t/operands.mlir --settle-operands --verify-diagnostics
// RUN: onnxcc-opt %t/arena.mlir --split-input-file --plan-arena --verify-diagnostics

//--- copies.mlir
func.func @copies(%x: memref<?xf32>, %y: memref<?xf32>) {
  // expected-error@+1 {{copies a buffer whose extents are not known from the dims}}
  memref.copy %x, %y : memref<?xf32> to memref<?xf32>
  return
}

//--- carried.mlir
func.func @branches(%c: i1, %x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{gives a value whose extents are not known from the dims}}
  %0 = scf.if %c -> (tensor<?xf32>) {
    scf.yield %x : tensor<?xf32>
  } else {
    scf.yield %y : tensor<?xf32>
  }
  return %0 : tensor<?xf32>
}

// -----

#extents = affine_map<()[s0] -> (s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  func.func @otherwise(%c: i1, %x: tensor<?xf32> {kernel.extents = #extents}, %y: tensor<?xf32>) -> tensor<?xf32> {
    %0 = scf.if %c -> (tensor<?xf32>) {
      scf.yield %x : tensor<?xf32>
    } else {
      // expected-error@+1 {{gives a value whose extents are not known from the dims}}
      scf.yield %y : tensor<?xf32>
    }
    return %0 : tensor<?xf32>
  }
}

// -----

func.func @steps(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{carries a value whose extents are not known from the dims}}
  %0 = scf.for %t = %c0 to %c1 step %c1 iter_args(%old = %x) -> (tensor<?xf32>) {
    scf.yield %y : tensor<?xf32>
  }
  return %0 : tensor<?xf32>
}

//--- operands.mlir
#least = affine_map<()[s0] -> (s0, 2)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>]} {
  func.func @operands(%x: memref<4x2xf32>, %y: memref<4xf32>) {
    %n = kernel.dim 0
    %rows = affine.min #least()[%n]
    %column = memref.subview %x[0, 1] [%rows, 1] [1, 1] : memref<4x2xf32> to memref<?xf32, strided<[2], offset: 1>>
    // expected-error@+1 {{reads a buffer whose extents are not known from the dims}}
    kernel.call "cumulate" {combine = "Sum"} over affine_map<() -> (1, 4, 1)> in_place [0] ins(%column : memref<?xf32, strided<[2], offset: 1>>) outs(%y : memref<4xf32>)
    return
  }
}

//--- arena.mlir
func.func @extents(%n: index) {
  // expected-error@+1 {{the extents of this buffer are not known from the dims}}
  %0 = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

module attributes {graph.symbols = [#graph.symbol<"n", 1, 4611686018427387904>]} {
  func.func @dims() {
    %n = kernel.dim 0
    // expected-error@+1 {{this buffer would take more memory than any machine has: give open dims smaller bounds}}
    %0 = memref.alloc(%n) : memref<?xf32>
    return
  }
}

// -----

module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"parts", 1, 4, affine_map<() -> (4)>>]} {
  func.func @quotient() {
    %n = kernel.dim 0
    %parts = kernel.dim 1
    %part = affine.apply affine_map<()[s0, s1] -> (s0 floordiv s1)>()[%n, %parts]
    // expected-error@+1 {{nothing bounds the size of this buffer, which the run computes}}
    %0 = memref.alloc(%part) : memref<?xf32>
    return
  }
}
