// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics

func.func @map_c1(%x: tensor<2x3xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{'kernel.map' op has an output map that is not the identity}}
  %r = kernel.map over affine_map<() -> (2, 3)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>]
      ins(%x : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

func.func @map_c2_maps(%x: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op has 1 maps for 1 inputs and 1 outputs}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>] ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_dims(%x: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op map 0 has 2 dims, the domain 1}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i, j) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_rank(%x: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op map 0 has 2 results for an operand of rank 1}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i, i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_arguments(%x: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op has 2 region arguments, wants 1}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32, %w: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_types(%x: tensor<2xf64>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op region argument 0 is not of input 0's element type}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf64>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_yield(%x: tensor<2xf64>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op does not yield the element type of output 0}}
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf64>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f64):
      kernel.yield %v : f64
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c3(%x: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op has extent 3 along axis 0 of output 0, which has 2}}
  %r = kernel.map over affine_map<() -> (3)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @contract_c1(%x: tensor<2xf32>, %e: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'kernel.contract' op multiplies 3 inputs, not 1 or 2}}
  %r = kernel.contract sum products 3 over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> ()>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<f32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}

// -----

func.func @contract_c1_inputs(%x: tensor<2xf32>, %e: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'kernel.contract' op has fewer inputs than factors}}
  %r = kernel.contract sum over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> ()>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<f32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}

// -----

func.func @rows_c1(%x: tensor<2x3xf32>, %e: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{'kernel.rows' op has an output map that is neither the identity nor lacks just the row}}
  %r = kernel.rows over affine_map<() -> (2, 3)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>]
      ins(%x : tensor<2x3xf32>) outs(%e : tensor<3xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @weight_symbol() {
  // expected-error@+1 {{'kernel.weight' op names no kernel.weights: @w}}
  %w = kernel.weight @w : tensor<2xf32>
  return
}

// -----

kernel.weights @w dense<0.0> : tensor<3xf32>
func.func @weight_c1() {
  // expected-error@+1 {{'kernel.weight' op is of type 'tensor<2xf32>', its data of 'tensor<3xf32>'}}
  %w = kernel.weight @w : tensor<2xf32>
  return
}

// -----

func.func @attention_c1_type(%q: tensor<2x4x3x6xf16>, %k: tensor<2x4x5x6xf32>, %v: tensor<2x4x5x7xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op operand 0 is not of rank 4 and of f32, or factors of bf16}}
  %r = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k, %v : tensor<2x4x3x6xf16>, tensor<2x4x5x6xf32>, tensor<2x4x5x7xf32>) outs(%e : tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32):
      kernel.yield %s : f32
  } -> tensor<2x4x3x7xf32>
  return %r : tensor<2x4x3x7xf32>
}

// -----

func.func @attention_c1_index(%q: tensor<2x4x3x6xf32>, %k: tensor<2x4x5x6xf32>, %v: tensor<2x4x5x7xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op map 0 has other results than dims}}
  %r = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, m + 1, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k, %v : tensor<2x4x3x6xf32>, tensor<2x4x5x6xf32>, tensor<2x4x5x7xf32>) outs(%e : tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32):
      kernel.yield %s : f32
  } -> tensor<2x4x3x7xf32>
  return %r : tensor<2x4x3x7xf32>
}

// -----

func.func @attention_c1_dim(%q: tensor<2x4x3x6xf32>, %k: tensor<2x4x5x6xf32>, %v: tensor<2x4x5x7xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op map 0 depends on a dim that it has no part in}}
  %r = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k, %v : tensor<2x4x3x6xf32>, tensor<2x4x5x6xf32>, tensor<2x4x5x7xf32>) outs(%e : tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32):
      kernel.yield %s : f32
  } -> tensor<2x4x3x7xf32>
  return %r : tensor<2x4x3x7xf32>
}

// -----

func.func @attention_c2(%q: tensor<2x4x3x6xf32>, %k: tensor<2x4x5x6xf32>, %v: tensor<2x4x5x7xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op has 2 region arguments, wants 1}}
  %r = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k, %v : tensor<2x4x3x6xf32>, tensor<2x4x5x6xf32>, tensor<2x4x5x7xf32>) outs(%e : tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32, %t: f32):
      kernel.yield %s : f32
  } -> tensor<2x4x3x7xf32>
  return %r : tensor<2x4x3x7xf32>
}

// -----

func.func @contract_c4_unsigned(%x: tensor<2xf32>, %e: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'kernel.contract' op has no factor 0 of integers}}
  %r = kernel.contract sum products 1 unsigned [0] over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> ()>]
      ins(%x : tensor<2xf32>) outs(%e : tensor<f32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}

// -----

func.func @contract_c4_beside(%x: tensor<2xi8>, %z: tensor<i8>, %e: tensor<i32>) -> tensor<i32> {
  // expected-error@+1 {{'kernel.contract' op has input_zero twice beside its factors}}
  %r = kernel.contract sum products 1 beside(input_zero, input_zero) over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>, affine_map<(i) -> ()>]
      ins(%x, %z, %z : tensor<2xi8>, tensor<i8>, tensor<i8>) outs(%e : tensor<i32>) {
    ^bb0(%acc: i32):
      kernel.yield %acc : i32
  } -> tensor<i32>
  return %r : tensor<i32>
}

// -----

func.func @contract_c5(%x: tensor<2xi8>, %w: tensor<2xi8>, %s: tensor<f32>, %e: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'kernel.contract' op has a weight_scale that is none of codes that floats are multiplied by}}
  %r = kernel.contract sum beside(weight_scale) over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>]
    ins(%x, %w, %s : tensor<2xi8>, tensor<2xi8>, tensor<f32>) outs(%e : tensor<f32>) {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}

// -----

func.func @contract_beside_nothing(%x: tensor<2xi8>, %z: tensor<i8>, %e: tensor<i32>) -> tensor<i32> {
  // expected-error@+1 {{'row_zero' stands beside no factors}}
  %r = kernel.contract sum products 1 beside(row_zero) over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>]
      ins(%x, %z : tensor<2xi8>, tensor<i8>) outs(%e : tensor<i32>) {
    ^bb0(%acc: i32):
      kernel.yield %acc : i32
  } -> tensor<i32>
  return %r : tensor<i32>
}

// -----

// A zero point for each of the products that are added would be a factor of its own.
func.func @contract_c4_moves(%x: tensor<2xi8>, %z: tensor<2xi8>, %e: tensor<i32>) -> tensor<i32> {
  // expected-error@+1 {{'kernel.contract' op has a zero point that is none of factor 0}}
  %r = kernel.contract sum products 1 beside(input_zero) over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>]
      ins(%x, %z : tensor<2xi8>, tensor<2xi8>) outs(%e : tensor<i32>) {
    ^bb0(%acc: i32):
      kernel.yield %acc : i32
  } -> tensor<i32>
  return %r : tensor<i32>
}

// -----

// call_c1
func.func @updates(%i: tensor<2xi64>, %u: tensor<2xf32>, %x: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{updates 1, but has 1 destinations}}
  %0 = kernel.call "scatter_elements" {} over affine_map<() -> (9, 2)> updates [1] ins(%i, %u : tensor<2xi64>, tensor<2xf32>) outs(%x : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

// call_c1
func.func @in_place(%x: tensor<9xi32>, %y: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{has no input 0 that its destination could replace}}
  %0 = kernel.call "cumulate" {} over affine_map<() -> (1, 9, 1)> in_place [0] ins(%x : tensor<9xi32>) outs(%y : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

// call_c2
func.func @mixed(%x: memref<9xf32>, %y: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{has tensors and memrefs as operands}}
  %0 = kernel.call "cumulate" {} over affine_map<() -> (1, 9, 1)> ins(%x : memref<9xf32>) outs(%y : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

// call_c3
func.func @domain(%x: tensor<9xf32>, %y: tensor<9xf32>) -> tensor<9xf32> {
  // expected-error@+1 {{has a domain that depends on more than the symbols}}
  %0 = kernel.call "cumulate" {} over affine_map<(d0) -> (d0, 9, 1)> ins(%x : tensor<9xf32>) outs(%y : tensor<9xf32>) -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

func.func @launch_c1(%x: tensor<2x3xf32>, %e: tensor<2x3xf32>, %s: tensor<2xf32>) -> (tensor<2x3xf32>, tensor<2xf32>) {
  // expected-error@+1 {{'kernel.map' op has outputs of different dims}}
  %r:2 = kernel.map over affine_map<() -> (2, 3)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>]
      ins(%x : tensor<2x3xf32>) outs(%e, %s : tensor<2x3xf32>, tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v, %v : f32, f32
  } -> tensor<2x3xf32>, tensor<2xf32>
  return %r#0, %r#1 : tensor<2x3xf32>, tensor<2xf32>
}

// -----

func.func @yields_one(%x: tensor<2xf32>, %e: tensor<2xf32>, %s: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // expected-error@+1 {{'kernel.map' op does not yield an element for each of its 2 outputs}}
  %r:2 = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x : tensor<2xf32>) outs(%e, %s : tensor<2xf32>, tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>, tensor<2xf32>
  return %r#0, %r#1 : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @map_c4_use(%x: tensor<8xf32>, %i: tensor<2xi64>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op map 0 does not use the 1 indices as they are}}
  %r = kernel.map indexed [1] over affine_map<() -> (2)> [affine_map<(i)[s0] -> (s0 * 2)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x, %i : tensor<8xf32>, tensor<2xi64>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32, %k: i64):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c4_type(%x: tensor<8xf32>, %i: tensor<2xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'kernel.map' op input 1 holds no integers to index by}}
  %r = kernel.map indexed [1] over affine_map<() -> (2)> [affine_map<(i)[s0] -> (s0)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
      ins(%x, %i : tensor<8xf32>, tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32, %k: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @index_c1(%e: tensor<2xi64>) -> tensor<2xi64> {
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>] outs(%e : tensor<2xi64>) {
    // expected-error@+1 {{'kernel.index' op is no expression of the launch's 1 dims}}
    %k = kernel.index affine_map<(i, j) -> (j)>
    kernel.yield %k : i64
  } -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// -----

func.func @lookup_c1(%x: tensor<2xi8>, %e: tensor<2xi8>) -> tensor<2xi8> {
  %r = kernel.map over affine_map<() -> (2)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] ins(%x : tensor<2xi8>) outs(%e : tensor<2xi8>) {
    ^bb0(%c: i8):
    %s = arith.addi %c, %c : i8
    // expected-error@+1 {{'kernel.lookup' op looks up in what is no input of the launch}}
    %k = kernel.lookup %c in %s : i8
    kernel.yield %k : i8
  } -> tensor<2xi8>
  return %r : tensor<2xi8>
}

// -----

func.func @attention_c1_inputs(%q: tensor<2x4x3x6xf32>, %k: tensor<2x4x5x6xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op wants queries, keys and values over six dims}}
  %r = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k : tensor<2x4x3x6xf32>, tensor<2x4x5x6xf32>) outs(%e : tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32):
      kernel.yield %s : f32
  } -> tensor<2x4x3x7xf32>
  return %r : tensor<2x4x3x7xf32>
}

// -----

func.func @destinations(%x: tensor<2xf32>) {
  // expected-error@+1 {{'kernel.map' op has no destination}}
  "kernel.map"(%x) <{domain = affine_map<() -> (2)>, maps = [affine_map<(i) -> (i)>], operandSegmentSizes = array<i32: 1, 0, 0>}> ({
    ^bb0(%v: f32):
      kernel.yield %v : f32
  }) : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @attention_c1_outputs(%q: tensor<2x4x3x6xf32>, %k: tensor<2x4x5x6xf32>, %v: tensor<2x4x5x7xf32>, %e: tensor<2x4x3x7xf32>) -> tensor<2x4x3x7xf32> {
  // expected-error@+1 {{'kernel.attention' op has 2 outputs, not one}}
  %r:2 = kernel.attention over affine_map<() -> (2, 4, 3, 7, 5, 6)>
      [affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, d)>, affine_map<(n, h, m, e, t, d) -> (n, h, t, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>, affine_map<(n, h, m, e, t, d) -> (n, h, m, e)>]
      ins(%q, %k, %v : tensor<2x4x3x6xf32>, tensor<2x4x5x6xf32>, tensor<2x4x5x7xf32>) outs(%e, %e : tensor<2x4x3x7xf32>, tensor<2x4x3x7xf32>) {
    ^bb0(%s: f32):
      kernel.yield %s, %s : f32, f32
  } -> tensor<2x4x3x7xf32>, tensor<2x4x3x7xf32>
  return %r#0 : tensor<2x4x3x7xf32>
}
