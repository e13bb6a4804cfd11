// Why a launch is none of a family's: what verify-kernels says of a schedule that claims it, and --opt-report of loops.
// RUN: onnxcc-opt %s --split-input-file --verify-kernels --verify-diagnostics

#x = affine_map<(i, j, k) -> (i, k)>
#w = affine_map<(i, j, k) -> (k, j)>
#y = affine_map<(i, j, k) -> (i, j)>
func.func @gemm(%x: tensor<2x4xf32>, %w: tensor<4x3xf32>, %e: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{is no gemm: it is no sum of products over three dims}}
  %0 = kernel.contract max over affine_map<() -> (2, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<2x4xf32>, tensor<4x3xf32>) outs(%e : tensor<2x3xf32>) #kernel.schedule<"gemm"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#x = affine_map<(i, j, k) -> (i, k)>
#w = affine_map<(i, j, k) -> (k, j)>
#y = affine_map<(i, j, k) -> (j, i)>
func.func @gemm_columns(%x: tensor<2x4xf32>, %w: tensor<4x3xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{is no gemm: its columns are not the result's last axis}}
  %0 = kernel.contract sum over affine_map<() -> (2, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<2x4xf32>, tensor<4x3xf32>) outs(%e : tensor<3x2xf32>) #kernel.schedule<"gemm"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

#x = affine_map<(i, j, k) -> (i + k)>
#w = affine_map<(i, j, k) -> (k, j)>
#y = affine_map<(i, j, k) -> (i, j)>
func.func @gemm_slides(%x: tensor<5xf32>, %w: tensor<4x3xf32>, %e: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{is no gemm: a factor is read at other places than rows, columns and depth}}
  %0 = kernel.contract sum over affine_map<() -> (2, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<5xf32>, tensor<4x3xf32>) outs(%e : tensor<2x3xf32>) #kernel.schedule<"gemm"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#x = affine_map<(i, j, k) -> (j, k)>
#w = affine_map<(i, j, k) -> (k, i)>
#y = affine_map<(i, j, k) -> (i, j)>
func.func @gemm_swapped(%x: tensor<3x4xf32>, %w: tensor<4x2xf32>, %e: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{is no gemm: its factors are no rows and columns of one depth}}
  %0 = kernel.contract sum over affine_map<() -> (2, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%e : tensor<2x3xf32>) #kernel.schedule<"gemm"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#x = affine_map<(i, j, k) -> (i, k)>
#w = affine_map<(i, j, k) -> (k, j)>
#y = affine_map<(i, j, k) -> (i, j)>
func.func @conv2d(%x: tensor<2x4xf32>, %w: tensor<4x3xf32>, %e: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{is no conv2d: it is no sum of products over a window and channels}}
  %0 = kernel.contract sum over affine_map<() -> (2, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<2x4xf32>, tensor<4x3xf32>) outs(%e : tensor<2x3xf32>) #kernel.schedule<"conv2d"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#x = affine_map<(n, h, w, o, p, q, i) -> (n, h + p, w + q, i * 2)>
#w = affine_map<(n, h, w, o, p, q, i) -> (o, p, q, i)>
#y = affine_map<(n, h, w, o, p, q, i) -> (n, h, w, o)>
func.func @conv2d_channels(%x: tensor<1x4x4x8xf32>, %w: tensor<2x3x3x4xf32>, %e: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  // expected-error@+1 {{is no conv2d: its channels are not the images' last axis}}
  %0 = kernel.contract sum over affine_map<() -> (1, 2, 2, 2, 3, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<1x4x4x8xf32>, tensor<2x3x3x4xf32>) outs(%e : tensor<1x2x2x2xf32>) #kernel.schedule<"conv2d"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// -----

#x = affine_map<(n, h, w, o, p, q, i) -> (n, h + p, w + q, i)>
#w = affine_map<(n, h, w, o, p, q, i) -> (o, p, q, i mod 2)>
#y = affine_map<(n, h, w, o, p, q, i) -> (n, h, w, o)>
func.func @conv2d_filter(%x: tensor<1x4x4x4xf32>, %w: tensor<2x3x3x2xf32>, %e: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  // expected-error@+1 {{is no conv2d: its filter cannot be brought in order}}
  %0 = kernel.contract sum over affine_map<() -> (1, 2, 2, 2, 3, 3, 4)> [#x, #w, #y] ins(%x, %w : tensor<1x4x4x4xf32>, tensor<2x3x3x2xf32>) outs(%e : tensor<1x2x2x2xf32>) #kernel.schedule<"conv2d"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// -----

#x = affine_map<(i, k) -> (i, k)>
#y = affine_map<(i, k) -> (i)>
func.func @sums(%x: tensor<2x4xi8>, %e: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error@+1 {{is no sums: it is no sum of elements}}
  %0 = kernel.contract max products 1 over affine_map<() -> (2, 4)> [#x, #y] ins(%x : tensor<2x4xi8>) outs(%e : tensor<2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// -----

#x = affine_map<(i, k) -> (i, k)>
#y = affine_map<(i, k) -> (i)>
func.func @sums_floats(%x: tensor<2x4xf32>, %e: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{is no sums: it does not store sums of bytes as they are}}
  %0 = kernel.contract sum products 1 over affine_map<() -> (2, 4)> [#x, #y] ins(%x : tensor<2x4xf32>) outs(%e : tensor<2xf32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

#x = affine_map<(i, k) -> (i, k)>
#y = affine_map<(i, k) -> (i)>
func.func @sums_zeros(%x: tensor<2x4xi8>, %z: tensor<2xi8>, %e: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error@+1 {{is no sums: its input has more zero points than one}}
  %0 = kernel.contract sum products 1 beside(input_zero) over affine_map<() -> (2, 4)> [#x, #y, #y] ins(%x, %z : tensor<2x4xi8>, tensor<2xi8>) outs(%e : tensor<2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// -----

#x = affine_map<(i, j, k) -> (i, j, k)>
#y = affine_map<(i, j, k) -> (j, i)>
func.func @sums_order(%x: tensor<2x3x4xi8>, %e: tensor<3x2xi32>) -> tensor<3x2xi32> {
  // expected-error@+1 {{is no sums: the result's axes are not the first dims in their order}}
  %0 = kernel.contract sum products 1 over affine_map<() -> (2, 3, 4)> [#x, #y] ins(%x : tensor<2x3x4xi8>) outs(%e : tensor<3x2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<3x2xi32>
  return %0 : tensor<3x2xi32>
}

// -----

#x = affine_map<(i, k) -> (i + k)>
#y = affine_map<(i, k) -> (i)>
func.func @sums_slide(%x: tensor<5xi8>, %e: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error@+1 {{is no sums: it is no sum along lines, or of windows}}
  %0 = kernel.contract sum products 1 over affine_map<() -> (2, 4)> [#x, #y] ins(%x : tensor<5xi8>) outs(%e : tensor<2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// -----

#x = affine_map<(n, h, w, p, q, i) -> (n, h + p, w + q, i)>
#y = affine_map<(n, h, w, p, q, i) -> (n, h)>
func.func @sums_planes(%x: tensor<1x4x4x4xi8>, %e: tensor<1x2xi32>) -> tensor<1x2xi32> {
  // expected-error@+1 {{is no sums: it is no sum of windows}}
  %0 = kernel.contract sum products 1 over affine_map<() -> (1, 2, 2, 3, 3, 4)> [#x, #y] ins(%x : tensor<1x4x4x4xi8>) outs(%e : tensor<1x2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// -----

#x = affine_map<(n, h, w, g, p, q, i) -> (n, h + p, w + q, i * 2)>
#y = affine_map<(n, h, w, g, p, q, i) -> (n, h, w, g)>
func.func @sums_channels(%x: tensor<1x4x4x8xi8>, %e: tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32> {
  // expected-error@+1 {{is no sums: its channels are not the image's last axis}}
  %0 = kernel.contract sum products 1 over affine_map<() -> (1, 2, 2, 2, 3, 3, 4)> [#x, #y] ins(%x : tensor<1x4x4x8xi8>) outs(%e : tensor<1x2x2x2xi32>) #kernel.schedule<"sums"> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  } -> tensor<1x2x2x2xi32>
  return %0 : tensor<1x2x2x2xi32>
}
