// RUN: onnxcc-opt --lower-onnx --split-input-file --verify-diagnostics %s
// What is wrong with a Resize.

func.func @mode(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32> -> tensor<3xf32>
  // expected-error@+1 {{mode 'area' is none of nearest, linear, cubic}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) {mode = "area"} : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @coordinates(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32> -> tensor<3xf32>
  // expected-error@+1 {{coordinate_transformation_mode 'centre' or nearest_mode is unknown}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) {coordinate_transformation_mode = "centre"} : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @roi(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32> -> tensor<3xf32>
  // expected-error@+1 {{roi must be constant}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) {coordinate_transformation_mode = "tf_crop_and_resize"} : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @scales(%x0: tensor<1x1x4xf32>, %x1: tensor<3xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  // expected-error@+1 {{scales must be constant}}
  %0 = onnx.node "Resize" (%x0, %none, %x1) : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @count(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 2.0]> : tensor<2xf32> -> tensor<2xf32>
  // expected-error@+1 {{as many scales or sizes as axes are needed}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) : (tensor<1x1x4xf32>, none, tensor<2xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

#d = affine_map<()[s0] -> (1, 1, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @aspect(%x0: tensor<1x1x?xf32, #d>) -> tensor<*xf32> {
    %none = onnx.absent
    %c0 = onnx.constant dense<[1, 1, 8]> : tensor<3xi64> -> tensor<3xi64>
    // expected-error@+1 {{needs fixed extents, got [1,1,n]}}
    %0 = onnx.node "Resize" (%x0, %none, %none, %c0) {keep_aspect_ratio_policy = "not_larger"} : (tensor<1x1x?xf32, #d>, none, none, tensor<3xi64>) -> tensor<*xf32>
    return %0 : tensor<*xf32>
  }
}

// -----

#d = affine_map<()[s0] -> (1, 1, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @extent(%x0: tensor<1x1x?xf32, #d>) -> tensor<*xf32> {
    %none = onnx.absent
    %c0 = onnx.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32> -> tensor<3xf32>
    // expected-error@+1 {{resizing axis 2 needs a fixed extent, got [1,1,n]}}
    %0 = onnx.node "Resize" (%x0, %none, %c0) : (tensor<1x1x?xf32, #d>, none, tensor<3xf32>) -> tensor<*xf32>
    return %0 : tensor<*xf32>
  }
}

// -----

func.func @growth(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 1.0, 3.0e38]> : tensor<3xf32> -> tensor<3xf32>
  // expected-error@+1 {{cannot resize axis 2 from 4 to 4611686018427387904 elements; up to 16777216 are supported}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @negative(%x0: tensor<1x1x4xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1.0, 1.0, -1.0]> : tensor<3xf32> -> tensor<3xf32>
  // expected-error@+1 {{cannot resize axis 2 from 4 to -1 elements; up to 16777216 are supported}}
  %0 = onnx.node "Resize" (%x0, %none, %c0) : (tensor<1x1x4xf32>, none, tensor<3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @nothing(%x0: tensor<1x1x0xf32>) -> tensor<*xf32> {
  %none = onnx.absent
  %c0 = onnx.constant dense<[1, 1, 4]> : tensor<3xi64> -> tensor<3xi64>
  // expected-error@+1 {{cannot resize axis 2 from 0 to 4 elements; up to 16777216 are supported}}
  %0 = onnx.node "Resize" (%x0, %none, %none, %c0) : (tensor<1x1x0xf32>, none, none, tensor<3xi64>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
