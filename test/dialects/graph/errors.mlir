// One case for each numbered constraint of elementwise ops, contractions and the dialect itself; the functions are named
// after them.
// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics

func.func @graph_c1(%x: tensor<?xf32>) {
  // expected-error@+2 {{extents are missing or wrong in 'tensor<?xf32>'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.relu %x : (tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @graph_c1_rank(%x: tensor<?x2xf32, affine_map<()[s0] -> (s0)>>) {
  // expected-error@+2 {{extents are missing or wrong}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.relu %x : (tensor<?x2xf32, affine_map<()[s0] -> (s0)>>) -> tensor<?x2xf32, affine_map<()[s0] -> (s0)>>
  return
}

// -----

func.func @graph_c2(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+2 {{shapes differ: [2,3] and [2,4]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.add %x, %y : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @graph_c2_symbols(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>, %y: tensor<?xf32, affine_map<()[s0] -> (s0 * 2)>>) {
  // expected-error@+2 {{shapes differ: [s0] and [s0 * 2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.add %x, %y : (tensor<?xf32, affine_map<()[s0] -> (s0)>>, tensor<?xf32, affine_map<()[s0] -> (s0 * 2)>>) -> tensor<?xf32, affine_map<()[s0] -> (s0)>>
  return
}

// -----

func.func @graph_c2_elements(%x: tensor<2xf32>, %y: tensor<2xi64>) {
  // expected-error@+2 {{element types differ: 'f32' and 'i64'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.less %x, %y : (tensor<2xf32>, tensor<2xi64>) -> tensor<2xi1>
  return
}

// -----

// expected-error@+1 {{the range of dimension batch is empty: [8, 1]}}
module @graph_c3 attributes {graph.symbols = [#graph.symbol<"batch", 8, 1>]} {}

// -----

// expected-error@+1 {{graph.symbols is not a module's list of #graph.symbol}}
module @graph_c3_list attributes {graph.symbols = 3 : i64} {}

// -----

// expected-error@+1 {{unknown attribute "graph.foo"}}
module @unknown attributes {graph.foo} {}

// -----

func.func @select_c1(%c: tensor<2xi8>, %x: tensor<2xf32>) {
  // expected-error@+2 {{the condition's elements are 'i8', not Boolean}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.select %c, %x, %x : (tensor<2xi8>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @select_c2(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xi8>) {
  // expected-error@+2 {{element types differ: 'f32' and 'i8'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.select %c, %x, %y : (tensor<2xi1>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xf32>
  return
}

// -----

func.func @cast_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{cannot convert elements to 'index'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.cast %x {to = index} : (tensor<2xf32>) -> tensor<2xindex>
  return
}

// -----

func.func @quantize_c1(%x: tensor<2xi64>, %s: tensor<2xf32>, %z: tensor<2xi8>) {
  // expected-error@+2 {{cannot quantize 'i64' with a scale of 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.quantize %x, %s, %z : (tensor<2xi64>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  return
}

// -----

func.func @quantize_c2(%x: tensor<2xf32>, %s: tensor<2xf32>, %z: tensor<2xi32>) {
  // expected-error@+2 {{cannot quantize to 'i32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.quantize %x, %s, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @dequantize_c1(%x: tensor<2xi8>, %s: tensor<2xi8>) {
  // expected-error@+2 {{the scale's elements are 'i8', not floats}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.dequantize %x, %s, %x : (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return
}

// -----

func.func @dequantize_c2(%x: tensor<2xi8>, %s: tensor<2xf32>, %z: tensor<2xui8>) {
  // expected-error@+2 {{element types differ: 'i8' and 'ui8'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.dequantize %x, %s, %z : (tensor<2xi8>, tensor<2xf32>, tensor<2xui8>) -> tensor<2xf32>
  return
}

// -----

func.func @matmul_c1(%x: tensor<2x3x4xf32>, %y: tensor<4x5xf32>) {
  // expected-error@+2 {{ranks differ or are below 2: [2,3,4] x [4,5]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.matmul %x, %y : (tensor<2x3x4xf32>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<2x3x4xf32>, %y: tensor<3x4x5xf32>) {
  // expected-error@+2 {{batch dimensions differ: [2,3,4] x [3,4,5]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.matmul %x, %y : (tensor<2x3x4xf32>, tensor<3x4x5xf32>) -> tensor<2x3x5xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<1x128xf32>, %y: tensor<256x128xf32>) {
  // expected-error@+2 {{inner dimensions differ: [1,128] x [256,128]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.matmul %x, %y : (tensor<1x128xf32>, tensor<256x128xf32>) -> tensor<1x128xf32>
  return
}

// -----

func.func @matmul_c4(%x: tensor<2x3xf32>, %y: tensor<3x4xf64>) {
  // expected-error@+2 {{element types differ: 'f32' and 'f64'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.matmul %x, %y : (tensor<2x3xf32>, tensor<3x4xf64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @attention_c1(%q: tensor<2x3x4x8xf32>, %k: tensor<2x5x8xf32>, %v: tensor<2x3x5x6xf32>) {
  // expected-error@+2 {{wants [batch, heads, rows, columns], has [2,5,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x5x8xf32>, tensor<2x3x5x6xf32>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c2_depth(%q: tensor<2x3x4x8xf32>, %k: tensor<2x3x5x7xf32>, %v: tensor<2x3x5x6xf32>) {
  // expected-error@+2 {{queries [2,3,4,8], keys [2,3,5,7] and values [2,3,5,6] do not match}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x3x5x7xf32>, tensor<2x3x5x6xf32>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c2_keys(%q: tensor<2x3x4x8xf32>, %k: tensor<2x3x5x8xf32>, %v: tensor<2x3x6x6xf32>) {
  // expected-error@+2 {{queries [2,3,4,8], keys [2,3,5,8] and values [2,3,6,6] do not match}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x3x5x8xf32>, tensor<2x3x6x6xf32>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c3(%q: tensor<2x3x4x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x6xf32>) {
  // expected-error@+2 {{the heads of the queries [2,3,4,8] are no multiple of the keys' [2,2,5,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x6xf32>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<2x3x4x8xf32>, %k: tensor<2x3x5x8xf32>, %v: tensor<2x3x5x6xf32>, %m: tensor<2x1x4x5xf32>) {
  // expected-error@+2 {{the mask [2,1,4,5] has not the extents of the scores of queries [2,3,4,8] by keys [2,3,5,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v, %m {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x3x5x8xf32>, tensor<2x3x5x6xf32>, tensor<2x1x4x5xf32>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c5(%q: tensor<2x3x4x8xf32>, %k: tensor<2x3x5x8xf32>, %v: tensor<2x3x5x6xf16>) {
  // expected-error@+2 {{wants floats of one type, has 'f32' and 'f16'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %q, %k, %v {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x3x5x8xf32>, tensor<2x3x5x6xf16>) -> tensor<2x3x4x6xf32>
  return
}

// -----

func.func @attention_c6(%x: tensor<2x3x4x8xf32>, %m: tensor<2x3x4x4xi1>) {
  // expected-error@+2 {{has 2 fills for 1 masks of i1}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %x, %x, %x, %m {scale = 1.0, fills = array<f64: 0.0, 1.0>} : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>, tensor<2x3x4x4xi1>) -> tensor<2x3x4x8xf32>
  return
}

// -----

func.func @attention_c5_choice(%x: tensor<2x3x4x8xf32>, %m: tensor<2x3x4x4xi8>) {
  // expected-error@+2 {{wants floats of one type, has 'f32' and 'i8'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.attention %x, %x, %x, %m {scale = 1.0} : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>, tensor<2x3x4x4xi8>) -> tensor<2x3x4x8xf32>
  return
}

// -----

func.func @conv_c1(%x: tensor<1x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error@+2 {{wants an input with a spatial axis, has [1,4]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64>, dilations = array<i64>, pads = array<i64>} : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3xf32>) {
  // expected-error@+2 {{the filter's rank is not the input's: [4,4,3] for [1,4,8,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2_window(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x0xf32>) {
  // expected-error@+2 {{the filter's window is empty or not static: [4,4,3,0]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3x0xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c3(%x: tensor<1x4x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error@+2 {{the filter [4,3,3,3] with 1 group does not match the channels of [1,4,8,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c4(%x: tensor<1x4x8x8xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error@+2 {{the filter's 3 output channels do not divide into 2 groups}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 2 : i64} : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x6x6xf32>
  return
}

// -----

func.func @conv_c4_positive(%x: tensor<1x4x8x8xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error@+2 {{the number of groups is not positive: 0}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 0 : i64} : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x6x6xf32>
  return
}

// -----

func.func @conv_c5(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error@+2 {{wants 2 strides, 2 dilations and 4 pads, has 1, 2 and 4}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c5_positive(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error@+2 {{a stride or dilation is not positive}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 0>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c5_pads(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error@+2 {{a pad is negative}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: -1, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c6(%x: tensor<1x4x2x2xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error@+2 {{the window does not fit the padded input [1,4,2,2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x2x2xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

// The least height, 2, is less than the window's 3.
module attributes {graph.symbols = [#graph.symbol<"height", 2, 8>]} {
func.func @conv_c6_symbols(%x: tensor<1x4x?x8xf32, affine_map<()[s0] -> (1, 4, s0, 8)>>, %w: tensor<4x4x3x3xf32>) {
  // expected-error@+1 {{the window does not fit the padded input [1,4,s0,8] at the least dims}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x?x8xf32, affine_map<()[s0] -> (1, 4, s0, 8)>>, tensor<4x4x3x3xf32>) -> tensor<1x4x?x6xf32, affine_map<()[s0] -> (1, 4, s0 - 2, 6)>>
  return
}
}

// -----

func.func @conv_c7(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf16>) {
  // expected-error@+2 {{element types differ: 'f32' and 'f16'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf16>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_transpose_c3(%x: tensor<1x4x8x8xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error@+2 {{the filter [3,2,3,3] does not match the channels of [1,4,8,8]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0, 0>} : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_transpose_c4(%x: tensor<1x4x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error@+2 {{the input's 4 channels do not divide into 3 groups}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0, 0>, groups = 3 : i64} : (tensor<1x4x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_transpose_c6(%x: tensor<1x4x1x1xf32>, %w: tensor<4x2x1x1xf32>) {
  // expected-error@+2 {{the window does not fit the padded input [1,4,1,1]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, outputPads = array<i64: 0, 0>} : (tensor<1x4x1x1xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_transpose_c8(%x: tensor<1x4x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error@+2 {{wants 2 output pads that are not negative}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, outputPads = array<i64: 0>} : (tensor<1x4x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @pool_c1(%x: tensor<4x4xf32>) {
  // expected-error@+2 {{wants an input with a spatial axis, has [4,4]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pool max %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<1x4x8x8xf32>) {
  // expected-error@+2 {{wants a window of 2 positive extents}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pool max %x {window = array<i64: 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @pool_c3(%x: tensor<1x4x8x8xf32>) {
  // expected-error@+2 {{pools by max, mean or sum, not by prod}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pool prod %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @pool_c4(%x: tensor<1x4x2x2xf32>) {
  // expected-error@+2 {{the window does not fit the padded input [1,4,2,2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pool max %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  return
}

// -----

func.func @lookup_c1(%x: tensor<2xi16>) {
  // expected-error@+2 {{cannot look up by 'i16', only by integers of 8 bits}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.lookup %x {table = dense<1> : tensor<256xi8>} : (tensor<2xi16>) -> tensor<2xi8>
  return
}

// -----

func.func @lookup_c2(%x: tensor<2xi8>) {
  // expected-error@+2 {{a table of 'tensor<128xi8>' has no entry for each of 256 codes}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.lookup %x {table = dense<1> : tensor<128xi8>} : (tensor<2xi8>) -> tensor<2xi8>
  return
}
