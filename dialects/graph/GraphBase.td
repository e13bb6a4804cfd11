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
    dynamic dimension carries its extents as an affine map over the module's symbols in its encoding.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

def Graph_SymbolAttr : AttrDef<Graph_Dialect, "Symbol"> {
  let mnemonic = "symbol";
  let summary = "a dynamic dimension: its name and its least and greatest value";
  let parameters = (ins StringRefParameter<>:$name, "int64_t":$min, "int64_t":$max);
  let assemblyFormat = "`<` $name `,` $min `,` $max `>`";
}

def Graph_LayoutEnum : I32EnumAttr<"Layout", "order of an image's axes", [
    I32EnumAttrCase<"ChannelsFirst", 0, "channels_first">, I32EnumAttrCase<"ChannelsLast", 1, "channels_last">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_LayoutAttr : EnumAttr<Graph_Dialect, Graph_LayoutEnum, "layout">;

def Graph_ReduceKindEnum : I32EnumAttr<"ReduceKind", "how elements are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Product", 1, "prod">, I32EnumAttrCase<"Max", 2, "max">,
    I32EnumAttrCase<"Min", 3, "min">, I32EnumAttrCase<"Mean", 4, "mean">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_ReduceKindAttr : EnumAttr<Graph_Dialect, Graph_ReduceKindEnum, "reduce_kind">;

def Graph_PadModeEnum : I32EnumAttr<"PadMode", "what lies beyond an edge", [
    I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Edge", 1, "edge">,
    I32EnumAttrCase<"Reflect", 2, "reflect">, I32EnumAttrCase<"Wrap", 3, "wrap">]> {
  let cppNamespace = "::onnxcc::graph";
  let genSpecializedAttr = 0;
}
def Graph_PadModeAttr : EnumAttr<Graph_Dialect, Graph_PadModeEnum, "pad_mode">;

def Graph_Tensor : TensorOf<[AnyType]>;

// Every op is pure, infers its result types with a free function of Inference.h, and evaluates itself.
class Graph_Op<string mnemonic, list<Trait> traits = []> : Op<Graph_Dialect, mnemonic, !listconcat([Pure,
    DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>], traits)>;

// Elementwise ops: operands of equal extents; `body` is C++ over `Scalar` (Scalar.h), which builds arith and math ops:
// the one definition serves the kernels, the constant folder and the oracle. The operands are named x, y, z in it; the
// op's attributes are reached through `op` (`op.getAlpha()`), its result's element type is `type`.
class Graph_Elementwise<string mnemonic, dag inputs, code scalarBody, list<Trait> traits = []>
    : Op<Graph_Dialect, mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
        DeclareOpInterfaceMethods<EvaluableOpInterface>, DeclareOpInterfaceMethods<ElementwiseOpInterface>], traits)> {
  let arguments = inputs;
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  // How the result's element type follows from the first operand's; overridden by comparisons and casts.
  code resultElement = "type";
  code body = scalarBody;
  let extraClassDefinition = [{
    ::onnxcc::graph::Scalar $cppClass::buildScalar(::llvm::ArrayRef<::onnxcc::graph::Scalar> operands, ::mlir::Type type) {
      [[maybe_unused]] auto &op = *this;
      [[maybe_unused]] ::onnxcc::graph::Scalar x = operands[0], y = operands[operands.size() > 1 ? 1 : 0], z = operands[operands.size() > 2 ? 2 : 0];
      }] # scalarBody # [{
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::onnxcc::graph::inferElementwise(location, operands.getTypes(), getOperationName(), types);
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
class Graph_Predicate<string mnemonic, dag inputs, code body> : Graph_Elementwise<mnemonic, inputs, body> {
  let extraClassDefinition = [{
    ::onnxcc::graph::Scalar $cppClass::buildScalar(::llvm::ArrayRef<::onnxcc::graph::Scalar> operands, ::mlir::Type type) {
      [[maybe_unused]] auto &op = *this;
      [[maybe_unused]] ::onnxcc::graph::Scalar x = operands[0], y = operands[operands.size() > 1 ? 1 : 0];
      }] # body # [{
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::onnxcc::graph::inferPredicate(location, operands.getTypes(), getOperationName(), types);
    }
    ::llvm::LogicalResult $cppClass::evaluate(::llvm::ArrayRef<::onnxcc::graph::Tensor> inputs, ::llvm::MutableArrayRef<::onnxcc::graph::Tensor> outputs) {
      return ::onnxcc::graph::evaluateElementwise(*this, inputs, outputs);
    }
  }];
}

#endif // ONNXCC_DIALECTS_GRAPH_GRAPHBASE_TD
