// RUN: onnxcc-opt %s --lower-graph --match-families --fuse-maps | FileCheck %s

// x * sigmoid(x) is one map that reads x once.
// CHECK-LABEL: func.func @silu
// CHECK:      kernel.map over #{{.*}} [#[[ID:.*]], #[[ID]]] ins(%{{.*}} : tensor<8xf32>)
// CHECK-NEXT: ^bb0(%[[X:[^:]*]]: f32):
// CHECK:        %[[S:.*]] = arith.divf
// CHECK:        arith.mulf %[[X]], %[[S]]
// CHECK-NOT:  kernel.map
func.func @silu(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = graph.sigmoid %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = graph.mul %x, %0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// What is computed before a broadcast stays: it would be computed for each of 8 rows.
// CHECK-LABEL: func.func @broadcast
// CHECK-COUNT-2: kernel.map
// CHECK-NOT:   kernel.map
func.func @broadcast(%x: tensor<8x4xf32>, %y: tensor<4xf32>) -> tensor<8x4xf32> {
  %0 = graph.exp %y : (tensor<4xf32>) -> tensor<4xf32>
  %1 = graph.broadcast %0 to affine_map<() -> (8, 4)> : (tensor<4xf32>) -> tensor<8x4xf32>
  %2 = graph.add %x, %1 : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  return %2 : tensor<8x4xf32>
}

// Two readers: computed once, for both; what nobody else reads is no result.
// CHECK-LABEL: func.func @twice
// CHECK:       %[[R:.*]]:2 = kernel.map
// CHECK:         %[[E:.*]] = math.exp
// CHECK:         %[[S:.*]] = math.sqrt %[[E]]
// CHECK:         %[[A:.*]] = math.absf %[[E]]
// CHECK:         kernel.yield %[[A]], %[[S]]
// CHECK-NOT:   kernel.map
// CHECK:       return %[[R]]#1, %[[R]]#0
func.func @twice(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = graph.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = graph.sqrt %0 : (tensor<8xf32>) -> tensor<8xf32>
  %2 = graph.abs %0 : (tensor<8xf32>) -> tensor<8xf32>
  return %1, %2 : tensor<8xf32>, tensor<8xf32>
}

// A cheap map joins the passes over a row, an exponential does not.
// CHECK-LABEL: func.func @rows
// CHECK:     kernel.map
// CHECK:       math.exp
// CHECK-NOT:   arith.addf
// CHECK:     kernel.rows
// CHECK:       arith.addf
// CHECK:       kernel.reduce max
func.func @rows(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = graph.exp %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %s = graph.softmax %0 {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = graph.add %s, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = graph.abs %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %3 = graph.add %2, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = graph.softmax %3 {axis = 1 : i64} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %5 = graph.mul %4, %1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %5 : tensor<2x8xf32>
}

// What is read later, and by no map, is a further result of the first reader.
// CHECK-LABEL: func.func @kept
// CHECK:       %[[R:.*]]:2 = kernel.map
// CHECK:         %[[E:.*]] = math.exp
// CHECK:         %[[S:.*]] = math.sqrt %[[E]]
// CHECK:         kernel.yield %[[S]], %[[E]]
// CHECK:       kernel.contract {{.*}}ins(%[[R]]#1
// CHECK:       return %[[R]]#0
func.func @kept(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = graph.exp %x : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = graph.sqrt %0 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = graph.matmul %0, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1, %2 : tensor<8x8xf32>, tensor<8x8xf32>
}

// A reader that stands before the map would not have it.
// CHECK-LABEL: func.func @before
// CHECK:       kernel.map
// CHECK:       kernel.contract
// CHECK:       kernel.map
func.func @before(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = graph.exp %x : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = graph.matmul %0, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = graph.sqrt %0 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %2, %1 : tensor<8x8xf32>, tensor<8x8xf32>
}

// Four results and no more: each is a stream that is written.
// CHECK-LABEL: func.func @many
// CHECK:       kernel.map
// CHECK:       %{{.*}}:4 = kernel.map
// CHECK-NOT:   kernel.map
func.func @many(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = graph.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = graph.sqrt %0 : (tensor<8xf32>) -> tensor<8xf32>
  %2 = graph.sin %1 : (tensor<8xf32>) -> tensor<8xf32>
  %3 = graph.cos %2 : (tensor<8xf32>) -> tensor<8xf32>
  %4 = graph.tanh %3 : (tensor<8xf32>) -> tensor<8xf32>
  return %0, %1, %2, %3, %4 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// What reads nothing is computed by each of its readers, and is no further result of any: here it is returned, and both parts of the padded image
// compute it.
// CHECK-LABEL: func.func @fill
// CHECK-COUNT-3: %{{[0-9]+}} = kernel.map
// CHECK-NOT:   kernel.map
func.func @fill() -> (tensor<7x6xf32>, tensor<10x6xf32>) {
  %c = graph.constant dense<4.0> : tensor<f32>
  %0 = graph.broadcast %c to affine_map<() -> (7, 6)> : (tensor<f32>) -> tensor<7x6xf32>
  %1 = graph.pad edge %0, %c low [0, 0] high [3, 0] : (tensor<7x6xf32>, tensor<f32>) -> tensor<10x6xf32>
  return %0, %1 : tensor<7x6xf32>, tensor<10x6xf32>
}

// What narrows a product's result is its epilogue, so that the narrow one is stored; the reader of two of them joins the later.
// CHECK-LABEL: func.func @narrow
// CHECK:       %[[A:.*]] = kernel.contract {{.*}}outs(%{{.*}} : tensor<8x8xi32>)
// CHECK:       %[[P:.*]] = kernel.map {{.*}}ins(%[[A]]{{.*}}outs(%{{.*}} : tensor<8x8xi8>)
// CHECK:         arith.addi
// CHECK:         arith.trunci
// CHECK:       %[[B:.*]] = kernel.contract
// CHECK:       %[[Q:.*]] = kernel.map {{.*}}ins(%[[B]]{{.*}}outs(%{{.*}} : tensor<8x8xi8>)
// CHECK:       kernel.map {{.*}}ins(%[[P]], %[[Q]]
func.func @narrow(%x: tensor<8x8xi32>, %y: tensor<8x8xi32>) -> tensor<8x8xi8> {
  %0 = graph.matmul %x, %y : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  %1 = graph.add %0, %y : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  %2 = graph.cast %1 {to = i8} : (tensor<8x8xi32>) -> tensor<8x8xi8>
  %3 = graph.matmul %y, %x : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  %4 = graph.cast %3 {to = i8} : (tensor<8x8xi32>) -> tensor<8x8xi8>
  %5 = graph.mul %2, %4 : (tensor<8x8xi8>, tensor<8x8xi8>) -> tensor<8x8xi8>
  return %5 : tensor<8x8xi8>
}
