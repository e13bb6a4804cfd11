// RUN: onnxcc-opt %s --lower-onnx --split-input-file --verify-diagnostics | FileCheck %s

// No code computes what has no elements.
// CHECK-LABEL: func @results
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[EMPTY:.*]] = graph.constant dense<> : tensor<2x0xf32>
// CHECK-NEXT: return %[[X]], %[[EMPTY]], %[[EMPTY]]
func.func @results(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x0xf32>, tensor<2x0xf32>) {
  %split = onnx.constant dense<[3, 0]> : tensor<2xi64> -> tensor<2xi64>
  %0:2 = onnx.node "Split"(%x, %split) {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> (tensor<2x3xf32>, tensor<2x0xf32>)
  %1 = onnx.node "Relu"(%0#1) : (tensor<2x0xf32>) -> tensor<2x0xf32>
  return %0#0, %0#1, %1 : tensor<2x3xf32>, tensor<2x0xf32>, tensor<2x0xf32>
}

// -----

// Of a dynamic dimension: the empty axis is a constant's, the other one repeats it.
// CHECK: #[[MAP:.*]] = affine_map<()[s0] -> (s0, 0)>
// CHECK-LABEL: func @dynamic
// CHECK: %[[EMPTY:.*]] = graph.constant dense<> : tensor<1x0xf32>
// CHECK: %[[ALL:.*]] = graph.broadcast %[[EMPTY]] to #[[MAP]]
// CHECK: return %[[ALL]]
#in = affine_map<()[s0] -> (s0, 3)>
#out = affine_map<()[s0] -> (s0, 0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
  func.func @dynamic(%x: tensor<?x3xf32, #in>) -> tensor<?x0xf32, #out> {
    %one = onnx.constant dense<1> : tensor<1xi64> -> tensor<1xi64>
    %0 = onnx.node "Slice"(%x, %one, %one, %one) : (tensor<?x3xf32, #in>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x0xf32, #out>
    return %0 : tensor<?x0xf32, #out>
  }
}

// -----

// What has elements is the neutral one: of a sum, of a product's sum, a pad's value.
// CHECK-LABEL: func @operands
// CHECK-DAG: %[[ZERO:.*]] = graph.constant dense<0.000000e+00> : tensor<f32>
// CHECK-DAG: %[[MAX:.*]] = graph.constant dense<0xFF800000> : tensor<2x1xf32>
// CHECK-DAG: %[[PRODUCT:.*]] = graph.broadcast %[[ZERO]] to #{{.*}} : (tensor<f32>) -> tensor<2x4xf32>
// CHECK: return %[[PRODUCT]], %[[MAX]], %arg2
func.func @operands(%a: tensor<2x0xf32>, %b: tensor<0x4xf32>, %c: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x1xf32>, tensor<2x4xf32>) {
  %0 = onnx.node "MatMul"(%a, %b) : (tensor<2x0xf32>, tensor<0x4xf32>) -> tensor<2x4xf32>
  %axes = onnx.constant dense<1> : tensor<1xi64> -> tensor<1xi64>
  %1 = onnx.node "ReduceMax"(%a, %axes) : (tensor<2x0xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %2 = onnx.node "Concat"(%b, %c, %b) {axis = 0 : i64} : (tensor<0x4xf32>, tensor<2x4xf32>, tensor<0x4xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x1xf32>, tensor<2x4xf32>
}

// -----

func.func @choose(%a: tensor<2x0xf32>) -> tensor<2xi64> {
  // expected-error@+1 {{there are no elements in [2,0] to choose from}}
  %0 = onnx.node "ArgMax"(%a) {axis = 1 : i64, keepdims = 0 : i64} : (tensor<2x0xf32>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// -----

func.func @reflect(%a: tensor<2x0xf32>) -> tensor<2x2xf32> {
  %pads = onnx.constant dense<[0, 1, 0, 1]> : tensor<4xi64> -> tensor<4xi64>
  // expected-error@+1 {{axis 1 of [2,0] is too short for a pad of 1 in mode edge}}
  %0 = onnx.node "Pad"(%a, %pads) {mode = "edge"} : (tensor<2x0xf32>, tensor<4xi64>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
