// What elementwise ops compute, by type: expected values from NumPy.
// RUN: onnxcc-opt --fold-constants %s | FileCheck %s

// CHECK-LABEL: func @add
// CHECK: graph.constant dense<[3.000000e+00, -1.750000e+00, -5.000000e-01, 6.000000e+00]> : tensor<4xf32>
func.func @add() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %1 = graph.constant dense<[2.0, 0.25, -1.0, 3.0]> : tensor<4xf32>
  %r = graph.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @add_i8_wraps
// CHECK: graph.constant dense<[-128, 127, 11]> : tensor<3xi8>
func.func @add_i8_wraps() -> tensor<3xi8> {
  %0 = graph.constant dense<[127, -128, 5]> : tensor<3xi8>
  %1 = graph.constant dense<[1, -1, 6]> : tensor<3xi8>
  %r = graph.add %0, %1 : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  return %r : tensor<3xi8>
}

// CHECK-LABEL: func @sub_ui8_wraps
// CHECK: graph.constant dense<[254, 100]> : tensor<2xui8>
func.func @sub_ui8_wraps() -> tensor<2xui8> {
  %0 = graph.constant dense<[3, 200]> : tensor<2xui8>
  %1 = graph.constant dense<[5, 100]> : tensor<2xui8>
  %r = graph.sub %0, %1 : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %r : tensor<2xui8>
}

// CHECK-LABEL: func @mul_ui64
// CHECK: graph.constant dense<[9223372036854775811, 15]> : tensor<2xui64>
func.func @mul_ui64() -> tensor<2xui64> {
  %0 = graph.constant dense<[9223372036854775809, 3]> : tensor<2xui64>
  %1 = graph.constant dense<[3, 5]> : tensor<2xui64>
  %r = graph.mul %0, %1 : (tensor<2xui64>, tensor<2xui64>) -> tensor<2xui64>
  return %r : tensor<2xui64>
}

// Truncates; by zero gives 0.
// CHECK-LABEL: func @div_i32
// CHECK: graph.constant dense<[3, -3, -3, 3, 0]> : tensor<5xi32>
func.func @div_i32() -> tensor<5xi32> {
  %0 = graph.constant dense<[7, -7, 7, -7, 5]> : tensor<5xi32>
  %1 = graph.constant dense<[2, 2, -2, -2, 0]> : tensor<5xi32>
  %r = graph.div %0, %1 : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  return %r : tensor<5xi32>
}

// CHECK-LABEL: func @div_least
// CHECK: graph.constant dense<-128> : tensor<1xi8>
func.func @div_least() -> tensor<1xi8> {
  %0 = graph.constant dense<[-128]> : tensor<1xi8>
  %1 = graph.constant dense<[-1]> : tensor<1xi8>
  %r = graph.div %0, %1 : (tensor<1xi8>, tensor<1xi8>) -> tensor<1xi8>
  return %r : tensor<1xi8>
}

// CHECK-LABEL: func @div_ui8
// CHECK: graph.constant dense<[66, 0]> : tensor<2xui8>
func.func @div_ui8() -> tensor<2xui8> {
  %0 = graph.constant dense<[200, 7]> : tensor<2xui8>
  %1 = graph.constant dense<[3, 250]> : tensor<2xui8>
  %r = graph.div %0, %1 : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %r : tensor<2xui8>
}

// CHECK-LABEL: func @div_f32
// CHECK: graph.constant dense<[0x7F800000, 0xFFC00000, 0xFF800000]> : tensor<3xf32>
func.func @div_f32() -> tensor<3xf32> {
  %0 = graph.constant dense<[1.0, 0.0, -1.0]> : tensor<3xf32>
  %1 = graph.constant dense<[0.0, 0.0, 0.0]> : tensor<3xf32>
  %r = graph.div %0, %1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @mod_sign_of_divisor
// CHECK: graph.constant dense<[2, 1, -1, -2, 0]> : tensor<5xi64>
func.func @mod_sign_of_divisor() -> tensor<5xi64> {
  %0 = graph.constant dense<[5, -5, 5, -5, 4]> : tensor<5xi64>
  %1 = graph.constant dense<[3, 3, -3, -3, 2]> : tensor<5xi64>
  %r = graph.mod %0, %1 : (tensor<5xi64>, tensor<5xi64>) -> tensor<5xi64>
  return %r : tensor<5xi64>
}

// CHECK-LABEL: func @fmod_sign_of_dividend
// CHECK: graph.constant dense<[2, -2, 2, -2]> : tensor<4xi64>
func.func @fmod_sign_of_dividend() -> tensor<4xi64> {
  %0 = graph.constant dense<[5, -5, 5, -5]> : tensor<4xi64>
  %1 = graph.constant dense<[3, 3, -3, -3]> : tensor<4xi64>
  %r = graph.fmod %0, %1 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  return %r : tensor<4xi64>
}

// CHECK-LABEL: func @fmod_f32
// CHECK: graph.constant dense<[2.500000e+00, -2.500000e+00]> : tensor<2xf32>
func.func @fmod_f32() -> tensor<2xf32> {
  %0 = graph.constant dense<[5.5, -5.5]> : tensor<2xf32>
  %1 = graph.constant dense<[3.0, 3.0]> : tensor<2xf32>
  %r = graph.fmod %0, %1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// NaN if either is; -0 is below 0.
// CHECK-LABEL: func @min_nan
// CHECK: graph.constant dense<[0x7FC00000, 0x7FC00000, -0.000000e+00]> : tensor<3xf32>
func.func @min_nan() -> tensor<3xf32> {
  %0 = graph.constant dense<[1.0, 0x7FC00000, -0.0]> : tensor<3xf32>
  %1 = graph.constant dense<[0x7FC00000, 1.0, 0.0]> : tensor<3xf32>
  %r = graph.min %0, %1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @max_ui8
// CHECK: graph.constant dense<[200, 2]> : tensor<2xui8>
func.func @max_ui8() -> tensor<2xui8> {
  %0 = graph.constant dense<[200, 1]> : tensor<2xui8>
  %1 = graph.constant dense<[100, 2]> : tensor<2xui8>
  %r = graph.max %0, %1 : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
  return %r : tensor<2xui8>
}

// CHECK-LABEL: func @max_i8
// CHECK: graph.constant dense<[100, 2]> : tensor<2xi8>
func.func @max_i8() -> tensor<2xi8> {
  %0 = graph.constant dense<[-56, 1]> : tensor<2xi8>
  %1 = graph.constant dense<[100, 2]> : tensor<2xi8>
  %r = graph.max %0, %1 : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %r : tensor<2xi8>
}

// CHECK-LABEL: func @pow_f32
// CHECK: graph.constant dense<[8.000000e+00, 2.000000e+00, 4.000000e+00, 0.3333{{[0-9]*}}]> : tensor<4xf32>
func.func @pow_f32() -> tensor<4xf32> {
  %0 = graph.constant dense<[2.0, 4.0, -2.0, 9.0]> : tensor<4xf32>
  %1 = graph.constant dense<[3.0, 0.5, 2.0, -0.5]> : tensor<4xf32>
  %r = graph.pow %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @pow_mixed
// CHECK: graph.constant dense<[8, 9, 1]> : tensor<3xi32>
func.func @pow_mixed() -> tensor<3xi32> {
  %0 = graph.constant dense<[2, -3, 10]> : tensor<3xi32>
  %1 = graph.constant dense<[3.0, 2.0, 0.0]> : tensor<3xf32>
  %r = graph.pow %0, %1 : (tensor<3xi32>, tensor<3xf32>) -> tensor<3xi32>
  return %r : tensor<3xi32>
}

// CHECK-LABEL: func @abs_i8
// CHECK: graph.constant dense<[5, 5, -128]> : tensor<3xi8>
func.func @abs_i8() -> tensor<3xi8> {
  %0 = graph.constant dense<[-5, 5, -128]> : tensor<3xi8>
  %r = graph.abs %0 : (tensor<3xi8>) -> tensor<3xi8>
  return %r : tensor<3xi8>
}

// CHECK-LABEL: func @sign
// CHECK: graph.constant dense<[-1.000000e+00, 0.000000e+00, 1.000000e+00]> : tensor<3xf32>
func.func @sign() -> tensor<3xf32> {
  %0 = graph.constant dense<[-2.5, 0.0, 7.0]> : tensor<3xf32>
  %r = graph.sign %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @neg
// CHECK: graph.constant dense<[-1.000000e+00, 2.000000e+00, -5.000000e-01, -3.000000e+00]> : tensor<4xf32>
func.func @neg() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.neg %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @reciprocal
// CHECK: graph.constant dense<[1.000000e+00, -5.000000e-01, 2.000000e+00, 0.3333{{[0-9]*}}]> : tensor<4xf32>
func.func @reciprocal() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.reciprocal %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @sqrt
// CHECK: graph.constant dense<[2.000000e+00, 1.4142{{[0-9]*}}, 0xFFC00000]> : tensor<3xf32>
func.func @sqrt() -> tensor<3xf32> {
  %0 = graph.constant dense<[4.0, 2.0, -1.0]> : tensor<3xf32>
  %r = graph.sqrt %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @exp
// CHECK: graph.constant dense<[2.7182{{[0-9]*}}, 0.1353{{[0-9]*}}, 1.6487{{[0-9]*}}, 20.0855{{[0-9]*}}]> : tensor<4xf32>
func.func @exp() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @log
// CHECK: graph.constant dense<[0.000000e+00, 0.6931{{[0-9]*}}, -0.6931{{[0-9]*}}, 1.0986{{[0-9]*}}]> : tensor<4xf32>
func.func @log() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, 2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.log %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @sin
// CHECK: graph.constant dense<[0.8414{{[0-9]*}}, -0.9092{{[0-9]*}}, 0.4794{{[0-9]*}}, 1.411200e-01]> : tensor<4xf32>
func.func @sin() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.sin %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @cos
// CHECK: graph.constant dense<[0.5403{{[0-9]*}}, -0.4161{{[0-9]*}}, 0.8775{{[0-9]*}}, -0.9899{{[0-9]*}}]> : tensor<4xf32>
func.func @cos() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.cos %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @tan
// CHECK: graph.constant dense<[1.5574{{[0-9]*}}, 2.1850{{[0-9]*}}, 0.5463{{[0-9]*}}, -0.1425{{[0-9]*}}]> : tensor<4xf32>
func.func @tan() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.tan %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @asin
// CHECK: graph.constant dense<[0.2526{{[0-9]*}}, -0.5235{{[0-9]*}}, 0.1253{{[0-9]*}}, 0.8480{{[0-9]*}}]> : tensor<4xf32>
func.func @asin() -> tensor<4xf32> {
  %0 = graph.constant dense<[0.25, -0.5, 0.125, 0.75]> : tensor<4xf32>
  %r = graph.asin %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @acos
// CHECK: graph.constant dense<[1.3181{{[0-9]*}}, 2.0943{{[0-9]*}}, 1.4454{{[0-9]*}}, 0.7227{{[0-9]*}}]> : tensor<4xf32>
func.func @acos() -> tensor<4xf32> {
  %0 = graph.constant dense<[0.25, -0.5, 0.125, 0.75]> : tensor<4xf32>
  %r = graph.acos %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @atan
// CHECK: graph.constant dense<[0.7853{{[0-9]*}}, -1.1071{{[0-9]*}}, 0.4636{{[0-9]*}}, 1.2490{{[0-9]*}}]> : tensor<4xf32>
func.func @atan() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.atan %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @sinh
// CHECK: graph.constant dense<[1.1752{{[0-9]*}}, -3.6268{{[0-9]*}}, 0.5210{{[0-9]*}}, 10.0178{{[0-9]*}}]> : tensor<4xf32>
func.func @sinh() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.sinh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @cosh
// CHECK: graph.constant dense<[1.5430{{[0-9]*}}, 3.7621{{[0-9]*}}, 1.1276{{[0-9]*}}, 10.0676{{[0-9]*}}]> : tensor<4xf32>
func.func @cosh() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.cosh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @tanh
// CHECK: graph.constant dense<[0.7615{{[0-9]*}}, -0.9640{{[0-9]*}}, 0.4621{{[0-9]*}}, 0.9950{{[0-9]*}}]> : tensor<4xf32>
func.func @tanh() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.tanh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @asinh
// CHECK: graph.constant dense<[0.8813{{[0-9]*}}, -1.4436{{[0-9]*}}, 0.4812{{[0-9]*}}, 1.8184{{[0-9]*}}]> : tensor<4xf32>
func.func @asinh() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.asinh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @acosh
// CHECK: graph.constant dense<[1.3169{{[0-9]*}}, 1.7627{{[0-9]*}}, 0.9624{{[0-9]*}}, 2.0634{{[0-9]*}}]> : tensor<4xf32>
func.func @acosh() -> tensor<4xf32> {
  %0 = graph.constant dense<[2.0, 3.0, 1.5, 4.0]> : tensor<4xf32>
  %r = graph.acosh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @atanh
// CHECK: graph.constant dense<[0.2554{{[0-9]*}}, -0.5493{{[0-9]*}}, 0.1256{{[0-9]*}}, 0.9729{{[0-9]*}}]> : tensor<4xf32>
func.func @atanh() -> tensor<4xf32> {
  %0 = graph.constant dense<[0.25, -0.5, 0.125, 0.75]> : tensor<4xf32>
  %r = graph.atanh %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @erf
// CHECK: graph.constant dense<[0.8427{{[0-9]*}}, -0.9953{{[0-9]*}}, 0.5204{{[0-9]*}}, 0.9999{{[0-9]*}}]> : tensor<4xf32>
func.func @erf() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @floor_ceil_input
// CHECK: graph.constant dense<[-2.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<3xf32>
func.func @floor_ceil_input() -> tensor<3xf32> {
  %0 = graph.constant dense<[-1.5, 1.5, 2.0]> : tensor<3xf32>
  %r = graph.floor %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @ceil
// CHECK: graph.constant dense<[-1.000000e+00, 2.000000e+00, 2.000000e+00]> : tensor<3xf32>
func.func @ceil() -> tensor<3xf32> {
  %0 = graph.constant dense<[-1.5, 1.5, 2.0]> : tensor<3xf32>
  %r = graph.ceil %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @round_half_even
// CHECK: graph.constant dense<[0.000000e+00, 2.000000e+00, 2.000000e+00, -0.000000e+00, -2.000000e+00]> : tensor<5xf32>
func.func @round_half_even() -> tensor<5xf32> {
  %0 = graph.constant dense<[0.5, 1.5, 2.5, -0.5, -2.5]> : tensor<5xf32>
  %r = graph.round %0 : (tensor<5xf32>) -> tensor<5xf32>
  return %r : tensor<5xf32>
}

// CHECK-LABEL: func @relu
// CHECK: graph.constant dense<[0.000000e+00, 2.000000e+00, 0x7FC00000]> : tensor<3xf32>
func.func @relu() -> tensor<3xf32> {
  %0 = graph.constant dense<[-1.0, 2.0, 0x7FC00000]> : tensor<3xf32>
  %r = graph.relu %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @relu_i32
// CHECK: graph.constant dense<[0, 2]> : tensor<2xi32>
func.func @relu_i32() -> tensor<2xi32> {
  %0 = graph.constant dense<[-1, 2]> : tensor<2xi32>
  %r = graph.relu %0 : (tensor<2xi32>) -> tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: func @sigmoid
// CHECK: graph.constant dense<[0.7310{{[0-9]*}}, 0.1192{{[0-9]*}}, 0.000000e+00, 1.000000e+00]> : tensor<4xf32>
func.func @sigmoid() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, -100.0, 100.0]> : tensor<4xf32>
  %r = graph.sigmoid %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @leaky_relu
// CHECK: graph.constant dense<[1.000000e+00, -2.500000e-01, 5.000000e-01, 3.000000e+00]> : tensor<4xf32>
func.func @leaky_relu() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.leaky_relu %0 {alpha = 0.125 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @elu
// CHECK: graph.constant dense<[1.000000e+00, -1.7293{{[0-9]*}}, 5.000000e-01, 3.000000e+00]> : tensor<4xf32>
func.func @elu() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.elu %0 {alpha = 2.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @hard_sigmoid
// CHECK: graph.constant dense<[0.000000e+00, 5.000000e-01, 7.500000e-01, 1.000000e+00]> : tensor<4xf32>
func.func @hard_sigmoid() -> tensor<4xf32> {
  %0 = graph.constant dense<[-4.0, 0.0, 1.0, 4.0]> : tensor<4xf32>
  %r = graph.hard_sigmoid %0 {alpha = 0.25 : f64, beta = 0.5 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @softplus
// CHECK: graph.constant dense<[3.783510e-44, 0.9740{{[0-9]*}}, 1.000000e+02]> : tensor<3xf32>
func.func @softplus() -> tensor<3xf32> {
  %0 = graph.constant dense<[-100.0, 0.5, 100.0]> : tensor<3xf32>
  %r = graph.softplus %0 : (tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @softsign
// CHECK: graph.constant dense<[-5.000000e-01, 7.500000e-01]> : tensor<2xf32>
func.func @softsign() -> tensor<2xf32> {
  %0 = graph.constant dense<[-1.0, 3.0]> : tensor<2xf32>
  %r = graph.softsign %0 : (tensor<2xf32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @gelu
// CHECK: graph.constant dense<[0.8413{{[0-9]*}}, -0.0455{{[0-9]*}}, 0.3457{{[0-9]*}}, 2.9959{{[0-9]*}}]> : tensor<4xf32>
func.func @gelu() -> tensor<4xf32> {
  %0 = graph.constant dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf32>
  %r = graph.gelu %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @clamp
// CHECK: graph.constant dense<[-1.000000e+00, 5.000000e-01, 2.000000e+00]> : tensor<3xf32>
func.func @clamp() -> tensor<3xf32> {
  %0 = graph.constant dense<[-3.0, 0.5, 9.0]> : tensor<3xf32>
  %1 = graph.constant dense<[-1.0, -1.0, -1.0]> : tensor<3xf32>
  %2 = graph.constant dense<[2.0, 2.0, 2.0]> : tensor<3xf32>
  %r = graph.clamp %0, %1, %2 : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// 2048 + 1 lies half between 2048 and 2050, 1 + 2^-11 between 1 and 1 + 2^-10.
// CHECK-LABEL: func @f16_rounds
// CHECK: graph.constant dense<[2.048000e+03, 1.000000e+00]> : tensor<2xf16>
func.func @f16_rounds() -> tensor<2xf16> {
  %0 = graph.constant dense<[2048.0, 1.0]> : tensor<2xf16>
  %1 = graph.constant dense<[1.0, 0.00048828125]> : tensor<2xf16>
  %r = graph.add %0, %1 : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
  return %r : tensor<2xf16>
}

// 1.5 * 1.0078125 = 1.51171875, half between two: the even one.
// CHECK-LABEL: func @bf16_rounds
// CHECK: graph.constant dense<[2.550000e+02, 1.515630e+00]> : tensor<2xbf16>
func.func @bf16_rounds() -> tensor<2xbf16> {
  %0 = graph.constant dense<[3.0, 1.5]> : tensor<2xbf16>
  %1 = graph.constant dense<[85.0, 1.0078125]> : tensor<2xbf16>
  %r = graph.mul %0, %1 : (tensor<2xbf16>, tensor<2xbf16>) -> tensor<2xbf16>
  return %r : tensor<2xbf16>
}

// CHECK-LABEL: func @f64
// CHECK: graph.constant dense<1.000000e+16> : tensor<1xf64>
func.func @f64() -> tensor<1xf64> {
  %0 = graph.constant dense<[1.0e+16]> : tensor<1xf64>
  %1 = graph.constant dense<[1.0]> : tensor<1xf64>
  %r = graph.add %0, %1 : (tensor<1xf64>, tensor<1xf64>) -> tensor<1xf64>
  return %r : tensor<1xf64>
}

// CHECK-LABEL: func @equal
// CHECK: graph.constant dense<[true, false, false]> : tensor<3xi1>
func.func @equal() -> tensor<3xi1> {
  %0 = graph.constant dense<[1.0, 0x7FC00000, 2.0]> : tensor<3xf32>
  %1 = graph.constant dense<[1.0, 0x7FC00000, 3.0]> : tensor<3xf32>
  %r = graph.equal %0, %1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @less_ui8
// CHECK: graph.constant dense<[false, true]> : tensor<2xi1>
func.func @less_ui8() -> tensor<2xi1> {
  %0 = graph.constant dense<[200, 1]> : tensor<2xui8>
  %1 = graph.constant dense<[100, 2]> : tensor<2xui8>
  %r = graph.less %0, %1 : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xi1>
  return %r : tensor<2xi1>
}

// CHECK-LABEL: func @less_or_equal_i8
// CHECK: graph.constant dense<true> : tensor<2xi1>
func.func @less_or_equal_i8() -> tensor<2xi1> {
  %0 = graph.constant dense<[-56, 2]> : tensor<2xi8>
  %1 = graph.constant dense<[100, 2]> : tensor<2xi8>
  %r = graph.less_or_equal %0, %1 : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi1>
  return %r : tensor<2xi1>
}

// CHECK-LABEL: func @is_nan
// CHECK: graph.constant dense<[false, true, false]> : tensor<3xi1>
func.func @is_nan() -> tensor<3xi1> {
  %0 = graph.constant dense<[1.0, 0x7FC00000, 0x7F800000]> : tensor<3xf32>
  %r = graph.is_nan %0 : (tensor<3xf32>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @is_inf_positive
// CHECK: graph.constant dense<[false, true, false]> : tensor<3xi1>
func.func @is_inf_positive() -> tensor<3xi1> {
  %0 = graph.constant dense<[1.0, 0x7F800000, 0xFF800000]> : tensor<3xf32>
  %r = graph.is_inf %0 {negative = false, positive = true} : (tensor<3xf32>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @is_inf_both
// CHECK: graph.constant dense<[false, true, true]> : tensor<3xi1>
func.func @is_inf_both() -> tensor<3xi1> {
  %0 = graph.constant dense<[0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<3xf32>
  %r = graph.is_inf %0 {negative = true, positive = true} : (tensor<3xf32>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @is_inf_neither
// CHECK: graph.constant dense<false> : tensor<3xi1>
func.func @is_inf_neither() -> tensor<3xi1> {
  %0 = graph.constant dense<[0x7FC00000, 0x7F800000, 1.0]> : tensor<3xf32>
  %r = graph.is_inf %0 {negative = false, positive = false} : (tensor<3xf32>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @not_i1
// CHECK: graph.constant dense<[false, true]> : tensor<2xi1>
func.func @not_i1() -> tensor<2xi1> {
  %0 = graph.constant dense<[true, false]> : tensor<2xi1>
  %r = graph.not %0 : (tensor<2xi1>) -> tensor<2xi1>
  return %r : tensor<2xi1>
}

// CHECK-LABEL: func @not_ui8
// CHECK: graph.constant dense<[255, 55]> : tensor<2xui8>
func.func @not_ui8() -> tensor<2xui8> {
  %0 = graph.constant dense<[0, 200]> : tensor<2xui8>
  %r = graph.not %0 : (tensor<2xui8>) -> tensor<2xui8>
  return %r : tensor<2xui8>
}

// CHECK-LABEL: func @and
// CHECK: graph.constant dense<[8, 2]> : tensor<2xi32>
func.func @and() -> tensor<2xi32> {
  %0 = graph.constant dense<[12, 10]> : tensor<2xi32>
  %1 = graph.constant dense<[10, 3]> : tensor<2xi32>
  %r = graph.and %0, %1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: func @xor_i1
// CHECK: graph.constant dense<[false, true, true]> : tensor<3xi1>
func.func @xor_i1() -> tensor<3xi1> {
  %0 = graph.constant dense<[true, false, true]> : tensor<3xi1>
  %1 = graph.constant dense<[true, true, false]> : tensor<3xi1>
  %r = graph.xor %0, %1 : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return %r : tensor<3xi1>
}

// CHECK-LABEL: func @shift_left
// CHECK: graph.constant dense<[8, 2, 0]> : tensor<3xui8>
func.func @shift_left() -> tensor<3xui8> {
  %0 = graph.constant dense<[1, 129, 3]> : tensor<3xui8>
  %1 = graph.constant dense<[3, 1, 8]> : tensor<3xui8>
  %r = graph.shift_left %0, %1 : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  return %r : tensor<3xui8>
}

// CHECK-LABEL: func @shift_right
// CHECK: graph.constant dense<[25, 0, 0]> : tensor<3xui8>
func.func @shift_right() -> tensor<3xui8> {
  %0 = graph.constant dense<[200, 1, 255]> : tensor<3xui8>
  %1 = graph.constant dense<[3, 1, 200]> : tensor<3xui8>
  %r = graph.shift_right %0, %1 : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  return %r : tensor<3xui8>
}

// CHECK-LABEL: func @select
// CHECK: graph.constant dense<[1, 4]> : tensor<2xi64>
func.func @select() -> tensor<2xi64> {
  %0 = graph.constant dense<[true, false]> : tensor<2xi1>
  %1 = graph.constant dense<[1, 2]> : tensor<2xi64>
  %2 = graph.constant dense<[3, 4]> : tensor<2xi64>
  %r = graph.select %0, %1, %2 : (tensor<2xi1>, tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: func @gelu_tanh
// CHECK: graph.constant dense<[-0.0036373{{[0-9]*}}, -1.588080e-01, 0.000000e+00, 3.457140e-01, 1.954597{{[0-9]*}}]> : tensor<5xf32>
func.func @gelu_tanh() -> tensor<5xf32> {
  %0 = graph.constant dense<[-3.0, -1.0, 0.0, 0.5, 2.0]> : tensor<5xf32>
  %r = graph.gelu_tanh %0 : (tensor<5xf32>) -> tensor<5xf32>
  return %r : tensor<5xf32>
}

// CHECK-LABEL: func @swish
// CHECK: graph.constant dense<[-0.142277{{[0-9]*}}, -0.268941{{[0-9]*}}, 0.000000e+00, 0.311229{{[0-9]*}}, 1.761594{{[0-9]*}}]> : tensor<5xf32>
// CHECK: graph.constant dense<[-0.018071{{[0-9]*}}, -0.154204{{[0-9]*}}, 0.000000e+00, 0.350388{{[0-9]*}}, 1.935658{{[0-9]*}}]> : tensor<5xf32>
func.func @swish() -> (tensor<5xf32>, tensor<5xf32>) {
  %0 = graph.constant dense<[-3.0, -1.0, 0.0, 0.5, 2.0]> : tensor<5xf32>
  %r = graph.swish %0 {alpha = 1.0 : f64} : (tensor<5xf32>) -> tensor<5xf32>
  %s = graph.swish %0 {alpha = 1.702 : f64} : (tensor<5xf32>) -> tensor<5xf32>
  return %r, %s : tensor<5xf32>, tensor<5xf32>
}

// CHECK-LABEL: func @hard_swish
// CHECK: graph.constant dense<[-0.000000e+00, -0.333333{{[0-9]*}}, 0.000000e+00, 0.291666{{[0-9]*}}, 1.666666{{[0-9]*}}]> : tensor<5xf32>
func.func @hard_swish() -> tensor<5xf32> {
  %0 = graph.constant dense<[-3.0, -1.0, 0.0, 0.5, 2.0]> : tensor<5xf32>
  %r = graph.hard_swish %0 : (tensor<5xf32>) -> tensor<5xf32>
  return %r : tensor<5xf32>
}
