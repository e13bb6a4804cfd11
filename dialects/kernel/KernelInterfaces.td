// What every launch can be asked.
#ifndef ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD
#define ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD

include "mlir/IR/OpBase.td"

def LaunchOpInterface : OpInterface<"LaunchOpInterface"> {
  let cppNamespace = "::onnxcc::kernel";
  let description = "A launch: it reads `inputs` and writes `init` through affine maps over an iteration domain; its region is scalar code.";
  let methods = [
    InterfaceMethod<"What is read.", "::mlir::OperandRange", "getInputs">,
    InterfaceMethod<"What is written.", "::mlir::Value", "getInit">,
    InterfaceMethod<"()[symbols] -> (extent of each iteration dim).", "::mlir::AffineMap", "getDomain">,
    InterfaceMethod<"Iteration dims to indices: one map an input, last the output's.", "::llvm::SmallVector<::mlir::AffineMap>", "getIndexingMaps",
      (ins), "", [{ return ::llvm::to_vector($_op.getMaps().template getAsValueRange<::mlir::AffineMapAttr>()); }]>,
    InterfaceMethod<"How it runs; null before schedules are chosen.", "::onnxcc::kernel::ScheduleAttr", "getScheduleAttr">,
    InterfaceMethod<"Sets how it runs.", "void", "setScheduleAttr", (ins "::onnxcc::kernel::ScheduleAttr":$schedule)>,
    InterfaceMethod<"The scalar code.", "::mlir::Block *", "getCode", (ins), "", [{ return &$_op.getBody().front(); }]>,
    InterfaceMethod<"The iteration dims that the output map lacks.", "::llvm::SmallVector<unsigned>", "getReductionDims",
      (ins), "", [{ return ::onnxcc::kernel::getReductionDims($_op.getIndexingMaps().back()); }]>,
    InterfaceMethod<"How many leading inputs are multiplied before the region sees anything.", "unsigned", "countFactors", (ins), "", [{ return 0; }]>,
    InterfaceMethod<"The iteration dims at whose points the region runs once.", "::llvm::SmallVector<unsigned>", "getCodeDims",
      (ins), "", [{ return ::llvm::to_vector(::llvm::seq($_op.getDomain().getNumResults())); }]>,
    InterfaceMethod<"Multiplications and additions outside of the region, for these extents of the domain.", "::onnxcc::kernel::Work", "countWork",
      (ins "::llvm::ArrayRef<int64_t>":$extents), "", [{ return ::onnxcc::kernel::Work(); }]>,
    InterfaceMethod<"Whether what the region yields is the output's element, so that what follows element by element can join it.", "bool", "isEpilogue",
      (ins), "", [{ return true; }]>
  ];
}

#endif // ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD
