// RUN: onnxcc-opt %s --place-results | FileCheck %s

#id = affine_map<(i) -> (i)>
#id2 = affine_map<(i, j) -> (i, j)>

// The launch writes the caller's buffer, through the reshape behind it.
// CHECK-LABEL: func.func @reshaped
// CHECK-SAME:  (%[[X:.*]]: memref<2x4xf32> {kernel.role = "in", onnx.name = "x"}, %[[Y:.*]]: memref<8xf32> {kernel.role = "out", onnx.name = "y"}) {
// CHECK-DAG:   %[[IN:.*]] = bufferization.to_tensor %[[X]] restrict : memref<2x4xf32>
// CHECK-DAG:   %[[OUT:.*]] = bufferization.to_tensor %[[Y]] restrict writable : memref<8xf32>
// CHECK:       %[[PLACE:.*]] = tensor.expand_shape %[[OUT]] {{\[\[}}0, 1]]
// CHECK:       kernel.map {{.*}} ins(%[[IN]] : {{.*}}) outs(%[[PLACE]] :
// CHECK:       bufferization.materialize_in_destination %{{.*}} in restrict writable %[[Y]]
// CHECK-NEXT:  return
func.func @reshaped(%x: tensor<2x4xf32> {onnx.name = "x"}) -> (tensor<8xf32> {onnx.name = "y"}) {
  %e = tensor.empty() : tensor<2x4xf32>
  %0 = kernel.map over affine_map<() -> (2, 4)> [#id2, #id2] ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2x4xf32>
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  return %1 : tensor<8xf32>
}

// A concatenation is made in the caller's buffer.
// CHECK-LABEL: func.func @concat
// CHECK:       %[[OUT:.*]] = bufferization.to_tensor %{{.*}} restrict writable
// CHECK:       tensor.insert_slice %{{.*}} into %[[OUT]][0] [2] [1]
func.func @concat(%x: tensor<2xf32>) -> tensor<4xf32> {
  %whole = tensor.empty() : tensor<4xf32>
  %e = tensor.empty() : tensor<2xf32>
  %0 = kernel.map over affine_map<() -> (2)> [#id, #id] ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  %1 = tensor.insert_slice %0 into %whole[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %2 : tensor<4xf32>
}

// One value returned twice is computed in one place and copied to the other.
// CHECK-LABEL: func.func @twice
// CHECK:       %[[OUT:.*]] = bufferization.to_tensor %[[Y:.*]] restrict writable
// CHECK:       %[[R:.*]] = kernel.map {{.*}} outs(%[[OUT]] :
// CHECK:       bufferization.materialize_in_destination %[[R]] in restrict writable %[[Y]]
// CHECK:       bufferization.materialize_in_destination %[[R]] in restrict writable
func.func @twice(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %e = tensor.empty() : tensor<2xf32>
  %0 = kernel.map over affine_map<() -> (2)> [#id, #id] ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<2xf32>
  return %0, %0 : tensor<2xf32>, tensor<2xf32>
}

// What two results complete differently is in neither's buffer: the copy into one would destroy the other.
// CHECK-LABEL: func.func @completed_twice
// CHECK:       %[[E:.*]] = tensor.empty() : tensor<4xf32>
// CHECK:       tensor.insert_slice %{{.*}} into %[[E]][0] [2] [1]
// CHECK:       %[[A:.*]] = kernel.map {{.*}} ins(%{{.*}}) outs(%{{.*}})
// CHECK:       bufferization.materialize_in_destination %[[A]] in restrict writable
// CHECK:       %[[B:.*]] = kernel.map
// CHECK:       bufferization.materialize_in_destination %[[B]] in restrict writable
func.func @completed_twice(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %whole = tensor.empty() : tensor<4xf32>
  %0 = tensor.insert_slice %x into %whole[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %1 = tensor.insert_slice %x into %0[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %y into %0[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// Each result of a call has a place of its own.
// CHECK-LABEL: func.func @several
// CHECK-SAME:  (%{{.*}}: memref<4xf32> {{.*}}, %[[Y:.*]]: memref<2xi64> {{.*}}, %[[Z:.*]]: memref<2xf32> {{.*}})
// CHECK-DAG:   %[[I:.*]] = bufferization.to_tensor %[[Y]]
// CHECK-DAG:   %[[V:.*]] = bufferization.to_tensor %[[Z]]
// CHECK:       kernel.call "top_k" {{.*}} outs(%[[V]], %[[I]] :
func.func @several(%x: tensor<4xf32>) -> (tensor<2xi64>, tensor<2xf32>) {
  %v = tensor.empty() : tensor<2xf32>
  %i = tensor.empty() : tensor<2xi64>
  %0:2 = kernel.call "top_k" {} over affine_map<() -> (1, 4, 1, 2)> ins(%x : tensor<4xf32>) outs(%v, %i : tensor<2xf32>, tensor<2xi64>) -> tensor<2xf32>, tensor<2xi64>
  return %0#1, %0#0 : tensor<2xi64>, tensor<2xf32>
}

// What is updated is computed in the caller's buffer, or copied there once.
// CHECK-LABEL: func.func @updated
// CHECK-DAG:   %[[Y:.*]] = bufferization.to_tensor %arg3 restrict writable
// CHECK-DAG:   %[[Z:.*]] = bufferization.to_tensor %arg4 restrict writable
// CHECK:       %[[MADE:.*]] = kernel.map {{.*}} outs(%[[Y]] :
// CHECK:       kernel.call "scatter_elements" {{.*}} outs(%[[MADE]] :
// CHECK:       %[[COPIED:.*]] = kernel.map {{.*}} outs(%[[Z]] :
// CHECK:       kernel.call "scatter_elements" {{.*}} outs(%[[COPIED]] :
func.func @updated(%x: tensor<4xf32>, %i: tensor<2xi64>, %u: tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %r = kernel.map over affine_map<() -> (4)> [#id, #id] ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
  } -> tensor<4xf32>
  %0 = kernel.call "scatter_elements" {axis = 0, combine = "Sum"} over affine_map<() -> (4, 2)> updates [0] ins(%i, %u : tensor<2xi64>, tensor<2xf32>) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %1 = kernel.call "scatter_elements" {axis = 0, combine = "Sum"} over affine_map<() -> (4, 2)> updates [0] ins(%i, %u : tensor<2xi64>, tensor<2xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
