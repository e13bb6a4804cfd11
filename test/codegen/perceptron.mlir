// A perceptron: two matrix products with their epilogues, a map and a softmax; one feature set.
// RUN: onnxcc-emit %s --file=perceptron_kernels.cpp | FileCheck %s

// CHECK-LABEL: // fc1/Gemm + relu1/Relu: [2,8] * [2,8,16] -> [2,20], 640 FLOP
// CHECK-NEXT:  struct Fc1 : MatrixShape {
// CHECK-NEXT:    static constexpr Index rows = 2, depth = 8, columns = 20, aRow = 8, yRow = 20;
// CHECK-NEXT:    static constexpr Tile tile = Tile{6, 2};
// CHECK:       void fc1(Call &call, const float *x, const float *weight, const float *bias, float *out) {
// CHECK-NEXT:    gemm(call, Fc1(), x, weight, out,
// CHECK-NEXT:        [=](auto acc, Index, Index column) { return relu(acc + load(acc, bias + column)); });

// CHECK-LABEL: void act(
// CHECK:         forLanes<float>(0, 20, [=](auto tag, Index i) {
// CHECK-NEXT:      const auto xValue = load(tag, x + i);
// CHECK-NEXT:      store(out + i, tanh(xValue * 0.5f) * xValue);

// The exponentials wait in the output for their sum.
// CHECK-LABEL: void softmax(
// CHECK:         const float largest = maxRow(10, [=](auto tag, Index c) { return load(tag, x + r * 10 + c); });
// CHECK:         const float sum = sumRow(10,
// CHECK-NEXT:      const auto kept = exp(load(tag, x + r * 10 + c) - largest);
// CHECK-NEXT:      store(out + r * 10 + c, kept);
// CHECK:         mapRow<float>(10, [=](auto tag, Index c) { store(out + r * 10 + c, load(tag, out + r * 10 + c) / sum); });

// A buffer is declared where it is first written, the second at byte 256, and bears the name of the value in it.
// CHECK-LABEL: int run(
// CHECK-NEXT:    Call call{env};
// CHECK-NEXT:    float *relu1_out = at<float>(arena, 0); // [2,20]
// CHECK-NEXT:    fc1(call, args.image, fc1_weight, fc1_bias, relu1_out);
// CHECK-NEXT:    float *logits = at<float>(arena, 256); // [2,10]
// CHECK-NEXT:    fc2(call, relu1_out, fc2_weight, logits);
// CHECK-NEXT:    float *act_out = logits; // in its place
// CHECK-NEXT:    act(call, logits, act_out);
// CHECK-NEXT:    softmax(call, act_out, args.prob);
// CHECK-NEXT:    return ONNXCC_OK;
module @perceptron attributes {kernel.targets = ["x86-64-v3"], kernel.compiler = "g++", onnx.file = "perceptron.onnx", onnx.sha256 = "1f2e"} {
  kernel.weights @fc1_weight dense<0.5> : tensor<2x8x16xf32>
  kernel.weights @fc1_bias dense<[0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875, 2.0, 2.125, 2.25, 2.375]> : tensor<20xf32>
  kernel.weights @fc2_weight dense<0.25> : tensor<1x20x16xf32>
  func.func @perceptron(%image: memref<2x8xf32> {onnx.name = "image", kernel.role = "in"},
                        %prob: memref<2x10xf32> {onnx.name = "prob", kernel.role = "out"}) {
    %c0 = arith.constant 0 : index
    %c256 = arith.constant 256 : index
    %size = arith.constant 512 : index
    %arena = kernel.arena %size : memref<?xi8>
    %h = memref.view %arena[%c0][] : memref<?xi8> to memref<2x20xf32>
    %y = memref.view %arena[%c256][] : memref<?xi8> to memref<2x10xf32>
    %w1 = kernel.weight @fc1_weight : memref<2x8x16xf32>
    %b1 = kernel.weight @fc1_bias : memref<20xf32>
    %w2 = kernel.weight @fc2_weight : memref<1x20x16xf32>
    kernel.contract sum over affine_map<() -> (2, 20, 8)> [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n floordiv 16, k, n mod 16)>, affine_map<(m, n, k) -> (n)>, affine_map<(m, n, k) -> (m, n)>]
        ins(%image, %w1, %b1 : memref<2x8xf32>, memref<2x8x16xf32>, memref<20xf32>) outs(%h : memref<2x20xf32>) {
    ^bb0(%acc: f32, %bias: f32):
      %zero = arith.constant 0.0 : f32
      %sum = arith.addf %acc, %bias : f32
      %relu = arith.maximumf %sum, %zero : f32
      kernel.yield %relu : f32
    } loc(fused["fc1"("Gemm, opset 18"("fc1_out"("perceptron.onnx":0:0))), "relu1"("Relu, opset 18"("relu1_out"("perceptron.onnx":0:0)))])
    kernel.contract sum over affine_map<() -> (2, 10, 20)> [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n floordiv 16, k, n mod 16)>, affine_map<(m, n, k) -> (m, n)>]
        ins(%h, %w2 : memref<2x20xf32>, memref<1x20x16xf32>) outs(%y : memref<2x10xf32>) {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    } loc("fc2"("MatMul, opset 18"("logits"("perceptron.onnx":0:0))))
    kernel.map over affine_map<() -> (2, 10)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%y : memref<2x10xf32>) outs(%y : memref<2x10xf32>) {
    ^bb0(%v: f32):
      %half = arith.constant 0.5 : f32
      %scaled = arith.mulf %v, %half : f32
      %t = math.tanh %scaled : f32
      %r = arith.mulf %t, %v : f32
      kernel.yield %r : f32
    } loc("act/Tanh"("Tanh, opset 18"("act"("perceptron.onnx":0:0))))
    kernel.rows over affine_map<() -> (2, 10)> [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>]
        ins(%y : memref<2x10xf32>) outs(%prob : memref<2x10xf32>) {
    ^bb0(%v: f32):
      %max = kernel.reduce max %v : f32
      %d = arith.subf %v, %max : f32
      %e = math.exp %d : f32
      %sum = kernel.reduce sum %e : f32
      %p = arith.divf %e, %sum : f32
      kernel.yield %p : f32
    } loc("softmax"("Softmax, opset 18"("prob"("perceptron.onnx":0:0))))
    return
  }
}
