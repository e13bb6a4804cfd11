// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewriting launches: see Fusion.h.
#include "passes/kernels/Fusion.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace onnxcc::kernels {

unsigned Inputs::add(Value value, AffineMap map) {
  for (unsigned k = factors; k < values.size(); ++k)
    if (values[k] == value && maps[k] == map)
      return k;
  values.push_back(value);
  maps.push_back(map);
  return values.size() - 1;
}

void Inputs::addFactor(Value value, AffineMap map) {
  values.push_back(value);
  maps.push_back(map);
  factors = values.size();
}

Value cloneCode(Block &block, Block &into, IRMapping &mapping) {
  OpBuilder builder = OpBuilder::atBlockEnd(&into);
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return mapping.lookupOrDefault(cast<kernel::YieldOp>(block.back()).getValue());
}

Location fuseLocations(Location a, Location b) {
  if (a == b)
    return a;
  return FusedLoc::get(a.getContext(), {a, b});
}

bool isPlain(kernel::MapOp map) {
  return map.getIndices().empty() && map.getBody().getOps<kernel::IndexOp>().empty();
}

bool isProducer(Operation *op) {
  auto launch = dyn_cast_or_null<kernel::LaunchOpInterface>(op);
  return launch && launch.isEpilogue() && !isa<kernel::MapOp>(op);
}

} // namespace onnxcc::kernels
