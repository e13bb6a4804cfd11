// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of dialects and passes: see Registration.h.
#include "compiler/Registration.h"

#include "dialects/graph/Graph.h"
#include "dialects/kernel/Kernel.h"
#include "dialects/onnx/Onnx.h"
#include "passes/graph/Passes.h"
#include "passes/kernels/Passes.h"
#include "passes/layout/Passes.h"
#include "passes/memory/Passes.h"
#include "passes/optimize/Passes.h"
#include "passes/quantize/Passes.h"

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
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void onnxcc::registerDialects(DialectRegistry &registry) {
  registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                  func::FuncDialect, math::MathDialect, memref::MemRefDialect, quant::QuantDialect,
                  scf::SCFDialect, tensor::TensorDialect>();
  registry.insert<onnx::OnnxDialect, graph::GraphDialect, kernel::KernelDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  kernel::registerBufferization(registry);
}

/// `onnxcc-opt --optimize=level=2` runs a phase of that -O level; with --dump-pass-pipeline it
/// lists the passes.
static void registerPhase(StringRef name, void (*populate)(OpPassManager &, int)) {
  struct PhaseOptions : PassPipelineOptions<PhaseOptions> {
    Option<int> level{*this, "level", llvm::cl::desc("The -O level"), llvm::cl::init(3)};
  };
  PassPipelineRegistration<PhaseOptions>(
      name, "All passes of the phase",
      [populate](OpPassManager &pm, const PhaseOptions &options) { populate(pm, options.level); });
}

void onnxcc::registerPasses() {
  registerTransformsPasses();
  bufferization::registerBufferizationPasses();
  registerGraphPasses();
  registerOptimizePasses();
  registerPhase("optimize", [](OpPassManager &pm, int level) {
    populateOptimizePipeline(pm, level, /*fixedRequantization=*/false);
  });
  registerQuantizePasses();
  registerPhase("quantize", [](OpPassManager &pm, int level) {
    populateQuantizePipeline(pm, level, /*quantizedInterface=*/false);
  });
  registerLayoutPasses();
  registerPhase("layout", populateLayoutPipeline);
  registerKernelsPasses();
  registerMemoryPasses();
}
