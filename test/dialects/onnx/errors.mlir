// RUN: onnxcc-opt %s --split-input-file --verify-diagnostics

func.func @names(%c: tensor<i1>) -> tensor<f32> { // onnx_c1
  // expected-error @+1 {{has 1 subgraphs and 2 names for them}}
  %y = onnx.node "If" (%c) graphs ["then_branch", "else_branch"] : (tensor<i1>) -> tensor<f32> {
    %a = onnx.constant dense<1.0> : tensor<f32> -> tensor<f32>
    onnx.yield %a : tensor<f32>
  }
  return %y : tensor<f32>
}

// -----

func.func @terminator(%c: tensor<i1>) -> tensor<f32> { // onnx_c2
  // expected-error @+1 {{has a subgraph that does not end in onnx.yield}}
  %y = onnx.node "If" (%c) graphs ["then_branch"] : (tensor<i1>) -> tensor<f32> {
    %a = onnx.constant dense<1.0> : tensor<f32> -> tensor<f32>
  }
  return %y : tensor<f32>
}

// -----

func.func @constant() { // onnx_c3
  // expected-error @+1 {{has a value of another type than its result}}
  %a = onnx.constant dense<1.0> : tensor<f32> -> tensor<1xf32>
  return
}
