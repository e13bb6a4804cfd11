// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --canonicalize-graph --cse --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --remarks-filter=".*" --split-input-file %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

#scores = affine_map<() -> (2, 4, 16, 12)>

// A choice by what must not be seen, then one by what may be seen, then two sums: masks in this order, each choice with its own
// fill. What is inverted is so before it is repeated.
// CHECK-LABEL: func.func @masks(
// CHECK-SAME: %[[HIDE:[a-z0-9]*]]: tensor<2x1x1x12xi1>, %[[SEE:[a-z0-9]*]]: tensor<16x12xi1>, %[[M:[a-z0-9]*]]: tensor<2x4x16x12xf32>, %[[N:[a-z0-9]*]]: tensor<12xf32>
// CHECK-DAG: %[[NOT:.*]] = graph.not %[[HIDE]] : (tensor<2x1x1x12xi1>)
// CHECK-DAG: %[[A:.*]] = graph.broadcast %[[NOT]] to
// CHECK-DAG: %[[B:.*]] = graph.broadcast %[[SEE]] to
// CHECK-DAG: %[[D:.*]] = graph.broadcast %[[N]] to
// CHECK: graph.attention %{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}, %[[A]], %[[B]], %[[M]], %[[D]] {fills = array<f64: -1.000000e+04, 0xFFF0000000000000>, scale = 5.000000e-01 : f64}
// CHECK-NOT: graph.softmax
func.func @masks(%q: tensor<2x4x16x8xf32>, %k: tensor<2x4x8x12xf32>, %v: tensor<2x4x12x7xf32>, %hide: tensor<2x1x1x12xi1>, %see: tensor<16x12xi1>, %m: tensor<2x4x16x12xf32>, %n: tensor<12xf32>) -> tensor<2x4x16x7xf32> {
  %c = graph.constant dense<0.5> : tensor<f32>
  %low = graph.constant dense<-1.0e4> : tensor<f32>
  %inf = graph.constant dense<0xFF800000> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<2x4x16x8xf32>, tensor<2x4x8x12xf32>) -> tensor<2x4x16x12xf32>
  %cb = graph.broadcast %c to #scores : (tensor<f32>) -> tensor<2x4x16x12xf32>
  %d = graph.mul %s, %cb : (tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %hb = graph.broadcast %hide to #scores : (tensor<2x1x1x12xi1>) -> tensor<2x4x16x12xi1>
  %lb = graph.broadcast %low to #scores : (tensor<f32>) -> tensor<2x4x16x12xf32>
  %e = graph.select %hb, %lb, %d : (tensor<2x4x16x12xi1>, tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %sb = graph.broadcast %see to #scores : (tensor<16x12xi1>) -> tensor<2x4x16x12xi1>
  %ib = graph.broadcast %inf to #scores : (tensor<f32>) -> tensor<2x4x16x12xf32>
  %f = graph.select %sb, %e, %ib : (tensor<2x4x16x12xi1>, tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %g = graph.add %f, %m : (tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %nb = graph.broadcast %n to #scores : (tensor<12xf32>) -> tensor<2x4x16x12xf32>
  %h = graph.add %nb, %g : (tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %p = graph.softmax %h {axis = 3 : i64} : (tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %r = graph.matmul %p, %v : (tensor<2x4x16x12xf32>, tensor<2x4x12x7xf32>) -> tensor<2x4x16x7xf32>
  return %r : tensor<2x4x16x7xf32>
}

// -----

// As the body of ONNX's Attention has it: 0 where the mask has nothing but -inf for a row.
#scores = affine_map<() -> (2, 4, 16, 12)>
// CHECK-LABEL: func.func @hidden(
// CHECK: graph.attention {{.*}} {guardsHidden, scale = 1.000000e+00 : f64}
// CHECK-NOT: graph.reduce
func.func @hidden(%q: tensor<2x4x16x8xf32>, %k: tensor<2x4x8x12xf32>, %v: tensor<2x4x12x7xf32>, %m: tensor<2x1x16x12xf32>) -> tensor<2x4x16x7xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %inf = graph.constant dense<0xFF800000> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<2x4x16x8xf32>, tensor<2x4x8x12xf32>) -> tensor<2x4x16x12xf32>
  %mb = graph.broadcast %m to #scores : (tensor<2x1x16x12xf32>) -> tensor<2x4x16x12xf32>
  %a = graph.add %s, %mb : (tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %p = graph.softmax %a {axis = 3 : i64} : (tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %max = graph.reduce max %m over [3] : (tensor<2x1x16x12xf32>) -> tensor<2x1x16xf32>
  %t = graph.reshape %max to affine_map<() -> (2, 1, 16, 1)> : (tensor<2x1x16xf32>) -> tensor<2x1x16x1xf32>
  %ib = graph.broadcast %inf to affine_map<() -> (2, 1, 16, 1)> : (tensor<f32>) -> tensor<2x1x16x1xf32>
  %e = graph.equal %t, %ib : (tensor<2x1x16x1xf32>, tensor<2x1x16x1xf32>) -> tensor<2x1x16x1xi1>
  %eb = graph.broadcast %e to #scores : (tensor<2x1x16x1xi1>) -> tensor<2x4x16x12xi1>
  %z = graph.broadcast %zero to #scores : (tensor<f32>) -> tensor<2x4x16x12xf32>
  %w = graph.select %eb, %z, %p : (tensor<2x4x16x12xi1>, tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %r = graph.matmul %w, %v : (tensor<2x4x16x12xf32>, tensor<2x4x12x7xf32>) -> tensor<2x4x16x7xf32>
  return %r : tensor<2x4x16x7xf32>
}

// -----

// One mask is added, rows are 0 by another: not the same.
#scores = affine_map<() -> (4, 16, 12)>
// CHECK-LABEL: func.func @hidden_otherwise(
// CHECK-NOT: graph.attention
// WHY-DAG: weights are 0 where other than the mask says
func.func @hidden_otherwise(%q: tensor<4x16x8xf32>, %k: tensor<4x8x12xf32>, %v: tensor<4x12x7xf32>, %m: tensor<1x16x12xf32>, %n: tensor<1x16x12xf32>) -> tensor<4x16x7xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %inf = graph.constant dense<0xFF800000> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<4x16x8xf32>, tensor<4x8x12xf32>) -> tensor<4x16x12xf32>
  %mb = graph.broadcast %m to #scores : (tensor<1x16x12xf32>) -> tensor<4x16x12xf32>
  %a = graph.add %s, %mb : (tensor<4x16x12xf32>, tensor<4x16x12xf32>) -> tensor<4x16x12xf32>
  %p = graph.softmax %a {axis = 2 : i64} : (tensor<4x16x12xf32>) -> tensor<4x16x12xf32>
  %max = graph.reduce max %n over [2] : (tensor<1x16x12xf32>) -> tensor<1x16xf32>
  %t = graph.reshape %max to affine_map<() -> (1, 16, 1)> : (tensor<1x16xf32>) -> tensor<1x16x1xf32>
  %ib = graph.broadcast %inf to affine_map<() -> (1, 16, 1)> : (tensor<f32>) -> tensor<1x16x1xf32>
  %e = graph.equal %t, %ib : (tensor<1x16x1xf32>, tensor<1x16x1xf32>) -> tensor<1x16x1xi1>
  %eb = graph.broadcast %e to #scores : (tensor<1x16x1xi1>) -> tensor<4x16x12xi1>
  %z = graph.broadcast %zero to #scores : (tensor<f32>) -> tensor<4x16x12xf32>
  %w = graph.select %eb, %z, %p : (tensor<4x16x12xi1>, tensor<4x16x12xf32>, tensor<4x16x12xf32>) -> tensor<4x16x12xf32>
  %r = graph.matmul %w, %v : (tensor<4x16x12xf32>, tensor<4x12x7xf32>) -> tensor<4x16x7xf32>
  return %r : tensor<4x16x7xf32>
}

// -----

// The keys' axis has as many elements as the rows': what is hidden are columns.
#scores = affine_map<() -> (4, 12, 12)>
// CHECK-LABEL: func.func @hidden_columns(
// CHECK-NOT: graph.attention
// WHY-DAG: weights are 0 where other than the mask says
func.func @hidden_columns(%q: tensor<4x12x8xf32>, %k: tensor<4x8x12xf32>, %v: tensor<4x12x7xf32>, %m: tensor<12x12xf32>) -> tensor<4x12x7xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %inf = graph.constant dense<0xFF800000> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<4x12x8xf32>, tensor<4x8x12xf32>) -> tensor<4x12x12xf32>
  %mb = graph.broadcast %m to #scores : (tensor<12x12xf32>) -> tensor<4x12x12xf32>
  %a = graph.add %s, %mb : (tensor<4x12x12xf32>, tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
  %p = graph.softmax %a {axis = 2 : i64} : (tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
  %max = graph.reduce max %m over [1] : (tensor<12x12xf32>) -> tensor<12xf32>
  %ib = graph.broadcast %inf to affine_map<() -> (12)> : (tensor<f32>) -> tensor<12xf32>
  %e = graph.equal %max, %ib : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xi1>
  %eb = graph.broadcast %e to #scores : (tensor<12xi1>) -> tensor<4x12x12xi1>
  %z = graph.broadcast %zero to #scores : (tensor<f32>) -> tensor<4x12x12xf32>
  %w = graph.select %eb, %z, %p : (tensor<4x12x12xi1>, tensor<4x12x12xf32>, tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
  %r = graph.matmul %w, %v : (tensor<4x12x12xf32>, tensor<4x12x7xf32>) -> tensor<4x12x7xf32>
  return %r : tensor<4x12x7xf32>
}

// -----

// A factor of scores that are masked already.
#scores = affine_map<() -> (16, 12)>
// CHECK-LABEL: func.func @scaled_behind(
// CHECK-NOT: graph.attention
// WHY-DAG: the scores are not a product, scaled, with masks put on it
func.func @scaled_behind(%q: tensor<16x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>, %m: tensor<16x12xf32>) -> tensor<16x7xf32> {
  %c = graph.constant dense<0.5> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<16x8xf32>, tensor<8x12xf32>) -> tensor<16x12xf32>
  %a = graph.add %s, %m : (tensor<16x12xf32>, tensor<16x12xf32>) -> tensor<16x12xf32>
  %cb = graph.broadcast %c to #scores : (tensor<f32>) -> tensor<16x12xf32>
  %d = graph.mul %a, %cb : (tensor<16x12xf32>, tensor<16x12xf32>) -> tensor<16x12xf32>
  %p = graph.softmax %d {axis = 1 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %p, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r : tensor<16x7xf32>
}
