// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --split-input-file %s | FileCheck %s

// GELU's approximation, as torch writes it and with the cubic factored out.
// CHECK-LABEL: func.func @gelu_tanh(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = graph.gelu_tanh %[[X]]
// CHECK-NEXT: %[[B:.*]] = graph.gelu_tanh %[[X]]
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @gelu_tanh(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %one = graph.constant dense<1.0> : tensor<8xf32>
  %half = graph.constant dense<0.5> : tensor<8xf32>
  %three = graph.constant dense<3.0> : tensor<8xf32>
  %cubic = graph.constant dense<0.044715> : tensor<8xf32>
  %root = graph.constant dense<0.797884583> : tensor<8xf32>
  %p = graph.pow %x, %three : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %q = graph.mul %p, %cubic : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %r = graph.add %x, %q : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %s = graph.mul %root, %r : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %t = graph.tanh %s : (tensor<8xf32>) -> tensor<8xf32>
  %u = graph.add %one, %t : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %v = graph.mul %x, %half : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %y = graph.mul %v, %u : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %a = graph.mul %x, %root : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %b = graph.mul %cubic, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %c = graph.mul %b, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %d = graph.add %one, %c : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %e = graph.mul %a, %d : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %f = graph.tanh %e : (tensor<8xf32>) -> tensor<8xf32>
  %g = graph.add %f, %one : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %h = graph.mul %x, %g : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %z = graph.mul %h, %half : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y, %z : tensor<8xf32>, tensor<8xf32>
}

// -----

// x * sigmoid(x), GELU's form x * sigmoid(1.702 x), x / (1 + exp(-x)).
// CHECK-LABEL: func.func @swish(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = graph.swish %[[X]] {alpha = 1.000000e+00 : f64}
// CHECK-NEXT: %[[B:.*]] = graph.swish %[[X]] {alpha = 1.702{{[0-9]*}} : f64}
// CHECK-NEXT: %[[C:.*]] = graph.swish %[[X]] {alpha = 1.000000e+00 : f64}
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @swish(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %one = graph.constant dense<1.0> : tensor<8xf32>
  %quick = graph.constant dense<1.702> : tensor<8xf32>
  %s = graph.sigmoid %x : (tensor<8xf32>) -> tensor<8xf32>
  %a = graph.mul %s, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %q = graph.mul %x, %quick : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %t = graph.sigmoid %q : (tensor<8xf32>) -> tensor<8xf32>
  %b = graph.mul %x, %t : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %n = graph.neg %x : (tensor<8xf32>) -> tensor<8xf32>
  %e = graph.exp %n : (tensor<8xf32>) -> tensor<8xf32>
  %d = graph.add %one, %e : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %c = graph.div %x, %d : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %a, %b, %c : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

// x * relu6(x + 3) / 6, x * (clip(x + 3, 0, 6) * (1 / 6)), x * hard_sigmoid(x).
// CHECK-LABEL: func.func @hard_swish(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = graph.hard_swish %[[X]]
// CHECK-NEXT: %[[B:.*]] = graph.hard_swish %[[X]]
// CHECK-NEXT: %[[C:.*]] = graph.hard_swish %[[X]]
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @hard_swish(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %zero = graph.constant dense<0.0> : tensor<8xf32>
  %three = graph.constant dense<3.0> : tensor<8xf32>
  %six = graph.constant dense<6.0> : tensor<8xf32>
  %sixth = graph.constant dense<0.166666672> : tensor<8xf32>
  %s = graph.add %x, %three : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %r = graph.relu %s : (tensor<8xf32>) -> tensor<8xf32>
  %m = graph.min %r, %six : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %p = graph.mul %x, %m : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %a = graph.div %p, %six : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %c = graph.clamp %s, %zero, %six : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %q = graph.mul %c, %sixth : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %b = graph.mul %q, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %h = graph.hard_sigmoid %x {alpha = 0.16666666666666666 : f64, beta = 0.5 : f64} : (tensor<8xf32>) -> tensor<8xf32>
  %d = graph.mul %x, %h : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %a, %b, %d : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

// CHECK-LABEL: func.func @others(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = graph.sigmoid %[[X]]
// CHECK-NEXT: %[[B:.*]] = graph.softplus %[[X]]
// CHECK-NEXT: %[[C:.*]] = graph.leaky_relu %[[X]] {alpha = 0.2{{[0-9]*}} : f64}
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @others(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %one = graph.constant dense<1.0> : tensor<8xf32>
  %fifth = graph.constant dense<0.2> : tensor<8xf32>
  %n = graph.neg %x : (tensor<8xf32>) -> tensor<8xf32>
  %e = graph.exp %n : (tensor<8xf32>) -> tensor<8xf32>
  %d = graph.add %one, %e : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %a = graph.div %one, %d : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %f = graph.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %g = graph.add %f, %one : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %b = graph.log %g : (tensor<8xf32>) -> tensor<8xf32>
  %h = graph.mul %x, %fifth : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %c = graph.max %h, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %a, %b, %c : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

// Nearly: other constants, another argument, a slope above 1.
// CHECK-LABEL: func.func @nearly(
// CHECK-NOT: graph.gelu
// CHECK-NOT: graph.swish
// CHECK-NOT: graph.hard_swish
// CHECK-NOT: graph.leaky_relu
// CHECK: return
func.func @nearly(%x: tensor<8xf32>, %y: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %zero = graph.constant dense<0.0> : tensor<8xf32>
  %one = graph.constant dense<1.0> : tensor<8xf32>
  %half = graph.constant dense<0.5> : tensor<8xf32>
  %two = graph.constant dense<2.0> : tensor<8xf32>
  %six = graph.constant dense<6.0> : tensor<8xf32>
  %e = graph.erf %x : (tensor<8xf32>) -> tensor<8xf32>
  %f = graph.add %e, %one : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %g = graph.mul %x, %f : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %a = graph.mul %g, %half : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %s = graph.sigmoid %y : (tensor<8xf32>) -> tensor<8xf32>
  %b = graph.mul %x, %s : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %h = graph.add %x, %two : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %i = graph.clamp %h, %zero, %six : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %j = graph.div %i, %six : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %c = graph.mul %x, %j : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %k = graph.mul %x, %two : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %d = graph.max %x, %k : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %a, %b, %c, %d : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
