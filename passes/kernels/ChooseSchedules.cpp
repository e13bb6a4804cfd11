// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A template and a tile for each launch: see Passes.td.
#include "dialects/graph/Graph.h"
#include "passes/kernels/Passes.h"
#include "kernels/ScheduleTable.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_CHOOSESCHEDULES
#include "passes/kernels/Passes.h.inc"

namespace {

/// A contraction's maps, asked for the forms that dialects/kernel/README.md lists.
class Form {
public:
  explicit Form(kernel::ContractOp op)
      : op(op), maps(op.getIndexingMaps()), dims(op.getDomain().getNumResults()) {}

  StringRef getTemplate() const {
    if (isPool())
      return "pool";
    if (op.getProducts() != 2 || op.getCombine() != kernel::Combine::Sum || !hasFloatFactors())
      return "loops";
    return isDepthwise() ? "depthwise" : isConv() ? "conv2d" : isGemm() ? "gemm" : "loops";
  }

private:
  bool isDim(AffineExpr index, unsigned dim) const {
    auto expression = dyn_cast<AffineDimExpr>(index);
    return expression && expression.getPosition() == dim;
  }
  bool dependsOnly(AffineExpr index, ArrayRef<unsigned> wanted) const {
    for (unsigned dim = 0; dim < dims; ++dim)
      if (index.isFunctionOfDim(dim) != llvm::is_contained(wanted, dim))
        return false;
    return true;
  }
  /// Output (n, h, w, channel), input 0 (n, h and kh, w and kw, depth), kh being dim `window`.
  bool isImage(unsigned window) const {
    AffineMap x = maps[0], y = maps.back();
    if (x.getNumResults() != 4 || y.getNumResults() != 4 || !isDim(x.getResult(0), 0))
      return false;
    for (unsigned axis = 0; axis < 3; ++axis)
      if (!isDim(y.getResult(axis), axis))
        return false;
    return dependsOnly(x.getResult(1), {1, window}) && dependsOnly(x.getResult(2), {2, window + 1});
  }
  bool isPool() const {
    Type accumulator = op.getBody().getArgument(0).getType();
    return op.getProducts() == 1 && dims == 6 && isImage(4) && isDim(maps[0].getResult(3), 3) &&
           isDim(maps.back().getResult(3), 3) &&
           accumulator == cast<ShapedType>(op.getInputs()[0].getType()).getElementType();
  }
  bool isDepthwise() const {
    return dims == 6 && isImage(4) && isDim(maps[0].getResult(3), 3) &&
           isDim(maps.back().getResult(3), 3) && maps[1].isFunctionOfDim(3);
  }
  bool isConv() const {
    if (dims == 7)
      return isImage(4) && isDim(maps.back().getResult(3), 3) && isDim(maps[0].getResult(3), 6);
    return dims == 8 && isImage(5) && dependsOnly(maps.back().getResult(3), {3, 4}) &&
           dependsOnly(maps[0].getResult(3), {3, 7});
  }
  bool isGemm() const {
    if (dims < 3)
      return false;
    unsigned row = dims - 3, column = dims - 2, depth = dims - 1;
    AffineMap a = maps[0], b = maps[1], y = maps.back();
    // The result's other axes may lie in any order.
    if (!y.isProjectedPermutation() || y.getNumResults() != depth || y.isFunctionOfDim(depth) ||
        !isDim(y.getResult(depth - 1), column))
      return false;
    return a.isProjectedPermutation(/*allowZeroInResults=*/true) &&
           b.isProjectedPermutation(/*allowZeroInResults=*/true) && a.isFunctionOfDim(row) &&
           !a.isFunctionOfDim(column) && a.isFunctionOfDim(depth) && !b.isFunctionOfDim(row) &&
           b.isFunctionOfDim(column) && b.isFunctionOfDim(depth);
  }
  bool hasFloatFactors() const {
    return llvm::all_of(op.getInputs().take_front(2), [](Value factor) {
      return cast<ShapedType>(factor.getType()).getElementType().isF32();
    });
  }

  mutable kernel::ContractOp op; // a handle
  SmallVector<AffineMap> maps;
  unsigned dims;
};

struct ChooseSchedules : impl::ChooseSchedulesBase<ChooseSchedules> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    auto module = func->getParentOfType<ModuleOp>();
    targets.clear();
    greatest.clear();
    if (auto listed = module->getAttrOfType<ArrayAttr>(kernel::kTargetsAttr))
      for (StringRef target : listed.getAsValueRange<StringAttr>())
        targets.push_back(target);
    if (targets.empty())
      targets.push_back("generic");
    if (auto name = module->getAttrOfType<StringAttr>(kernel::kCompilerAttr))
      compiler = name.getValue();
    for (graph::SymbolAttr symbol : graph::getSymbols(func))
      greatest.push_back(symbol.getMax());

    func.walk([&](kernel::LaunchOpInterface launch) {
      StringRef name = TypeSwitch<Operation *, StringRef>(launch)
                           .Case([](kernel::MapOp) { return "map"; })
                           .Case([](kernel::RowsOp) { return "rows"; })
                           .Case([](kernel::AttentionOp) { return "attention"; })
                           .Case([](kernel::ContractOp op) { return Form(op).getTemplate(); });
      launch.setScheduleAttr(
          kernel::ScheduleAttr::get(&getContext(), name, chooseTiles(launch, name)));
    });
  }

  SmallVector<DenseI64ArrayAttr> chooseTiles(kernel::LaunchOpInterface launch, StringRef name) {
    SmallVector<DenseI64ArrayAttr> tiles;
    if (name != "conv2d" && name != "gemm" && name != "depthwise" && name != "attention")
      return tiles;
    AffineMap domain = launch.getDomain();
    unsigned dims = domain.getNumResults();
    auto extent = [&](unsigned dim) {
      return evaluate(domain.getResult(dim), greatest).value_or(1);
    };
    TileQuery query;
    query.kernelTemplate = name;
    query.compiler = compiler;
    // A convolution's tile runs along a row of the image; those of 1x1 kernels join.
    query.rows = name == "gemm" ? extent(dims - 3) : extent(2);
    if (name == "gemm")
      query.run = query.rows;
    else if (name == "conv2d" && extent(dims - 3) * extent(dims - 2) == 1)
      query.run = extent(1) * extent(2);
    if (name == "attention") // its rows meet keys in blocks, however few there are
      query.rows = std::max<int64_t>(query.rows, 8);
    query.columns = name == "gemm" ? extent(dims - 2) : extent(dims == 8 ? 4 : 3);
    for (StringRef target : targets) {
      query.featureSet = target;
      RegisterTile tile = chooseTile(query);
      tiles.push_back(DenseI64ArrayAttr::get(&getContext(), {tile.pixels, tile.vectors}));
    }
    return tiles;
  }

  SmallVector<StringRef> targets;
  StringRef compiler;
  SmallVector<int64_t> greatest;
};

} // namespace
} // namespace onnxcc::kernels
