// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of matrices, batched: runtime/gemm.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// Places in the domain (batch…, row, column, depth).
struct GemmDims {
  unsigned row, column, depth;
  explicit GemmDims(unsigned count) : row(count - 3), column(count - 2), depth(count - 1) {}
};

/// How an element moves with the dims in a tensor of these extents without gaps.
LinearForm getForm(AffineMap map, ArrayRef<AffineExpr> extents) {
  MLIRContext *context = map.getContext();
  AffineExpr offset = getAffineConstantExpr(0, context);
  for (auto [index, stride] : llvm::zip(map.getResults(), getContiguousStrides(extents, context)))
    offset = offset + index * stride;
  return LinearForm::get(offset, map.getNumDims());
}

/// An operand's extents; one that the domain does not tell is like no other.
SmallVector<AffineExpr> getExtents(kernel::LaunchOpInterface launch, Value operand, AffineMap map) {
  auto type = cast<ShapedType>(operand.getType());
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> extents;
  for (auto [axis, index] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(index);
    constexpr unsigned unknown = 1 << 20;
    extents.push_back(!type.isDynamicDim(axis)
                          ? getAffineConstantExpr(type.getDimSize(axis), context)
                      : dim ? launch.getDomain().getResult(dim.getPosition())
                            : getAffineSymbolExpr(unknown + axis, context));
  }
  return extents;
}

class Gemm : public Family {
public:
  Gemm() : Family("gemm") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    unsigned count = launch.getDomain().getNumResults();
    auto refuse = [&](const std::string &reason) {
      why = reason;
      return std::nullopt;
    };
    if (!op || op.getProducts() != 2 || op.getCombine() != kernel::Combine::Sum || count < 3)
      return refuse("it is no sum of products over three dims");
    GemmDims dims(count);
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    AffineMap a = maps[0], b = maps[1], y = launch.getOutputMap();
    bool packed = isPacked(op, pack(op));
    // The result's other axes may lie in any order.
    if (!y.isProjectedPermutation() || y.getNumResults() != dims.depth ||
        y.isFunctionOfDim(dims.depth) || !isDim(y.getResult(dims.depth - 1), dims.column))
      return refuse("its columns are not the result's last axis");
    if (!a.isProjectedPermutation(/*allowZeroInResults=*/true) ||
        (!packed && !b.isProjectedPermutation(/*allowZeroInResults=*/true)))
      return refuse("a factor is read at other places than rows, columns and depth");
    if (!a.isFunctionOfDim(dims.row) || a.isFunctionOfDim(dims.column) ||
        !a.isFunctionOfDim(dims.depth) || b.isFunctionOfDim(dims.row) ||
        !b.isFunctionOfDim(dims.column) || !b.isFunctionOfDim(dims.depth))
      return refuse("its factors are no rows and columns of one depth");
    if (!getProductGroup(op, isConstant(op.getInputs()[1]), why))
      return std::nullopt;
    Parts parts = {{"rows", {dims.row}}, {"columns", {dims.column}}, {"depth", {dims.depth}}};
    // Inner dims of the batch that move each operand by one stride are one; others are loops.
    SmallVector<unsigned> outer, batch;
    for (unsigned dim = dims.row; dim-- > 0;)
      if (outer.empty() && joins(op, dim, batch))
        batch.insert(batch.begin(), dim);
      else
        outer.insert(outer.begin(), dim);
    if (!batch.empty())
      parts.push_back({"batch", batch});
    if (!outer.empty())
      parts.push_back({"outer", outer});
    return parts;
  }

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    GemmDims dims(launch.getDomain().getNumResults());
    Demand batch;
    if (SmallVector<unsigned> joined = launch.getScheduleAttr().getDimsOf("batch");
        joined.size() > 1)
      batch.joined.push_back(joined);
    SmallVector<Demand> demands(countOperands(launch), alongDims({dims.column}));
    std::fill_n(demands.begin(), launch.countFactors(), Demand());
    demands[0] = demands[1] = batch;
    if (isPacked(launch, pack(launch))) {
      demands[1] = {};
      demands[1].packed = true;
    }
    demands[launch.getInputs().size()].joined = batch.joined;
    return demands;
  }

  std::optional<Packing> getPacking(kernel::LaunchOpInterface launch,
                                    unsigned input) const override {
    auto op = cast<kernel::ContractOp>(*launch);
    if (input == findBeside(op, Beside::WeightScale) ||
        (input == findBeside(op, Beside::WeightZero) && findBeside(op, Beside::WeightScale)))
      return packBlocks(op);
    return input == 1 ? std::optional(pack(launch)) : std::nullopt;
  }
  /// Others are read as they lie; the template copies panels of them to the stack.
  bool packsAtRunTime() const override { return false; }

  bool mayWrite(kernel::LaunchOpInterface, AffineMap output) const override {
    // Rows stay whole.
    return output.isProjectedPermutation() &&
           isDim(output.getResults().back(), output.getNumDims() - 2);
  }

  ElementsAttr getSums(kernel::LaunchOpInterface launch, unsigned,
                       ElementsAttr packed) const override {
    return getProductSums(cast<kernel::ContractOp>(*launch), packed);
  }

  ShapeFacts getShapeFacts(kernel::LaunchOpInterface launch,
                           ArrayRef<int64_t> extents) const override {
    GemmDims dims(launch.getDomain().getNumResults());
    ShapeFacts facts;
    facts["rows"] = facts["run"] = extents[dims.row];
    facts["columns"] = extents[dims.column];
    facts["depth"] = extents[dims.depth];
    return facts;
  }
  void refine(Choices &choices, const ShapeFacts &facts) const override {
    fitTile(choices, facts.lookup("run"));
  }

  int64_t getStackBytes(kernel::LaunchOpInterface launch) const override {
    // Panels of what is not packed are copied to the stack.
    return isPacked(launch, pack(launch)) ? 6656 : 43 * 1024;
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getContractionName(launch, input);
  }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    GemmDims dims(launch.dimCount());
    kernel::ScheduleAttr schedule = launch.op.getScheduleAttr();
    SmallVector<unsigned> batch = schedule.getDimsOf("batch");
    bool packed = Demand::get(schedule.getOperands()[1]).packed;
    const LinearForm &a = launch.inputs[0].offset, &b = launch.inputs[1].offset,
                     &y = launch.output().offset;
    AffineExpr zero = launch.constant(0), one = launch.constant(1);
    // A dim of extent 1 moves nothing; 1 lets the template take the quicker of its ways.
    auto orOne = [&](const LinearForm &form, unsigned dim) {
      return launch.isUnit(dim) ? one : form.coefficients[dim];
    };
    TemplateCall call(launch, "gemm", "MatrixShape");
    call.loopOver(schedule.getDimsOf("outer"));
    call.add({{"batch", launch.product(batch), 1},
              {"rows", launch.domain[dims.row]},
              {"depth", launch.domain[dims.depth]},
              {"columns", launch.domain[dims.column]},
              {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"aRow", a.coefficients[dims.row]},
              {"aColumn", orOne(a, dims.depth), 1},
              {"bRow", packed ? zero : orOne(b, dims.depth), 0},
              {"bColumn", packed ? one : orOne(b, dims.column), 1},
              {"yRow", y.coefficients[dims.row]},
              {"aBatch", *launch.collapse(a, batch), 0},
              {"bBatch", *launch.collapse(b, batch), 0},
              {"yBatch", *launch.collapse(y, batch), 0}});
    if (packed)
      call.addPacking(getGroup(launch.op));
    else
      call.addFlag("bool packed = false");
    call.function.tile = printTile(launch);
    SmallVector<unsigned> rows(batch);
    rows.push_back(dims.row);
    const unsigned columns[] = {dims.column};
    auto op = cast<kernel::ContractOp>(*launch.op);
    std::string weights = call.pointer(1);
    if (isOfNibbles(op))
      weights = "asNibbles(" + weights + ")";
    std::string besides =
        findBeside(op, Beside::WeightScale) ? call.blocks(getBlockDepth(op)) : call.zeroPoint();
    return call.print("", call.pointer(0) + ", " + weights + ", " + besides + call.outputPointer(),
                      {launch, rows, columns, "row", "column"}, 0.4);
  }

private:
  static Packing pack(kernel::LaunchOpInterface launch) {
    GemmDims dims(launch.getDomain().getNumResults());
    Packing packing;
    for (unsigned batch = 0; batch < dims.row; ++batch)
      if (launch.getIndexingMaps()[1].isFunctionOfDim(batch))
        packing.addWhole(batch);
    packing.addPanels(dims.column, {dims.depth}, getGroup(launch));
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    packing.joinsNibbles = op && isOfNibbles(op);
    return packing;
  }
  /// How many products along the depth share a scale of the weights and a zero point: all, unless
  /// the maps of these divide the depth.
  static int64_t getBlockDepth(kernel::ContractOp op) {
    GemmDims dims(op.getDomain().getNumResults());
    int64_t depth = cast<AffineConstantExpr>(op.getDomain().getResult(dims.depth)).getValue();
    for (Beside role : {Beside::WeightScale, Beside::WeightZero})
      if (std::optional<unsigned> input = findBeside(op, role))
        for (AffineExpr index : op.getIndexingMaps()[*input].getResults())
          if (auto block = dyn_cast<AffineBinaryOpExpr>(index);
              block && block.getKind() == AffineExprKind::FloorDiv &&
              isDim(block.getLHS(), dims.depth))
            return cast<AffineConstantExpr>(block.getRHS()).getValue();
    return depth;
  }
  /// Scales, and zero points beside them, lie as the weights do, one for each block of the depth.
  static Packing packBlocks(kernel::ContractOp op) {
    GemmDims dims(op.getDomain().getNumResults());
    Packing packing;
    for (unsigned batch = 0; batch < dims.row; ++batch)
      if (op.getIndexingMaps()[1].isFunctionOfDim(batch))
        packing.addWhole(batch);
    packing.addBlock(dims.column, kPanel);
    packing.addBlock(dims.depth, getBlockDepth(op));
    packing.addLane(dims.column, kPanel);
    return packing;
  }
  static int64_t getGroup(kernel::LaunchOpInterface launch) {
    std::string why;
    return getProductGroup(cast<kernel::ContractOp>(*launch), true, why).value_or(1);
  }

  /// Whether `dim` and the dims `inner`, which are one, are one in all operands as they lie if
  /// nothing is in between.
  static bool joins(kernel::ContractOp op, unsigned dim, ArrayRef<unsigned> inner) {
    AffineMap domain = op.getDomain();
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    auto isOne = [&](unsigned k) { return domain.getResult(k) == 1; };
    if (isOne(dim) || llvm::all_of(inner, isOne))
      return true;
    unsigned next = *llvm::find_if(inner, [&](unsigned k) { return !isOne(k); });
    auto joinsIn = [&](const LinearForm &form) {
      return form.coefficients[dim] == form.coefficients[next] * domain.getResult(next);
    };
    auto asItLies = [&](unsigned k) {
      Value operand = k < 2 ? op.getInputs()[k] : op.getInits()[0];
      AffineMap map = k < 2 ? maps[k] : kernel::LaunchOpInterface(op).getOutputMap();
      return getForm(map, getExtents(op, operand, map));
    };
    // A constant is judged as it will lie when it is packed.
    Packing packing = pack(op);
    LinearForm b = isConstant(op.getInputs()[1])
                       ? getForm(packing.getMap(domain), packing.getExtents(domain))
                       : asItLies(1);
    return joinsIn(asItLies(0)) && joinsIn(b) && joinsIn(asItLies(2));
  }
};

} // namespace

const Family &getGemm() {
  static const Gemm family;
  return family;
}

} // namespace onnxcc::kernels
