// The `onnx` dialect: an imported model, node for node.
#ifndef ONNXCC_DIALECTS_ONNX_ONNX_TD
#define ONNXCC_DIALECTS_ONNX_ONNX_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Onnx_Dialect : Dialect {
  let name = "onnx";
  let cppNamespace = "::onnxcc::onnx";
  let summary = "An imported ONNX model, upgraded to the newest opset, node for node.";
  let description = [{
    One generic operation, `onnx.node "Conv"`, so that every model imports and prints, also one with operators that
    onnxcc does not know. Nothing is optimised here. Names of nodes and values are locations.
  }];
  let useDefaultTypePrinterParser = 1;
}

class Onnx_Type<string name, string typeMnemonic> : TypeDef<Onnx_Dialect, name> {
  let mnemonic = typeMnemonic;
}
def Onnx_StringType : Onnx_Type<"String", "string"> {
  let summary = "a string element: `tensor<3x!onnx.string>`";
}
def Onnx_SequenceType : Onnx_Type<"Sequence", "sequence"> {
  let summary = "a sequence of values of one type";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
}
def Onnx_OptionalType : Onnx_Type<"Optional", "optional"> {
  let summary = "a value that may be missing";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
}
def Onnx_MapType : Onnx_Type<"Map", "map"> {
  let summary = "a map from keys to values";
  let parameters = (ins "::mlir::Type":$keyType, "::mlir::Type":$valueType);
  let assemblyFormat = "`<` $keyType `,` $valueType `>`";
}
def Onnx_UnknownType : Onnx_Type<"Unknown", "unknown"> {
  let summary = "the type of a value of which the importer knows nothing, as of an operator that it does not know";
}

class Onnx_Op<string mnemonic, list<Trait> traits = []> : Op<Onnx_Dialect, mnemonic, traits>;

def Onnx_NodeOp : Onnx_Op<"node"> {
  let summary = "one node of the model";
  let description = [{
    `attrs` holds the ONNX attributes under their names: integers as i64, floats as f32, strings as strings, lists
    of these as dense i64/f32 arrays or arrays of strings, tensors as elements attributes, graphs as regions whose
    names stand in `graphs`. An input that the model leaves out is the value of `onnx.absent`.

    - onnx_c1: there is a name in `graphs` for each region.
    - onnx_c2: each region is one block that ends in `onnx.yield`.

    ```mlir
    %y = onnx.node "Conv" (%x, %w, %none) {kernel_shape = array<i64: 3, 3>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, none) -> tensor<1x4x6x6xf32>
    %z = onnx.node "Gelu" in "com.microsoft" (%y) : …
    ```
  }];
  let arguments = (ins StrAttr:$opType, DefaultValuedStrAttr<StrAttr, "">:$domain, Variadic<AnyType>:$inputs,
    DefaultValuedAttr<DictionaryAttr, "{}">:$attrs, OptionalAttr<ArrayAttr>:$graphs);
  let results = (outs Variadic<AnyType>:$outputs);
  let regions = (region VariadicRegion<AnyRegion>:$bodies);
  let hasVerifier = 1;
  let assemblyFormat = [{
    $opType (`in` $domain^)? `(` $inputs `)` ($attrs^)? (`graphs` $graphs^)? attr-dict `:` functional-type($inputs, $outputs) ($bodies^)?
  }];
}

def Onnx_ConstantOp : Onnx_Op<"constant", [Pure]> {
  let summary = "an initialiser or the value of a Constant node";
  let description = [{
    - onnx_c3: the value is of the result's type.
  }];
  let hasVerifier = 1;
  let arguments = (ins AnyAttr:$value);
  let results = (outs AnyType:$output);
  let assemblyFormat = "attr-dict $value `->` type($output)";
}

def Onnx_AbsentOp : Onnx_Op<"absent", [Pure]> {
  let summary = "an optional input that the model leaves out";
  let results = (outs NoneType:$output);
  let assemblyFormat = "attr-dict";
  let builders = [OpBuilder<(ins), [{ $_state.addTypes($_builder.getNoneType()); }]>];
}

def Onnx_YieldOp : Onnx_Op<"yield", [Terminator, Pure]> {
  let summary = "the outputs of a subgraph";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif // ONNXCC_DIALECTS_ONNX_ONNX_TD
