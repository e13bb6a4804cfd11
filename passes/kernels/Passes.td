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

def NarrowFactors : Pass<"narrow-factors", "::mlir::func::FuncOp"> {
  let summary = "lets products of integers that were bytes read the bytes, with their zero points beside them";
  let description = [{
    The graph multiplies integers of 32 bits: bytes that were widened, less their zero point. Kernels multiply bytes, which are a quarter of the memory.
    Constants whose integers are at most 255 apart are bytes too, with a zero point where they are not signed bytes as they are.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def SplitZeroPoints : Pass<"split-zero-points", "::mlir::func::FuncOp"> {
  let summary = "computes what zero points of weights, or of an input's rows, add to a product by sums of the other factor";
  let description = [{
    Templates subtract one zero point of the input, by sums of constant weights. What else there is moves to the epilogue: the product less the zero
    point times the other factor's sums over the depth, which are a launch of their own with as many points as the output has rows (or columns). A
    zero point that is 0 goes.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def NarrowWeights : Pass<"narrow-weights", "::mlir::func::FuncOp"> {
  let summary = "lets products of floats read the codes of constant weights, with their scales and zero points beside them";
  let description = [{
    Weights that are dequantized, (code - zero point) * scale, are read as codes where "gemm" computes the product: of 4 bits where all fit, else of 8.
    The kernel sums products of floats and codes and scales the sums, of each block of the depth that has a scale of its own.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::arith::ArithDialect"];
}

def MatchFamilies : Pass<"match-families", "::mlir::func::FuncOp"> {
  let summary = "says for each launch which family of kernels computes it";
  let description = [{
    By maps, types and domain alone, before fusing asks the family about each operand that would join. A contraction that no family matches becomes
    plain loops; a remark says why.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def FuseMaps : Pass<"fuse-maps", "::mlir::func::FuncOp"> {
  let summary = "puts a map into the launches that read its result";
  let description = [{
    A map whose result one launch reads, or that is cheap to compute again (it reads nothing, or only copies constants), becomes part of the reader's region;
    its maps are composed with the reader's. Readers are maps, rows and epilogues. A map with several readers joins the first of them if that is a map
    over the same points, and gives the others its result from there; a launch has four results at most.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def FuseEpilogues : Pass<"fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "puts a map into the contraction or row computation whose result it reads, element by element";
  let description = "What later launches read of that, too, is a further result; a launch has four results at most.";
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def ChooseSchedules : Pass<"choose-schedules", "::mlir::func::FuncOp"> {
  let summary = "says for each launch what it asks of its operands, its tasks and its tiles, for each call its tasks";
  let description = [{
    The rows are kernels/schedules.table, keyed by family, target (the module's `kernel.targets`), host compiler (`kernel.compiler`) and shape.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect"];
}

def PackWeights : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "puts constants into the module as kernel.weights, in the order in which their kernels read them";
  let description = [{
    Equal data is stored once. Names are the ONNX values', made legal and unique. A filter that is no constant is packed by a launch of its own where its
    family asks for that.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::tensor::TensorDialect"];
}

def VerifyKernels : Pass<"verify-kernels", "::mlir::func::FuncOp"> {
  let summary = "fails unless a function is a list of launches on tensors, each as its family matches it";
}

#endif // ONNXCC_PASSES_KERNELS_PASSES_TD
