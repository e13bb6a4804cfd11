// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Node origins as locations: see Locations.h.
#include "dialects/support/Locations.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {

Location getNodeLocation(const NodeOrigin &origin, Location file) {
  MLIRContext *context = file.getContext();
  Location loc = file;
  for (StringRef output : llvm::reverse(origin.outputs))
    loc = NameLoc::get(StringAttr::get(context, output), loc);
  loc = NameLoc::get(StringAttr::get(context, origin.op), loc);
  return NameLoc::get(StringAttr::get(context, origin.node), loc);
}

static constexpr StringRef kLayout = "layout";

static bool isLayout(FusedLoc loc) {
  auto mark = dyn_cast_or_null<StringAttr>(loc.getMetadata());
  return mark && mark.getValue() == kLayout;
}

Location getLayoutLocation(Location loc) {
  if (auto fused = dyn_cast<FusedLoc>(loc); fused && isLayout(fused))
    return loc;
  MLIRContext *context = loc.getContext();
  return FusedLoc::get({loc}, StringAttr::get(context, kLayout), context);
}

static void collectOrigins(Location loc, bool inLayout, SmallVectorImpl<NodeOrigin> &origins) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collectOrigins(part, inLayout || isLayout(fused), origins);
    return;
  }
  auto node = dyn_cast<NameLoc>(loc);
  if (!node)
    return;
  NodeOrigin origin;
  origin.isLayout = inLayout;
  origin.node = node.getName();
  if (auto op = dyn_cast<NameLoc>(node.getChildLoc())) {
    origin.op = op.getName();
    for (auto output = dyn_cast<NameLoc>(op.getChildLoc()); output;
         output = dyn_cast<NameLoc>(output.getChildLoc()))
      origin.outputs.push_back(output.getName());
  }
  origins.push_back(std::move(origin));
}

SmallVector<NodeOrigin> getOrigins(Location loc) {
  SmallVector<NodeOrigin> origins;
  collectOrigins(loc, /*inLayout=*/false, origins);
  return origins;
}

SmallVector<NodeOrigin> getComputedOrigins(Location loc) {
  SmallVector<NodeOrigin> origins = getOrigins(loc);
  auto isLayout = [](const NodeOrigin &origin) { return origin.isLayout; };
  if (!llvm::all_of(origins, isLayout))
    llvm::erase_if(origins, isLayout);
  return origins;
}

StringRef getValueName(Value value) {
  SmallVector<NodeOrigin> origins = getComputedOrigins(value.getLoc());
  if (origins.empty())
    return {};
  const NodeOrigin &last = origins.back();
  unsigned index = 0;
  if (auto result = dyn_cast<OpResult>(value))
    index = result.getResultNumber();
  if (index < last.outputs.size())
    return last.outputs[index];
  return last.outputs.empty() ? last.node : last.outputs.back();
}

} // namespace onnxcc
