// RUN: onnxcc-opt --lower-onnx --split-input-file --verify-diagnostics %s
// What is wrong with shapes, slices and pads; sizes that data asks for are bounded.

func.func @two_inferred(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[-1, -1]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{shape [-1,-1] has more than one -1}}
  %0 = onnx.node "Reshape" (%x0, %c0) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @nothing_to_infer(%x0: tensor<2x0xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[0, 0, -1]> : tensor<3xi64> -> tensor<3xi64>
  // expected-error@+1 {{the -1 in shape [0,0,-1] could be anything, as another entry is 0}}
  %0 = onnx.node "Reshape" (%x0, %c0) {allowzero = 1 : i64} : (tensor<2x0xf32>, tensor<3xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @far_shape(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<9223372036854775807> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{shape has the entry 9223372036854775807, for which no machine has the memory}}
  %0 = onnx.node "Reshape" (%x0, %c0) : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @squeeze(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{axis 0 of [2,3] is not 1}}
  %0 = onnx.node "Squeeze" (%x0, %c0) : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @unsqueeze(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[0, 0]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{an axis is given twice}}
  %0 = onnx.node "Unsqueeze" (%x0, %c0) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @repeats(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<2> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{1 repeats for an input of rank 2}}
  %0 = onnx.node "Tile" (%x0, %c0) : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @many_repeats(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1, 70368744177664]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{would make a tensor of shape [2,70368744177664,3], for which no machine has the memory}}
  %0 = onnx.node "Tile" (%x0, %c0) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @negative_repeats(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1, -2]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{would make a tensor of shape [2,-2,3], which has a negative extent}}
  %0 = onnx.node "Tile" (%x0, %c0) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @negative_expand(%x0: tensor<1xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<-2> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{would make a tensor of shape [-2], which has a negative extent}}
  %0 = onnx.node "Expand" (%x0, %c0) : (tensor<1xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @constant_of_shape() -> tensor<*xf32> {
  %c0 = onnx.constant dense<[4611686018427387904, 4]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{shape has the entry 4611686018427387904, for which no machine has the memory}}
  %0 = onnx.node "ConstantOfShape" (%c0) : (tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @constant_of_large_shape() -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1099511627776, 1099511627776]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{would make a tensor of shape [1099511627776,1099511627776], for which no machine has the memory}}
  %0 = onnx.node "ConstantOfShape" (%c0) : (tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @constant_of_negative_shape() -> tensor<*xf32> {
  %c0 = onnx.constant dense<-1> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{would make a tensor of shape [-1], which has a negative extent}}
  %0 = onnx.node "ConstantOfShape" (%c0) : (tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @standing_range() -> tensor<*xf32> {
  %c0 = onnx.constant dense<0> : tensor<i64> -> tensor<i64>
  %c1 = onnx.constant dense<5> : tensor<i64> -> tensor<i64>
  %c2 = onnx.constant dense<0> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{delta is 0}}
  %0 = onnx.node "Range" (%c0, %c1, %c2) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @long_range() -> tensor<*xf32> {
  %c0 = onnx.constant dense<-9223372036854775808> : tensor<i64> -> tensor<i64>
  %c1 = onnx.constant dense<9223372036854775807> : tensor<i64> -> tensor<i64>
  %c2 = onnx.constant dense<1> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{would make a tensor of shape [9223372036854775807], for which no machine has the memory}}
  %0 = onnx.node "Range" (%c0, %c1, %c2) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @long_real_range() -> tensor<*xf32> {
  %c0 = onnx.constant dense<0.0> : tensor<f32> -> tensor<f32>
  %c1 = onnx.constant dense<3.0e38> : tensor<f32> -> tensor<f32>
  %c2 = onnx.constant dense<1.0e-30> : tensor<f32> -> tensor<f32>
  // expected-error@+1 {{would make a tensor of shape [4611686018427387904], for which no machine has the memory}}
  %0 = onnx.node "Range" (%c0, %c1, %c2) : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @range_of_data(%x0: tensor<i64>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<0> : tensor<i64> -> tensor<i64>
  %c1 = onnx.constant dense<1> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{the number of elements must be known at compile time}}
  %0 = onnx.node "Range" (%c0, %x0, %c1) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @eye_of_vector(%x0: tensor<3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects a matrix, got [3]}}
  %0 = onnx.node "EyeLike" (%x0) : (tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @wide_window() -> tensor<*xf32> {
  %c0 = onnx.constant dense<1099511627776> : tensor<i64> -> tensor<i64>
  // expected-error@+1 {{size is 1099511627776, not from 0 to 16777216}}
  %0 = onnx.node "HannWindow" (%c0) : (tensor<i64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @strings() -> tensor<*xf32> {
  // expected-error@+1 {{constants of strings and sparse constants are not supported}}
  %0 = onnx.node "Constant" () {value_string = "a"} : () -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @shape_of_data(%x0: tensor<1xf32>, %x1: tensor<1xi64>) -> tensor<*xf32> {
  // expected-error@+1 {{shape must be known at compile time (a constant, or computed from dimensions)}}
  %0 = onnx.node "Expand" (%x0, %x1) : (tensor<1xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @no_shape(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{shape is missing}}
  %0 = onnx.node "Reshape" (%x0) : (tensor<2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @training(%x0: tensor<2xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<true> : tensor<i1> -> tensor<i1>
  // expected-error@+1 {{training_mode must be false: export the model for inference}}
  %0 = onnx.node "Dropout" (%x0, %none, %c0) : (tensor<2xf32>, none, tensor<i1>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

#d = affine_map<()[s0] -> (s0, 3)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @even_split(%x0: tensor<?x3xf32, #d>) -> tensor<*xf32> {
    // expected-error@+1 {{splitting axis 0 of [n,3] evenly needs a fixed extent}}
    %0:2 = onnx.node "Split" (%x0) {axis = 0 : i64, num_outputs = 2 : i64} : (tensor<?x3xf32, #d>) -> (tensor<*xf32>, tensor<*xf32>)
    return %0#0 : tensor<*xf32>
  }
}

// -----

func.func @slice_sizes(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[0, 0]> : tensor<2xi64> -> tensor<2xi64>
  %c1 = onnx.constant dense<1> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{starts, ends, axes and steps differ in size}}
  %0 = onnx.node "Slice" (%x0, %c0, %c1) : (tensor<2x3xf32>, tensor<2xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @slice_step(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %c1 = onnx.constant dense<1> : tensor<1xi64> -> tensor<1xi64>
  %c2 = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  %c3 = onnx.constant dense<0> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{a step is 0}}
  %0 = onnx.node "Slice" (%x0, %c0, %c1, %c2, %c3) : (tensor<2x3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @pads(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1, 1]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{2 pads for 2 axes}}
  %0 = onnx.node "Pad" (%x0, %c0) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @far_pad(%x0: tensor<3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[0, 9223372036854775807]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{pads has the entry 9223372036854775807, for which no machine has the memory}}
  %0 = onnx.node "Pad" (%x0, %c0) : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @overcut(%x0: tensor<3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[-2, -2]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{the size on axis 0 is negative: -1}}
  %0 = onnx.node "Pad" (%x0, %c0) : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @pad_mode(%x0: tensor<3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[1, 1]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{mode 'mirror' is none of constant, edge, reflect, wrap}}
  %0 = onnx.node "Pad" (%x0, %c0) {mode = "mirror"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @cut_and_grow(%x0: tensor<3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[-1, 1]> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{mode 'edge' with negative pads is not supported}}
  %0 = onnx.node "Pad" (%x0, %c0) {mode = "edge"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @depth(%x0: tensor<4x2x2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 4 and a positive blocksize, got [4,2,2] and 2}}
  %0 = onnx.node "DepthToSpace" (%x0) {blocksize = 2 : i64} : (tensor<4x2x2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @space(%x0: tensor<1x1x2x2xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{expects an input of rank 4 and a positive blocksize, got [1,1,2,2] and 0}}
  %0 = onnx.node "SpaceToDepth" (%x0) {blocksize = 0 : i64} : (tensor<1x1x2x2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @center(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<2> : tensor<1xi64> -> tensor<1xi64>
  // expected-error@+1 {{expects fixed extents and one entry of shape an axis}}
  %0 = onnx.node "CenterCropPad" (%x0, %c0) : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @parts(%x0: tensor<3xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %c0 = onnx.constant dense<1> : tensor<2xi64> -> tensor<2xi64>
  // expected-error@+1 {{parts [1,1] do not make up axis 0 of [3] in 2 outputs}}
  %0:2 = onnx.node "Split" (%x0, %c0) : (tensor<3xf32>, tensor<2xi64>) -> (tensor<*xf32>, tensor<*xf32>)
  return %0#0, %0#1 : tensor<*xf32>, tensor<*xf32>
}

// -----

module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"m", 1, 8>]} {
func.func @maybe_empty(%x: tensor<8xf32>, %n: tensor<?xf32, affine_map<()[s0, s1] -> (s0)>>, %m: tensor<?xf32, affine_map<()[s0, s1] -> (s1)>>) -> tensor<*xf32> {
  %start = onnx.node "Shape" (%n) : (tensor<?xf32, affine_map<()[s0, s1] -> (s0)>>) -> tensor<1xi64>
  %end = onnx.node "Shape" (%m) : (tensor<?xf32, affine_map<()[s0, s1] -> (s1)>>) -> tensor<1xi64>
  // expected-error@+1 {{the slice of axis 0 of [8] is empty for some dimensions only: fix one with --dim}}
  %0 = onnx.node "Slice" (%x, %start, %end) : (tensor<8xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
}

// -----

func.func @unfold(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{axis 1 of [2,3] is shorter than a slice of 4, or may be}}
  %0 = onnx.node "UnfoldTensor" in "com.microsoft" (%x0) {size = 4 : i64} : (tensor<2x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @reshape_copies(%x0: tensor<2x3xf32>) -> tensor<*xf32> {
  %c0 = onnx.constant dense<[2, 3, 0]> : tensor<3xi64> -> tensor<3xi64>
  // expected-error@+1 {{entry 2 of shape [2,3,0] copies an axis that [2,3] lacks}}
  %0 = onnx.node "Reshape" (%x0, %c0) : (tensor<2x3xf32>, tensor<3xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
