// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of dialects and passes: see Registration.h.
#include "compiler/Registration.h"

#ifdef ONNXCC_HAS_dialects_graph_Graph
#include "dialects/graph/Graph.h"
#endif
#include "dialects/kernel/Kernel.h"
#include "dialects/onnx/Onnx.h"
#ifdef ONNXCC_HAS_passes_graph_Passes
#include "passes/graph/Passes.h"
#endif
#ifdef ONNXCC_HAS_passes_kernels_Passes
#include "passes/kernels/Passes.h"
#endif
#ifdef ONNXCC_HAS_passes_layout_Passes
#include "passes/layout/Passes.h"
#endif
#ifdef ONNXCC_HAS_passes_memory_Passes
#include "passes/memory/Passes.h"
#endif
#ifdef ONNXCC_HAS_passes_optimize_Passes
#include "passes/optimize/Passes.h"
#endif
#ifdef ONNXCC_HAS_passes_quantize_Passes
#include "passes/quantize/Passes.h"
#endif

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void onnxcc::registerDialects(DialectRegistry &registry) {
  registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                  func::FuncDialect, math::MathDialect, memref::MemRefDialect, quant::QuantDialect,
                  scf::SCFDialect, tensor::TensorDialect>();
  registry.insert<onnx::OnnxDialect, kernel::KernelDialect>();
#ifdef ONNXCC_HAS_dialects_graph_Graph
  registry.insert<graph::GraphDialect>();
#endif
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  kernel::registerBufferization(registry);
}

void onnxcc::registerPasses() {
  registerTransformsPasses();
  bufferization::registerBufferizationPasses();
#ifdef ONNXCC_HAS_passes_graph_Passes
  registerGraphPasses();
#endif
#ifdef ONNXCC_HAS_passes_optimize_Passes
  registerOptimizePasses();
#endif
#ifdef ONNXCC_HAS_passes_quantize_Passes
  registerQuantizePasses();
#endif
#ifdef ONNXCC_HAS_passes_layout_Passes
  registerLayoutPasses();
#endif
#ifdef ONNXCC_HAS_passes_kernels_Passes
  registerKernelsPasses();
#endif
#ifdef ONNXCC_HAS_passes_memory_Passes
  registerMemoryPasses();
#endif
}
