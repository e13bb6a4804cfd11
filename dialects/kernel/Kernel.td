// The `kernel` dialect: what is launched.
#ifndef ONNXCC_DIALECTS_KERNEL_KERNEL_TD
#define ONNXCC_DIALECTS_KERNEL_KERNEL_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/kernel/KernelInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::onnxcc::kernel";
  let summary = "What is launched: a few destination-style ops with scalar regions.";
  let useDefaultAttributePrinterParser = 1;
}

def Kernel_CombineEnum : I32EnumAttr<"Combine", "how the values of the reduced points are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Product", 1, "prod">, I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">,
    // Integers are signless: these take theirs, and truth values, as unsigned.
    I32EnumAttrCase<"UnsignedMax", 4, "umax">, I32EnumAttrCase<"UnsignedMin", 5, "umin">]> {
  let cppNamespace = "::onnxcc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_BesideEnum : I32EnumAttr<"Beside", "what stands beside a contraction's factors", [
    I32EnumAttrCase<"InputZero", 0, "input_zero">, I32EnumAttrCase<"WeightZero", 1, "weight_zero">,
    I32EnumAttrCase<"WeightSums", 2, "weight_sums">, I32EnumAttrCase<"WeightScale", 3, "weight_scale">]> {
  let cppNamespace = "::onnxcc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_CombineAttr : EnumAttr<Kernel_Dialect, Kernel_CombineEnum, "combine">;

def Kernel_ScheduleAttr : AttrDef<Kernel_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how a launch runs: the one decision, which whoever comes later reads";
  let description = [{
    `family` names a family of kernels/ (README there). What it has matched: `dims` has the iteration dims by the part that they play, several
    being one index, the last running fastest. What it asks of the operands' places in memory: `operands` has a dictionary an input, last the output:
    `neighbours` are dims along which elements follow each other, `joined` groups of dims that move by one stride, `packed` a filter in the order
    of the family's packing; `gathered` says that an operand of the region is read lane by lane. `tasks` is into how many tasks the launch is cut at
    most. `variants` has what may differ between the module's `kernel.targets`, in their order (a single one is for all), in words of the schedule table
    (kernels/schedules.table).

        #kernel.schedule<"gemm" dims = {columns = [1], depth = [2], rows = [0]} operands = [{}, {packed}, {neighbours = [1]} ] tasks = 4
          variants = [{tile = [6, 2]}, {tile = [12, 2]} ]>
  }];
  let parameters = (ins StringRefParameter<>:$family, OptionalParameter<"::mlir::DictionaryAttr">:$dims,
    OptionalArrayRefParameter<"::mlir::DictionaryAttr">:$operands, DefaultValuedParameter<"int64_t", "1">:$tasks,
    OptionalArrayRefParameter<"::mlir::DictionaryAttr">:$variants);
  let assemblyFormat = [{ `<` $family (`dims` `=` $dims^)? (`operands` `=` `[` $operands^ `]`)? (`tasks` `=` $tasks^)?
    (`variants` `=` `[` $variants^ `]`)? `>` }];
  let builders = [AttrBuilder<(ins "::llvm::StringRef":$family), [{ return $_get($_ctxt, family, ::mlir::DictionaryAttr(),
    ::llvm::ArrayRef<::mlir::DictionaryAttr>(), 1, ::llvm::ArrayRef<::mlir::DictionaryAttr>()); }]>];
  let extraClassDeclaration = [{
    /// The iteration dims that play a part; empty if none does.
    ::llvm::SmallVector<unsigned> getDimsOf(::llvm::StringRef part) const;
    /// The choices for the k-th target.
    ::mlir::DictionaryAttr getVariant(unsigned k) const { return getVariants()[getVariants().size() == 1 ? 0 : k]; }
    ScheduleAttr withOperands(::llvm::ArrayRef<::mlir::DictionaryAttr> operands) const;
    ScheduleAttr withChoices(int64_t tasks, ::llvm::ArrayRef<::mlir::DictionaryAttr> variants) const;
  }];
}

def Kernel_Shaped : AnyTypeOf<[AnyRankedTensor, AnyMemRef]>;

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, traits>;

// A launch on tensors has a result for each of its inits, on memrefs none.
class Kernel_Launch<string mnemonic, dag extra = (ins), dag more = (ins), list<string> own = []> : Kernel_Op<mnemonic, [DestinationStyleOpInterface,
    SingleBlock, IsolatedFromAbove, AttrSizedOperandSegments, DeclareOpInterfaceMethods<LaunchOpInterface, own>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let arguments = !con(extra, (ins Variadic<Kernel_Shaped>:$inputs, Variadic<Kernel_Shaped>:$inits, Optional<MemRefOf<[I8]>>:$scratch,
    AffineMapAttr:$domain, AffineMapArrayAttr:$maps, OptionalAttr<Kernel_ScheduleAttr>:$schedule), more);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the launch writes: the inits, and the scratch memory, if any, after them.
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      unsigned first = getInputs().size();
      return ::mlir::MutableOperandRange(getOperation(), first, getOperation()->getNumOperands() - first);
    }
  }];
}
// How a launch ends in text; `body` and results included.
class Kernel_LaunchFormat<string head, string inputs> {
  string text = head # " `over` $domain $maps " # inputs # " `outs` `(` $inits `:` type($inits) `)` (`scratch` `(` $scratch^ `:` type($scratch) `)`)? "
    # "custom<Schedule>($schedule) attr-dict-with-keyword $body (`->` type($results)^)?";
}

def Kernel_MapOp : Kernel_Launch<"map", (ins), (ins DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$indices)> {
  let summary = "an elementwise computation or a movement: the region runs once for each point of the output";
  let description = [{
    `indexed` lists inputs whose elements are indices: in other inputs' maps the symbol s_k stands for the element of input `indices[k]` at the point. It
    counts from the end if it is negative. One that is out of range reads element 0, and makes the call fail (ONNXCC_EVALUE).
    map_c1: the first output's map is the identity. map_c2: maps, inputs and region arguments agree in number and type. map_c3: the output's static
    extents are the domain's. All other indices of the inputs lie in range. map_c4: indices are integers; a symbol is an index of its own, not a part of
    one, and occurs in no map of an input that is listed.
  }];
  let assemblyFormat = Kernel_LaunchFormat<"(`indexed` $indices^)?", "(`ins` `(` $inputs^ `:` type($inputs) `)`)?">.text;
}

def Kernel_ContractOp : Kernel_Launch<"contract", (ins DefaultValuedAttr<Kernel_CombineAttr, "Combine::Sum">:$combine,
    DefaultValuedAttr<I64Attr, "2">:$products), (ins DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$unsignedFactors,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$beside), ["countFactors", "getCodeDims", "countWork"]> {
  let summary = "products of the first inputs, combined over the dims that the output lacks, then an epilogue";
  let description = [{
    The region's first argument is the accumulator (its type is the accumulation's), the others are the inputs after the factors and what stands
    beside them; it yields the outputs' elements. Kernel integers are signless: `unsigned` lists the factors whose elements are not signed.
    `beside` says what the inputs right after the factors are: `input_zero`, `weight_zero` the zero point of that factor, which is subtracted from
    its elements (a scalar, or one a row or column, by its map), `weight_sums` the sums of factor 1 as a kernel packs it, which a family may ask
    for. `weight_scale`: factor 1 has codes, signed integers of 8 bits or less, that stand for (code - weight_zero) * weight_scale; its zero point and scale
    may move with all of its dims, a value a block (`k floordiv 32`). Packed codes of 4 bits lie eight to an i32, the first in its low bits. A point at which input 0's index is out of range contributes nothing: this is how padding is written.
    contract_c1: products is 1 or 2. contract_c2: the output map is a projected permutation or splits and joins dims with floordiv and mod.
    contract_c3: maps, inputs and region arguments agree in number and type. contract_c4: `unsigned` lists factors of integers, each role beside
    them stands at most once; a zero point is of its factor's type and does not move with the dims that the output lacks, unless there
    is a scale. contract_c5: a scale is of the sums' type, f32, as is factor 0; a zero point beside it is of i8, and both move with dims of factor 1 alone.
  }];
  let assemblyFormat = Kernel_LaunchFormat<"$combine (`products` $products^)? (`unsigned` $unsignedFactors^)? (`beside` `(` custom<Beside>($beside)^ `)`)?",
    "`ins` `(` $inputs `:` type($inputs) `)`">.text;
}

def Kernel_AttentionOp : Kernel_Launch<"attention", (ins), (ins UnitAttr:$guarded, UnitAttr:$guardsHidden),
    ["countFactors", "getCodeDims", "countWork", "isEpilogue"]> {
  let summary = "softmax over the keys of a score of queries by keys, times values, with no memory for the scores";
  let description = [{
    The domain is (n, h, m, e, t, d): batch, heads, rows, columns, keys, depth. The first three inputs are the queries (n, h, m, d), the keys
    (n, h, t, d) and the values (n, h, t, e). The region makes a score of its first argument, the product of a query and a key summed in f32,
    and of the other inputs' elements at (n, h, m, t); it runs once for each, and with
    the product 0 for rows without a sum. `guarded` and `guardsHidden` as graph.attention's.
    attention_c1: the first three inputs and the output are of rank 4 and of f32, or the inputs of bf16; no map depends on dims other than the named ones, nor has parts of them, but
    for h floordiv a number in the keys' and the values'. attention_c2: as map_c2, the region having one argument more, for the product.
  }];
  let assemblyFormat = Kernel_LaunchFormat<"(`guarded` $guarded^)? (`guards_hidden` $guardsHidden^)?",
    "`ins` `(` $inputs `:` type($inputs) `)`">.text;
}

def Kernel_RowsOp : Kernel_Launch<"rows"> {
  let summary = "a computation on rows, the last iteration dim: reductions over the row and what follows from them";
  let description = [{
    rows_c1: each output's map is the identity, or lacks just the last dim; then the yielded value does not vary along the row. rows_c2: as map_c2.
    rows_c3: the output's static extents are the domain's. All indices of the inputs lie in range.
  }];
  let assemblyFormat = Kernel_LaunchFormat<"", "`ins` `(` $inputs `:` type($inputs) `)`">.text;
}

def Kernel_CallOp : Kernel_Op<"call", [DestinationStyleOpInterface, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a routine of the runtime, by the name that kernels/ knows it by";
  let description = [{
    `domain` holds the extents that the routine's work depends on, over the module's symbols, and `parameters` what else it must know: in which order,
    and of which kind, the routine says (kernels/README.md). It writes all of `inits`. `updates` lists those that it reads first, so that what is not written
    keeps its elements; `in_place` lists inputs that it reads only where it writes `inits[0]` next. `scratch` are bytes that mean nothing before
    the call or after it (memory phase only). `tasks` is into how many tasks the call is cut at most.
    call_c1: `updates` lists inits, `in_place` inputs of the first init's type. call_c2: all operands are tensors, or all are memrefs. call_c3: the domain depends
    on the symbols alone.
  }];
  let arguments = (ins StrAttr:$callee, AffineMapAttr:$domain, DictionaryAttr:$parameters, Variadic<Kernel_Shaped>:$inputs,
    Variadic<Kernel_Shaped>:$inits, Optional<MemRefOf<[I8]>>:$scratch, DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$updates,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$in_place, DefaultValuedAttr<I64Attr, "1">:$tasks);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = "$callee $parameters `over` $domain (`updates` $updates^)? (`in_place` $in_place^)? (`tasks` `=` $tasks^)? (`ins` `(` $inputs^ `:` type($inputs) `)`)? `outs` `(` $inits `:` type($inits) `)` (`scratch` `(` $scratch^ `:` type($scratch) `)`)? attr-dict (`->` type($results)^)?";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the call writes: the inits, and the scratch memory, if any, after them.
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      unsigned first = getInputs().size();
      return ::mlir::MutableOperandRange(getOperation(), first, getOperation()->getNumOperands() - first);
    }
  }];
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, Terminator]> {
  let summary = "the elements to write, one for each of the launch's outputs";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

def Kernel_ReduceOp : Kernel_Op<"reduce", [Pure, SameOperandsAndResultType, HasParent<"RowsOp">]> {
  let summary = "combines a value along the row";
  let arguments = (ins Kernel_CombineAttr:$combine, AnyType:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$combine $value attr-dict `:` type($value)";
}

def Kernel_LookupOp : Kernel_Op<"lookup", [Pure, AllTypesMatch<["table", "result"]>]> {
  let summary = "the entry of a table for a code of 8 bits, which counts as unsigned";
  let description = [{
    `table` is the region's argument for an input that is read at one place, where the entry of code 0 lies; the others follow it in memory.
    lookup_c1: the table is an argument of the launch's region.
  }];
  let arguments = (ins I8:$code, AnyType:$table);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$code `in` $table attr-dict `:` type($table)";
  let hasVerifier = 1;
}

def Kernel_IndexOp : Kernel_Op<"index", [Pure, HasParent<"MapOp">]> {
  let summary = "where the point lies: an expression of the iteration dims and of the module's symbols";
  let description = "index_c1: the map has one result and as many dims as the launch.";
  let arguments = (ins AffineMapAttr:$place);
  let results = (outs I64:$value);
  let assemblyFormat = "$place attr-dict";
  let hasVerifier = 1;
}

def Kernel_DimOp : Kernel_Op<"dim", [Pure]> {
  let summary = "the value of a symbol that the caller sets: `kernel.dim 0`; of others `kernel.define` gives it";
  let arguments = (ins I64Attr:$symbol);
  let results = (outs Index:$value);
  let assemblyFormat = "$symbol attr-dict";
}

// Not pure, so that it stays and stays where it is: what follows uses the symbol by its number.
def Kernel_DefineOp : Kernel_Op<"define", [MemoryEffects<[MemWrite]>]> {
  let summary = "gives a symbol, which the run computes, its value for all that follows in the region";
  let description = [{
    A value below the symbol's `min`, or above its bound, ends the call with ONNXCC_EEXTENT: nothing after it sees more than memory was planned for.
    define_c1: the module has the symbol, with a bound (verify-kernels).
  }];
  let arguments = (ins I64Attr:$symbol, I64:$count);
  let results = (outs Index:$value);
  let assemblyFormat = "$symbol `=` $count attr-dict";
}

// Not pure, so that it stays where it is.
def Kernel_WhileOp : Kernel_Op<"while", [MemoryEffects<[MemWrite]>]> {
  let summary = "first in a loop's body: the loop ends before this step unless the condition holds";
  let description = "What the loop carries is then what it was before the step. while_c1: its parent is an scf.for (verify-kernels).";
  let arguments = (ins I1:$condition);
  let assemblyFormat = "$condition attr-dict";
}

def Kernel_ArenaOp : Kernel_Op<"arena", [MemoryEffects<[]>]> {
  let summary = "the caller's scratch memory; `bytes`, an expression of the symbols, is what a call needs";
  let arguments = (ins Index:$bytes);
  let results = (outs AnyMemRef:$memory);
  let assemblyFormat = "$bytes attr-dict `:` type($memory)";
}

def Kernel_WeightsOp : Kernel_Op<"weights", [Symbol]> {
  let summary = "read-only data in the order in which kernels read it";
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$sym_visibility, ElementsAttr:$value);
  let assemblyFormat = "$sym_name attr-dict $value";
}

def Kernel_WeightOp : Kernel_Op<"weight", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of `kernel.weights`";
  let arguments = (ins FlatSymbolRefAttr:$weights);
  let description = "weight_c1: `weights` names a kernel.weights of the same element type and extents.";
  let results = (outs Kernel_Shaped:$value);
  let assemblyFormat = "$weights attr-dict `:` type($value)";
}

#endif // ONNXCC_DIALECTS_KERNEL_KERNEL_TD
