// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `kernel` dialect's registration, effects and verifiers.
#include "dialects/kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onnxcc::kernel;

#include "dialects/kernel/KernelEnums.cpp.inc"

/// An optional `#kernel.schedule<…>` before what may be a `{`, which upstream would take for a
/// dictionary attribute.
static ParseResult parseSchedule(OpAsmParser &parser, ScheduleAttr &schedule) {
  if (*parser.getCurrentLocation().getPointer() != '#')
    return success();
  return parser.parseAttribute(schedule);
}
static void printSchedule(OpAsmPrinter &printer, Operation *, ScheduleAttr schedule) {
  if (schedule)
    printer << schedule;
}

/// What stands beside a contraction's factors, by its names: `input_zero, weight_sums`.
static ParseResult parseBeside(OpAsmParser &parser, DenseI64ArrayAttr &beside) {
  SmallVector<int64_t> roles;
  ParseResult parsed = parser.parseCommaSeparatedList([&]() -> ParseResult {
    StringRef name;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name))
      return failure();
    std::optional<Beside> role = symbolizeBeside(name);
    if (!role)
      return parser.emitError(loc) << "'" << name << "' stands beside no factors";
    roles.push_back(int64_t(*role));
    return success();
  });
  beside = parser.getBuilder().getDenseI64ArrayAttr(roles);
  return parsed;
}
static void printBeside(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr beside) {
  llvm::interleaveComma(beside.asArrayRef(), printer,
                        [&](int64_t role) { printer << stringifyBeside(Beside(role)); });
}

#include "dialects/kernel/KernelDialect.cpp.inc"
#include "dialects/kernel/KernelInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/KernelAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/KernelOps.cpp.inc"
      >();
}

SmallVector<unsigned> onnxcc::kernel::getReductionDims(AffineMap output) {
  SmallVector<unsigned> dims;
  for (unsigned dim = 0; dim < output.getNumDims(); ++dim)
    if (!output.isFunctionOfDim(dim))
      dims.push_back(dim);
  return dims;
}

SmallVector<unsigned> ScheduleAttr::getDimsOf(StringRef part) const {
  SmallVector<unsigned> dims;
  if (auto list = getDims() ? getDims().getAs<ArrayAttr>(part) : ArrayAttr())
    for (IntegerAttr dim : list.getAsRange<IntegerAttr>())
      dims.push_back(dim.getInt());
  return dims;
}

ScheduleAttr ScheduleAttr::withOperands(ArrayRef<DictionaryAttr> operands) const {
  return get(getContext(), getFamily(), getDims(), operands, getTasks(), getVariants());
}

ScheduleAttr ScheduleAttr::withChoices(int64_t tasks, ArrayRef<DictionaryAttr> variants) const {
  return get(getContext(), getFamily(), getDims(), getOperands(), tasks, variants);
}

//===- What launches answer ----------------------------------------------------===//

static SmallVector<unsigned> getDimsOf(AffineMap output) {
  SmallVector<unsigned> dims;
  for (unsigned dim = 0; dim < output.getNumDims(); ++dim)
    if (output.isFunctionOfDim(dim))
      dims.push_back(dim);
  return dims;
}

static int64_t countPoints(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

unsigned ContractOp::countFactors() { return getProducts() + getBeside().size(); }
SmallVector<unsigned> ContractOp::getCodeDims() { return getDimsOf(getOutputMap()); }
Work ContractOp::countWork(ArrayRef<int64_t> extents) {
  return {countPoints(extents) * int64_t(getProducts()), 0};
}

unsigned AttentionOp::countFactors() { return 3; }
SmallVector<unsigned> AttentionOp::getCodeDims() { return {0, 1, 2, 4}; }
bool AttentionOp::isEpilogue() { return false; }
Work AttentionOp::countWork(ArrayRef<int64_t> extents) {
  int64_t scores = extents[0] * extents[1] * extents[2] * extents[4];
  // Of each score: its maximum, the distance from it, the exponential, the sum.
  return {scores * 2 * (extents[3] + extents[5]), scores * (3 + kTranscendentalOperations)};
}

/// On memrefs a launch reads its inputs and writes its destination; on tensors it has no effect.
template <class Op>
static void getLaunchEffects(Op op, SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  if (op->getNumResults())
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

bool onnxcc::kernel::isStep(Operation *op) {
  return isa_and_nonnull<LaunchOpInterface, CallOp>(op);
}

Value onnxcc::kernel::getScratch(Operation *step) {
  if (auto call = dyn_cast<CallOp>(step))
    return call.getScratch();
  return cast<LaunchOpInterface>(step).getScratch();
}

bool onnxcc::kernel::isUpdated(OpOperand &destination) {
  auto call = dyn_cast<CallOp>(destination.getOwner());
  unsigned inputs = call ? call.getInputs().size() : 0;
  return call && destination.getOperandNumber() >= inputs &&
         llvm::is_contained(call.getUpdates(), int64_t(destination.getOperandNumber() - inputs));
}

using Effects = SmallVectorImpl<MemoryEffects::EffectInstance>;
void MapOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void ContractOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void RowsOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void AttentionOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void CallOp::getEffects(Effects &effects) {
  getLaunchEffects(*this, effects);
  if (getNumResults() == 0)
    for (int64_t init : getUpdates())
      effects.emplace_back(MemoryEffects::Read::get(), &getInitsMutable()[init]);
}

/// What map_c2, contract_c3 and rows_c2 share. The region has `accumulators` arguments, then one
/// for each input after the `skipped` first.
static LogicalResult verifyLaunch(LaunchOpInterface op, unsigned skipped, unsigned accumulators) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  unsigned inputs = op.getInputs().size(), outputs = op.getInits().size();
  if (outputs == 0)
    return op->emitOpError() << "has no destination";
  if (maps.size() != inputs + outputs)
    return op->emitOpError() << "has " << maps.size() << " maps for " << inputs << " inputs and "
                             << outputs << " outputs";
  unsigned dims = op.getDomain().getNumResults();
  if (op.getDomain().getNumDims() != 0)
    return op->emitOpError() << "has a domain that depends on more than the symbols";
  auto operandType = [&](unsigned k) { return cast<ShapedType>(op->getOperand(k).getType()); };
  for (auto [k, map] : llvm::enumerate(maps)) {
    if (map.getNumDims() != dims)
      return op->emitOpError() << "map " << k << " has " << map.getNumDims() << " dims, the domain "
                               << dims;
    if (int64_t(map.getNumResults()) != operandType(k).getRank())
      return op->emitOpError() << "map " << k << " has " << map.getNumResults()
                               << " results for an operand of rank " << operandType(k).getRank();
  }
  Block &code = *op.getCode();
  unsigned arguments = inputs - skipped + accumulators;
  if (code.getNumArguments() != arguments)
    return op->emitOpError() << "has " << code.getNumArguments() << " region arguments, wants "
                             << arguments;
  for (unsigned k = skipped; k < inputs; ++k) {
    unsigned argument = accumulators + k - skipped;
    if (code.getArgument(argument).getType() != operandType(k).getElementType())
      return op->emitOpError() << "region argument " << argument << " is not of input " << k
                               << "'s element type";
  }
  auto yield = dyn_cast_or_null<YieldOp>(code.empty() ? nullptr : &code.back());
  if (!yield || yield.getValues().size() != outputs)
    return op->emitOpError() << "does not yield an element for each of its " << outputs
                             << " outputs";
  AffineMap domain = op.getDomain();
  for (unsigned k = 0; k < outputs; ++k) {
    ShapedType type = operandType(inputs + k);
    if (yield.getValues()[k].getType() != type.getElementType())
      return op->emitOpError() << "does not yield the element type of output " << k;
    // map_c3, rows_c3: an output that is not rearranged has the domain's extents.
    for (auto [axis, index] : llvm::enumerate(maps[inputs + k].getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(index);
      auto extent =
          dim ? dyn_cast<AffineConstantExpr>(domain.getResult(dim.getPosition())) : nullptr;
      int64_t size = type.getDimSize(axis);
      if (extent && !ShapedType::isDynamic(size) && extent.getValue() != size)
        return op->emitOpError() << "has extent " << extent.getValue() << " along axis " << axis
                                 << " of output " << k << ", which has " << size;
    }
  }
  return success();
}

/// launch_c1: all outputs are of the same dims.
static LogicalResult verifySameDims(LaunchOpInterface op) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  for (AffineMap map : ArrayRef(maps).drop_front(op.getInputs().size()))
    if (onnxcc::kernel::getReductionDims(map) != op.getReductionDims())
      return op->emitOpError() << "has outputs of different dims";
  return success();
}

LogicalResult MapOp::verify() {
  auto launch = cast<LaunchOpInterface>(getOperation());
  if (getMaps().size() <= getInputs().size())
    return verifyLaunch(launch, 0, 0);
  if (!launch.getOutputMap().isIdentity()) // map_c1
    return emitOpError() << "has an output map that is not the identity";
  for (auto [k, map] : llvm::enumerate(getIndexingMaps())) {
    if (map.getNumSymbols() == 0)
      continue;
    bool plain = llvm::all_of(map.getResults(), [&](AffineExpr index) {
      return isa<AffineSymbolExpr>(index) ||
             llvm::none_of(llvm::seq(map.getNumSymbols()),
                           [&](unsigned symbol) { return index.isFunctionOfSymbol(symbol); });
    });
    if (map.getNumSymbols() != getIndices().size() || !plain ||
        llvm::is_contained(getIndices(), int64_t(k))) // map_c4
      return emitOpError() << "map " << k << " does not use the " << getIndices().size()
                           << " indices as they are";
  }
  for (int64_t index : getIndices())
    if (index < 0 || index >= int64_t(getInputs().size()) ||
        !cast<ShapedType>(getInputs()[index].getType()).getElementType().isInteger()) // map_c4
      return emitOpError() << "input " << index << " holds no integers to index by";
  if (failed(verifyLaunch(launch, 0, 0))) // map_c2, map_c3
    return failure();
  return verifySameDims(launch);
}

LogicalResult LookupOp::verify() {
  if (!isa<BlockArgument>(getTable())) // lookup_c1
    return emitOpError() << "looks up in what is no input of the launch";
  return success();
}

LogicalResult IndexOp::verify() {
  auto launch = cast<LaunchOpInterface>((*this)->getParentOp());
  if (getPlace().getNumResults() != 1 ||
      getPlace().getNumDims() != launch.getDomain().getNumResults()) // index_c1
    return emitOpError() << "is no expression of the launch's "
                         << launch.getDomain().getNumResults() << " dims";
  return success();
}

LogicalResult ContractOp::verify() {
  if (getProducts() != 1 && getProducts() != 2) // contract_c1
    return emitOpError() << "multiplies " << getProducts() << " inputs, not 1 or 2";
  if (getInputs().size() < countFactors())
    return emitOpError() << "has fewer inputs than factors";
  auto getElement = [&](unsigned input) {
    return cast<ShapedType>(getInputs()[input].getType()).getElementType();
  };
  for (int64_t factor : getUnsignedFactors()) // contract_c4
    if (factor < 0 || factor >= int64_t(getProducts()) || !getElement(factor).isInteger())
      return emitOpError() << "has no factor " << factor << " of integers";
  auto launch = cast<LaunchOpInterface>(getOperation());
  if (getMaps().size() <= getInputs().size())
    return verifyLaunch(launch, countFactors(), 1);
  SmallVector<unsigned> reduced = launch.getReductionDims();
  bool isScaled = llvm::is_contained(getBeside(), int64_t(Beside::WeightScale));
  for (auto [k, role] : llvm::enumerate(getBeside())) {
    unsigned input = getProducts() + k;
    if (llvm::count(getBeside(), role) > 1)
      return emitOpError() << "has " << stringifyBeside(Beside(role))
                           << " twice beside its factors";
    AffineMap map = getIndexingMaps()[input];
    if (isScaled) { // contract_c5
      AffineMap weights = getIndexingMaps()[1];
      bool strays = false;
      for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
        strays |= map.isFunctionOfDim(dim) && !weights.isFunctionOfDim(dim);
      Type f32 = Float32Type::get(getContext());
      Type wanted = Beside(role) == Beside::WeightScale  ? f32
                    : Beside(role) == Beside::WeightZero ? Type(IntegerType::get(getContext(), 8))
                                                         : Type();
      if (getProducts() != 2 || strays || getElement(0) != f32 || getElement(input) != wanted)
        return emitOpError() << "has a " << stringifyBeside(Beside(role))
                             << " that is none of codes that floats are multiplied by";
      continue;
    }
    bool moves = llvm::any_of(reduced, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
    if (Beside(role) != Beside::WeightSums &&
        (role >= int64_t(getProducts()) || getElement(input) != getElement(role) || moves))
      return emitOpError() << "has a zero point that is none of factor " << role;
  }
  if (failed(verifyLaunch(launch, countFactors(), 1))) // contract_c3
    return failure();
  return verifySameDims(launch);
}

LogicalResult AttentionOp::verify() {
  // attention_c1
  if (getInputs().size() < 3 || getDomain().getNumResults() != 6)
    return emitOpError() << "wants queries, keys and values over six dims";
  if (getInits().size() != 1)
    return emitOpError() << "has " << getInits().size() << " outputs, not one";
  if (failed(verifyLaunch(*this, 3, 1))) // attention_c2
    return failure();
  // What each may depend on: queries, keys, values, the output; then scores.
  static const unsigned dims[][4] = {{0, 1, 2, 5}, {0, 1, 4, 5}, {0, 1, 4, 3}, {0, 1, 2, 3}};
  SmallVector<AffineMap> maps = getIndexingMaps();
  Type factor = cast<ShapedType>(getInputs()[0].getType()).getElementType();
  auto check = [&](AffineMap map, ArrayRef<unsigned> allowed) {
    for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
      if (map.isFunctionOfDim(dim) && !llvm::is_contained(allowed, dim))
        return false;
    return true;
  };
  for (auto [k, map] : llvm::enumerate(maps)) {
    bool isFactor = k < 3, isOutput = k + 1 == maps.size();
    auto type = cast<ShapedType>(getOperation()->getOperand(k).getType());
    if (isFactor || isOutput) {
      bool fits = isOutput ? type.getElementType().isF32()
                           : type.getElementType() == factor && (factor.isF32() || factor.isBF16());
      if (!fits || type.getRank() != 4)
        return emitOpError() << "operand " << k
                             << " is not of rank 4 and of f32, or factors of bf16";
      for (AffineExpr index : map.getResults()) {
        auto part = dyn_cast<AffineBinaryOpExpr>(index);
        bool shares = !isOutput && k > 0 && part && part.getKind() == AffineExprKind::FloorDiv &&
                      part.getLHS() == getAffineDimExpr(1, getContext());
        if (!shares && !isa<AffineDimExpr, AffineConstantExpr>(index))
          return emitOpError() << "map " << k << " has other results than dims";
      }
    }
    static const unsigned score[] = {0, 1, 2, 4};
    if (!check(map, isOutput ? ArrayRef(dims[3]) : isFactor ? ArrayRef(dims[k]) : ArrayRef(score)))
      return emitOpError() << "map " << k << " depends on a dim that it has no part in";
  }
  return success();
}

LogicalResult RowsOp::verify() {
  if (failed(verifyLaunch(*this, 0, 0))) // rows_c2, rows_c3
    return failure();
  SmallVector<AffineMap> maps = cast<LaunchOpInterface>(getOperation()).getIndexingMaps();
  unsigned dims = getDomain().getNumResults();
  for (AffineMap output : ArrayRef(maps).drop_front(getInputs().size())) // rows_c1
    if (dims == 0 ||
        (!output.isIdentity() &&
         output != AffineMap::getMultiDimIdentityMap(dims, getContext()).dropResult(dims - 1)))
      return emitOpError()
             << "has an output map that is neither the identity nor lacks just the row";
  return success();
}

LogicalResult CallOp::verify() {
  for (int64_t init : getUpdates()) // call_c1
    if (init < 0 || init >= int64_t(getInits().size()))
      return emitOpError() << "updates " << init << ", but has " << getInits().size()
                           << " destinations";
  for (int64_t input : getInPlace())
    if (input < 0 || input >= int64_t(getInputs().size()) || getInits().empty() ||
        cast<ShapedType>(getInputs()[input].getType()).getElementType() !=
            cast<ShapedType>(getInits()[0].getType()).getElementType())
      return emitOpError() << "has no input " << input << " that its destination could replace";
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  if (!llvm::all_of(getOperandTypes(), isTensor) &&
      llvm::any_of(getOperandTypes(), isTensor)) // call_c2
    return emitOpError() << "has tensors and memrefs as operands";
  if (getDomain().getNumDims() != 0) // call_c3
    return emitOpError() << "has a domain that depends on more than the symbols";
  return success();
}

LogicalResult WeightOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto weights = symbols.lookupNearestSymbolFrom<WeightsOp>(*this, getWeightsAttr());
  if (!weights)
    return emitOpError() << "names no kernel.weights: " << getWeightsAttr();
  auto type = cast<ShapedType>(getValue().getType());
  auto stored = weights.getValue().getShapedType();
  if (type.getElementType() != stored.getElementType() || type.getShape() != stored.getShape())
    return emitOpError() << "is of type " << type << ", its data of " << stored; // weight_c1
  return success();
}
