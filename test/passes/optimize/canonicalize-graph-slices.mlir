// RUN: onnxcc-opt --canonicalize-graph --split-input-file %s | FileCheck %s

// A slice of what a pad surrounds is one of the operand; one that takes padding stays.
// CHECK-DAG: #[[START:.*]] = affine_map<() -> (0, 1)>
// CHECK-DAG: #[[SIZE:.*]] = affine_map<() -> (2, 3)>
// CHECK-LABEL: func.func @pads(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x4xf32>
func.func @pads(%x: tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x3xf32>) {
  // CHECK-DAG: %[[S:.*]] = graph.slice %[[X]] at #[[START]] sizes #[[SIZE]] steps [1, 1]
  // CHECK-DAG: %[[P:.*]] = graph.pad
  // CHECK-DAG: %[[T:.*]] = graph.slice %[[P]]
  // CHECK: return %[[S]], %[[X]], %[[T]]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %p = graph.pad constant %x, %zero low [0, 2] high [0, 1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x7xf32>
  %a = graph.slice %p at affine_map<() -> (0, 3)> sizes affine_map<() -> (2, 3)> steps [1, 1] : (tensor<2x7xf32>) -> tensor<2x3xf32>
  %b = graph.slice %p at affine_map<() -> (0, 2)> sizes affine_map<() -> (2, 4)> steps [1, 1] : (tensor<2x7xf32>) -> tensor<2x4xf32>
  %c = graph.slice %p at affine_map<() -> (0, 1)> sizes affine_map<() -> (2, 3)> steps [1, 1] : (tensor<2x7xf32>) -> tensor<2x3xf32>
  return %a, %b, %c : tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x3xf32>
}

// -----

// Constant indices at equal distances, from the end and backwards too; others stay a gather.
// CHECK-DAG: #[[AT5:.*]] = affine_map<() -> (5, 0)>
// CHECK-DAG: #[[AT1:.*]] = affine_map<() -> (1, 0)>
// CHECK-DAG: #[[AT3:.*]] = affine_map<() -> (3, 0)>
// CHECK-LABEL: func.func @gathers(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<6x2xf32>
func.func @gathers(%x: tensor<6x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>, tensor<2x2xf32>, tensor<3x2xf32>) {
  // CHECK-DAG: %[[LAST:.*]] = graph.slice %[[X]] at #[[AT5]] sizes #{{.*}} steps [1, 1]
  // CHECK-DAG: %[[FLAT:.*]] = graph.reshape %[[LAST]]
  // CHECK-DAG: %[[ODD:.*]] = graph.slice %[[X]] at #[[AT1]] sizes #{{.*}} steps [2, 1]
  // CHECK-DAG: %[[BACK:.*]] = graph.slice %[[X]] at #[[AT3]] sizes #{{.*}} steps [-1, 1]
  // CHECK-DAG: %[[G:.*]] = graph.gather %[[X]]
  // CHECK: return %[[FLAT]], %[[ODD]], %[[BACK]], %[[G]]
  %i = graph.constant dense<-1> : tensor<i64>
  %j = graph.constant dense<[1, 3, 5]> : tensor<3xi64>
  %k = graph.constant dense<[3, 2]> : tensor<2xi64>
  %l = graph.constant dense<[0, 1, 3]> : tensor<3xi64>
  %a = graph.gather %x, %i {axis = 0 : i64} : (tensor<6x2xf32>, tensor<i64>) -> tensor<2xf32>
  %b = graph.gather %x, %j {axis = 0 : i64} : (tensor<6x2xf32>, tensor<3xi64>) -> tensor<3x2xf32>
  %c = graph.gather %x, %k {axis = 0 : i64} : (tensor<6x2xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  %d = graph.gather %x, %l {axis = 0 : i64} : (tensor<6x2xf32>, tensor<3xi64>) -> tensor<3x2xf32>
  return %a, %b, %c, %d : tensor<2xf32>, tensor<3x2xf32>, tensor<2x2xf32>, tensor<3x2xf32>
}

// -----

// Concats: of one tensor, of concats, with an empty one.
// CHECK-LABEL: func.func @concats(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x4xf32>, %[[Y:[a-z0-9]*]]: tensor<2x1xf32>, %[[E:[a-z0-9]*]]: tensor<2x0xf32>
func.func @concats(%x: tensor<2x4xf32>, %y: tensor<2x1xf32>, %e: tensor<2x0xf32>) -> (tensor<2x4xf32>, tensor<2x6xf32>) {
  // CHECK-NEXT: %[[C:.*]] = graph.concat %[[Y]], %[[X]], %[[Y]] {axis = 1 : i64}
  // CHECK-NEXT: return %[[X]], %[[C]]
  %one = graph.concat %x {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %inner = graph.concat %x, %e, %y {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2x0xf32>, tensor<2x1xf32>) -> tensor<2x5xf32>
  %outer = graph.concat %y, %inner {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x5xf32>) -> tensor<2x6xf32>
  return %one, %outer : tensor<2x4xf32>, tensor<2x6xf32>
}
