// RUN: onnxcc-opt --canonicalize-graph --cse --raise-composites --split-input-file %s | FileCheck %s
#x = affine_map<()[s0] -> (s0, 5, 8)>
#r = affine_map<()[s0] -> (s0, 5)>
#k = affine_map<()[s0] -> (s0, 5, 1)>

// As torch exports it below opset 17: two subtractions, a power, a division.
// CHECK-LABEL: func.func @layer_norm(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<?x5x8xf32
// CHECK-NEXT: %[[Y:.*]] = graph.layer_norm %[[X]] {axis = 2 : i64, epsilon = 9.99{{[0-9]*}}E-6 : f64}
// CHECK-NEXT: return %[[Y]]
func.func @layer_norm(%x: tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x> {
  %two = graph.constant dense<2.0> : tensor<f32>
  %e = graph.constant dense<1.0e-5> : tensor<f32>
  %twos = graph.broadcast %two to #x : (tensor<f32>) -> tensor<?x5x8xf32, #x>
  %es = graph.broadcast %e to #k : (tensor<f32>) -> tensor<?x5x1xf32, #k>
  %m = graph.reduce mean %x over [2] : (tensor<?x5x8xf32, #x>) -> tensor<?x5xf32, #r>
  %mk = graph.reshape %m to #k : (tensor<?x5xf32, #r>) -> tensor<?x5x1xf32, #k>
  %mb = graph.broadcast %mk to #x : (tensor<?x5x1xf32, #k>) -> tensor<?x5x8xf32, #x>
  %d = graph.sub %x, %mb : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  %q = graph.pow %d, %twos : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  %v = graph.reduce mean %q over [2] : (tensor<?x5x8xf32, #x>) -> tensor<?x5xf32, #r>
  %vk = graph.reshape %v to #k : (tensor<?x5xf32, #r>) -> tensor<?x5x1xf32, #k>
  %ve = graph.add %vk, %es : (tensor<?x5x1xf32, #k>, tensor<?x5x1xf32, #k>) -> tensor<?x5x1xf32, #k>
  %s = graph.sqrt %ve : (tensor<?x5x1xf32, #k>) -> tensor<?x5x1xf32, #k>
  %sb = graph.broadcast %s to #x : (tensor<?x5x1xf32, #k>) -> tensor<?x5x8xf32, #x>
  %d2 = graph.sub %x, %mb : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  %y = graph.div %d2, %sb : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  return %y : tensor<?x5x8xf32, #x>
}

// CHECK-LABEL: func.func @rms_norm(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<?x5x8xf32
// CHECK-NEXT: graph.rms_norm %[[X]] {axis = 2 : i64
// CHECK-NEXT: return
func.func @rms_norm(%x: tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x> {
  %e = graph.constant dense<1.0e-5> : tensor<f32>
  %es = graph.broadcast %e to #k : (tensor<f32>) -> tensor<?x5x1xf32, #k>
  %q = graph.mul %x, %x : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  %v = graph.reduce mean %q over [2] : (tensor<?x5x8xf32, #x>) -> tensor<?x5xf32, #r>
  %vk = graph.reshape %v to #k : (tensor<?x5xf32, #r>) -> tensor<?x5x1xf32, #k>
  %ve = graph.add %vk, %es : (tensor<?x5x1xf32, #k>, tensor<?x5x1xf32, #k>) -> tensor<?x5x1xf32, #k>
  %s = graph.sqrt %ve : (tensor<?x5x1xf32, #k>) -> tensor<?x5x1xf32, #k>
  %i = graph.reciprocal %s : (tensor<?x5x1xf32, #k>) -> tensor<?x5x1xf32, #k>
  %ib = graph.broadcast %i to #x : (tensor<?x5x1xf32, #k>) -> tensor<?x5x8xf32, #x>
  %y = graph.mul %x, %ib : (tensor<?x5x8xf32, #x>, tensor<?x5x8xf32, #x>) -> tensor<?x5x8xf32, #x>
  return %y : tensor<?x5x8xf32, #x>
}

// One row only: the broadcasts imply their leading axes.
// CHECK-LABEL: func.func @one_row(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x1x8xf32>
// CHECK-NEXT: graph.layer_norm %[[X]] {axis = 2 : i64
// CHECK-NEXT: return
func.func @one_row(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
  %e = graph.constant dense<1.0e-5> : tensor<1x1xf32>
  %m = graph.reduce mean %x over [2] : (tensor<1x1x8xf32>) -> tensor<1x1xf32>
  %mk = graph.reshape %m to affine_map<() -> (1, 1, 1)> : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
  %mb = graph.broadcast %mk to affine_map<() -> (1, 1, 8)> : (tensor<1x1x1xf32>) -> tensor<1x1x8xf32>
  %d = graph.sub %x, %mb : (tensor<1x1x8xf32>, tensor<1x1x8xf32>) -> tensor<1x1x8xf32>
  %q = graph.mul %d, %d : (tensor<1x1x8xf32>, tensor<1x1x8xf32>) -> tensor<1x1x8xf32>
  %v = graph.reduce mean %q over [2] : (tensor<1x1x8xf32>) -> tensor<1x1xf32>
  %ve = graph.add %v, %e : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %s = graph.sqrt %ve : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %sk = graph.reshape %s to affine_map<() -> (1, 1, 1)> : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
  %sb = graph.broadcast %sk to affine_map<() -> (1, 1, 8)> : (tensor<1x1x1xf32>) -> tensor<1x1x8xf32>
  %y = graph.div %d, %sb : (tensor<1x1x8xf32>, tensor<1x1x8xf32>) -> tensor<1x1x8xf32>
  return %y : tensor<1x1x8xf32>
}

// -----

// Along the middle axis.
// CHECK-LABEL: func.func @softmax(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<2x3x4xf32>
// CHECK-NEXT: graph.softmax %[[X]] {axis = 1 : i64}
// CHECK-NEXT: return
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %m = graph.reduce max %x over [1] : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  %mk = graph.reshape %m to affine_map<() -> (2, 1, 4)> : (tensor<2x4xf32>) -> tensor<2x1x4xf32>
  %mb = graph.broadcast %mk to affine_map<() -> (2, 3, 4)> : (tensor<2x1x4xf32>) -> tensor<2x3x4xf32>
  %d = graph.sub %x, %mb : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %e = graph.exp %d : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %s = graph.reduce sum %e over [1] : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  %sk = graph.reshape %s to affine_map<() -> (2, 1, 4)> : (tensor<2x4xf32>) -> tensor<2x1x4xf32>
  %sb = graph.broadcast %sk to affine_map<() -> (2, 3, 4)> : (tensor<2x1x4xf32>) -> tensor<2x3x4xf32>
  %y = graph.div %e, %sb : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// -----

// Three spellings: (x * (1 + erf(x / 1.414))) * 0.5, (x * 0.5) * (1 + erf), x * ((1 + erf) * 0.5).
// CHECK-LABEL: func.func @gelu(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<8xf32>
// CHECK-NOT: graph.erf
// CHECK: %[[G:.*]] = graph.gelu %[[X]]
// CHECK-NOT: graph.erf
func.func @gelu(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %one = graph.constant dense<1.0> : tensor<8xf32>
  %half = graph.constant dense<0.5> : tensor<8xf32>
  %root = graph.constant dense<1.41421354> : tensor<8xf32>
  %inverse = graph.constant dense<0.707106769> : tensor<8xf32>
  %a = graph.div %x, %root : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %b = graph.erf %a : (tensor<8xf32>) -> tensor<8xf32>
  %c = graph.add %b, %one : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %d = graph.mul %x, %c : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %y = graph.mul %d, %half : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %h = graph.mul %half, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %z = graph.mul %h, %c : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %e = graph.mul %x, %inverse : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %f = graph.erf %e : (tensor<8xf32>) -> tensor<8xf32>
  %g = graph.add %f, %one : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %i = graph.mul %g, %half : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %w = graph.mul %x, %i : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y, %z, %w : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
