// RUN: onnxcc-opt --reassociate --fold-constants --canonicalize-graph --fold-constants --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --reassociate --fold-constants --canonicalize-graph --fold-constants --split-input-file --remarks-filter=".*" %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// CHECK-LABEL: func.func @constants(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x3xf32>
// CHECK-DAG: %[[A:.*]] = graph.constant dense<[1.100000e+01, 1.200000e+01, 1.300000e+01]>
// CHECK-DAG: %[[B:.*]] = graph.constant dense<6.000000e+00>
// CHECK: %[[AB:.*]] = graph.broadcast %[[A]]
// CHECK: %[[Y:.*]] = graph.add %[[X]], %[[AB]]
// CHECK: %[[BB:.*]] = graph.broadcast %[[B]]
// CHECK: %[[Z:.*]] = graph.mul %[[X]], %[[BB]]
// CHECK: return %[[Y]], %[[Z]]
func.func @constants(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %ten = graph.constant dense<10.0> : tensor<f32>
  %two = graph.constant dense<2.0> : tensor<f32>
  %three = graph.constant dense<3.0> : tensor<f32>
  %cb = graph.broadcast %c to affine_map<() -> (2, 3)> : (tensor<3xf32>) -> tensor<2x3xf32>
  %tenb = graph.broadcast %ten to affine_map<() -> (2, 3)> : (tensor<f32>) -> tensor<2x3xf32>
  %twob = graph.broadcast %two to affine_map<() -> (2, 3)> : (tensor<f32>) -> tensor<2x3xf32>
  %threeb = graph.broadcast %three to affine_map<() -> (2, 3)> : (tensor<f32>) -> tensor<2x3xf32>
  %a = graph.add %x, %cb : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = graph.add %a, %tenb : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %d = graph.mul %x, %twob : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %e = graph.mul %d, %threeb : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %b, %e : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// Two layers without an activation between are one: x [[1, 2], [3, 4]] + [1, 1], then by [[1, 0], [1, 2]].
// CHECK-LABEL: func.func @products(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<5x2xf32>
// CHECK-DAG: %[[W:.*]] = graph.constant dense<{{\[}}[3.000000e+00, 4.000000e+00], [7.000000e+00, 8.000000e+00]]>
// CHECK-DAG: %[[C:.*]] = graph.constant dense<2.000000e+00>
// CHECK: %[[P:.*]] = graph.matmul %[[X]], %[[W]]
// CHECK: %[[CB:.*]] = graph.broadcast %[[C]]
// CHECK: %[[Y:.*]] = graph.add %[[P]], %[[CB]]
// CHECK-NOT: graph.matmul
func.func @products(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %a = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = graph.constant dense<[[1.0, 0.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %c = graph.constant dense<1.0> : tensor<f32>
  %cb = graph.broadcast %c to affine_map<() -> (5, 2)> : (tensor<f32>) -> tensor<5x2xf32>
  %p = graph.matmul %x, %a : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %s = graph.add %p, %cb : (tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %s, %b : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  return %y : tensor<5x2xf32>
}

// -----

// A bottleneck is less work as it is; what has another reader is computed anyway.
// CHECK-LABEL: func.func @kept(
// CHECK: graph.matmul
// CHECK: graph.matmul
// CHECK: graph.add
// CHECK: graph.add
// WHY-DAG: Reason="what it reads has other readers"
// WHY-DAG: Reason="one product would be more work"
func.func @kept(%x: tensor<5x4xf32>) -> (tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x4xf32>) {
  %a = graph.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %b = graph.constant dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
  %c = graph.constant dense<1.0> : tensor<f32>
  %cb = graph.broadcast %c to affine_map<() -> (5, 4)> : (tensor<f32>) -> tensor<5x4xf32>
  %p = graph.matmul %x, %a : (tensor<5x4xf32>, tensor<4x1xf32>) -> tensor<5x1xf32>
  %y = graph.matmul %p, %b : (tensor<5x1xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
  %s = graph.add %x, %cb : (tensor<5x4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %t = graph.add %s, %cb : (tensor<5x4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  return %y, %s, %t : tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x4xf32>
}

// -----

// The biases of two branches are one; the sum of the branches comes first. A branch that is read elsewhere keeps its own.
// CHECK-LABEL: func.func @biases(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x3xf32>, %[[Y:[a-z0-9]*]]: tensor<2x3xf32>
// CHECK-DAG: %[[C:.*]] = graph.constant dense<[1.100000e+01, 1.200000e+01, 1.300000e+01]>
// CHECK: %[[CB:.*]] = graph.broadcast %[[C]]
// CHECK: %[[S:.*]] = graph.add %[[X]], %[[Y]]
// CHECK: %[[Z:.*]] = graph.add %[[S]], %[[CB]]
// CHECK: return %[[Z]]
func.func @biases(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %ten = graph.constant dense<10.0> : tensor<f32>
  %cb = graph.broadcast %c to affine_map<() -> (2, 3)> : (tensor<3xf32>) -> tensor<2x3xf32>
  %tenb = graph.broadcast %ten to affine_map<() -> (2, 3)> : (tensor<f32>) -> tensor<2x3xf32>
  %a = graph.add %x, %cb : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = graph.add %y, %tenb : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %s = graph.add %a, %b : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %s : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: func.func @shared_branch(
// CHECK-COUNT-3: graph.add
func.func @shared_branch(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %a = graph.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %b = graph.add %y, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %s = graph.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %s, %a : tensor<2xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @zero(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2xf32>
// CHECK-NEXT: return %[[X]]
func.func @zero(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = graph.constant dense<0.0> : tensor<2xf32>
  %a = graph.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}

// -----

// 3e38 twice would be infinite, 1e-30 twice 0, and f16 ends at 65504: they are applied one after the other. Integers
// wrap around, however they are grouped.
// CHECK-LABEL: func.func @overflow(
// CHECK: graph.constant dense<-2147483648> : tensor<i32>
// CHECK-COUNT-2: graph.add {{.*}}f32
// CHECK-COUNT-2: graph.mul {{.*}}f32
// CHECK-COUNT-2: graph.add {{.*}}f16
// CHECK-COUNT-1: graph.add {{.*}}i32
// CHECK-NOT: graph.add {{.*}}i32
// WHY-DAG: Reason="what the constants combine to might over- or underflow"
func.func @overflow(%x: tensor<2xf32>, %h: tensor<2xf16>, %i: tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf16>, tensor<2xi32>) {
  %big = graph.constant dense<3.0e38> : tensor<2xf32>
  %small = graph.constant dense<1.0e-30> : tensor<2xf32>
  %half = graph.constant dense<6.0e4> : tensor<2xf16>
  %integer = graph.constant dense<1073741824> : tensor<2xi32>
  %a = graph.add %x, %big : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %b = graph.add %a, %big : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %c = graph.mul %x, %small : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %d = graph.mul %c, %small : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %e = graph.add %h, %half : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
  %f = graph.add %e, %half : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
  %g = graph.add %i, %integer : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %j = graph.add %g, %integer : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %b, %d, %f, %j : tensor<2xf32>, tensor<2xf32>, tensor<2xf16>, tensor<2xi32>
}

// -----

// The product of the matrices would be infinite.
// CHECK-LABEL: func.func @infinite(
// CHECK-COUNT-2: graph.matmul
// WHY-DAG: Reason="elements of the matrices' product might over- or underflow"
func.func @infinite(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %a = graph.constant dense<3.0e30> : tensor<2x2xf32>
  %b = graph.constant dense<3.0e20> : tensor<2x2xf32>
  %p = graph.matmul %x, %a : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %y = graph.matmul %p, %b : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  return %y : tensor<5x2xf32>
}
