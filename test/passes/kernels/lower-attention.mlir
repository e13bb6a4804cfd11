// RUN: onnxcc-opt %s --split-input-file --lower-graph --match-families --fuse-maps --fuse-epilogues | FileCheck %s

// Heads are read where they lie, also those that several share, and written in the order that follows; scale and mask are code.
// CHECK-DAG: #[[Q:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d1, d5)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d4, d1 floordiv 2, d5)>
// CHECK-DAG: #[[V:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 floordiv 2, d4, d3)>
// CHECK-DAG: #[[M:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, 0, 0, d4)>
// CHECK-DAG: #[[R:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d1, d3)>
// CHECK-LABEL: func.func @heads(
// CHECK-NOT:   kernel.map
// CHECK:       kernel.attention guarded over #{{[^ ]*}} [#[[Q]], #[[K]], #[[V]], #[[M]], #[[R]]]
// CHECK-SAME:    outs(%{{.*}} : tensor<2x16x4x7xf32>) #kernel.schedule<"attention"
// CHECK-NEXT:  ^bb0(%[[ACC:.*]]: f32, %[[MASK:.*]]: f32):
// CHECK-NEXT:    %[[C:.*]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[ACC]], %[[C]] : f32
// CHECK-NEXT:    %[[A:.*]] = arith.addf %[[S]], %[[MASK]] : f32
// CHECK-NEXT:    kernel.yield %[[A]] : f32
// CHECK-NOT:   kernel.map
// CHECK:       return
func.func @heads(%q: tensor<2x16x4x8xf32>, %k: tensor<2x12x2x8xf32>, %v: tensor<2x2x12x7xf32>, %m: tensor<2x1x1x12xf32>) -> tensor<2x16x28xf32> {
  %qt = graph.transpose %q by [0, 2, 1, 3] : (tensor<2x16x4x8xf32>) -> tensor<2x4x16x8xf32>
  %kt = graph.transpose %k by [0, 2, 1, 3] : (tensor<2x12x2x8xf32>) -> tensor<2x2x12x8xf32>
  %mb = graph.broadcast %m to affine_map<() -> (2, 4, 16, 12)> : (tensor<2x1x1x12xf32>) -> tensor<2x4x16x12xf32>
  %a = graph.attention %qt, %kt, %v, %mb {scale = 0.25, guarded} : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x7xf32>, tensor<2x4x16x12xf32>) -> tensor<2x4x16x7xf32>
  %t = graph.transpose %a by [0, 2, 1, 3] : (tensor<2x4x16x7xf32>) -> tensor<2x16x4x7xf32>
  %r = graph.reshape %t to affine_map<() -> (2, 16, 28)> : (tensor<2x16x4x7xf32>) -> tensor<2x16x28xf32>
  return %r : tensor<2x16x28xf32>
}

// -----

// Halves are widened for the products, the result is rounded behind them.
// CHECK-LABEL: func.func @halves(
// CHECK-COUNT-3: arith.extf
// CHECK:         kernel.attention over
// CHECK-SAME:      outs(%{{.*}} : tensor<1x1x16x7xf32>)
// CHECK:         kernel.map
// CHECK:           arith.truncf
func.func @halves(%q: tensor<1x1x16x8xf16>, %k: tensor<1x1x12x8xf16>, %v: tensor<1x1x12x7xf16>) -> tensor<1x1x16x7xf16> {
  %a = graph.attention %q, %k, %v {scale = 1.0} : (tensor<1x1x16x8xf16>, tensor<1x1x12x8xf16>, tensor<1x1x12x7xf16>) -> tensor<1x1x16x7xf16>
  return %a : tensor<1x1x16x7xf16>
}

// -----

// Masks one after the other: a choice, which is read as it is, then a sum.
// CHECK-LABEL: func.func @masks(
// CHECK-NOT:   kernel.map
// CHECK:       kernel.attention guards_hidden over #{{[^ ]*}} [{{[^]]*}}] ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : {{.*}}, tensor<12xi1>, tensor<16x12xf32>)
// CHECK-NEXT:  ^bb0(%[[ACC:.*]]: f32, %[[SEE:.*]]: i1, %[[BIAS:.*]]: f32):
// CHECK-NEXT:    %[[FILL:.*]] = arith.constant -1.000000e+04 : f32
// CHECK-NEXT:    %[[S:.*]] = arith.select %[[SEE]], %[[ACC]], %[[FILL]] : f32
// CHECK-NEXT:    %[[A:.*]] = arith.addf %[[S]], %[[BIAS]] : f32
// CHECK-NEXT:    kernel.yield %[[A]] : f32
func.func @masks(%q: tensor<1x4x16x8xf32>, %k: tensor<1x4x12x8xf32>, %see: tensor<12xi1>, %m: tensor<16x12xf32>) -> tensor<1x4x16x8xf32> {
  %s = graph.broadcast %see to affine_map<() -> (1, 4, 16, 12)> : (tensor<12xi1>) -> tensor<1x4x16x12xi1>
  %b = graph.broadcast %m to affine_map<() -> (1, 4, 16, 12)> : (tensor<16x12xf32>) -> tensor<1x4x16x12xf32>
  %a = graph.attention %q, %k, %k, %s, %b {scale = 1.0, fills = array<f64: -1.0e4>, guardsHidden} : (tensor<1x4x16x8xf32>, tensor<1x4x12x8xf32>, tensor<1x4x12x8xf32>, tensor<1x4x16x12xi1>, tensor<1x4x16x12xf32>) -> tensor<1x4x16x8xf32>
  return %a : tensor<1x4x16x8xf32>
}

// -----

// A mask whose keys do not lie along its last axis is copied, as vectors run along the keys.
// CHECK-DAG: #[[M:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d4)>
// CHECK-LABEL: func.func @mask(
// CHECK:         %[[M1:.*]] = kernel.map
// CHECK:         kernel.attention over #{{[^ ]*}} [{{[^]]*}}, #[[M]], #{{[^]]*}}] ins(%{{.*}}, %{{.*}}, %{{.*}}, %[[M1]] :
func.func @mask(%q: tensor<1x1x16x8xf32>, %k: tensor<1x1x12x8xf32>, %m: tensor<1x1x12x16xf32>) -> tensor<1x1x16x8xf32> {
  %t = graph.transpose %m by [0, 1, 3, 2] : (tensor<1x1x12x16xf32>) -> tensor<1x1x16x12xf32>
  %a = graph.attention %q, %k, %k, %t {scale = 1.0} : (tensor<1x1x16x8xf32>, tensor<1x1x12x8xf32>, tensor<1x1x12x8xf32>, tensor<1x1x16x12xf32>) -> tensor<1x1x16x8xf32>
  return %a : tensor<1x1x16x8xf32>
}
