// RUN: onnxcc-opt %s --separate-destinations | FileCheck %s

#id = affine_map<(i) -> (i)>

// A launch's destination and the tensor that its result is inserted into, made one by CSE.
// CHECK-LABEL: func.func @half
// CHECK:       %[[A:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT:  %[[B:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-DAG:   kernel.map {{.*}} outs(%[[A]] :
// CHECK-DAG:   tensor.insert_slice %{{.*}} into %[[B]][2]
func.func @half(%x: tensor<4xf32>, %piece: tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %0 = kernel.map over affine_map<() -> (4)> [#id, #id] ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32):
    %r = math.exp %a : f32
    kernel.yield %r : f32
  } -> tensor<4xf32>
  %1 = tensor.insert_slice %piece into %e[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
