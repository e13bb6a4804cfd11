// One case for each numbered constraint of reductions, normalisations, movement and indexing; the functions are named
// after them.
// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics

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

func.func @repeat_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{cannot repeat elements of [2] 0 times along axis 0}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.repeat %x {axis = 0 : i64, extent = affine_map<() -> (4)>, size = 0 : i64} : (tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @repeat_c2(%x: tensor<2xf32>) {
  // expected-error@+2 {{[2] has no element for each block of 2 along axis 0 of [5]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.repeat %x {axis = 0 : i64, extent = affine_map<() -> (5)>, size = 2 : i64} : (tensor<2xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @unfold_c1(%x: tensor<2xf32>) {
  // expected-error@+2 {{axis 1 is out of range for [2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.unfold %x {axis = 1 : i64, size = 1 : i64, step = 1 : i64} : (tensor<2xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @unfold_c2(%x: tensor<2xf32>) {
  // expected-error@+2 {{cannot take slices of 3 elements, 1 apart, along axis 0 of [2]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.unfold %x {axis = 0 : i64, size = 3 : i64, step = 1 : i64} : (tensor<2xf32>) -> tensor<0x3xf32>
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

func.func @scatter_elements_c4(%x: tensor<3x3xf32>, %i: tensor<1x3xi64>, %u: tensor<2x3xf32>) {
  // expected-error@+2 {{updates [2,3] of 'f32' do not match indices [1,3] into 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.scatter_elements sum %x, %i, %u {axis = 0 : i64} : (tensor<3x3xf32>, tensor<1x3xi64>, tensor<2x3xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @scatter_nd_c1(%x: tensor<3x3xf32>, %i: tensor<1x3xi64>, %u: tensor<1xf32>) {
  // expected-error@+2 {{indices [1,3] of 'i64' do not fit [3,3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.scatter_nd sum %x, %i, %u : (tensor<3x3xf32>, tensor<1x3xi64>, tensor<1xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @scatter_nd_c2(%x: tensor<3x3xf32>, %i: tensor<2x1xi64>, %u: tensor<2x2xf32>) {
  // expected-error@+2 {{updates [2,2] of 'f32' do not match indices [2,1] into [3,3] of 'f32'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = graph.scatter_nd sum %x, %i, %u : (tensor<3x3xf32>, tensor<2x1xi64>, tensor<2x2xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @top_k_c1(%x: tensor<3xf32>) {
  // expected-error@+2 {{axis 1 is out of range for [3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0, %1 = graph.top_k %x {axis = 1 : i64, k = 1 : i64} : (tensor<3xf32>) -> (tensor<1xf32>, tensor<1xi64>)
  return
}

// -----

func.func @top_k_c2(%x: tensor<3xf32>) {
  // expected-error@+2 {{cannot take 4 elements along axis 0 of [3]}}
  // expected-error@+1 {{failed to infer returned types}}
  %0, %1 = graph.top_k %x {axis = 0 : i64, k = 4 : i64} : (tensor<3xf32>) -> (tensor<4xf32>, tensor<4xi64>)
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

// -----

func.func @concat_nothing() {
  // expected-error@+2 {{has nothing to concatenate}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = "graph.concat"() {axis = 0 : i64} : () -> tensor<0xf32>
  return
}

// -----

func.func @constant_c1() {
  // expected-error@+2 {{a constant is a static tensor, not 'vector<2xf32>'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = "graph.constant"() {value = dense<1.0> : vector<2xf32>} : () -> tensor<2xf32>
  return
}
