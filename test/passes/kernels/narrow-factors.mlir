// RUN: onnxcc-opt %s --lower-graph --narrow-factors | FileCheck %s

// Bytes that were widened, less a zero point that is known in the call.
// CHECK-LABEL: func.func @given
// CHECK-SAME:  %[[A:[^:]*]]: tensor<5x7xi8>{{.*}}, %[[Z:[^:]*]]: tensor<i8>{{.*}}, %[[B:[^:]*]]: tensor<7x6xi8>
// CHECK:       kernel.contract sum unsigned [0] beside(input_zero) over {{.*}} ins(%[[A]], %[[B]], %[[Z]] : tensor<5x7xi8>, tensor<7x6xi8>, tensor<i8>)
// CHECK-NOT:   kernel.map
func.func @given(%a: tensor<5x7xui8>, %z: tensor<ui8>, %b: tensor<7x6xi8>) -> tensor<5x6xi32> {
  %0 = graph.cast %a {to = i32} : (tensor<5x7xui8>) -> tensor<5x7xi32>
  %1 = graph.cast %z {to = i32} : (tensor<ui8>) -> tensor<i32>
  %2 = graph.broadcast %1 to affine_map<() -> (5, 7)> : (tensor<i32>) -> tensor<5x7xi32>
  %3 = graph.sub %0, %2 : (tensor<5x7xi32>, tensor<5x7xi32>) -> tensor<5x7xi32>
  %4 = graph.cast %b {to = i32} : (tensor<7x6xi8>) -> tensor<7x6xi32>
  %5 = graph.matmul %3, %4 : (tensor<5x7xi32>, tensor<7x6xi32>) -> tensor<5x6xi32>
  return %5 : tensor<5x6xi32>
}

// Constants are bytes where their integers are near enough to each other, here from -1 to 254: as signed bytes they have a zero point.
// CHECK-LABEL: func.func @constant
// CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{\[\[}}-128, 127], [0, 1]]> : tensor<2x2xi8>
// CHECK-DAG:   %[[WZ:.*]] = arith.constant dense<-127> : tensor<i8>
// CHECK-DAG:   %[[XZ:.*]] = arith.constant dense<-5> : tensor<i8>
// CHECK:       kernel.contract sum beside(input_zero, weight_zero) over {{.*}} ins(%{{.*}}, %[[W]], %[[XZ]], %[[WZ]] :
func.func @constant(%a: tensor<3x2xi8>) -> tensor<3x2xi32> {
  %c = graph.constant dense<5> : tensor<i32>
  %w = graph.constant dense<[[-1, 254], [127, 128]]> : tensor<2x2xi32>
  %0 = graph.cast %a {to = i32} : (tensor<3x2xi8>) -> tensor<3x2xi32>
  %1 = graph.broadcast %c to affine_map<() -> (3, 2)> : (tensor<i32>) -> tensor<3x2xi32>
  %2 = graph.add %0, %1 : (tensor<3x2xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
  %3 = graph.matmul %2, %w : (tensor<3x2xi32>, tensor<2x2xi32>) -> tensor<3x2xi32>
  return %3 : tensor<3x2xi32>
}

// What lies between, a reshape or another order, moves the bytes.
// CHECK-LABEL: func.func @moved
// CHECK:       tensor.collapse_shape %{{.*}} : tensor<2x3x4xi8> into tensor<6x4xi8>
// CHECK:       kernel.contract sum over {{.*}} : tensor<6x4xi8>, tensor<4x2xi8>)
func.func @moved(%a: tensor<2x3x4xi8>) -> tensor<6x2xi32> {
  %w = graph.constant dense<3> : tensor<4x2xi32>
  %0 = graph.cast %a {to = i32} : (tensor<2x3x4xi8>) -> tensor<2x3x4xi32>
  %1 = graph.reshape %0 to affine_map<() -> (6, 4)> : (tensor<2x3x4xi32>) -> tensor<6x4xi32>
  %2 = graph.matmul %1, %w : (tensor<6x4xi32>, tensor<4x2xi32>) -> tensor<6x2xi32>
  return %2 : tensor<6x2xi32>
}

// Integers of unknown size stay what they are; so do constants too far apart, and a zero point that differs along what is summed.
// CHECK-LABEL: func.func @wide
// CHECK-COUNT-3: kernel.contract sum over {{.*}}xi32>, tensor<{{.*}}xi32>)
func.func @wide(%a: tensor<3x2xi32>, %b: tensor<3x2xi8>) -> (tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>) {
  %w = graph.constant dense<[[-1, 1], [2, 3]]> : tensor<2x2xi32>
  %far = graph.constant dense<[[-1, 1], [2, 300]]> : tensor<2x2xi32>
  %z = graph.constant dense<[1, 2]> : tensor<2xi32>
  %0 = graph.matmul %a, %w : (tensor<3x2xi32>, tensor<2x2xi32>) -> tensor<3x2xi32>
  %1 = graph.cast %b {to = i32} : (tensor<3x2xi8>) -> tensor<3x2xi32>
  %2 = graph.matmul %1, %far : (tensor<3x2xi32>, tensor<2x2xi32>) -> tensor<3x2xi32>
  %3 = graph.broadcast %z to affine_map<() -> (3, 2)> : (tensor<2xi32>) -> tensor<3x2xi32>
  %4 = graph.sub %1, %3 : (tensor<3x2xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
  %5 = graph.matmul %4, %w : (tensor<3x2xi32>, tensor<2x2xi32>) -> tensor<3x2xi32>
  return %0, %2, %5 : tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>
}
