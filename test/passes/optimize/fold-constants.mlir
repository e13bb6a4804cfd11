// RUN: onnxcc-opt --fold-constants --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --fold-constants="growth=1 floor=16" --split-input-file %s | FileCheck %s --check-prefix=TIGHT

// CHECK-LABEL: func.func @values(
func.func @values() -> (tensor<2x2xf32>, tensor<3x2xi64>, tensor<2xf32>) {
  // CHECK-DAG: %[[P:.*]] = graph.constant dense<{{\[}}[7.000000e+00, 1.000000e+01], [1.500000e+01, 2.200000e+01]]> : tensor<2x2xf32>
  // CHECK-DAG: %[[T:.*]] = graph.constant dense<{{\[}}[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi64>
  // CHECK-DAG: %[[S:.*]] = graph.constant dense<[4.000000e+00, 6.000000e+00]> : tensor<2xf32>
  // CHECK: return %[[P]], %[[T]], %[[S]]
  %a = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %p = graph.matmul %a, %a : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %b = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %t = graph.transpose %b by [1, 0] : (tensor<2x3xi64>) -> tensor<3x2xi64>
  %s = graph.reduce sum %a over [0] : (tensor<2x2xf32>) -> tensor<2xf32>
  return %p, %t, %s : tensor<2x2xf32>, tensor<3x2xi64>, tensor<2xf32>
}

// -----

// Splats stay splats and need no budget; a broadcast stays, and is read through.
// CHECK-LABEL: func.func @splats(
// TIGHT-LABEL: func.func @splats(
func.func @splats() -> (tensor<1000x1000xf32>, tensor<64x64xf32>, tensor<2x3xf32>) {
  // CHECK-DAG: graph.constant dense<3.000000e+00> : tensor<1000x1000xf32>
  // CHECK-DAG: graph.broadcast {{.*}} -> tensor<64x64xf32>
  // CHECK-DAG: graph.constant dense<{{\[}}[2.000000e+00, 3.000000e+00, 4.000000e+00], [2.000000e+00, 3.000000e+00, 4.000000e+00]]> : tensor<2x3xf32>
  // TIGHT: graph.add {{.*}} -> tensor<2x3xf32>
  %one = graph.constant dense<1.0> : tensor<1000x1000xf32>
  %two = graph.constant dense<2.0> : tensor<1000x1000xf32>
  %three = graph.add %one, %two : (tensor<1000x1000xf32>, tensor<1000x1000xf32>) -> tensor<1000x1000xf32>
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %d = graph.constant dense<1.0> : tensor<f32>
  %dd = graph.broadcast %d to affine_map<() -> (64, 64)> : (tensor<f32>) -> tensor<64x64xf32>
  %e = graph.broadcast %c to affine_map<() -> (2, 3)> : (tensor<3xf32>) -> tensor<2x3xf32>
  %f = graph.broadcast %d to affine_map<() -> (2, 3)> : (tensor<f32>) -> tensor<2x3xf32>
  %g = graph.add %e, %f : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %three, %dd, %g : tensor<1000x1000xf32>, tensor<64x64xf32>, tensor<2x3xf32>
}

// -----

// What is not constant stays; what nobody uses goes.
// CHECK-LABEL: func.func @rest(
func.func @rest(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[Y:.*]] = graph.relu
  // CHECK-NEXT: return %[[Y]]
  %c = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %unused = graph.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = graph.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Whole subgraphs: what lies between need not be within the budget, only what the rest of the model reads, and not both ends of
// a chain become constants.
// CHECK-LABEL: func.func @whole(
// TIGHT-LABEL: func.func @whole(
func.func @whole(%x: tensor<3xf32>) -> tensor<3xf32> {
  // TIGHT-NEXT: %[[S:.*]] = graph.constant dense<[1.280000e+02, 1.920000e+02, 2.560000e+02]> : tensor<3xf32>
  // TIGHT-NEXT: %[[Y:.*]] = graph.add %{{.*}}, %[[S]]
  // TIGHT-NEXT: return %[[Y]]
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %d = graph.constant dense<1.0> : tensor<f32>
  %cb = graph.broadcast %c to affine_map<() -> (64, 3)> : (tensor<3xf32>) -> tensor<64x3xf32>
  %db = graph.broadcast %d to affine_map<() -> (64, 3)> : (tensor<f32>) -> tensor<64x3xf32>
  %e = graph.add %cb, %db : (tensor<64x3xf32>, tensor<64x3xf32>) -> tensor<64x3xf32>
  %s = graph.reduce sum %e over [0] : (tensor<64x3xf32>) -> tensor<3xf32>
  %y = graph.add %x, %s : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

// Too large to be computed here, though the result is small; what it is computed from is read as it is.
// CHECK-LABEL: func.func @room(
func.func @room() -> tensor<3xf32> {
  // CHECK: graph.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
  // CHECK: graph.broadcast
  // CHECK: graph.reduce sum
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %cb = graph.broadcast %c to affine_map<() -> (1000000000, 3)> : (tensor<3xf32>) -> tensor<1000000000x3xf32>
  %s = graph.reduce sum %cb over [0] : (tensor<1000000000x3xf32>) -> tensor<3xf32>
  return %s : tensor<3xf32>
}
