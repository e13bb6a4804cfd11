// RUN: onnxcc-opt %s | onnxcc-opt | FileCheck %s

#id = affine_map<(n, c) -> (n, c)>
#channel = affine_map<(n, c) -> (c)>

module attributes {graph.symbols = [#graph.symbol<"batch", 1, 8>]} {
  // CHECK: kernel.weights @fc_weight dense<1.000000e+00> : tensor<1x4x16xf32>
  kernel.weights @fc_weight dense<1.0> : tensor<1x4x16xf32>

  // CHECK-LABEL: func.func @launches
  func.func @launches(%x: tensor<?x4xf32>, %bias: tensor<10xf32>) -> tensor<?x10xf32> {
    // CHECK: %[[BATCH:.*]] = kernel.dim 0
    %batch = kernel.dim 0
    // CHECK: %[[W:.*]] = kernel.weight @fc_weight : tensor<1x4x16xf32>
    %w = kernel.weight @fc_weight : tensor<1x4x16xf32>
    %e = tensor.empty(%batch) : tensor<?x10xf32>
    // CHECK: kernel.contract sum over #{{[^ ]*}} [{{[^]]*}}]
    // CHECK-SAME: ins(%{{.*}}, %[[W]], %{{.*}} : tensor<?x4xf32>, tensor<1x4x16xf32>, tensor<10xf32>)
    // CHECK-SAME: outs(%{{.*}} : tensor<?x10xf32>) #kernel.schedule<"gemm" dims = {columns = [1], depth = [2], rows = [0]} operands = [{}, {packed}, {neighbours = [1]}, {neighbours = [1]}] tasks = 3 variants = [{tile = [4, 2]}]> {
    // CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32):
    // CHECK-NEXT:   arith.addf %[[ACC]], %[[BIAS]] : f32
    // CHECK:      -> tensor<?x10xf32>
    %fc = kernel.contract sum over affine_map<()[s0] -> (s0, 10, 4)>
        [affine_map<(n, c, k) -> (n, k)>, affine_map<(n, c, k) -> (c floordiv 16, k, c mod 16)>,
         affine_map<(n, c, k) -> (c)>, affine_map<(n, c, k) -> (n, c)>]
        ins(%x, %w, %bias : tensor<?x4xf32>, tensor<1x4x16xf32>, tensor<10xf32>) outs(%e : tensor<?x10xf32>)
        #kernel.schedule<"gemm" dims = {columns = [1], depth = [2], rows = [0]} operands = [{}, {packed}, {neighbours = [1]}, {neighbours = [1]}]
          tasks = 3 variants = [{tile = [4, 2]}]> {
      ^bb0(%acc: f32, %b: f32):
        %sum = arith.addf %acc, %b : f32
        kernel.yield %sum : f32
    } -> tensor<?x10xf32>
    // CHECK: kernel.rows over #{{[^ ]*}} [{{[^]]*}}]
    // CHECK: kernel.reduce max %{{.*}} : f32
    %softmax = kernel.rows over affine_map<()[s0] -> (s0, 10)> [#id, #id]
        ins(%fc : tensor<?x10xf32>) outs(%e : tensor<?x10xf32>) #kernel.schedule<"rows"> {
      ^bb0(%v: f32):
        %top = kernel.reduce max %v : f32
        %d = arith.subf %v, %top : f32
        %p = math.exp %d : f32
        %sum = kernel.reduce sum %p : f32
        %q = arith.divf %p, %sum : f32
        kernel.yield %q : f32
    } -> tensor<?x10xf32>
    // CHECK: kernel.map over #{{[^ ]*}} [{{[^]]*}}]
    %scaled = kernel.map over affine_map<()[s0] -> (s0, 10)> [#id, #channel, #id]
        ins(%softmax, %bias : tensor<?x10xf32>, tensor<10xf32>) outs(%e : tensor<?x10xf32>) {
      ^bb0(%v: f32, %b: f32):
        %m = arith.mulf %v, %b : f32
        kernel.yield %m : f32
    } -> tensor<?x10xf32>
    // CHECK: kernel.call "cumulate" {combine = "Sum"} over #{{[^ ]*}} in_place [0] tasks = 4 ins(%{{.*}} : tensor<?x10xf32>) outs(%{{.*}} : tensor<?x10xf32>) -> tensor<?x10xf32>
    %called = kernel.call "cumulate" {combine = "Sum"} over affine_map<()[s0] -> (s0, 10, 1)> in_place [0] tasks = 4
        ins(%scaled : tensor<?x10xf32>) outs(%e : tensor<?x10xf32>) -> tensor<?x10xf32>
    return %called : tensor<?x10xf32>
  }

  // Several results, one of them an update of what is there; on memrefs none, and scratch memory.
  // CHECK-LABEL: func.func @calls
  func.func @calls(%x: tensor<4x9xi8>, %v: tensor<4x2xi8>, %i: tensor<4x2xi64>, %bytes: memref<72xi8>, %b: memref<9xf32>,
                   %bv: memref<2xf32>, %bi: memref<2xi64>) -> (tensor<4x2xi8>, tensor<4x2xi64>, tensor<4x9xi8>) {
    // CHECK: %[[TOP:.*]]:2 = kernel.call "top_k" {unsigned} over #{{[^ ]*}} ins(%{{.*}} : tensor<4x9xi8>) outs(%{{.*}}, %{{.*}} : tensor<4x2xi8>, tensor<4x2xi64>) -> tensor<4x2xi8>, tensor<4x2xi64>
    %top:2 = kernel.call "top_k" {unsigned} over affine_map<() -> (4, 9, 1, 2)> ins(%x : tensor<4x9xi8>) outs(%v, %i : tensor<4x2xi8>, tensor<4x2xi64>)
        -> tensor<4x2xi8>, tensor<4x2xi64>
    // CHECK: kernel.call "scatter_elements" {axis = 1 : i64, combine = "Sum"} over #{{[^ ]*}} updates [0] ins(%[[TOP]]#1, %[[TOP]]#0 :
    %y = kernel.call "scatter_elements" {axis = 1, combine = "Sum"} over affine_map<() -> (4, 9, 4, 2)> updates [0]
        ins(%top#1, %top#0 : tensor<4x2xi64>, tensor<4x2xi8>) outs(%x : tensor<4x9xi8>) -> tensor<4x9xi8>
    // CHECK: kernel.call "top_k" {} over #{{[^ ]*}} ins(%{{.*}} : memref<9xf32>) outs(%{{.*}}, %{{.*}} : memref<2xf32>, memref<2xi64>) scratch(%{{.*}} : memref<72xi8>)
    kernel.call "top_k" {} over affine_map<() -> (1, 9, 1, 2)> ins(%b : memref<9xf32>) outs(%bv, %bi : memref<2xf32>, memref<2xi64>) scratch(%bytes : memref<72xi8>)
    return %top#0, %top#1, %y : tensor<4x2xi8>, tensor<4x2xi64>, tensor<4x9xi8>
  }

  // CHECK-LABEL: func.func @regions
  // CHECK: %[[C:.*]] = tensor.extract
  // CHECK: kernel.define 1 = %[[C]]
  // CHECK: scf.for
  // CHECK:   kernel.while %{{.*}}
  func.func @regions(%counts: tensor<2xi64>, %go: tensor<i1>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %count = tensor.extract %counts[%c0] : tensor<2xi64>
    %n = kernel.define 1 = %count
    scf.for %t = %c0 to %n step %c1 {
      %more = tensor.extract %go[] : tensor<i1>
      kernel.while %more
    }
    return
  }

  // CHECK-LABEL: func.func @attention
  // CHECK: kernel.attention guarded guards_hidden over #{{[^ ]*}} [{{[^]]*}}] ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x4x3x6xf32>, {{.*}}, tensor<5xf16>)
  // CHECK-SAME: outs(%{{.*}} : tensor<2x3x4x7xf32>) #kernel.schedule<"attention" variants = [{tile = [6, 2]}, {tile = [12, 2]}]> {
  // CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[MASK:.*]]: f16):
  func.func @attention(%q: tensor<2x4x3x6xf32>, %k: tensor<2x2x5x6xf32>, %v: tensor<2x5x2x7xf32>, %mask: tensor<5xf16>,
                       %e: tensor<2x3x4x7xf32>) -> tensor<2x3x4x7xf32> {
    %r = kernel.attention guarded guards_hidden over affine_map<() -> (2, 4, 3, 7, 5, 6)>
        [affine_map<(n, h, m, e, t, d) -> (n, h, m, d)>, affine_map<(n, h, m, e, t, d) -> (n, h floordiv 2, t, d)>,
         affine_map<(n, h, m, e, t, d) -> (n, t, h floordiv 2, e)>, affine_map<(n, h, m, e, t, d) -> (t)>,
         affine_map<(n, h, m, e, t, d) -> (n, m, h, e)>]
        ins(%q, %k, %v, %mask : tensor<2x4x3x6xf32>, tensor<2x2x5x6xf32>, tensor<2x5x2x7xf32>, tensor<5xf16>)
        outs(%e : tensor<2x3x4x7xf32>) #kernel.schedule<"attention" variants = [{tile = [6, 2]}, {tile = [12, 2]}]> {
      ^bb0(%acc: f32, %m: f16):
        %wide = arith.extf %m : f16 to f32
        %score = arith.addf %acc, %wide : f32
        kernel.yield %score : f32
    } -> tensor<2x3x4x7xf32>
    return %r : tensor<2x3x4x7xf32>
  }

  // CHECK-LABEL: func.func @buffers
  func.func @buffers(%x: memref<8xf32>) {
    %bytes = arith.constant 64 : index
    // CHECK: kernel.arena %{{.*}} : memref<?xi8>
    %arena = kernel.arena %bytes : memref<?xi8>
    %c0 = arith.constant 0 : index
    %y = memref.view %arena[%c0][] : memref<?xi8> to memref<8xf32>
    // CHECK: kernel.map over #{{[^ ]*}} [#{{[^ ]*}}] outs(%{{.*}} : memref<8xf32>) #kernel.schedule<"map">
    kernel.map over affine_map<() -> (8)> [affine_map<(i) -> (i)>] outs(%y : memref<8xf32>) #kernel.schedule<"map"> {
      %zero = arith.constant 0.0 : f32
      kernel.yield %zero : f32
    }
    // CHECK: kernel.contract max products 1 over
    kernel.contract max products 1 over affine_map<() -> (8, 3)> [affine_map<(i, k) -> (i + k - 1)>, affine_map<(i, k) -> (i)>]
        ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
      ^bb0(%acc: f32):
        kernel.yield %acc : f32
    }
    return
  }
}
