// Convolutions, pools and reductions: templates where they fit, plain loops elsewhere; two feature sets; a batch of 1 to 4.
// RUN: onnxcc-emit %s --file=net_kernels.cpp | FileCheck %s
// RUN: onnxcc-emit %s --file=net.cpp | FileCheck %s --check-prefix=API
// RUN: onnxcc-emit %s --file=net.h | FileCheck %s --check-prefix=HEADER
// RUN: onnxcc-emit %s --file=net_weights.S | FileCheck %s --check-prefix=ASM

// CHECK:      extern const float conv1_weight[864] __asm__("net_conv1_weight"); // [2][3][3][3][16]
// CHECK-LABEL: struct Conv1 : WindowShape {
// CHECK-NEXT:   Index batch;
// CHECK-NEXT:   static constexpr Index inHeight = 9, inWidth = 7, inChannels = 3,
// CHECK:        strideHeight = 2, strideWidth = 2,
// CHECK:        padTop = 1, padLeft = 1,
// CHECK:        static constexpr Tile tile = forIsa<Isa::x86_64, Isa::x86_64_v3>(Tile{4, 2}, Tile{6, 2});
// CHECK:      conv2d(call, Conv1{{[{][{][}]}}, batch}, x, weight, out,
// CHECK-NEXT:     [=](auto acc, Index, Index channel) { return clamp(acc + load(acc, bias + channel), 0.0f, 6.0f);

// A residual of the output's strides is addressed by the pixel.
// CHECK-LABEL: void dw(
// CHECK:        return acc + load(acc, skip + pixel * 20 + channel);
// CHECK-LABEL: void pool_MaxPool(
// CHECK:        pool<Max>(call, Pool_MaxPool{{[{][{][}]}}, batch}, x, out, AsIs());
// CHECK-LABEL: struct GroupShape : WindowShape {
// CHECK:        static constexpr Index groups = 2, {{.*}} inChannels = 10,
// CHECK-LABEL: void transpose(
// CHECK:        out[i * 400 + j * 20 + k] = x[i * 400 + j + k * 20];
// CHECK-LABEL: void gap(
// CHECK-LABEL: int run(
// CHECK-NEXT:   const Index batch = args.batch;
// CHECK:        float *add = at<float>(arena, batch * 1600); // [batch,5,4,20]
// CHECK:        dw(call, act, dw_weight, act, add, batch);

// API-LABEL: size_t net_arena_bytes(
// API:         const Index size = larger(batch * 5120, Index(4096));
// API-LABEL: int net_run(
// API:         if (args->batch < 1 || args->batch > 4)
// API-NEXT:      return ONNXCC_EDIM;
// API:         if (__builtin_cpu_supports("avx2") &&
// API:           return onnxcc::net_v0_1_0_x86_64_v3::model::run(
// API-NEXT:    return onnxcc::net_v0_1_0_x86_64::model::run(
// API:       const onnxcc_extent mean_extents[] = {{.*}}0, 1, 3}, {20, 0, -1}};

// 4 * 5120 bytes at the largest batch.
// HEADER:      #define NET_ARENA_BYTES  20480
// HEADER:      const float *image; // in:  float[batch][9][7][3]
// HEADER-NEXT: float *mean;        // out: float[batch][20]
// HEADER:      onnxcc_dim batch;   // in:  1..4

// Each weight starts at a multiple of 64 bytes: 864 * 4 = 3456 = 54 * 64.
// ASM:      .balign 64
// ASM-NEXT: .Lnet_weights:
// ASM-NEXT: .incbin "net_weights.bin"
// ASM:      .size net_conv1_weight, 3456
// ASM-NEXT: .set net_conv1_weight, .Lnet_weights + 0
// ASM:      .size net_conv1_bias, 80
// ASM-NEXT: .set net_conv1_bias, .Lnet_weights + 3456
// ASM:      .size net_dw_weight, 720
// ASM-NEXT: .set net_dw_weight, .Lnet_weights + 3584
// ASM: .section .note.GNU-stack
module @net attributes {graph.symbols = [#graph.symbol<"batch", 1, 4>], kernel.targets = ["x86-64", "x86-64-v3"], kernel.compiler = "g++", onnx.file = "net.onnx", onnx.sha256 = "ab"} {
  kernel.weights @conv1.weight dense<0.0> : tensor<2x3x3x3x16xf32>
  kernel.weights @conv1.bias dense<0.0> : tensor<20xf32>
  kernel.weights @dw.weight dense<0.0> : tensor<3x3x20xf32>
  kernel.weights @group.weight dense<0.0> : tensor<2x1x1x1x10x16xf32>
  func.func @net(%image: memref<?x9x7x3xf32> {onnx.name = "image", kernel.role = "in", kernel.extents = affine_map<()[s0] -> (s0, 9, 7, 3)>},
                 %mean: memref<?x20xf32> {onnx.name = "mean", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 20)>},
                 %planes: memref<?x20x5x4xf32> {onnx.name = "planes", kernel.role = "out", kernel.extents = affine_map<()[s0] -> (s0, 20, 5, 4)>}) {
    %batch = kernel.dim 0
    %c0 = arith.constant 0 : index
    %off1 = affine.apply affine_map<()[s0] -> (s0 * 1600)>()[%batch]
    %off2 = affine.apply affine_map<()[s0] -> (s0 * 3200)>()[%batch]
    %size = affine.max affine_map<()[s0] -> (s0 * 5120, 4096)>()[%batch]
    %arena = kernel.arena %size : memref<?xi8>
    %a = memref.view %arena[%c0][%batch] : memref<?xi8> to memref<?x5x4x20xf32>
    %b = memref.view %arena[%off1][%batch] : memref<?xi8> to memref<?x5x4x20xf32>
    %c = memref.view %arena[%off2][%batch] : memref<?xi8> to memref<?x3x2x20xf32>
    %w1 = kernel.weight @conv1.weight : memref<2x3x3x3x16xf32>
    %b1 = kernel.weight @conv1.bias : memref<20xf32>
    %w2 = kernel.weight @dw.weight : memref<3x3x20xf32>
    %w3 = kernel.weight @group.weight : memref<2x1x1x1x10x16xf32>
    kernel.contract sum over affine_map<()[s0] -> (s0, 5, 4, 20, 3, 3, 3)> [affine_map<(n, h, w, c, kh, kw, k) -> (n, h * 2 + kh - 1, w * 2 + kw - 1, k)>, affine_map<(n, h, w, c, kh, kw, k) -> (c floordiv 16, kh, kw, k, c mod 16)>, affine_map<(n, h, w, c, kh, kw, k) -> (c)>, affine_map<(n, h, w, c, kh, kw, k) -> (n, h, w, c)>]
        ins(%image, %w1, %b1 : memref<?x9x7x3xf32>, memref<2x3x3x3x16xf32>, memref<20xf32>) outs(%a : memref<?x5x4x20xf32>)
        #kernel.schedule<"conv2d" dims = {batch = [0], channel = [3], depth = [6], height = [1], kernelHeight = [4], kernelWidth = [5], width = [2]}
          operands = [{neighbours = [6]}, {packed}, {neighbours = [3]}, {neighbours = [3]}] variants = [{tile = [4, 2]}, {tile = [6, 2]}]> {
    ^bb0(%acc: f32, %bias: f32):
      %zero = arith.constant 0.0 : f32
      %six = arith.constant 6.0 : f32
      %sum = arith.addf %acc, %bias : f32
      %low = arith.maximumf %sum, %zero : f32
      %high = arith.minimumf %low, %six : f32
      kernel.yield %high : f32
    } loc(fused["/conv1/Conv"("Conv, opset 18"("/conv1/Conv_output_0"("net.onnx":0:0))), "/act/Clip"("Clip, opset 18"("/act/Clip_output_0"("net.onnx":0:0)))])
    kernel.contract sum over affine_map<()[s0] -> (s0, 5, 4, 20, 3, 3)> [affine_map<(n, h, w, c, kh, kw) -> (n, h + kh - 1, w + kw - 1, c)>, affine_map<(n, h, w, c, kh, kw) -> (kh, kw, c)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>]
        ins(%a, %w2, %a : memref<?x5x4x20xf32>, memref<3x3x20xf32>, memref<?x5x4x20xf32>) outs(%b : memref<?x5x4x20xf32>) {
    ^bb0(%acc: f32, %skip: f32):
      %sum = arith.addf %acc, %skip : f32
      kernel.yield %sum : f32
    } loc(fused["/dw/Conv"("Conv, opset 18"("/dw/Conv_output_0"("net.onnx":0:0))), "/Add"("Add, opset 18"("/Add_output_0"("net.onnx":0:0)))])
    kernel.contract max products 1 over affine_map<()[s0] -> (s0, 3, 2, 20, 3, 3)> [affine_map<(n, h, w, c, kh, kw) -> (n, h * 2 + kh - 1, w * 2 + kw - 1, c)>, affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>]
        ins(%b : memref<?x5x4x20xf32>) outs(%c : memref<?x3x2x20xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("/pool/MaxPool"("MaxPool, opset 18"("/pool/MaxPool_output_0"("net.onnx":0:0))))
    kernel.contract sum over affine_map<()[s0] -> (s0, 5, 4, 2, 10, 1, 1, 10)> [affine_map<(n, h, w, g, c, kh, kw, k) -> (n, h + kh, w + kw, g * 10 + k)>, affine_map<(n, h, w, g, c, kh, kw, k) -> (g, c floordiv 16, kh, kw, k, c mod 16)>, affine_map<(n, h, w, g, c, kh, kw, k) -> (n, h, w, g * 10 + c)>]
        ins(%b, %w3 : memref<?x5x4x20xf32>, memref<2x1x1x1x10x16xf32>) outs(%a : memref<?x5x4x20xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("/group/Conv"("Conv, opset 18"("/group/Conv_output_0"("net.onnx":0:0))))
    kernel.map over affine_map<()[s0] -> (s0, 20, 5, 4)> [affine_map<(n, c, h, w) -> (n, h, w, c)>, affine_map<(n, c, h, w) -> (n, c, h, w)>]
        ins(%a : memref<?x5x4x20xf32>) outs(%planes : memref<?x20x5x4xf32>) {
    ^bb0(%v: f32):
      kernel.yield %v : f32
    } loc("/Transpose"("Transpose, opset 18"("planes"("net.onnx":0:0))))
    kernel.contract sum products 1 over affine_map<()[s0] -> (s0, 20, 3, 2)> [affine_map<(n, c, h, w) -> (n, h, w, c)>, affine_map<(n, c, h, w) -> (n, c)>]
        ins(%c : memref<?x3x2x20xf32>) outs(%mean : memref<?x20xf32>) {
    ^bb0(%acc: f32):
      %scale = arith.constant 0.166666672 : f32
      %mean_value = arith.mulf %acc, %scale : f32
      kernel.yield %mean_value : f32
    } loc("/gap/GlobalAveragePool"("GlobalAveragePool, opset 18"("mean"("net.onnx":0:0))))
    return
  }
}
