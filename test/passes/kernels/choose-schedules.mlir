// RUN: onnxcc-opt %s --lower-graph --choose-schedules | FileCheck %s

module attributes {kernel.targets = ["x86-64", "x86-64-v3", "x86-64-v4"], kernel.compiler = "g++"} {
  // CHECK-LABEL: func.func @conv
  // CHECK: kernel.contract {{.*}} #kernel.schedule<"conv2d" dims = {batch = [0], channel = [3], depth = [6], height = [1], kernelHeight = [4], kernelWidth = [5], width = [2]} operands = [{neighbours = [6]}, {packed}, {neighbours = [3]}] tasks = 16 variants = [{tile = [6, 2]}, {tile = [6, 2]}, {tile = [12, 2]}]>
  func.func @conv(%x: tensor<1x56x56x64xf32>, %w: tensor<64x64x3x3xf32>) -> tensor<1x56x56x64xf32> {
    %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, layout = #graph<layout channels_last>} : (tensor<1x56x56x64xf32>, tensor<64x64x3x3xf32>) -> tensor<1x56x56x64xf32>
    return %0 : tensor<1x56x56x64xf32>
  }
  // Channels first has no template.
  // CHECK-LABEL: func.func @channels_first
  // CHECK: kernel.contract {{.*}} #kernel.schedule<"loops"
  func.func @channels_first(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x1x1xf32>) -> tensor<1x4x8x8xf32> {
    %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x8x8xf32>, tensor<4x4x1x1xf32>) -> tensor<1x4x8x8xf32>
    return %0 : tensor<1x4x8x8xf32>
  }
  // CHECK-LABEL: func.func @depthwise
  // CHECK: kernel.contract {{.*}} #kernel.schedule<"depthwise" {{.*}}variants = [{tile = [6, 1]}, {tile = [7, 1]}, {tile = [7, 1]}]>
  func.func @depthwise(%x: tensor<1x8x8x4xf32>, %w: tensor<4x1x3x3xf32>) -> tensor<1x6x6x4xf32> {
    %0 = graph.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, groups = 4 : i64, layout = #graph<layout channels_last>} : (tensor<1x8x8x4xf32>, tensor<4x1x3x3xf32>) -> tensor<1x6x6x4xf32>
    return %0 : tensor<1x6x6x4xf32>
  }
  // CHECK-LABEL: func.func @pool
  // CHECK: kernel.contract max {{.*}} #kernel.schedule<"pool"
  func.func @pool(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32> {
    %0 = graph.pool max %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, layout = #graph<layout channels_last>} : (tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32>
    return %0 : tensor<1x4x4x4xf32>
  }
  // One row: more columns at once. A transposed right side is a matter of strides.
  // CHECK-LABEL: func.func @gemm
  // CHECK: kernel.contract {{.*}} #kernel.schedule<"gemm" {{.*}}variants = [{tile = [1, 8]}]>
  func.func @gemm(%x: tensor<1x64xf32>, %w: tensor<10x64xf32>) -> tensor<1x10xf32> {
    %0 = graph.transpose %w by [1, 0] : (tensor<10x64xf32>) -> tensor<64x10xf32>
    %1 = graph.matmul %x, %0 : (tensor<1x64xf32>, tensor<64x10xf32>) -> tensor<1x10xf32>
    return %1 : tensor<1x10xf32>
  }
  // Nine rows are five and four, where six would leave three over.
  // CHECK-LABEL: func.func @few
  // CHECK: kernel.contract {{.*}} tensor<3x64xf32>{{.*}} #kernel.schedule<"gemm" {{.*}}variants = [{tile = [4, 2]}, {tile = [4, 2]}, {tile = [4, 4]}]>
  // CHECK: kernel.contract {{.*}} tensor<9x64xf32>{{.*}} #kernel.schedule<"gemm" {{.*}}variants = [{tile = [5, 2]}, {tile = [5, 2]}, {tile = [10, 2]}]>
  func.func @few(%x: tensor<3x64xf32>, %y: tensor<9x64xf32>, %w: tensor<64x10xf32>) -> (tensor<3x10xf32>, tensor<9x10xf32>) {
    %0 = graph.matmul %x, %w : (tensor<3x64xf32>, tensor<64x10xf32>) -> tensor<3x10xf32>
    %1 = graph.matmul %y, %w : (tensor<9x64xf32>, tensor<64x10xf32>) -> tensor<9x10xf32>
    return %0, %1 : tensor<3x10xf32>, tensor<9x10xf32>
  }
  // CHECK-LABEL: func.func @others
  // CHECK: kernel.map {{.*}} #kernel.schedule<"map"
  // CHECK: kernel.rows {{.*}} #kernel.schedule<"rows"
  func.func @others(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
    %0 = graph.exp %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
    %1 = graph.softmax %0 {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
    return %1 : tensor<2x4xf32>
  }

  // Rows are shared among tasks where there is enough to do; a single row is one task, and so are updates that may meet.
  // CHECK-LABEL: func.func @top_k
  // CHECK: kernel.call "top_k" {} over #{{[^ ]*}} tasks = 16 ins(%{{.*}} : tensor<1000x1000xf32>)
  // CHECK: kernel.call "top_k" {} over #{{[^ ]*}} ins(%{{.*}} : tensor<1000000xf32>)
  func.func @top_k(%x: tensor<1000x1000xf32>, %y: tensor<1000000xf32>) -> (tensor<1000x5xf32>, tensor<5xf32>) {
    %0:2 = graph.top_k %x {k = 5 : i64, axis = 1 : i64} : (tensor<1000x1000xf32>) -> (tensor<1000x5xf32>, tensor<1000x5xi64>)
    %1:2 = graph.top_k %y {k = 5 : i64, axis = 0 : i64} : (tensor<1000000xf32>) -> (tensor<5xf32>, tensor<5xi64>)
    return %0#0, %1#0 : tensor<1000x5xf32>, tensor<5xf32>
  }
  // CHECK-LABEL: func.func @scatter
  // CHECK: kernel.call "scatter_nd" {combine = "Sum"} over #{{[^ ]*}} updates [0] ins(%{{.*}} : tensor<100000x1xi64>
  func.func @scatter(%x: tensor<9xf32>, %i: tensor<100000x1xi64>, %u: tensor<100000xf32>) -> tensor<9xf32> {
    %0 = graph.scatter_nd sum %x, %i, %u : (tensor<9xf32>, tensor<100000x1xi64>, tensor<100000xf32>) -> tensor<9xf32>
    return %0 : tensor<9xf32>
  }
}
