// The passes of the kernels phase: from what a model means to what is launched.
#ifndef ONNXCC_PASSES_KERNELS_PASSES_TD
#define ONNXCC_PASSES_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerGraph : Pass<"lower-graph", "::mlir::func::FuncOp"> {
  let summary = "graph becomes launches on tensors";
  let description = [{
    Types lose their encodings and signs; extents are affine.apply of kernel.dim. Broadcasts become maps of what reads them, reshapes and slices
    views, a concatenation insertions right where its pieces are computed. Every op without a kernel is reported.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def FuseMaps : Pass<"fuse-maps", "::mlir::func::FuncOp"> {
  let summary = "puts a map into the launches that read its result";
  let description = [{
    A map whose result one launch reads, or that is cheap to compute again (it reads nothing, or only copies constants), becomes part of the reader's region;
    its maps are composed with the reader's. Readers are maps, rows and epilogues.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def FuseEpilogues : Pass<"fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "puts a map into the contraction or row computation whose result it alone reads, element by element";
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def ChooseSchedules : Pass<"choose-schedules", "::mlir::func::FuncOp"> {
  let summary = "says for each launch which template runs it and with which tile";
  let description = "The one table is kernels/ScheduleTable.cpp, keyed by feature set (the module's `kernel.targets`) and host compiler (`kernel.compiler`).";
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def PackWeights : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "puts constants into the module as kernel.weights, in the order in which the chosen templates read them";
  let description = "Equal data is stored once. Names are the ONNX values', made legal and unique.";
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def VerifyKernels : Pass<"verify-kernels", "::mlir::func::FuncOp"> {
  let summary = "fails unless a function is a list of launches on tensors, each with a schedule";
}

#endif // ONNXCC_PASSES_KERNELS_PASSES_TD
