// RUN: onnxcc-opt --lower-onnx --verify-graph --split-input-file --mlir-print-local-scope %s | FileCheck %s

// One constant index is a slice.
// CHECK-LABEL: func.func @gather
// CHECK: graph.gather %arg0, %arg1 {axis = 1 : i64}
// CHECK: %[[ROW:.*]] = graph.slice %arg0 at affine_map<() -> (3, 0)> sizes affine_map<() -> (1, 8)>
// CHECK: graph.reshape %[[ROW]] to affine_map<() -> (8)>
func.func @gather(%x: tensor<4x8xf32>, %i: tensor<2xi64>) -> (tensor<4x2xf32>, tensor<8xf32>) {
  %last = onnx.constant dense<-1> : tensor<i64> -> tensor<i64>
  %0 = onnx.node "Gather" (%x, %i) {axis = -1 : i64} : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<4x2xf32>
  %1 = onnx.node "Gather" (%x, %last) : (tensor<4x8xf32>, tensor<i64>) -> tensor<8xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<8xf32>
}

// -----

// Two indices become one into the flattened axes; each is read through its own axis' places, where one that is out of range is
// seen.
// CHECK-LABEL: func.func @gather_nd
// CHECK: graph.constant dense<[0, 1, 2]> : tensor<3xi64>
// CHECK: graph.gather {{.*}} : (tensor<3xi64>, tensor<7xi64>) -> tensor<7xi64>
// CHECK: graph.gather {{.*}} : (tensor<4xi64>, tensor<7xi64>) -> tensor<7xi64>
// CHECK: graph.reshape %arg0 to affine_map<() -> (12, 5)>
// CHECK: graph.gather {{.*}} {axis = 0 : i64} : {{.*}} -> tensor<7x5xf32>
func.func @gather_nd(%x: tensor<3x4x5xf32>, %i: tensor<7x2xi64>) -> tensor<7x5xf32> {
  %0 = onnx.node "GatherND" (%x, %i) : (tensor<3x4x5xf32>, tensor<7x2xi64>) -> tensor<7x5xf32>
  return %0 : tensor<7x5xf32>
}

// -----

// CHECK-LABEL: func.func @one_hot
// CHECK: graph.equal {{.*}} -> tensor<3x6xi1>
// CHECK: graph.select {{.*}} -> tensor<3x6xf32>
func.func @one_hot(%i: tensor<3xi64>, %values: tensor<2xf32>) -> tensor<3x6xf32> {
  %depth = onnx.constant dense<6> : tensor<i64> -> tensor<i64>
  %0 = onnx.node "OneHot" (%i, %depth, %values) : (tensor<3xi64>, tensor<i64>, tensor<2xf32>) -> tensor<3x6xf32>
  return %0 : tensor<3x6xf32>
}

// -----

// Places that are constant are checked here, others by the run.
// CHECK-LABEL: func.func @scatter
// CHECK: graph.scatter_nd replace %arg0, %arg1, %arg2
// CHECK: graph.scatter_elements max {{.*}} {axis = 0 : i64}
func.func @scatter(%x: tensor<4xf32>, %i: tensor<2x1xi64>, %y: tensor<2xf32>) -> tensor<4xf32> {
  %0 = onnx.node "ScatterND" (%x, %i, %y) : (tensor<4xf32>, tensor<2x1xi64>, tensor<2xf32>) -> tensor<4xf32>
  %places = onnx.constant dense<[1, -1]> : tensor<2xi64> -> tensor<2xi64>
  %1 = onnx.node "ScatterElements" (%0, %places, %y) {axis = -1 : i64, reduction = "max"} : (tensor<4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @top_k
// CHECK: %[[VALUES:.*]], %[[INDICES:.*]] = graph.top_k %arg0 {axis = 1 : i64, k = 2 : i64, largest = false}
// CHECK: return %[[VALUES]], %[[INDICES]]
func.func @top_k(%x: tensor<3x5xf32>) -> (tensor<3x2xf32>, tensor<3x2xi64>) {
  %k = onnx.constant dense<2> : tensor<1xi64> -> tensor<1xi64>
  %0:2 = onnx.node "TopK" (%x, %k) {largest = 0 : i64} : (tensor<3x5xf32>, tensor<1xi64>) -> (tensor<3x2xf32>, tensor<3x2xi64>)
  return %0#0, %0#1 : tensor<3x2xf32>, tensor<3x2xi64>
}

// -----

// The places of what is not 0, taken apart: place / 4, place - (place / 4) * 4. A second NonZero of the same tensor has the same dim.
// CHECK:       graph.symbols = [#graph.symbol<"n", 1, 8>, #graph.symbol<"NonZero_d1", 0, 32, affine_map<()[s0] -> (s0 * 4)>>]
// CHECK-LABEL: func.func @nonzero
// CHECK:       %[[FLAGS:.*]] = graph.cast %arg0
// CHECK:       %[[P:.*]] = graph.places %[[FLAGS]] defines 1
// CHECK:       %[[ROW:.*]] = graph.div %[[P]]
// CHECK:       %[[WHOLE:.*]] = graph.mul %[[ROW]]
// CHECK:       %[[COLUMN:.*]] = graph.sub %[[P]], %[[WHOLE]]
// CHECK:       graph.concat %{{.*}}, %{{.*}} {axis = 0 : i64} : {{.*}} -> tensor<2x?xi64, affine_map<()[s0, s1] -> (2, s1)>>
// CHECK-NOT:   graph.places
module attributes {graph.symbols = [#graph.symbol<"n", 1, 8>]} {
func.func @nonzero(%x: tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>) -> (tensor<2x?xi64>, tensor<2x?xi64>) {
  %0 = onnx.node "NonZero" (%x) : (tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>) -> tensor<2x?xi64>
  %1 = onnx.node "NonZero" (%x) : (tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>) -> tensor<2x?xi64>
  return %0, %1 : tensor<2x?xi64>, tensor<2x?xi64>
}
}

// -----

// Compress gathers at places; known ones are constants, as ever.
// CHECK-LABEL: func.func @compress
// CHECK:       %[[P:.*]] = graph.places %arg1 defines 0
// CHECK:       %[[Y:.*]] = graph.gather %arg0, %[[P]] {axis = 1 : i64}
// CHECK:       %[[KNOWN:.*]] = graph.gather %arg0, %{{.*}} {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x2xf32>
// CHECK:       return %[[Y]], %[[KNOWN]]
module {
func.func @compress(%x: tensor<2x4xf32>, %c: tensor<4xi1>) -> (tensor<2x?xf32>, tensor<2x2xf32>) {
  %0 = onnx.node "Compress" (%x, %c) {axis = 1 : i64} : (tensor<2x4xf32>, tensor<4xi1>) -> tensor<2x?xf32>
  %k = onnx.constant dense<[true, false, false, true]> : tensor<4xi1> -> tensor<4xi1>
  %1 = onnx.node "Compress" (%x, %k) {axis = 1 : i64} : (tensor<2x4xf32>, tensor<4xi1>) -> tensor<2x2xf32>
  return %0, %1 : tensor<2x?xf32>, tensor<2x2xf32>
}
}
