// One case for each numbered constraint; the functions are named after them.
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
  // expected-error@+2 {{pools by max or mean, not by sum}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pool sum %x {window = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
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

func.func @reduce_c1(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{axis 2 is out of range for [2,3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.reduce sum %x over [2] : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_c1_sorted(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{axes are not sorted and distinct}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.reduce sum %x over [1, 0] : (tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @arg_reduce_c1(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{axis -1 is out of range for [2,3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.arg_reduce max %x {axis = -1 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @arg_reduce_c2(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{finds the max or min, not the mean}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.arg_reduce mean %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @cumulate_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{axis 1 is out of range for [2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.cumulate sum %x {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @cumulate_c2(%x: tensor<2xf32>) {
  // expected-error@+2 {{cumulates by sum or prod, not by max}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.cumulate max %x {axis = 0 : i64, exclusive = false, reverse = false} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @axis_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{axis 1 is out of range for [2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.softmax %x {axis = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @axis_c2(%x: tensor<2xi32>) {
  // expected-error@+2 {{wants floats, has 'i32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.layer_norm %x {axis = 0 : i64, epsilon = 1.0e-5 : f64} : (tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @batch_norm_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{wants floats with a channel axis, has [2] of 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.batch_norm %x, %x, %x, %x, %x {epsilon = 1.0e-5 : f64} : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @batch_norm_c2(%x: tensor<1x3xf32>, %c: tensor<4xf32>) {
  // expected-error@+2 {{a parameter of type 'tensor<4xf32>' does not match the channels of [1,3] of 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.batch_norm %x, %c, %c, %c, %c {epsilon = 1.0e-5 : f64} : (tensor<1x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @transpose_c1(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{not a permutation of the axes of [2,3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.transpose %x by [0, 0] : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @reshape_c1(%x: tensor<2x3xf32>) {
  // expected-error@+2 {{cannot reshape [2,3] to [4,2]: the numbers of elements differ}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.reshape %x to affine_map<() -> (4, 2)> : (tensor<2x3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @reshape_c1_symbols(%x: tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>) {
  // expected-error@+2 {{cannot reshape [s0,4] to [s0 * 2,4]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.reshape %x to affine_map<()[s0] -> (s0 * 2, 4)> : (tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>) -> tensor<?x4xf32, affine_map<()[s0] -> (s0 * 2, 4)>>
  return
}

// -----

func.func @broadcast_c1(%x: tensor<1x3xf32>) {
  // expected-error@+2 {{cannot broadcast [1,3] to [3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.broadcast %x to affine_map<() -> (3)> : (tensor<1x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<2xf32>) {
  // expected-error@+2 {{cannot broadcast [2] to [3,3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.broadcast %x to affine_map<() -> (3, 3)> : (tensor<2xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @concat_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{axis 1 is out of range for [2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.concat %x, %x {axis = 1 : i64} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+2 {{cannot concatenate [2,3] of 'f32' and [2,4] of 'f32' along axis 0}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.concat %x, %y {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<5xf32>) {
  // expected-error@+1 {{takes elements 3 to 5 of axis 0 of [5]}}
  %0 = graph.slice %x at affine_map<() -> (3)> sizes affine_map<() -> (3)> steps [1] : (tensor<5xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @slice_c1_negative(%x: tensor<5xf32>) {
  // expected-error@+1 {{takes elements 1 to -1 of axis 0 of [5]}}
  %0 = graph.slice %x at affine_map<() -> (1)> sizes affine_map<() -> (2)> steps [-2] : (tensor<5xf32>) -> tensor<2xf32>
  return
}

// -----

// At the least length, 2, there is no element 3.
module attributes {graph.symbols = [#graph.symbol<"length", 2, 8>]} {
func.func @slice_c1_symbols(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) {
  // expected-error@+1 {{takes elements 3 to 3 of axis 0 of [s0]}}
  %0 = graph.slice %x at affine_map<() -> (3)> sizes affine_map<() -> (1)> steps [1] : (tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> tensor<1xf32>
  return
}
}

// -----

func.func @slice_c2(%x: tensor<5xf32>) {
  // expected-error@+2 {{wants a start, size and step for each axis of [5]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.slice %x at affine_map<() -> (3)> sizes affine_map<() -> (1)> steps [1, 1] : (tensor<5xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @slice_c3(%x: tensor<5xf32>) {
  // expected-error@+2 {{a step is 0}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.slice %x at affine_map<() -> (3)> sizes affine_map<() -> (1)> steps [0] : (tensor<5xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<5xf32>, %v: tensor<f32>) {
  // expected-error@+2 {{wants a low and a high pad, not negative, for each axis of [5]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pad constant %x, %v low [-1] high [0] : (tensor<5xf32>, tensor<f32>) -> tensor<4xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<5xf32>, %v: tensor<1xf32>) {
  // expected-error@+2 {{wants a padding value that is a scalar of 'f32', has 'tensor<1xf32>'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pad constant %x, %v low [1] high [0] : (tensor<5xf32>, tensor<1xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<3xf32>, %v: tensor<f32>) {
  // expected-error@+2 {{axis 0 of [3] is too short for a pad of 3 in mode reflect}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.pad reflect %x, %v low [3] high [0] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
  return
}

// -----

func.func @gather_c1(%x: tensor<3xf32>, %i: tensor<2xi64>) {
  // expected-error@+2 {{axis 1 is out of range for [3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.gather %x, %i {axis = 1 : i64} : (tensor<3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_c2(%x: tensor<3xf32>, %i: tensor<2xf32>) {
  // expected-error@+2 {{wants indices of i32 or i64, has 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<3xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_elements_c3(%x: tensor<3x3xf32>, %i: tensor<4x2xi64>) {
  // expected-error@+2 {{indices [4,2] do not fit [3,3] along axis 1}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.gather_elements %x, %i {axis = 1 : i64} : (tensor<3x3xf32>, tensor<4x2xi64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @extents_c1() {
  // expected-error@+1 {{2 extents do not make a 'tensor<3xi64>'}}
  %0 = graph.extents affine_map<()[s0] -> (s0, 7)> : tensor<3xi64>
  return
}

// -----

func.func @iota_c1() {
  // expected-error@+1 {{wants one extent, and integers or floats}}
  %0 = graph.iota affine_map<() -> (2, 3)> of f32
  return
}
