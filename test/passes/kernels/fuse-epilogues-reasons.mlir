// Why an epilogue stays a launch of its own, as --opt-report tells it.
// RUN: onnxcc-opt %s --fuse-epilogues --remarks-filter=".*" -o /dev/null 2>&1 | FileCheck %s

module attributes {graph.symbols = [#graph.symbol<"n", 1, 4>, #graph.symbol<"m", 1, 4>]} {
// Neither extent is constant, so that nothing says which part of the flat one is a column.
func.func @between(%x: tensor<?x3xf32>, %w: tensor<3x?xf32>) -> tensor<?xf32> {
  %n = kernel.dim 0
  %m = kernel.dim 1
  %e = tensor.empty(%n, %m) : tensor<?x?xf32>
  %0 = kernel.contract sum over affine_map<()[s0, s1] -> (s0, s1, 3)> [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>] ins(%x, %w : tensor<?x3xf32>, tensor<3x?xf32>) outs(%e : tensor<?x?xf32>) #kernel.schedule<"gemm" dims = {columns = [1], depth = [2], rows = [0]}> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  } -> tensor<?x?xf32>
  %flat = tensor.collapse_shape %0 [[0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  %f = affine.apply affine_map<()[s0, s1] -> (s0 * s1)>()[%n, %m]
  %g = tensor.empty(%f) : tensor<?xf32>
  // CHECK: [[@LINE+1]]:8: remark: [Missed] epilogue |{{.*}}Reason="a reshape of dynamic extents is between"
  %1 = kernel.map over affine_map<()[s0, s1] -> (s0 * s1)> [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] ins(%flat : tensor<?xf32>) outs(%g : tensor<?xf32>) {
  ^bb0(%v: f32):
    %t = math.tanh %v : f32
    kernel.yield %t : f32
  } -> tensor<?xf32>
  return %1 : tensor<?xf32>
}
}
