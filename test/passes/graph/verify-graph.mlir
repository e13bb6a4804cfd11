// RUN: onnxcc-opt --verify-graph --split-input-file --verify-diagnostics %s

func.func @left_over(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{this op does not belong to the phase 'graph'}}
  %0 = onnx.node "Relu" (%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error@+1 {{expects ranked tensors}}
func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}

// -----

// expected-error@+1 {{expects the extents of a dynamic tensor as its encoding}}
func.func @no_extents(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
