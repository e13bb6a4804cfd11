// The `graph` dialect, its attributes, and the classes its ops derive from.
#ifndef ONNXCC_DIALECTS_GRAPH_GRAPHBASE_TD
#define ONNXCC_DIALECTS_GRAPH_GRAPHBASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/graph/GraphInterfaces.td"

def Graph_Dialect : Dialect {
  let name = "graph";
  let cppNamespace = "::onnxcc::graph";
  let summary = "What a model means: a closed set of ops on ranked tensors.";
  let description = [{
    No opset quirks, no implicit broadcasting, no optional inputs. graph_c1: every tensor is ranked, and one with a
    dynamic dimension carries its extents as an affine map over the module's symbols in its encoding. graph_c2: operands of
    an elementwise op have equal extents, and, unless the op says otherwise, equal element types. graph_c3: `graph.symbols` is a list of
    #graph.symbol on a module, each with 0 <= min <= max. graph_c4: a symbol's bound has one result, over symbols that have none.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  // Scalar code, which elementwise ops build also to evaluate themselves.
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let hasOperationAttrVerify = 1;
  // Each theme's file adds its own ops, so that no single file has to instantiate all of them.
  let extraClassDeclaration = [{
    void addArithmetic();
    void addTrigonometry();
    void addActivation();
    void addLogic();
    void addContraction();
    void addReduction();
    void addNormalization();
    void addMovement();
    void addIndexing();
    void addConstant();
  }];
}

def Graph_SymbolAttr : AttrDef<Graph_Dialect, "Symbol"> {
  let mnemonic = "symbol";
  let summary = "a dynamic dimension: its name and its least and greatest value; of one that the run computes, what it is at most";
  let description = [{
    `bound`, a map with one result over the symbols that the caller sets, makes it a symbol that an op defines: its value is known from there on, within the op's
    region. Where memory is planned it counts at its bound.
  }];
  let parameters = (ins StringRefParameter<>:$name, "int64_t":$min, "int64_t":$max, OptionalParameter<"::mlir::AffineMapAttr">:$bound);
  let builders = [AttrBuilder<(ins "::llvm::StringRef":$name, "int64_t":$min, "int64_t":$max), [{ return $_get($_ctxt, name, min, max, ::mlir::AffineMapAttr()); }]>];
  let assemblyFormat = "`<` $name `,` $min `,` $max (`,` $bound^)? `>`";
  let extraClassDeclaration = [{
    /// Whether an op defines it, not the caller.
    bool isComputed() const { return static_cast<bool>(getBound()); }
  }];
}

def Graph_LayoutEnum : I32EnumAttr<"Layout", "order of an image's axes", [
    I32EnumAttrCase<"ChannelsFirst", 0, "channels_first">, I32EnumAttrCase<"ChannelsLast", 1, "channels_last">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_LayoutAttr : EnumAttr<Graph_Dialect, Graph_LayoutEnum, "layout">;

def Graph_ReduceKindEnum : I32EnumAttr<"ReduceKind", "how elements are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Product", 1, "prod">, I32EnumAttrCase<"Max", 2, "max">,
    I32EnumAttrCase<"Min", 3, "min">, I32EnumAttrCase<"Mean", 4, "mean">,
    I32EnumAttrCase<"SumSquare", 5, "sum_square">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_ReduceKindAttr : EnumAttr<Graph_Dialect, Graph_ReduceKindEnum, "reduce_kind">;

def Graph_ScatterKindEnum : I32EnumAttr<"ScatterKind", "what becomes of an element that an update is for", [
    I32EnumAttrCase<"Replace", 0, "replace">, I32EnumAttrCase<"Sum", 1, "sum">, I32EnumAttrCase<"Product", 2, "prod">,
    I32EnumAttrCase<"Max", 3, "max">, I32EnumAttrCase<"Min", 4, "min">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_ScatterKindAttr : EnumAttr<Graph_Dialect, Graph_ScatterKindEnum, "scatter_kind">;

def Graph_PadModeEnum : I32EnumAttr<"PadMode", "what lies beyond an edge", [
    I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Edge", 1, "edge">,
    I32EnumAttrCase<"Reflect", 2, "reflect">, I32EnumAttrCase<"Wrap", 3, "wrap">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_PadModeAttr : EnumAttr<Graph_Dialect, Graph_PadModeEnum, "pad_mode">;

def Graph_Tensor : Type<AnyRankedTensor.predicate, "ranked tensor", "::mlir::RankedTensorType">;

// What an op derives from that is not elementwise: it is pure, infers its result's type and evaluates itself, by `definitions` or in a .cpp. `infer` is a call of a
// free function of Inference.h; it sees `location`, `x` (the operands' types), `op` (the adaptor, for attributes) and sets `result`.
class Graph_Op<string mnemonic, code infer, list<Trait> traits = [], code definitions = [{}]> : Op<Graph_Dialect, mnemonic, !listconcat([Pure,
    DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>], traits)> {
  let results = (outs Graph_Tensor:$result);
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      [[maybe_unused]] Adaptor op(operands, attributes, properties, regions);
      ::llvm::SmallVector<::mlir::RankedTensorType> x;
      ::mlir::RankedTensorType result;
      if (failed(::onnxcc::graph::getTensorTypes(location, operands.getTypes(), x)) || failed(}] # infer # [{))
        return ::mlir::failure();
      types.push_back(result);
      return ::mlir::success();
    }
  }] # definitions;
}

// Elementwise ops: operands of equal extents; `body` is C++ over `Scalar` (Scalar.h), which builds arith and math ops:
// the one definition serves the kernels, the constant folder and the oracle. The operands are named x, y, z in it; the
// op's attributes are reached through `op` (`op.getAlpha()`), its result's element type is `type`. Floats narrower than
// 32 bits are computed as f32: the body never sees them. `infer` is the free function that gives the result's type.
class Graph_Elementwise<string mnemonic, dag inputs, code body, string infer = "inferElementwise">
    : Op<Graph_Dialect, mnemonic, [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
        DeclareOpInterfaceMethods<EvaluableOpInterface>, DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = inputs;
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::onnxcc::graph::Scalar $cppClass::buildScalar(::llvm::ArrayRef<::onnxcc::graph::Scalar> operands, ::mlir::Type type) {
      [[maybe_unused]] auto &op = *this;
      [[maybe_unused]] ::onnxcc::graph::Scalar x = operands[0].widen(), y = operands[operands.size() > 1 ? 1 : 0].widen(), z = operands[operands.size() > 2 ? 2 : 0].widen();
      auto compute = [&]() -> ::onnxcc::graph::Scalar { }] # body # [{ };
      return compute().narrow(type);
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::onnxcc::graph::}] # infer # [{(location, operands.getTypes(), types);
    }
    ::llvm::LogicalResult $cppClass::evaluate(::llvm::ArrayRef<::onnxcc::graph::Tensor> inputs, ::llvm::MutableArrayRef<::onnxcc::graph::Tensor> outputs) {
      return ::onnxcc::graph::evaluateElementwise(*this, inputs, outputs);
    }
  }];
}
class Graph_Unary<string mnemonic, code body, dag attributes = (ins)>
    : Graph_Elementwise<mnemonic, !con((ins Graph_Tensor:$x), attributes), body>;
class Graph_Binary<string mnemonic, code body, dag attributes = (ins)>
    : Graph_Elementwise<mnemonic, !con((ins Graph_Tensor:$x, Graph_Tensor:$y), attributes), body>;
// A comparison or a test: the result's elements are i1.
class Graph_Predicate<string mnemonic, dag inputs, code body> : Graph_Elementwise<mnemonic, inputs, body, "inferPredicate">;

#endif // ONNXCC_DIALECTS_GRAPH_GRAPHBASE_TD
