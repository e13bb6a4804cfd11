// RUN: onnxcc-opt --canonicalize-graph --fold-constants --split-input-file %s | FileCheck %s

// Signs: two negations, additions of negations, even functions, a factor of -1.
// CHECK-LABEL: func.func @signs(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<4xf32>, %[[Y:[a-z0-9]*]]: tensor<4xf32>
func.func @signs(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[S:.*]] = graph.sub %[[X]], %[[Y]]
  // CHECK-DAG: %[[A:.*]] = graph.add %[[X]], %[[Y]]
  // CHECK-DAG: %[[B:.*]] = graph.abs %[[X]]
  // CHECK-DAG: %[[N:.*]] = graph.neg %[[X]]
  // CHECK: return %[[X]], %[[S]], %[[A]], %[[B]], %[[N]]
  %minus = graph.constant dense<-1.0> : tensor<4xf32>
  %nx = graph.neg %x : (tensor<4xf32>) -> tensor<4xf32>
  %ny = graph.neg %y : (tensor<4xf32>) -> tensor<4xf32>
  %a = graph.neg %nx : (tensor<4xf32>) -> tensor<4xf32>
  %b = graph.add %x, %ny : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = graph.sub %x, %ny : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = graph.abs %nx : (tensor<4xf32>) -> tensor<4xf32>
  %e = graph.mul %x, %minus : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %a, %b, %c, %d, %e : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// A subtrahend is a negative summand; a divisor of 4 is a factor of 1/4, one of 3 stays, as 1/3 is rounded.
// CHECK-LABEL: func.func @constants(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x2xf32>
func.func @constants(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  // CHECK-DAG: %[[C:.*]] = graph.constant dense<[-1.000000e+00, -2.000000e+00]> : tensor<2xf32>
  // CHECK-DAG: %[[Q:.*]] = graph.constant dense<2.500000e-01> : tensor<f32>
  // CHECK-DAG: %[[T:.*]] = graph.constant dense<3.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[CB:.*]] = graph.broadcast %[[C]]
  // CHECK-DAG: %[[A:.*]] = graph.add %[[X]], %[[CB]]
  // CHECK-DAG: %[[QB:.*]] = graph.broadcast %[[Q]]
  // CHECK-DAG: %[[M:.*]] = graph.mul %[[X]], %[[QB]]
  // CHECK-DAG: %[[TB:.*]] = graph.broadcast %[[T]]
  // CHECK-DAG: %[[D:.*]] = graph.div %[[X]], %[[TB]]
  // CHECK-DAG: %[[R:.*]] = graph.reciprocal %[[X]]
  // CHECK: return %[[A]], %[[M]], %[[D]], %[[R]]
  %c = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %one = graph.constant dense<1.0> : tensor<2x2xf32>
  %four = graph.constant dense<4.0> : tensor<2x2xf32>
  %three = graph.constant dense<3.0> : tensor<2x2xf32>
  %cb = graph.broadcast %c to affine_map<() -> (2, 2)> : (tensor<2xf32>) -> tensor<2x2xf32>
  %a = graph.sub %x, %cb : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %b = graph.div %x, %four : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %d = graph.div %x, %three : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %e = graph.div %one, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %a, %b, %d, %e : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// Bounds: max with 0 is relu, clamps join, an infinite bound is none, one of two equal values.
// CHECK-LABEL: func.func @bounds(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<4xf32>
func.func @bounds(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[ONE:.*]] = graph.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[SIX:.*]] = graph.constant dense<6.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[LOW:.*]] = graph.broadcast %[[ONE]]
  // CHECK-DAG: %[[HIGH:.*]] = graph.broadcast %[[SIX]]
  // CHECK-DAG: %[[R:.*]] = graph.relu %[[X]]
  // CHECK-DAG: %[[C:.*]] = graph.clamp %[[X]], %[[LOW]], %[[HIGH]]
  // CHECK: return %[[R]], %{{.*}}, %[[C]], %[[X]], %[[X]]
  %zero = graph.constant dense<0.0> : tensor<4xf32>
  %one = graph.constant dense<1.0> : tensor<4xf32>
  %six = graph.constant dense<6.0> : tensor<4xf32>
  %nine = graph.constant dense<9.0> : tensor<4xf32>
  %inf = graph.constant dense<0x7F800000> : tensor<4xf32>
  %a = graph.max %x, %zero : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = graph.clamp %x, %zero, %inf : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = graph.clamp %x, %zero, %six : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = graph.clamp %c, %one, %nine : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %e = graph.min %x, %inf : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %f = graph.max %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %a, %b, %d, %e, %f : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @logic(
// CHECK-SAME: %[[C:[a-z0-9]*]]: tensor<4xi1>, %[[X:[a-z0-9]*]]: tensor<4xi64>, %[[Y:[a-z0-9]*]]: tensor<4xi64>
func.func @logic(%c: tensor<4xi1>, %x: tensor<4xi64>, %y: tensor<4xi64>) -> (tensor<4xi64>, tensor<4xi1>, tensor<4xi1>, tensor<4xi64>) {
  // CHECK: %[[S:.*]] = graph.select %[[C]], %[[Y]], %[[X]]
  // CHECK: return %[[S]], %[[C]], %[[C]], %[[X]]
  %true = graph.constant dense<true> : tensor<4xi1>
  %zero = graph.constant dense<0> : tensor<4xi64>
  %n = graph.not %c : (tensor<4xi1>) -> tensor<4xi1>
  %s = graph.select %n, %x, %y : (tensor<4xi1>, tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %nn = graph.not %n : (tensor<4xi1>) -> tensor<4xi1>
  %a = graph.and %c, %true : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  %o = graph.xor %x, %zero : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  return %s, %nn, %a, %o : tensor<4xi64>, tensor<4xi1>, tensor<4xi1>, tensor<4xi64>
}

// -----

// A product with 0 is 0 for integers; of floats it may be NaN.
// CHECK-LABEL: func.func @zero_product(
// CHECK-SAME: %{{.*}}: tensor<2xi64>, %[[Y:[a-z0-9]*]]: tensor<2xf32>
// CHECK-DAG: %[[Z:.*]] = graph.constant dense<0> : tensor<2xi64>
// CHECK-DAG: %[[M:.*]] = graph.mul %[[Y]]
// CHECK: return %[[Z]], %[[M]]
func.func @zero_product(%x: tensor<2xi64>, %y: tensor<2xf32>) -> (tensor<2xi64>, tensor<2xf32>) {
  %c = graph.constant dense<0> : tensor<2xi64>
  %d = graph.constant dense<0.0> : tensor<2xf32>
  %a = graph.mul %x, %c : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %b = graph.mul %y, %d : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %a, %b : tensor<2xi64>, tensor<2xf32>
}
