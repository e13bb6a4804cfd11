// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --split-input-file %s | FileCheck %s

// Sums of exponentials: without the maximum, by the reciprocal, and the logarithm in two spellings.
// CHECK-LABEL: func.func @softmax(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[A:.*]] = graph.softmax %[[X]] {axis = 1 : i64}
// CHECK-NEXT: %[[B:.*]] = graph.softmax %[[X]] {axis = 1 : i64}
// CHECK-NEXT: %[[C:.*]] = graph.log_softmax %[[X]] {axis = 1 : i64}
// CHECK-NEXT: %[[D:.*]] = graph.log_softmax %[[X]] {axis = 1 : i64}
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]], %[[D]]
func.func @softmax(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %e = graph.exp %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = graph.reduce sum %e over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %sk = graph.reshape %s to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %sb = graph.broadcast %sk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %a = graph.div %e, %sb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %i = graph.reciprocal %sk : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %ib = graph.broadcast %i to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %b = graph.mul %ib, %e : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %y = graph.softmax %x {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = graph.log %y : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %m = graph.reduce max %x over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %mk = graph.reshape %m to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %mb = graph.broadcast %mk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %d = graph.sub %x, %mb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %f = graph.exp %d : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %t = graph.reduce sum %f over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %l = graph.log %t : (tensor<2xf32>) -> tensor<2xf32>
  %lk = graph.reshape %l to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %lb = graph.broadcast %lk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %z = graph.sub %d, %lb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %a, %b, %c, %z : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// The mean of squares is a sum of squares divided by their count as well; divided by another number it is none. The first norm's x
// is centred.
// CHECK-LABEL: func.func @sum_square(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x4xf32>
// CHECK-DAG: %[[A:.*]] = graph.layer_norm %[[X]] {axis = 1 : i64, epsilon = 9.99{{[0-9]*}}E-6 : f64}
// CHECK-DAG: %[[B:.*]] = graph.rms_norm %[[X]] {axis = 1 : i64, epsilon = 9.99{{[0-9]*}}E-6 : f64}
// CHECK-DAG: graph.reduce sum_square %[[X]] over [1]
// CHECK: %[[C:.*]] = graph.div
// CHECK: return %[[A]], %[[B]], %[[C]]
func.func @sum_square(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %e = graph.constant dense<1.0e-5> : tensor<2x1xf32>
  %quarter = graph.constant dense<0.25> : tensor<2x1xf32>
  %four = graph.constant dense<4.0> : tensor<2x1xf32>
  %two = graph.constant dense<2.0> : tensor<2x1xf32>
  %m = graph.reduce mean %x over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %mk = graph.reshape %m to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %mb = graph.broadcast %mk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %d = graph.sub %x, %mb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %ds = graph.reduce sum_square %d over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %dk = graph.reshape %ds to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %dv = graph.mul %dk, %quarter : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %de = graph.add %dv, %e : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %dr = graph.sqrt %de : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %db = graph.broadcast %dr to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %a = graph.div %d, %db : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = graph.reduce sum_square %x over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %k = graph.reshape %s to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %v = graph.div %k, %four : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %ve = graph.add %v, %e : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %r = graph.sqrt %ve : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %rb = graph.broadcast %r to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %b = graph.div %x, %rb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %h = graph.div %k, %two : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
  %hr = graph.sqrt %h : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %hb = graph.broadcast %hr to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %c = graph.div %x, %hb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %a, %b, %c : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// A sum divided by its count is a mean; a power of -1/2 is a root's reciprocal; no epsilon is 0.
// CHECK-LABEL: func.func @norms(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[A:.*]] = graph.rms_norm %[[X]] {axis = 1 : i64, epsilon = 9.99{{[0-9]*}}E-6 : f64}
// CHECK-NEXT: %[[B:.*]] = graph.rms_norm %[[X]] {axis = 1 : i64, epsilon = 0.000000e+00 : f64}
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @norms(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %e = graph.constant dense<1.0e-5> : tensor<2xf32>
  %four = graph.constant dense<4.0> : tensor<2xf32>
  %p = graph.constant dense<-0.5> : tensor<2xf32>
  %q = graph.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = graph.reduce sum %q over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %v = graph.div %s, %four : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %ve = graph.add %v, %e : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %r = graph.pow %ve, %p : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %rk = graph.reshape %r to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %rb = graph.broadcast %rk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %y = graph.mul %x, %rb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = graph.sqrt %v : (tensor<2xf32>) -> tensor<2xf32>
  %wk = graph.reshape %w to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %wb = graph.broadcast %wk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %z = graph.div %x, %wb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// Nearly: the epsilon outside of the root, another axis, a sum over two axes, the sum of another row.
// CHECK-LABEL: func.func @nearly(
// CHECK-NOT: _norm
// CHECK-NOT: softmax
// CHECK: return
func.func @nearly(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %e = graph.constant dense<1.0e-5> : tensor<2xf32>
  %f = graph.constant dense<1.0e-5> : tensor<4xf32>
  %q = graph.mul %x, %x : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = graph.reduce mean %q over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %r = graph.sqrt %v : (tensor<2xf32>) -> tensor<2xf32>
  %re = graph.add %r, %e : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %rk = graph.reshape %re to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %rb = graph.broadcast %rk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %a = graph.div %x, %rb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = graph.reduce mean %q over [0] : (tensor<2x4xf32>) -> tensor<4xf32>
  %we = graph.add %w, %f : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %wr = graph.sqrt %we : (tensor<4xf32>) -> tensor<4xf32>
  %wb = graph.broadcast %wr to affine_map<() -> (2, 4)> : (tensor<4xf32>) -> tensor<2x4xf32>
  %b = graph.div %x, %wb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %g = graph.exp %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = graph.reduce sum %g over [0, 1] : (tensor<2x4xf32>) -> tensor<f32>
  %sb = graph.broadcast %s to affine_map<() -> (2, 4)> : (tensor<f32>) -> tensor<2x4xf32>
  %c = graph.div %g, %sb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %t = graph.reduce sum %x over [1] : (tensor<2x4xf32>) -> tensor<2xf32>
  %tk = graph.reshape %t to affine_map<() -> (2, 1)> : (tensor<2xf32>) -> tensor<2x1xf32>
  %tb = graph.broadcast %tk to affine_map<() -> (2, 4)> : (tensor<2x1xf32>) -> tensor<2x4xf32>
  %d = graph.div %g, %tb : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %a, %b, %c, %d : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
