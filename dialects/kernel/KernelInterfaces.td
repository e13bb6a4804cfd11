// What every launch can be asked.
#ifndef ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD
#define ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD

include "mlir/IR/OpBase.td"

def LaunchOpInterface : OpInterface<"LaunchOpInterface"> {
  let cppNamespace = "::onnxcc::kernel";
  let description = [{
    A launch: it reads `inputs` and writes `inits` through affine maps over an iteration domain; its region is scalar code, which yields an
    element for each init. The first init's map tells which dims are reduced; the others' mention the same dims (launch_c1). `scratch` are
    bytes that mean nothing before the launch or after it (memory phase only).
  }];
  let methods = [
    InterfaceMethod<"What is read.", "::mlir::OperandRange", "getInputs">,
    InterfaceMethod<"What is written.", "::mlir::OperandRange", "getInits">,
    InterfaceMethod<"Memory to work in; null if it has none.", "::mlir::Value", "getScratch">,
    InterfaceMethod<"The same, to be set.", "::mlir::MutableOperandRange", "getScratchMutable">,
    InterfaceMethod<"()[symbols] -> (extent of each iteration dim).", "::mlir::AffineMap", "getDomain">,
    InterfaceMethod<"Iteration dims to indices: one map an input, then one an init.", "::llvm::SmallVector<::mlir::AffineMap>", "getIndexingMaps",
      (ins), "", [{ return ::llvm::to_vector($_op.getMaps().template getAsValueRange<::mlir::AffineMapAttr>()); }]>,
    InterfaceMethod<"The first init's map.", "::mlir::AffineMap", "getOutputMap",
      (ins), "", [{ return ::llvm::cast<::mlir::AffineMapAttr>($_op.getMaps()[$_op.getInputs().size()]).getValue(); }]>,
    InterfaceMethod<"How it runs; null before schedules are chosen.", "::onnxcc::kernel::ScheduleAttr", "getScheduleAttr">,
    InterfaceMethod<"Sets how it runs.", "void", "setScheduleAttr", (ins "::onnxcc::kernel::ScheduleAttr":$schedule)>,
    InterfaceMethod<"The scalar code.", "::mlir::Block *", "getCode", (ins), "", [{ return &$_op.getBody().front(); }]>,
    InterfaceMethod<"The iteration dims that the output map lacks.", "::llvm::SmallVector<unsigned>", "getReductionDims",
      (ins), "", [{ return ::onnxcc::kernel::getReductionDims(::llvm::cast<::onnxcc::kernel::LaunchOpInterface>($_op.getOperation()).getOutputMap()); }]>,
    InterfaceMethod<"How many leading inputs are multiplied before the region sees anything.", "unsigned", "countFactors", (ins), "", [{ return 0; }]>,
    InterfaceMethod<"The iteration dims at whose points the region runs once.", "::llvm::SmallVector<unsigned>", "getCodeDims",
      (ins), "", [{ return ::llvm::to_vector(::llvm::seq($_op.getDomain().getNumResults())); }]>,
    InterfaceMethod<"Multiplications and additions outside of the region, for these extents of the domain.", "::onnxcc::kernel::Work", "countWork",
      (ins "::llvm::ArrayRef<int64_t>":$extents), "", [{ return ::onnxcc::kernel::Work(); }]>,
    InterfaceMethod<"The scalars that the region yields, one an init.", "::mlir::OperandRange", "getYielded",
      (ins), "", [{ return $_op.getBody().front().back().getOperands(); }]>,
    InterfaceMethod<"Whether what the region yields is the output's element, so that what follows element by element can join it.", "bool", "isEpilogue",
      (ins), "", [{ return true; }]>
  ];
}

#endif // ONNXCC_DIALECTS_KERNEL_KERNELINTERFACES_TD
