// RUN: onnxcc-opt %s --split-input-file --place-carried | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#domain = affine_map<() -> (4)>
// The first state is written where it was: only its own element is read. The second is read by a launch after the one that computes its successor, so that is copied
// at the step's end.
// CHECK-LABEL: func.func @states
// CHECK:       scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK:         %[[NEWB:.*]] = kernel.map {{.*}} ins(%[[B]] : {{.*}} outs(%[[EMPTY:.*]] : tensor<4xf32>)
// CHECK:         %[[NEWA:.*]] = kernel.map {{.*}} ins(%[[A]], %[[B]] : {{.*}} outs(%[[A]] : tensor<4xf32>)
// CHECK:         %[[COPY:.*]] = kernel.map {{.*}} ins(%[[NEWB]] : tensor<4xf32>) outs(%[[B]] : tensor<4xf32>)
// CHECK:         scf.yield %[[NEWA]], %[[COPY]]
func.func @states(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %0:2 = scf.for %t = %c0 to %c9 step %c1 iter_args(%oldA = %a, %oldB = %b) -> (tensor<4xf32>, tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %newB = kernel.map over #domain [#id, #id] ins(%oldB : tensor<4xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%x: f32):
      %y = math.exp %x : f32
      kernel.yield %y : f32
    } -> tensor<4xf32>
    %f = tensor.empty() : tensor<4xf32>
    %newA = kernel.map over #domain [#id, #id, #id] ins(%oldA, %oldB : tensor<4xf32>, tensor<4xf32>) outs(%f : tensor<4xf32>) {
    ^bb0(%x: f32, %y: f32):
      %z = arith.addf %x, %y : f32
      kernel.yield %z : f32
    } -> tensor<4xf32>
    scf.yield %newA, %newB : tensor<4xf32>, tensor<4xf32>
  }
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// What is written into what was carried lies there already.
// CHECK-LABEL: func.func @output
// CHECK:         tensor.insert_slice
// CHECK-NEXT:    scf.yield
func.func @output(%x: tensor<1xf32>, %y: tensor<9xf32>) -> tensor<9xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %0 = scf.for %t = %c0 to %c9 step %c1 iter_args(%old = %y) -> (tensor<9xf32>) {
    %new = tensor.insert_slice %x into %old[%t] [1] [1] : tensor<1xf32> into tensor<9xf32>
    scf.yield %new : tensor<9xf32>
  }
  return %0 : tensor<9xf32>
}

// -----

// So does what a call updates: a cache that each step writes a row of.
// CHECK-LABEL: func.func @cache
// CHECK:         %[[NEW:.*]] = kernel.call "scatter_nd"
// CHECK-NEXT:    scf.yield %[[NEW]]
func.func @cache(%x: tensor<1x4xf32>, %i: tensor<1x1xi64>, %y: tensor<9x4xf32>) -> tensor<9x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %0 = scf.for %t = %c0 to %c9 step %c1 iter_args(%old = %y) -> (tensor<9x4xf32>) {
    %new = kernel.call "scatter_nd" {combine = "Replace"} over affine_map<() -> (1, 4, 9)> updates [0]
      ins(%i, %x : tensor<1x1xi64>, tensor<1x4xf32>) outs(%old : tensor<9x4xf32>) -> tensor<9x4xf32>
    scf.yield %new : tensor<9x4xf32>
  }
  return %0 : tensor<9x4xf32>
}
