// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds graph ops from free-form requests: infers types with a diagnostic on failure, folds what
// is constant, follows shape arithmetic symbolically, and makes ONNX's implicit broadcasting
// explicit.
#ifndef ONNXCC_PASSES_GRAPH_GRAPHBUILDER_H
#define ONNXCC_PASSES_GRAPH_GRAPHBUILDER_H

#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"
#include "mlir/IR/Builders.h"
#include "passes/graph/SymbolicIntegers.h"

namespace onnxcc {

/// The module's attribute of bounds from the command line for dims that a run computes: by name, a
/// pair each. Whoever defines the dim takes its entry away.
inline constexpr llvm::StringLiteral kDimsAttr = "onnx.dims";

/// A null value stands for "failed, and reported": whatever is built from one is null too, so that
/// a lowering need not check each step.
class GraphBuilder {
public:
  GraphBuilder(mlir::ModuleOp module, mlir::Block *block);

  /// Inserts an `Op` with these operands and attributes (those of its ODS builder without result
  /// types), or what it folds to. Null, with a diagnostic at the current location, if its types
  /// cannot be inferred.
  template <class Op, class... Args> mlir::Value create(Args &&...args) {
    mlir::OperationState state(loc, Op::getOperationName());
    Op::build(builder, state, placeholder, std::forward<Args>(args)...);
    return insert(state);
  }
  /// As `create`, by the op's name.
  mlir::Value create(llvm::StringRef op, mlir::ValueRange operands,
                     llvm::ArrayRef<mlir::NamedAttribute> attributes = {});

  /// Whether there can be such a tensor. If not, because of an extent that is negative or a size
  /// that no address space holds, that is reported.
  bool isPossible(mlir::Type type);

  /// Reports a failure of the current node.
  mlir::InFlightDiagnostic error();
  bool hasErrors() const { return hasFailed; }

  mlir::MLIRContext *context() const { return builder.getContext(); }
  mlir::Location location() const { return loc; }
  const SymbolBounds &symbols() const { return bounds; }

  // Types.
  static mlir::RankedTensorType typeOf(mlir::Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType());
  }
  static mlir::Type elementOf(mlir::Value value) { return typeOf(value).getElementType(); }
  static int64_t rankOf(mlir::Value value) { return typeOf(value).getRank(); }
  static Extents extentsOf(mlir::Value value) { return getExtents(typeOf(value)); }
  mlir::AffineExpr number(int64_t value) { return mlir::getAffineConstantExpr(value, context()); }
  /// "[1,batch,256]": for diagnostics.
  std::string format(llvm::ArrayRef<mlir::AffineExpr> extents) const;
  std::string format(mlir::Value value) const { return format(extentsOf(value)); }
  /// Whether kernels compute with such elements: no strings and no complex numbers; null is none.
  static bool isNumber(mlir::Type element) {
    return llvm::isa_and_nonnull<mlir::IntegerType, mlir::FloatType>(element);
  }
  /// "float", in ONNX's words.
  static llvm::StringRef formatElement(mlir::Type element);
  /// "float[1,batch,256]".
  std::string format(mlir::RankedTensorType type) const;
  /// Negative axes count from the end. Fails with a diagnostic when out of [-rank, rank).
  std::optional<int64_t> axis(int64_t axis, int64_t rank);

  // Constants.
  mlir::Value constant(mlir::ElementsAttr value);
  /// A constant of the model: an op of its own, so that it keeps its name.
  mlir::Value initializer(mlir::ElementsAttr value);
  /// All elements equal `value`.
  mlir::Value splat(mlir::RankedTensorType type, double value);
  mlir::Value scalar(mlir::Type element, double value);
  /// A tensor of integers; rank 1 unless `shape` says otherwise.
  mlir::Value integers(llvm::ArrayRef<int64_t> values, mlir::Type element = {},
                       std::optional<llvm::ArrayRef<int64_t>> shape = {});
  /// A one-dimensional tensor of floats.
  mlir::Value reals(llvm::ArrayRef<double> values, mlir::Type element);
  /// A tensor with an axis of extent 0, whose other axes may be symbolic.
  mlir::Value empty(mlir::RankedTensorType type);
  /// A rank-1 (or scalar) i64 tensor of expressions.
  mlir::Value extents(llvm::ArrayRef<mlir::AffineExpr> values, bool scalar = false);

  // What is known about values.
  /// The elements as expressions of the symbols, if known.
  std::optional<Extents> asIntegers(mlir::Value value);
  /// The elements as numbers, if known.
  std::optional<llvm::SmallVector<int64_t>> asConstants(mlir::Value value);
  /// The value's data if it is a constant.
  mlir::ElementsAttr asAttribute(mlir::Value value) const;
  /// The first element of a constant of floats or integers as a double.
  std::optional<double> asReal(mlir::Value value);

  // Movement.
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<mlir::AffineExpr> extents);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  /// To exactly these extents; nothing where they are x's.
  mlir::Value broadcast(mlir::Value x, llvm::ArrayRef<mlir::AffineExpr> extents);
  /// numpy's rule for two extents: equal, or one of them 1. Null if neither is certain.
  mlir::AffineExpr broadcastExtent(mlir::AffineExpr a, mlir::AffineExpr b);
  /// numpy's rule; nullopt with a diagnostic.
  std::optional<Extents> broadcastExtents(llvm::ArrayRef<Extents> shapes);
  /// Brings all to the same extents; null ones stay null.
  bool broadcastTogether(llvm::MutableArrayRef<mlir::Value> values);
  /// Lays out a one-dimensional `x` along `axis` of a tensor of `rank`: [c] -> [1, c, 1, 1].
  mlir::Value alongAxis(mlir::Value x, int64_t axis, int64_t rank);
  /// x[starts : starts + sizes] with step 1.
  mlir::Value slice(mlir::Value x, int64_t axis, mlir::AffineExpr start, mlir::AffineExpr size,
                    int64_t step = 1);
  mlir::Value concat(mlir::ValueRange values, int64_t axis);
  mlir::Value cast(mlir::Value x, mlir::Type element, bool saturate = true);
  mlir::Value iota(mlir::AffineExpr extent, mlir::Type element);
  mlir::Value reduce(mlir::Value x, graph::ReduceKind kind, llvm::ArrayRef<int64_t> axes,
                     bool keepDims);

  // Dims that the run computes, and ops with regions: Regions.cpp.
  /// A dim that an op will define, named `name`: at most `greatest` (null if that is not known), or
  /// what the command line says. \returns its symbol; nullopt with a diagnostic if nothing bounds
  /// it.
  std::optional<unsigned> defineDim(llvm::StringRef name, mlir::AffineExpr greatest);
  /// The row-major numbers of x's elements that are not 0, in order. Their count is a dim, `name`,
  /// unless x is constant.
  mlir::Value places(mlir::Value x, llvm::StringRef name);

  /// What a branch gives; nothing if it failed.
  using Branch = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;
  /// The name of a dim: the extent of an axis of the k-th result.
  using DimName = llvm::function_ref<std::string(unsigned k, int64_t axis)>;
  /// What takes the place of a branch that gave nothing; nothing if that is the end of it.
  using StandIn = llvm::function_ref<llvm::SmallVector<mlir::Value>(bool isThen, mlir::ValueRange)>;
  /// What one of the branches gives, of which only that one runs. `condition` has one element.
  /// Extents that differ become dims. `standIn` gets what the other branch gives.
  llvm::SmallVector<mlir::Value> branch(mlir::Value condition, Branch then, Branch otherwise,
                                        DimName dimName, StandIn standIn);
  /// Values of the types of `like`; a call that computes them while `condition`, of one element, is
  /// `value` fails (ONNXCC_EVALUE).
  llvm::SmallVector<mlir::Value> failing(mlir::Value condition, bool value, mlir::ValueRange like);

  /// What a step computes from its number (a scalar of i64), the states and its elements of the
  /// sequences: the new states, then an element of each output.
  using Step = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value number, mlir::ValueRange states, mlir::ValueRange elements)>;
  /// `steps` of them, one after the other: the last states, then the outputs, stacked along axis 0.
  /// `reversed` has a value for each sequence, then for each output. Nothing if a step failed.
  llvm::SmallVector<mlir::Value> scan(mlir::AffineExpr steps, mlir::ValueRange states,
                                      mlir::ValueRange sequences, llvm::ArrayRef<bool> reversed,
                                      Step step);
  /// Steps without sequences, at most `limit` (a value with one element; null: no limit) and as
  /// long as the condition holds (null: always). `step` gives whether to go on, then as for `scan`.
  /// Where data decides on the number of steps, that is a dim, `name`, if there are outputs.
  llvm::SmallVector<mlir::Value> loop(mlir::Value limit, mlir::Value condition,
                                      mlir::ValueRange states, llvm::StringRef name, Step step);

  mlir::AffineMap map(llvm::ArrayRef<mlir::AffineExpr> expressions) {
    return getSymbolMap(expressions, context());
  }

  int64_t numOps = 0, numFolded = 0;

protected:
  /// The elements of a constant, or of a small broadcast of one.
  static std::optional<graph::Tensor> evaluateConstant(mlir::Value value);
  mlir::Value insert(mlir::OperationState &state);
  mlir::ElementsAttr foldConstant(mlir::Operation *op);
  /// What takes the place of an op whose result or operands have no elements: null if that is an
  /// error, which is reported; nothing if the op stays. Empty.cpp.
  std::optional<mlir::Value> replaceEmpty(mlir::Operation *op);

  mlir::OpBuilder builder;
  mlir::Location loc;
  bool hasFailed = false;

private:
  /// Fills a region with a step's block: its arguments and what `step` makes of them, which is
  /// returned. Nothing if it failed, or gives shapes that no other step need have.
  llvm::SmallVector<mlir::Value> buildStep(mlir::Region &body, mlir::ValueRange states,
                                           mlir::ValueRange sequences, Step step);
  /// Whether the states `after` a step have the types of those before it.
  bool areKept(mlir::ValueRange states, llvm::ArrayRef<mlir::Value> after);
  /// The recurrence of a step that `body` has and that gives `given`: its results.
  llvm::SmallVector<mlir::Value> recur(mlir::Region &body, llvm::ArrayRef<mlir::Value> given,
                                       mlir::AffineExpr steps, mlir::ValueRange states,
                                       mlir::ValueRange sequences, llvm::ArrayRef<bool> reversed,
                                       bool isConditional, std::optional<unsigned> symbol);

  mlir::ModuleOp module;
  mlir::Block *entry; // where constants are put, outside of all loops
  mlir::Type placeholder;
  SymbolBounds bounds;
  SymbolicIntegers integersOf;
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
};

/// A graph value in formulas: operators broadcast as ONNX does, and a number takes the other
/// operand's element type. `x / (1.0 + abs(x))` is what a lowering by composition looks like.
class Term {
public:
  Term(GraphBuilder &builder, mlir::Value value) : builder(&builder), value(value) {}
  operator mlir::Value() const { return value; }
  explicit operator bool() const { return static_cast<bool>(value); }

  /// An elementwise op of this value.
  template <class Op> Term apply() const {
    return Term(*builder, value ? builder->create<Op>(value) : nullptr);
  }
  /// An elementwise op of this value and another, broadcast together.
  template <class Op> Term apply(mlir::Value other) const {
    mlir::Value both[] = {value, other};
    return Term(*builder,
                builder->broadcastTogether(both) ? builder->create<Op>(both[0], both[1]) : nullptr);
  }
  template <class Op> Term apply(double number) const { return apply<Op>(like(number)); }
  /// `number` as a scalar of this value's element type.
  Term like(double number) const {
    return Term(*builder,
                value ? builder->scalar(GraphBuilder::elementOf(value), number) : nullptr);
  }
  Term cast(mlir::Type element) const {
    return Term(*builder, value ? builder->cast(value, element) : nullptr);
  }
  Term reduce(graph::ReduceKind kind, llvm::ArrayRef<int64_t> axes, bool keepDims = true) const {
    return Term(*builder, value ? builder->reduce(value, kind, axes, keepDims) : nullptr);
  }
  /// `this` (of i1) ? x : y.
  Term select(mlir::Value x, mlir::Value y) const {
    mlir::Value all[] = {value, x, y};
    return Term(*builder, builder->broadcastTogether(all)
                              ? builder->create<graph::SelectOp>(all[0], all[1], all[2])
                              : nullptr);
  }

  friend Term operator+(Term a, Term b) { return a.apply<graph::AddOp>(b); }
  friend Term operator-(Term a, Term b) { return a.apply<graph::SubOp>(b); }
  friend Term operator*(Term a, Term b) { return a.apply<graph::MulOp>(b); }
  friend Term operator/(Term a, Term b) { return a.apply<graph::DivOp>(b); }
  friend Term operator+(Term a, double b) { return a + a.like(b); }
  friend Term operator-(Term a, double b) { return a - a.like(b); }
  friend Term operator*(Term a, double b) { return a * a.like(b); }
  friend Term operator/(Term a, double b) { return a / a.like(b); }
  friend Term operator+(double a, Term b) { return b.like(a) + b; }
  friend Term operator-(double a, Term b) { return b.like(a) - b; }
  friend Term operator*(double a, Term b) { return b.like(a) * b; }
  friend Term operator/(double a, Term b) { return b.like(a) / b; }
  Term operator-() const { return apply<graph::NegOp>(); }

private:
  GraphBuilder *builder;
  mlir::Value value;
};

inline Term abs(Term x) { return x.apply<graph::AbsOp>(); }
inline Term exp(Term x) { return x.apply<graph::ExpOp>(); }
inline Term log(Term x) { return x.apply<graph::LogOp>(); }
inline Term sqrt(Term x) { return x.apply<graph::SqrtOp>(); }
inline Term tanh(Term x) { return x.apply<graph::TanhOp>(); }
inline Term sigmoid(Term x) { return x.apply<graph::SigmoidOp>(); }
inline Term square(Term x) { return x * x; }
inline Term minimum(Term x, double y) { return x.apply<graph::MinOp>(y); }
inline Term maximum(Term x, double y) { return x.apply<graph::MaxOp>(y); }

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_GRAPHBUILDER_H
