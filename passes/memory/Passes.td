// The passes of the memory phase: from launches on tensors to launches on views of one arena.
#ifndef ONNXCC_PASSES_MEMORY_PASSES_TD
#define ONNXCC_PASSES_MEMORY_PASSES_TD

include "mlir/Pass/PassBase.td"

def PlaceResults : Pass<"place-results", "::mlir::func::FuncOp"> {
  let summary = "turns results into destination arguments that the last launches write";
  let description = [{
    Tensor arguments become memrefs (role "in"), each result one more of them (role "out"). What computes a result gets the
    argument as its destination, through reshapes and concatenations too, so that no copy is left; a result that nothing
    here computes (an argument, a constant, the same value twice) is copied.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::affine::AffineDialect"];
}

def PlaceCarried : Pass<"place-carried", "::mlir::func::FuncOp"> {
  let summary = "lets a loop's step compute what it carries on in the place of what it got";
  let description = [{
    A launch writes over the value that it replaces if nothing reads that one later in the step; else the step ends with a copy. So a loop carries the same
    buffers through all its steps.

    What branches give gets one place, a buffer from before them or the one where it is stored afterwards, which the branch that is taken writes: the launch that
    computes a value last gets the place as its destination, what comes from elsewhere is copied. Afterwards scf.if gives nothing.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect"];
}

def SeparateDestinations : Pass<"separate-destinations", "::mlir::func::FuncOp"> {
  let summary = "gives each launch and each insertion an empty tensor of its own";
  let description = [{
    CSE makes one of all empty tensors of a shape. Where one is filled piece by piece while others of its uses are written and read, bufferisation
    would copy the pieces.
  }];
}

def PlacePieces : Pass<"place-pieces", "::mlir::func::FuncOp"> {
  let summary = "lets a launch whose result is inserted behind a reshape compute it in its place";
  let description = [{
    Upstream finds the destination of what is inserted as it is. Here the piece of the destination is reshaped instead, the other way, where it lies
    without gaps in the axes that become one.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect", "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"placed", "placed", "launches">];
}

def ReuseOperands : Pass<"reuse-operands", "::mlir::func::FuncOp"> {
  let summary = "lets a launch or call write over an operand that dies there and that it reads just where it writes";
}

def LowerCopies : Pass<"lower-copies", "::mlir::func::FuncOp"> {
  let summary = "memref.copy becomes kernel.map, memref.dim an expression of the dims";
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect"];
}

def SettleOperands : Pass<"settle-operands", "::mlir::func::FuncOp"> {
  let summary = "copies operands that do not lie as their launches ask, and gives these their scratch memory";
  let description = [{
    Bufferisation leaves views: every other channel after a shuffle, a slice of a concatenation. What a launch's schedule demands of an operand and the view
    has not, it gets in a copy, made before the launch or read after it; a region's operand is read lane by lane instead, where its family can. Launches
    that this phase has made get their schedules. Routines read and write without gaps. Both get a buffer for the scratch memory that they ask for.
  }];
  let dependentDialects = ["::onnxcc::kernel::KernelDialect", "::mlir::memref::MemRefDialect"];
  let statistics = [Statistic<"copied", "copied", "operands copied">];
}

def PlanArena : Pass<"plan-arena", "::mlir::func::FuncOp"> {
  let summary = "gives each buffer its place in one arena";
  let description = [{
    Buffers whose lifetimes do not meet share memory. Their order from the arena's start is found at the symbols' greatest values: each buffer
    in turn gets the lowest place that is free during its life, the largest first; with `rounds` other sequences are tried too, until the arena
    is as small as the buffers that live at once. A buffer's offset is then the greatest end of the buffers below it that live at the same time, as an expression
    of the symbols: no two live buffers overlap for any dims in range, and small dims need a small arena. The arena op says in attributes how
    many `buffers` there are, their `sum`, the greatest sum of those live at once (`live`) and the plan's `size`, in bytes at the greatest dims.
  }];
  let options = [Option<"rounds", "rounds", "int64_t", "0", "steps of improvement from each of four sequences">];
  let statistics = [Statistic<"buffers", "buffers", "buffers in the arena">, Statistic<"sumBytes", "sum-bytes", "sum of all buffers' bytes">,
    Statistic<"liveBytes", "live-bytes", "greatest sum of the buffers live at once">, Statistic<"arenaBytes", "arena-bytes", "bytes of the arena">];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::onnxcc::kernel::KernelDialect"];
}

def VerifyMemory : Pass<"verify-memory", "::mlir::func::FuncOp"> {
  let summary = "fails unless every buffer is a view into the arena and no two live ones overlap";
}

#endif // ONNXCC_PASSES_MEMORY_PASSES_TD
