// RUN: onnxcc-opt %s --split-input-file --verify-memory --verify-diagnostics

#id = affine_map<(i) -> (i)>

func.func @alloc() {
  // expected-error@+1 {{'memref.alloc' op is left after the memory phase}}
  %0 = memref.alloc() : memref<2xf32>
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @schedule(%x: memref<2xf32>) {
  // expected-error@+1 {{'kernel.map' op has no family of kernels}}
  kernel.map over affine_map<() -> (2)> [#id] outs(%x : memref<2xf32>) {
    %zero = arith.constant 0.0 : f32
    kernel.yield %zero : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
// At one element the two lie apart, at 40 they overlap: the plan must hold for all dims.
module attributes {graph.symbols = [#graph.symbol<"n", 1, 40>]} {
  func.func @overlap(%y: memref<?xf32> {kernel.extents = affine_map<()[s0] -> (s0)>}) {
    %n = kernel.dim 0
    %bytes = arith.constant 512 : index
    %c0 = arith.constant 0 : index
    %c64 = arith.constant 64 : index
    %arena = kernel.arena %bytes : memref<?xi8>
    // expected-note@+1 {{it has bytes 0 to 160}}
    %a = memref.view %arena[%c0][%n] : memref<?xi8> to memref<?xf32>
    // expected-error@+1 {{this view of bytes 64 to 224 overlaps another live one}}
    %b = memref.view %arena[%c64][%n] : memref<?xi8> to memref<?xf32>
    kernel.map over affine_map<()[s0] -> (s0)> [#id] outs(%a : memref<?xf32>) #kernel.schedule<"map" variants = [{}]> {
      %zero = arith.constant 0.0 : f32
      kernel.yield %zero : f32
    }
    kernel.map over affine_map<()[s0] -> (s0)> [#id, #id] ins(%a : memref<?xf32>) outs(%b : memref<?xf32>) #kernel.schedule<"map" variants = [{}]> {
      ^bb0(%v: f32):
        kernel.yield %v : f32
    }
    return
  }
}

// -----

#id = affine_map<(i) -> (i)>
func.func @outside(%y: memref<4xf32>) {
  %bytes = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %arena = kernel.arena %bytes : memref<?xi8>
  // expected-error@+1 {{'memref.view' op has bytes 0 to 16 of an arena of 8}}
  %a = memref.view %arena[%c0][] : memref<?xi8> to memref<4xf32>
  kernel.map over affine_map<() -> (4)> [#id] outs(%a : memref<4xf32>) #kernel.schedule<"map" variants = [{}]> {
    %zero = arith.constant 0.0 : f32
    kernel.yield %zero : f32
  }
  return
}

// -----

func.func @scratch(%x: memref<9xf32>, %v: memref<2xf32>, %i: memref<2xi64>) {
  %bytes = arith.constant 64 : index
  %c0 = arith.constant 0 : index
  %arena = kernel.arena %bytes : memref<?xi8>
  %s = memref.view %arena[%c0][] : memref<?xi8> to memref<64xi8>
  // expected-error@+1 {{has other scratch memory than its kernel asks for}}
  kernel.call "top_k" {} over affine_map<() -> (1, 9, 1, 2)> ins(%x : memref<9xf32>) outs(%v, %i : memref<2xf32>, memref<2xi64>) scratch(%s : memref<64xi8>)
  return
}

// -----

func.func @gaps(%x: memref<9x2xf32>, %y: memref<9xf32>) {
  %column = memref.subview %x[0, 1] [9, 1] [1, 1] : memref<9x2xf32> to memref<9xf32, strided<[2], offset: 1>>
  // expected-error@+1 {{has operand 0 with gaps}}
  kernel.call "cumulate" {combine = "Sum"} over affine_map<() -> (1, 9, 1)> in_place [0] ins(%column : memref<9xf32, strided<[2], offset: 1>>) outs(%y : memref<9xf32>)
  return
}

// -----

// expected-error@+1 {{returns a value instead of writing to an argument}}
func.func @returns(%x: memref<2xf32>) -> memref<2xf32> {
  return %x : memref<2xf32>
}

// -----

func.func @tensor(%x: memref<2xi64>) {
  // expected-error@+1 {{'arith.constant' op gives a tensor after the memory phase}}
  %e = arith.constant dense<1.0> : tensor<9xf32>
  return
}

// -----

func.func @elsewhere(%x: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'memref.view' op is not a view of the arena}}
  %a = memref.view %x[%c0][] : memref<?xi8> to memref<4xf32>
  return
}

// -----

func.func @place(%n: index) {
  %bytes = arith.constant 64 : index
  %arena = kernel.arena %bytes : memref<?xi8>
  // expected-error@+1 {{'memref.view' op has a place or extents that are not known from the dims}}
  %a = memref.view %arena[%n][] : memref<?xi8> to memref<4xf32>
  return
}

// -----

// Rows of neighbours, and a schedule that goes element by element.
#id = affine_map<(i, j) -> (i, j)>
func.func @walk(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  %half = memref.subview %x[0, 0] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %other = memref.subview %y[0, 0] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  // expected-error@+1 {{'kernel.map' op has operands along which it goes by lanes, and a schedule that says otherwise}}
  kernel.map over affine_map<() -> (4, 4)> [#id, #id] ins(%half : memref<4x4xf32, strided<[8, 1]>>) outs(%other : memref<4x4xf32, strided<[8, 1]>>) #kernel.schedule<"map" variants = [{block = 16, chunk = 4096, walk = "elements"}]> {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }
  return
}

// -----

func.func @extents() {
  %bytes = arith.constant 64 : index
  %c0 = arith.constant 0 : index
  %n = kernel.dim 0
  %arena = kernel.arena %bytes : memref<?xi8>
  // expected-error@+1 {{'memref.view' op has a place or extents that cannot be computed for all dims}}
  %a = memref.view %arena[%c0][%n] : memref<?xi8> to memref<?xf32>
  return
}
