// Ops with regions: steps that follow from one another, and branches of which one is taken.
include "dialects/graph/GraphBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Graph_ScanOp : Op<Graph_Dialect, "scan", [AttrSizedOperandSegments, SingleBlock, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a recurrence: states go from step to step, sequences give each step an element, outputs are stacked from what the steps compute";
  let description = [{
    The region's arguments are the step's number (a scalar of i64), the states, and the step's element of each sequence: its slice along axis 0, without that axis. It
    yields the new states, then an element of each output. The results are the last states, then the outputs. Where `reversed` says so, a sequence is read, or an
    output written, from its end. The region uses values around it as they are.

    With `while` the first state is a condition: a step is taken only while it holds, and `steps` is what there are at most. The number of those taken is then the
    value of the symbol that the op `defines`, which the outputs have as their extent: one more than that if the condition still holds after all `steps`.
    scan_c1: `steps` has one result. scan_c2: the region's arguments have the types that follow. scan_c3: so have what it yields and the results. scan_c4: `reversed`
    has a value for each sequence, then for each output. scan_c5: with `while` the first state is a scalar of i1, there are no sequences, nothing is reversed, and
    outputs only if it defines a symbol that has a bound; without one `steps` is no number below 2.
  }];
  let arguments = (ins AffineMapAttr:$steps, Variadic<Graph_Tensor>:$states, Variadic<Graph_Tensor>:$sequences, DenseBoolArrayAttr:$reversed, UnitAttr:$conditional,
    OptionalAttr<I64Attr>:$symbol);
  let results = (outs Variadic<Graph_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `over` $steps (`while` $conditional^)? (`defines` $symbol^)? (`carry` `(` $states^ `:` type($states) `)`)? (`each` `(` $sequences^ `:` type($sequences) `)`)?
    `reversed` $reversed attr-dict-with-keyword $body `->` type($results)
  }];
  let extraClassDeclaration = [{
    ::mlir::Value getNumber() { return getBody().getArgument(0); }
    ::mlir::ValueRange getStateArguments() { return getBody().getArguments().slice(1, getStates().size()); }
    ::mlir::ValueRange getElements() { return getBody().getArguments().drop_front(1 + getStates().size()); }
    bool isSequenceReversed(unsigned k) { return getReversed()[k]; }
    bool isOutputReversed(unsigned k) { return getReversed()[getSequences().size() + k]; }
  }];
  let hasVerifier = 1;
}

def Graph_IfOp : Op<Graph_Dialect, "if", [SingleBlock, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "what the first region yields if the condition holds, else what the second does; only that one runs";
  let description = [{
    The regions use values around them as they are. Where the branches' values differ in an extent, the result's is a symbol that the op `defines`.
    if_c1: the condition is a scalar of i1. if_c2: each region yields a value for each result, of its type but for extents that are symbols which the op defines.
    if_c3: these symbols have bounds.
  }];
  let arguments = (ins Graph_Tensor:$condition, DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$symbols);
  let results = (outs Variadic<Graph_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body, SizedRegion<1>:$otherwise);
  let assemblyFormat = "$condition `:` type($condition) (`defines` $symbols^)? attr-dict-with-keyword $body `else` $otherwise `->` type($results)";
  let hasVerifier = 1;
}

def Graph_YieldOp : Op<Graph_Dialect, "yield", [Pure, Terminator, ParentOneOf<["ScanOp", "IfOp"]>]> {
  let summary = "what a step or a branch gives";
  let arguments = (ins Variadic<Graph_Tensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}
