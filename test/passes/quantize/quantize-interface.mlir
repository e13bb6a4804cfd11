// RUN: onnxcc-opt %s --quantize-interface --split-input-file --verify-diagnostics | FileCheck %s

// Behind movements on both sides, with a symbol; the parameters become attributes beside others.
// CHECK-LABEL: func.func @moved
// CHECK-SAME:  (%[[X:.*]]: tensor<?x4x3xui8, {{.*}}> {onnx.name = "x", onnx.scale = 5.000000e-01 : f32, onnx.zero_point = 7 : i64})
// CHECK-SAME:  -> (tensor<?x12xi8, {{.*}}> {onnx.name = "y", onnx.scale = 2.500000e-01 : f32, onnx.zero_point = -3 : i64})
// CHECK-NEXT:  %[[T:.*]] = graph.transpose %[[X]]
// CHECK-NEXT:  %[[C:.*]] = graph.cast %[[T]]
// CHECK-NEXT:  %[[R:.*]] = graph.reshape %[[C]] {{.*}}xi8
// CHECK-NEXT:  return %[[R]]
#batch = affine_map<()[s0] -> (s0, 4, 3)>
#moved = affine_map<()[s0] -> (s0, 3, 4)>
#flat = affine_map<()[s0] -> (s0, 12)>
module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
func.func @moved(%x: tensor<?x4x3xf32, #batch> {onnx.name = "x"}) -> (tensor<?x12xf32, #flat> {onnx.name = "y"}) {
  %half = graph.constant dense<0.5> : tensor<f32>
  %quarter = graph.constant dense<0.25> : tensor<f32>
  %seven = graph.constant dense<7> : tensor<ui8>
  %three = graph.constant dense<-3> : tensor<i8>
  %s = graph.broadcast %half to #moved : (tensor<f32>) -> tensor<?x3x4xf32, #moved>
  %z = graph.broadcast %seven to #moved : (tensor<ui8>) -> tensor<?x3x4xui8, #moved>
  %t = graph.transpose %x by [0, 2, 1] : (tensor<?x4x3xf32, #batch>) -> tensor<?x3x4xf32, #moved>
  %q = graph.quantize %t, %s, %z : (tensor<?x3x4xf32, #moved>, tensor<?x3x4xf32, #moved>, tensor<?x3x4xui8, #moved>) -> tensor<?x3x4xui8, #moved>
  %c = graph.cast %q {to = i8} : (tensor<?x3x4xui8, #moved>) -> tensor<?x3x4xi8, #moved>
  %u = graph.broadcast %quarter to #moved : (tensor<f32>) -> tensor<?x3x4xf32, #moved>
  %v = graph.broadcast %three to #moved : (tensor<i8>) -> tensor<?x3x4xi8, #moved>
  %d = graph.dequantize %c, %u, %v : (tensor<?x3x4xi8, #moved>, tensor<?x3x4xf32, #moved>, tensor<?x3x4xi8, #moved>) -> tensor<?x3x4xf32, #moved>
  %r = graph.reshape %d to #flat : (tensor<?x3x4xf32, #moved>) -> tensor<?x12xf32, #flat>
  return %r : tensor<?x12xf32, #flat>
}
}

// -----

// Readers that agree share the codes; what was integers is left alone, and nobody is warned.
// CHECK-LABEL: func.func @readers
// CHECK-SAME:  (%[[X:.*]]: tensor<2xi8> {{{.*}}}, %[[I:.*]]: tensor<2xi64>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi64>)
// CHECK-NEXT:  return %[[X]], %[[X]], %[[I]]
func.func @readers(%x: tensor<2xf32>, %i: tensor<2xi64>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi64>) {
  %s = graph.constant dense<0.5> : tensor<2xf32>
  %z = graph.constant dense<1> : tensor<2xi8>
  %p = graph.quantize %x, %s, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  %q = graph.quantize %x, %s, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  return %p, %q, %i : tensor<2xi8>, tensor<2xi8>, tensor<2xi64>
}

// -----

// What cannot be told a caller stays a float, and why is said.
// CHECK-LABEL: func.func @floats
// CHECK-NOT:   onnx.scale
// CHECK-COUNT-5: graph.quantize
func.func @floats(
    // expected-warning@below {{the input 'several' stays in floats: its readers quantize it in different ways}}
    %several: tensor<2xf32> {onnx.name = "several"},
    // expected-warning@below {{the input 'read' stays in floats: it is read before it is quantized}}
    %read: tensor<2xf32> {onnx.name = "read"},
    // expected-warning@below {{the input 'channels' stays in floats: it has several scales or zero points}}
    %channels: tensor<2xf32> {onnx.name = "channels"},
    // expected-warning@below {{the input 'computed' stays in floats: its scale or zero point is not known before the run}}
    %computed: tensor<2xf32> {onnx.name = "computed"},
    // expected-warning@below {{the input 'scale' stays in floats: it is read before it is quantized}}
    %scale: tensor<f32> {onnx.name = "scale"})
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32> {onnx.name = "sum"}) {
  %s = graph.constant dense<0.5> : tensor<2xf32>
  %t = graph.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %z = graph.constant dense<1> : tensor<2xi8>
  %0 = graph.quantize %several, %s, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  %y = graph.constant dense<2> : tensor<2xi8>
  %1 = graph.quantize %several, %s, %y : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  %2 = graph.quantize %channels, %t, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  %u = graph.broadcast %scale to affine_map<() -> (2)> : (tensor<f32>) -> tensor<2xf32>
  %3 = graph.quantize %computed, %u, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  %4 = graph.quantize %read, %s, %z : (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>) -> tensor<2xi8>
  // expected-warning@below {{the output 'sum' stays in floats: it is not what has been dequantized}}
  %5 = graph.add %read, %s : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32>
}
