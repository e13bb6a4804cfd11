// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `graph` dialect: what a model means. See README.md. Ops are declared by theme, each in its
// own .td.
#ifndef ONNXCC_DIALECTS_GRAPH_GRAPH_H
#define ONNXCC_DIALECTS_GRAPH_GRAPH_H

#include "dialects/graph/Scalar.h"
#include "dialects/graph/Tensor.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/graph/GraphDialect.h.inc"
#include "dialects/graph/Inference.h" // and the enums
#define GET_ATTRDEF_CLASSES
#include "dialects/graph/GraphAttributes.h.inc"

#include "dialects/graph/GraphInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/graph/Activation.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Arithmetic.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Constant.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Contraction.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Indexing.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Logic.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Movement.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Normalization.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Reduction.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/Trigonometry.h.inc"

namespace onnxcc::graph {

/// What a kind of reduction computes, for whoever asks of a kind more than whether it is a certain
/// one.
struct Reduction {
  ReduceKind combine;   // how two elements are combined: sum, prod, max or min
  bool squares = false; // the elements' squares are combined, not the elements
  bool divides = false; // by the number of elements, in the end

  static Reduction get(ReduceKind kind);
};

/// The name of the module attribute that lists the symbols.
inline constexpr llvm::StringLiteral kSymbolsAttr = "graph.symbols";

/// The symbols of the module that holds `op`; symbol k is `s_k` in affine expressions. Empty if
/// there are none.
llvm::SmallVector<SymbolAttr> getSymbols(mlir::Operation *op);

/// What `expression` is at most (`upper`) or at least, whatever the run computes: an expression of
/// the caller's dims alone. Null if that cannot be told. Factors and divisors are extents, so not
/// negative.
mlir::AffineExpr getBound(mlir::AffineExpr expression, llvm::ArrayRef<SymbolAttr> symbols,
                          bool upper = true);

/// Evaluates an elementwise op by interpreting the scalar code that it builds.
/// Evaluates an op whose elements are those of its operand at `places`.
llvm::LogicalResult evaluatePlaces(mlir::AffineMap places, const Tensor &x, Tensor &result);

llvm::LogicalResult evaluateElementwise(mlir::Operation *op, llvm::ArrayRef<Tensor> inputs,
                                        llvm::MutableArrayRef<Tensor> outputs);

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_GRAPH_H
