// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates of a tensor's elements at places that data gives: runtime/scatter.h.
#include "dialects/support/ConstantData.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// Parameter `combine`: the name of the function of runtime/ that makes an element of the old one
/// and the update. Updates of one element are applied in order.
class Scatter : public Routine {
public:
  explicit Scatter(StringRef name) : Routine(name, "scatter.h", inputs, inits) {}

  std::string getObstacle(kernel::CallOp call) const override {
    if (!call.getParameters().getAs<StringAttr>("combine"))
      return "it does not say how to combine";
    return {};
  }

protected:
  static kernel::Cost getCost(kernel::CallOp call, int64_t updates, int64_t indices) {
    auto getBytes = [&](unsigned input) {
      return getStorageBits(cast<ShapedType>(call.getInputs()[input].getType()).getElementType()) /
             8;
    };
    kernel::Cost cost;
    cost.flops = updates + 2 * indices;
    cost.bytesRead = updates * 2 * getBytes(1) + indices * getBytes(0);
    cost.bytesWritten = updates * getBytes(1);
    return cost;
  }

  static LaunchFunction print(const Call &call, LaunchFunction function, StringRef routine) {
    AffineExpr tasks = getAffineConstantExpr(call.op.getTasks(), call.context());
    function.members.front().push_back({"tasks", tasks, 1});
    function.mayFail = true;
    return call.print(std::move(function), (routine + "<" + call.parameter("combine") + ">").str());
  }

private:
  static constexpr Parameter inputs[] = {{"indices"}, {"updates"}},
                             inits[] = {{"data", /*isUpdated=*/true}};
};

int64_t getProductOf(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

/// The domain has the data's extents, then those of the indices and updates. Parameter `axis`: that
/// the indices are of; on others an update is for its own place.
class ScatterElements : public Scatter {
public:
  ScatterElements() : Scatter("scatter_elements") {}

  std::string getObstacle(kernel::CallOp call) const override {
    auto axis = call.getParameters().getAs<IntegerAttr>("axis");
    unsigned results = call.getDomain().getNumResults();
    if (!axis || results % 2 || axis.getInt() < 0 || axis.getInt() >= int64_t(results / 2))
      return "its domain is not that of two tensors, with an axis";
    return Scatter::getObstacle(call);
  }

  kernel::Cost getCost(kernel::CallOp call, ArrayRef<int64_t> extents) const override {
    int64_t updates = getProductOf(extents.drop_front(extents.size() / 2));
    return Scatter::getCost(call, updates, updates);
  }

  /// Places beside each other meet no update in common.
  int64_t getMostTasks(kernel::CallOp call, ArrayRef<int64_t> extents) const override {
    ArrayRef<int64_t> given = extents.drop_front(extents.size() / 2);
    return getProductOf(given) / std::max<int64_t>(given[getAxis(call)], 1);
  }

  LaunchFunction print(const Call &call) const override {
    unsigned rank = call.domain.size() / 2, axis = getAxis(call.op);
    ArrayRef<AffineExpr> data = ArrayRef(call.domain).take_front(rank),
                         given = ArrayRef(call.domain).drop_front(rank);
    LaunchFunction function;
    function.base = "ScatterElementsShape";
    function.members = {{{"extent", data[axis]}, {"count", given[axis]}}};
    addPlaces(function, "outer", data.take_front(axis), given.take_front(axis), call.context());
    addPlaces(function, "inner", data.drop_front(axis + 1), given.drop_front(axis + 1),
              call.context());
    return Scatter::print(call, std::move(function), "scatterElements");
  }

private:
  static unsigned getAxis(kernel::CallOp call) {
    return call.getParameters().getAs<IntegerAttr>("axis").getInt();
  }

  /// Axes on which updates are for their own places: the updates' extents and the data's, two axes
  /// being one where the updates reach all of the second.
  static void addPlaces(LaunchFunction &function, const std::string &name,
                        ArrayRef<AffineExpr> data, ArrayRef<AffineExpr> given,
                        MLIRContext *context) {
    LaunchFunction::List updates{name, {}}, places{name + "Data", {}};
    for (auto [whole, part] : llvm::zip(data, given)) {
      if (!updates.values.empty() && whole == part) {
        updates.values.back() = updates.values.back() * part;
        places.values.back() = places.values.back() * whole;
        continue;
      }
      updates.values.push_back(part);
      places.values.push_back(whole);
    }
    if (updates.values.empty()) { // C++ has no empty arrays
      updates.values.push_back(getAffineConstantExpr(1, context));
      places.values.push_back(getAffineConstantExpr(1, context));
    }
    function.lists.push_back(updates);
    function.lists.push_back(places);
  }
};

/// The domain is (count, slice, extents…): of the axes that the indices are of; each tuple of
/// indices has a slice of elements.
class ScatterNd : public Scatter {
public:
  ScatterNd() : Scatter("scatter_nd") {}

  std::string getObstacle(kernel::CallOp call) const override {
    if (call.getDomain().getNumResults() < 3)
      return "its domain is not (count, slice, extents…)";
    return Scatter::getObstacle(call);
  }

  kernel::Cost getCost(kernel::CallOp call, ArrayRef<int64_t> extents) const override {
    return Scatter::getCost(call, extents[0] * extents[1],
                            extents[0] * int64_t(extents.size() - 2));
  }

  /// Each task has some columns of all slices, a cache line's at least.
  int64_t getMostTasks(kernel::CallOp, ArrayRef<int64_t> extents) const override {
    return extents[1] / 64;
  }

  LaunchFunction print(const Call &call) const override {
    LaunchFunction function;
    function.base = "ScatterNdShape";
    function.members = {{{"count", call.domain[0]}, {"slice", call.domain[1], 1}}};
    function.lists.push_back({"extents", {}});
    llvm::append_range(function.lists.back().values, ArrayRef(call.domain).drop_front(2));
    return Scatter::print(call, std::move(function), "scatterNd");
  }
};

} // namespace

const Routine &getScatterElements() {
  static const ScatterElements routine;
  return routine;
}

const Routine &getScatterNd() {
  static const ScatterNd routine;
  return routine;
}

} // namespace onnxcc::kernels
