// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the parts of lower-graph share: where a graph value's elements lie, and builders of
// launches.
#ifndef ONNXCC_PASSES_KERNELS_LOWERING_H
#define ONNXCC_PASSES_KERNELS_LOWERING_H

#include "dialects/graph/Graph.h"
#include "dialects/kernel/Kernel.h"
#include "dialects/support/Extents.h"
#include "passes/kernels/Concatenations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace onnxcc::kernels {

/// Where the elements of a graph value lie: element [i…] is `source[map(i…)]`. Broadcasts, and
/// transposes that one op reads, are no more than this. Without a source an element is what the
/// map's one result says: a value known from its place and the dims.
struct Access {
  mlir::Value source;
  mlir::AffineMap map;
};

/// Scalar code of a launch: from the region's arguments, in order, to the value to yield.
using Code = llvm::function_ref<graph::Scalar(llvm::ArrayRef<graph::Scalar>)>;

/// The state of one function's lowering.
class Lowering {
public:
  explicit Lowering(mlir::func::FuncOp func);

  mlir::OpBuilder &at(mlir::Operation *op) {
    builder.setInsertionPoint(op);
    return builder;
  }
  mlir::MLIRContext *context() { return builder.getContext(); }

  // Values of the graph dialect and what they have become.
  void define(mlir::Value graphValue, mlir::Value tensor);
  void define(mlir::Value graphValue, Access access) { accesses[graphValue] = access; }
  /// Where a graph value's elements lie.
  Access access(mlir::Value graphValue) { return accesses.at(graphValue); }
  /// A tensor that holds the graph value as it is, made by a copy if there is none yet.
  mlir::Value tensor(mlir::Value graphValue);
  /// A constant's elements if the graph value is one.
  mlir::ElementsAttr constant(mlir::Value graphValue);

  // Parts of launches.
  mlir::AffineExpr dim(unsigned k) { return builder.getAffineDimExpr(k); }
  mlir::AffineExpr number(int64_t value) { return builder.getAffineConstantExpr(value); }
  mlir::AffineMap identity(unsigned rank) { return builder.getMultiDimIdentityMap(rank); }
  /// The value of an expression of the symbols, computed at the function's start, or where the last
  /// of its symbols gets its value.
  mlir::OpFoldResult index(mlir::AffineExpr expression);
  llvm::SmallVector<mlir::OpFoldResult> indices(llvm::ArrayRef<mlir::AffineExpr> expressions);
  /// Gives a symbol that the run computes its value, a scalar tensor of i64, for all that follows.
  void defineDim(mlir::Location loc, unsigned symbol, mlir::Value scalar);
  /// An access without a source: `expression` of `rank` dims and the symbols.
  Access place(unsigned rank, mlir::AffineExpr expression);
  /// A tensor type of the kernel phase: no encoding, signless elements.
  mlir::RankedTensorType type(llvm::ArrayRef<mlir::AffineExpr> extents, mlir::Type element);
  /// A tensor without contents; the builder is put behind what computes the extents.
  mlir::Value empty(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> extents,
                    mlir::Type element);

  // Launches. `element` is the graph's element type (perhaps unsigned) of the operand or result.
  struct Input {
    Access access;
    mlir::Type element;
  };
  /// The first `indexed` inputs are indices, which are symbols of the others' maps.
  mlir::Value map(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> extents, mlir::Type element,
                  llvm::ArrayRef<Input> inputs, Code code, mlir::Value init = {},
                  unsigned indexed = 0);
  /// `domain` ends with the row; the output lacks it if `reduces`.
  mlir::Value rows(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> domain, bool reduces,
                   mlir::Type element, llvm::ArrayRef<Input> inputs, Code code);
  struct Contraction {
    kernel::Combine combine = kernel::Combine::Sum;
    Extents domain;
    llvm::SmallVector<Input> factors;  // one or two
    llvm::SmallVector<Input> operands; // of the epilogue
    mlir::AffineMap output;
    Extents extents; // of the output
    mlir::Type element;
  };
  /// Without `code` the epilogue rounds the accumulator to the element type.
  mlir::Value contract(mlir::Location loc, const Contraction &contraction, Code code = {});

  struct Attention {
    Extents domain;                  // (n, h, m, e, t, d)
    llvm::SmallVector<Input> inputs; // queries, keys, values; then the region's
    bool guarded = false, guardsHidden = false;
  };
  /// `code` makes a score of a product.
  mlir::Value attention(mlir::Location loc, const Attention &attention, Code code);

  /// A call of a routine of the runtime (kernels/Routine.h). \returns a tensor for each of `inits`.
  mlir::ValueRange call(mlir::Location loc, llvm::StringRef routine, const Extents &domain,
                        llvm::ArrayRef<mlir::NamedAttribute> parameters,
                        llvm::ArrayRef<mlir::Value> inputs, llvm::ArrayRef<mlir::Value> inits);

  // Movements of kernel tensors, given their extents.
  mlir::Value copy(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> extents, Input input,
                   mlir::Value init = {});
  mlir::Value reshape(mlir::Location loc, mlir::Value tensor, Extents from, Extents to);
  mlir::Value slice(mlir::Location loc, mlir::Value tensor, llvm::ArrayRef<mlir::AffineExpr> starts,
                    llvm::ArrayRef<mlir::AffineExpr> sizes, llvm::ArrayRef<int64_t> steps);
  mlir::Value insert(mlir::Location loc, mlir::Value piece, mlir::Value into,
                     llvm::ArrayRef<mlir::AffineExpr> starts,
                     llvm::ArrayRef<mlir::AffineExpr> sizes, llvm::ArrayRef<int64_t> steps);
  /// A tensor filled with one number.
  mlir::Value fill(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> extents, mlir::Type element,
                   mlir::Attribute value);
  mlir::Value constantTensor(mlir::Location loc, mlir::ElementsAttr value);

  /// The graph value read as it is, as a launch's input.
  Input input(mlir::Value graphValue) {
    return {access(graphValue),
            mlir::cast<mlir::RankedTensorType>(graphValue.getType()).getElementType()};
  }
  /// The graph value as templates read a factor: floats narrower than 32 bits as f32, which is what
  /// they are multiplied in. A constant is widened here, other values by a map once for all
  /// readers.
  Input factor(mlir::Value graphValue);
  /// The tensor of `factor`, which holds the value as it is.
  mlir::Value factorTensor(mlir::Value graphValue);
  /// `input` read at `point`, the indices of its dims in terms of a domain with `dims` dims and of
  /// as many indices as `indexed` says.
  Input readAt(Input input, unsigned dims, llvm::ArrayRef<mlir::AffineExpr> point,
               unsigned indexed = 0);

  mlir::OpBuilder builder;
  Concatenations concatenations;

private:
  /// Whether a value's elements are those of a tensor, in order.
  bool isWhole(const Access &access, mlir::Value graphValue) const;
  struct Operands;
  /// Moves the builder out of the loops that the graph value is not in: what is made of it there is
  /// made once, and for later readers too.
  void leaveLoops(mlir::Value graphValue);
  Operands gather(llvm::ArrayRef<Input> inputs, unsigned keep);
  llvm::SmallVector<Input> withSources(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> domain,
                                       llvm::ArrayRef<Input> inputs);

  mlir::func::FuncOp func;
  mlir::Operation *entry = nullptr; // what computes indices is put before it
  llvm::DenseMap<mlir::Value, Access> accesses;
  llvm::DenseMap<mlir::Value, Extents> shapes;      // of tensors that graph values are
  llvm::DenseMap<mlir::Value, mlir::Value> widened; // graph values to tensors of f32
  llvm::DenseMap<mlir::AffineExpr, mlir::Value> indexValues;
  llvm::DenseMap<unsigned, mlir::Value> computed; // the values of symbols that have one by now
};

/// Whether values of this element type are computed with in f32: floats narrower than that.
bool isNarrowFloat(mlir::Type element);
/// The type that values of this element type are summed in: floats narrower than 32 bits in f32.
mlir::Type getAccumulatorType(mlir::Type element);
/// The launch or call that computes `tensor`, or null if something else does (an argument, a view).
mlir::Operation *getLaunch(mlir::Value tensor);
/// Extents of a graph value.
Extents extentsOf(mlir::Value graphValue);
/// Its element type.
mlir::Type elementOf(mlir::Value graphValue);
/// The function of the runtime by which calls combine elements of this type, "UnsignedMax".
std::string getCombiner(kernel::Combine combine, mlir::Type element);
/// `kernel.reduce` as scalar code.
graph::Scalar reduceRow(kernel::Combine combine, graph::Scalar value);

/// An image's axes in its layout, of the operand and the result of a convolution or a pooling.
struct Image {
  Image(Lowering &lowering, mlir::Value x, mlir::Value result, graph::Layout layout);

  /// Indices in the image's order of axes.
  llvm::SmallVector<mlir::AffineExpr> point(mlir::AffineExpr batch,
                                            llvm::ArrayRef<mlir::AffineExpr> place,
                                            mlir::AffineExpr channel) const;
  Lowering &lowering;
  Extents extents, resultExtents;
  mlir::Value tensor; // of the operand, as a factor
  mlir::Type element; // of `tensor`
  unsigned channel, firstSpatial, spatial;
};

// One for each theme; each fails with a diagnostic that says why the op has no kernel.
llvm::LogicalResult lowerElementwise(Lowering &lowering, mlir::Operation *op);
llvm::LogicalResult lowerLookup(Lowering &lowering, graph::LookupOp op);
llvm::LogicalResult lowerBatchNorm(Lowering &lowering, graph::BatchNormOp op);
llvm::LogicalResult lowerConv(Lowering &lowering, graph::ConvOp op);
llvm::LogicalResult lowerConvTranspose(Lowering &lowering, graph::ConvTransposeOp op);
llvm::LogicalResult lowerMatMul(Lowering &lowering, graph::MatMulOp op);
llvm::LogicalResult lowerAttention(Lowering &lowering, graph::AttentionOp op);
llvm::LogicalResult lowerPool(Lowering &lowering, graph::PoolOp op);
llvm::LogicalResult lowerReduce(Lowering &lowering, graph::ReduceOp op);
llvm::LogicalResult lowerArgReduce(Lowering &lowering, graph::ArgReduceOp op);
llvm::LogicalResult lowerCumulate(Lowering &lowering, graph::CumulateOp op);
llvm::LogicalResult lowerSoftmax(Lowering &lowering, mlir::Operation *op);
llvm::LogicalResult lowerNorm(Lowering &lowering, mlir::Operation *op);
llvm::LogicalResult lowerTranspose(Lowering &lowering, graph::TransposeOp op);
llvm::LogicalResult lowerReshape(Lowering &lowering, graph::ReshapeOp op);
llvm::LogicalResult lowerPlaces(Lowering &lowering, graph::PlacesOpInterface op);
llvm::LogicalResult lowerConcat(Lowering &lowering, graph::ConcatOp op);
llvm::LogicalResult lowerSlice(Lowering &lowering, graph::SliceOp op);
llvm::LogicalResult lowerPad(Lowering &lowering, graph::PadOp op);
llvm::LogicalResult lowerPlaces(Lowering &lowering, graph::PlacesOp op);
llvm::LogicalResult lowerTopK(Lowering &lowering, graph::TopKOp op);
llvm::LogicalResult lowerScatterElements(Lowering &lowering, graph::ScatterElementsOp op);
llvm::LogicalResult lowerScatterNd(Lowering &lowering, graph::ScatterNdOp op);
llvm::LogicalResult lowerGather(Lowering &lowering, graph::GatherOp op);
llvm::LogicalResult lowerGatherElements(Lowering &lowering, graph::GatherElementsOp op);
llvm::LogicalResult lowerIota(Lowering &lowering, graph::IotaOp op);
llvm::LogicalResult lowerExtents(Lowering &lowering, graph::ExtentsOp op);

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_LOWERING_H
