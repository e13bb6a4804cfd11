// RUN: onnxcc-opt %s --split-input-file --lower-graph --match-families --fuse-maps | FileCheck %s

// The table's map has the index in the place of an iteration dim.
// CHECK-DAG: #[[AT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[READ:.*]] = affine_map<(d0, d1, d2)[s0] -> (s0, d2)>
// CHECK-LABEL: func.func @gather
// CHECK-SAME:  (%[[X:.*]]: tensor<9x4xf32>{{.*}}, %[[I:.*]]: tensor<2x3xi32>
// CHECK:       kernel.map indexed [0] over #{{[^ ]*}} [#[[AT]], #[[READ]], #{{[^ ]*}}] ins(%[[I]], %[[X]] :
// CHECK-NEXT:  ^bb0(%{{.*}}: i32, %[[E:.*]]: f32):
// CHECK-NEXT:    kernel.yield %[[E]] : f32
func.func @gather(%x: tensor<9x4xf32>, %i: tensor<2x3xi32>) -> tensor<2x3x4xf32> {
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<9x4xf32>, tensor<2x3xi32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// CHECK-DAG: #[[READ:.*]] = affine_map<(d0, d1)[s0] -> (d0, s0)>
// CHECK-LABEL: func.func @gather_elements
// CHECK:       kernel.map indexed [0] over #{{[^ ]*}} [#{{[^ ]*}}, #[[READ]], #{{[^ ]*}}]
func.func @gather_elements(%x: tensor<3x9xf32>, %i: tensor<2x5xi64>) -> tensor<2x5xf32> {
  %0 = graph.gather_elements %x, %i {axis = 1 : i64} : (tensor<3x9xf32>, tensor<2x5xi64>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// Constant indices at equal distances are a view's map; a negative one counts from the end.
// CHECK-DAG: #[[READ:.*]] = affine_map<(d0) -> (d0 * -2 + 8)>
// CHECK-LABEL: func.func @strided
// CHECK:       kernel.map over #{{[^ ]*}} [#[[READ]], #{{[^ ]*}}]
func.func @strided(%x: tensor<9xf32>) -> tensor<3xf32> {
  %i = graph.constant dense<[-1, 6, 4]> : tensor<3xi64>
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<9xf32>, tensor<3xi64>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// Two look-ups are added in one loop, each at indices of its own.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1)[s0, s1] -> (s0, d1)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1)[s0, s1] -> (s1, d1)>
// CHECK-LABEL: func.func @embeddings
// CHECK-SAME:  (%[[W:.*]]: tensor<9x4xf32>{{.*}}, %[[T:.*]]: tensor<2x4xf32>{{.*}}, %[[I:.*]]: tensor<5xi64>{{.*}}, %[[J:.*]]: tensor<5xi64>
// CHECK:       kernel.map indexed [0, 2] over #{{[^ ]*}} [#{{[^ ]*}}, #[[FIRST]], #{{[^ ]*}}, #[[SECOND]], #{{[^ ]*}}] ins(%[[J]], %[[T]], %[[I]], %[[W]] :
// CHECK:         arith.addf
// CHECK-NOT:   kernel.map
func.func @embeddings(%w: tensor<9x4xf32>, %t: tensor<2x4xf32>, %i: tensor<5xi64>, %j: tensor<5xi64>) -> tensor<5x4xf32> {
  %0 = graph.gather %w, %i {axis = 0 : i64} : (tensor<9x4xf32>, tensor<5xi64>) -> tensor<5x4xf32>
  %1 = graph.gather %t, %j {axis = 0 : i64} : (tensor<2x4xf32>, tensor<5xi64>) -> tensor<5x4xf32>
  %2 = graph.add %0, %1 : (tensor<5x4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  return %2 : tensor<5x4xf32>
}

// -----

// What an index is computed by stays in a launch of its own: indices are read from memory.
// CHECK-LABEL: func.func @computed
// CHECK:       %[[I:.*]] = kernel.map over
// CHECK:         arith.addi
// CHECK:       kernel.map indexed [0] {{.*}} ins(%[[I]],
func.func @computed(%x: tensor<9xf32>, %i: tensor<5xi64>, %j: tensor<5xi64>) -> tensor<5xf32> {
  %0 = graph.add %i, %j : (tensor<5xi64>, tensor<5xi64>) -> tensor<5xi64>
  %1 = graph.gather %x, %0 {axis = 0 : i64} : (tensor<9xf32>, tensor<5xi64>) -> tensor<5xf32>
  return %1 : tensor<5xf32>
}

// -----

#s = affine_map<()[s0] -> (s0)>
#ss = affine_map<()[s0] -> (s0, s0)>
#col = affine_map<()[s0] -> (s0, 1)>
module attributes {graph.symbols = [#graph.symbol<"seq", 1, 8>]} {
  // What is known from the place and the dims is code, not data: column <= row.
  // CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
  // CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
  // CHECK-LABEL: func.func @causal
  // CHECK:       kernel.map over #{{[^ ]*}} [#{{[^ ]*}}] outs
  // CHECK-NEXT:    %[[J:.*]] = kernel.index #[[COLUMN]]
  // CHECK-NEXT:    %[[I:.*]] = kernel.index #[[ROW]]
  // CHECK-NEXT:    arith.cmpi sle, %[[J]], %[[I]]
  func.func @causal() -> tensor<?x?xi1, #ss> {
    %0 = graph.iota #s of i64
    %1 = graph.reshape %0 to #col : (tensor<?xi64, #s>) -> tensor<?x1xi64, #col>
    %2 = graph.broadcast %0 to #ss : (tensor<?xi64, #s>) -> tensor<?x?xi64, #ss>
    %3 = graph.broadcast %1 to #ss : (tensor<?x1xi64, #col>) -> tensor<?x?xi64, #ss>
    %4 = graph.less_or_equal %2, %3 : (tensor<?x?xi64, #ss>, tensor<?x?xi64, #ss>) -> tensor<?x?xi1, #ss>
    return %4 : tensor<?x?xi1, #ss>
  }

  // CHECK-LABEL: func.func @shape
  // CHECK:       kernel.map over #{{[^ ]*}} [#{{[^ ]*}}] outs(%{{.*}} : tensor<2xi64>)
  // CHECK:         kernel.index
  // CHECK:         arith.select
  func.func @shape() -> tensor<2xi64> {
    %0 = graph.extents affine_map<()[s0] -> (s0, s0 * 3)> : tensor<2xi64>
    return %0 : tensor<2xi64>
  }
}

// -----

// The first of nine elements, read in their order, are not the nine.
// CHECK-LABEL: func.func @first
// CHECK:       kernel.map over #{{[^ ]*}} {{.*}} ins(%arg0 : tensor<9xf32>) outs(%{{.*}} : tensor<2xf32>)
func.func @first(%x: tensor<9xf32>) -> tensor<2xf32> {
  %i = graph.constant dense<[0, 1]> : tensor<2xi64>
  %0 = graph.gather %x, %i {axis = 0 : i64} : (tensor<9xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// Places: a routine with room for all, their count as the dim, the places that there are. What has the dim as its extent comes behind it.
// CHECK-LABEL: func.func @places
// CHECK:       %[[ROOM:.*]] = tensor.empty(%{{.*}}) : tensor<?xi64>
// CHECK:       %[[FOUND:.*]]:2 = kernel.call "places" {} over #{{[^ ]*}} ins(%arg0 : tensor<?x3xi1>) outs(%[[ROOM]], %{{.*}} : tensor<?xi64>, tensor<i64>)
// CHECK:       %[[C:.*]] = tensor.extract %[[FOUND]]#1[] : tensor<i64>
// CHECK:       %[[N:.*]] = kernel.define 1 = %[[C]]
// CHECK:       %[[P:.*]] = tensor.extract_slice %[[FOUND]]#0[0] [%[[N]]] [1] : tensor<?xi64> to tensor<?xi64>
// CHECK:       tensor.empty(%[[N]])
// CHECK:       kernel.map {{.*}} ins(%[[P]] : tensor<?xi64>)
#kept = affine_map<()[s0, s1] -> (s1)>
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"kept", 0, 24, affine_map<()[s0] -> (s0 * 3)>>]} {
func.func @places(%x: tensor<?x3xi1, affine_map<()[s0] -> (s0, 3)>>) -> tensor<?xi64, #kept> {
  %0 = graph.places %x defines 1 : (tensor<?x3xi1, affine_map<()[s0] -> (s0, 3)>>) -> tensor<?xi64, #kept>
  %1 = graph.add %0, %0 : (tensor<?xi64, #kept>, tensor<?xi64, #kept>) -> tensor<?xi64, #kept>
  return %1 : tensor<?xi64, #kept>
}
}
