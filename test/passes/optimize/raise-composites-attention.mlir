// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --canonicalize-graph --cse --split-input-file %s | FileCheck %s
// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --remarks-filter=".*" --split-input-file %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

#heads = affine_map<() -> (2, 4, 16, 8)>
#scores = affine_map<() -> (2, 4, 16, 12)>

// As PyTorch exports it: a root of the scale on either side, a mask, a choice that makes NaN 0. The factor of the keys is behind
// their transpose, which goes on to be read through.
// CHECK-LABEL: func.func @guarded(
// CHECK-SAME: %[[Q:[a-z0-9]*]]: tensor<2x4x16x8xf32>, %[[K:[a-z0-9]*]]: tensor<2x12x4x8xf32>, %[[V:[a-z0-9]*]]: tensor<2x4x12x7xf32>, %[[M:[a-z0-9]*]]: tensor<2x1x1x12xf32>
// CHECK-DAG: %[[KEYS:.*]] = graph.transpose %[[K]] by [0, 2, 1, 3]
// CHECK-DAG: %[[MASK:.*]] = graph.broadcast %[[M]]
// CHECK: %[[R:.*]] = graph.attention %[[Q]], %[[KEYS]], %[[V]], %[[MASK]] {guarded, scale = 2.500000e-01 : f64}
// CHECK-NEXT: return %[[R]]
func.func @guarded(%q: tensor<2x4x16x8xf32>, %k: tensor<2x12x4x8xf32>, %v: tensor<2x4x12x7xf32>, %m: tensor<2x1x1x12xf32>) -> tensor<2x4x16x7xf32> {
  %c = graph.constant dense<0.5> : tensor<f32>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %cq = graph.broadcast %c to #heads : (tensor<f32>) -> tensor<2x4x16x8xf32>
  %qs = graph.mul %q, %cq : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>) -> tensor<2x4x16x8xf32>
  %kt = graph.transpose %k by [0, 2, 3, 1] : (tensor<2x12x4x8xf32>) -> tensor<2x4x8x12xf32>
  %ck = graph.broadcast %c to affine_map<() -> (2, 4, 8, 12)> : (tensor<f32>) -> tensor<2x4x8x12xf32>
  %ks = graph.mul %kt, %ck : (tensor<2x4x8x12xf32>, tensor<2x4x8x12xf32>) -> tensor<2x4x8x12xf32>
  %s = graph.matmul %qs, %ks : (tensor<2x4x16x8xf32>, tensor<2x4x8x12xf32>) -> tensor<2x4x16x12xf32>
  %mb = graph.broadcast %m to #scores : (tensor<2x1x1x12xf32>) -> tensor<2x4x16x12xf32>
  %a = graph.add %s, %mb : (tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %p = graph.softmax %a {axis = 3 : i64} : (tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %n = graph.is_nan %p : (tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xi1>
  %z = graph.broadcast %zero to #scores : (tensor<f32>) -> tensor<2x4x16x12xf32>
  %w = graph.select %n, %z, %p : (tensor<2x4x16x12xi1>, tensor<2x4x16x12xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x12xf32>
  %r = graph.matmul %w, %v : (tensor<2x4x16x12xf32>, tensor<2x4x12x7xf32>) -> tensor<2x4x16x7xf32>
  return %r : tensor<2x4x16x7xf32>
}

// -----

// A division after the product; no guard; three axes; the softmax on rows of a matrix.
// CHECK-LABEL: func.func @rows(
// CHECK: graph.attention {{.*}} {scale = 5.000000e-01 : f64} : (tensor<1x3x16x8xf32>, tensor<1x3x12x8xf32>, tensor<1x3x12x7xf32>) -> tensor<1x3x16x7xf32>
// CHECK-NOT: graph.softmax
func.func @rows(%q: tensor<3x16x8xf32>, %k: tensor<3x8x12xf32>, %v: tensor<3x12x7xf32>) -> tensor<3x16x7xf32> {
  %c = graph.constant dense<2.0> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<3x16x8xf32>, tensor<3x8x12xf32>) -> tensor<3x16x12xf32>
  %cb = graph.broadcast %c to affine_map<() -> (3, 16, 12)> : (tensor<f32>) -> tensor<3x16x12xf32>
  %d = graph.div %s, %cb : (tensor<3x16x12xf32>, tensor<3x16x12xf32>) -> tensor<3x16x12xf32>
  %f = graph.reshape %d to affine_map<() -> (48, 12)> : (tensor<3x16x12xf32>) -> tensor<48x12xf32>
  %p = graph.softmax %f {axis = 1 : i64} : (tensor<48x12xf32>) -> tensor<48x12xf32>
  %w = graph.reshape %p to affine_map<() -> (3, 16, 12)> : (tensor<48x12xf32>) -> tensor<3x16x12xf32>
  %r = graph.matmul %w, %v : (tensor<3x16x12xf32>, tensor<3x12x7xf32>) -> tensor<3x16x7xf32>
  return %r : tensor<3x16x7xf32>
}

// -----

// One matrix, with a mask of its own; dims known at run time.
#q = affine_map<()[s0] -> (s0, 8)>
#k = affine_map<()[s0] -> (8, s0)>
#v = affine_map<()[s0] -> (s0, 7)>
#s = affine_map<()[s0] -> (s0, s0)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 64>]} {
  // CHECK-LABEL: func.func @dynamic(
  // CHECK: graph.attention {{.*}} {scale = 1.000000e+00 : f64} : (tensor<1x1x?x8xf32, {{.*}}>, tensor<1x1x?x8xf32, {{.*}}>, tensor<1x1x?x7xf32, {{.*}}>, tensor<1x1x?x?xf32, {{.*}}>)
  func.func @dynamic(%q: tensor<?x8xf32, #q>, %k: tensor<8x?xf32, #k>, %v: tensor<?x7xf32, #v>, %m: tensor<?x?xf32, #s>) -> tensor<?x7xf32, #v> {
    %s = graph.matmul %q, %k : (tensor<?x8xf32, #q>, tensor<8x?xf32, #k>) -> tensor<?x?xf32, #s>
    %a = graph.add %m, %s : (tensor<?x?xf32, #s>, tensor<?x?xf32, #s>) -> tensor<?x?xf32, #s>
    %p = graph.softmax %a {axis = 1 : i64} : (tensor<?x?xf32, #s>) -> tensor<?x?xf32, #s>
    %r = graph.matmul %p, %v : (tensor<?x?xf32, #s>, tensor<?x7xf32, #v>) -> tensor<?x7xf32, #v>
    return %r : tensor<?x7xf32, #v>
  }
}

// -----

// What is needed outside stays in memory anyway.
// CHECK-LABEL: func.func @weights_used(
// CHECK-NOT: graph.attention
// WHY-DAG: the weights have other users
func.func @weights_used(%q: tensor<16x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>) -> (tensor<16x7xf32>, tensor<16x12xf32>) {
  %s = graph.matmul %q, %k : (tensor<16x8xf32>, tensor<8x12xf32>) -> tensor<16x12xf32>
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %p, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r, %p : tensor<16x7xf32>, tensor<16x12xf32>
}

// -----

// CHECK-LABEL: func.func @scores_used(
// CHECK-NOT: graph.attention
// WHY-DAG: the scores have other users
func.func @scores_used(%q: tensor<16x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>) -> (tensor<16x7xf32>, tensor<16x12xf32>) {
  %s = graph.matmul %q, %k : (tensor<16x8xf32>, tensor<8x12xf32>) -> tensor<16x12xf32>
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %p, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r, %s : tensor<16x7xf32>, tensor<16x12xf32>
}

// -----

// Guarded weights that something else reads unguarded.
// CHECK-LABEL: func.func @unguarded_used(
// CHECK-NOT: graph.attention
func.func @unguarded_used(%q: tensor<16x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>) -> (tensor<16x7xf32>, tensor<16x12xf32>) {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %s = graph.matmul %q, %k : (tensor<16x8xf32>, tensor<8x12xf32>) -> tensor<16x12xf32>
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %n = graph.is_nan %p : (tensor<16x12xf32>) -> tensor<16x12xi1>
  %z = graph.broadcast %zero to affine_map<() -> (16, 12)> : (tensor<f32>) -> tensor<16x12xf32>
  %w = graph.select %n, %z, %p : (tensor<16x12xi1>, tensor<16x12xf32>, tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %w, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r, %p : tensor<16x7xf32>, tensor<16x12xf32>
}

// -----

// The softmax goes over the rows, not the keys: no attention, and none nearly.
// CHECK-LABEL: func.func @other_axis(
// CHECK-NOT: graph.attention
func.func @other_axis(%q: tensor<16x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>) -> tensor<16x7xf32> {
  %s = graph.matmul %q, %k : (tensor<16x8xf32>, tensor<8x12xf32>) -> tensor<16x12xf32>
  %p = graph.softmax %s {axis = 0 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %p, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r : tensor<16x7xf32>
}

// -----

// CHECK-LABEL: func.func @no_product(
// CHECK-NOT: graph.attention
// WHY-DAG: the scores are not a product, scaled, with masks put on it
func.func @no_product(%s: tensor<16x12xf32>, %v: tensor<12x7xf32>) -> tensor<16x7xf32> {
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<16x12xf32>) -> tensor<16x12xf32>
  %r = graph.matmul %p, %v : (tensor<16x12xf32>, tensor<12x7xf32>) -> tensor<16x7xf32>
  return %r : tensor<16x7xf32>
}

// -----

// CHECK-LABEL: func.func @doubles(
// CHECK-NOT: graph.attention
// WHY-DAG: it computes in f64
func.func @doubles(%q: tensor<16x8xf64>, %k: tensor<8x12xf64>, %v: tensor<12x7xf64>) -> tensor<16x7xf64> {
  %s = graph.matmul %q, %k : (tensor<16x8xf64>, tensor<8x12xf64>) -> tensor<16x12xf64>
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<16x12xf64>) -> tensor<16x12xf64>
  %r = graph.matmul %p, %v : (tensor<16x12xf64>, tensor<12x7xf64>) -> tensor<16x7xf64>
  return %r : tensor<16x7xf64>
}

// -----

// CHECK-LABEL: func.func @few_rows(
// CHECK-NOT: graph.attention
// WHY-DAG: it has too few rows
func.func @few_rows(%q: tensor<1x8xf32>, %k: tensor<8x12xf32>, %v: tensor<12x7xf32>) -> tensor<1x7xf32> {
  %s = graph.matmul %q, %k : (tensor<1x8xf32>, tensor<8x12xf32>) -> tensor<1x12xf32>
  %p = graph.softmax %s {axis = 1 : i64} : (tensor<1x12xf32>) -> tensor<1x12xf32>
  %r = graph.matmul %p, %v : (tensor<1x12xf32>, tensor<12x7xf32>) -> tensor<1x7xf32>
  return %r : tensor<1x7xf32>
}
