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

/// Arguments of a launch's region before those that are inputs' elements.
static unsigned countAccumulators(kernel::LaunchOpInterface launch) {
  return launch.getCode()->getNumArguments() - (launch.getInputs().size() - launch.countFactors());
}

BlockArgument getCodeArgument(kernel::LaunchOpInterface launch, unsigned input) {
  Block *code = launch.getCode();
  return code->getArgument(code->getNumArguments() - launch.getInputs().size() + input);
}

void mapAccumulators(kernel::LaunchOpInterface from, kernel::LaunchOpInterface to,
                     IRMapping &mapping) {
  unsigned count = countAccumulators(from);
  mapping.map(from.getCode()->getArguments().take_front(count),
              to.getCode()->getArguments().take_front(count));
}

kernel::LaunchOpInterface createLike(OpBuilder &builder, kernel::LaunchOpInterface like,
                                     Location loc, const Inputs &inputs, const Outputs &outputs) {
  SmallVector<AffineMap> maps(inputs.maps);
  llvm::append_range(maps, outputs.maps);
  OperationState state(loc, like->getName());
  state.addOperands(inputs.values);
  state.addOperands(outputs.inits);
  state.addTypes(llvm::to_vector(ValueRange(outputs.inits).getTypes()));
  state.addAttributes(llvm::to_vector(like->getDiscardableAttrs()));
  NamedAttrList properties(cast<DictionaryAttr>(like->getPropertiesAsAttribute()));
  properties.set("operandSegmentSizes",
                 builder.getDenseI32ArrayAttr({int32_t(inputs.values.size()),
                                               int32_t(outputs.inits.size()), /*scratch=*/0}));
  properties.set("maps", builder.getAffineMapArrayAttr(maps));
  state.propertiesAttr = properties.getDictionary(builder.getContext());
  Block &code = state.addRegion()->emplaceBlock();
  for (BlockArgument accumulator :
       like.getCode()->getArguments().take_front(countAccumulators(like)))
    code.addArgument(accumulator.getType(), loc);
  for (Value value : ArrayRef(inputs.values).drop_front(like.countFactors()))
    code.addArgument(cast<ShapedType>(value.getType()).getElementType(), loc);
  return cast<kernel::LaunchOpInterface>(builder.create(state));
}

SmallVector<Value> cloneCode(Block &block, Block &into, IRMapping &mapping) {
  OpBuilder builder = OpBuilder::atBlockEnd(&into);
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(block.back().getOperands(),
                             [&](Value value) { return mapping.lookupOrDefault(value); });
}

bool areReadAfter(Operation *launch, Operation *op) {
  return llvm::all_of(launch->getUsers(), [&](Operation *user) {
    Operation *there = op->getBlock()->findAncestorOpInBlock(*user);
    return user == op || (there && there != op && op->isBeforeInBlock(there));
  });
}

Location fuseLocations(Location a, Location b) {
  if (a == b)
    return a;
  return FusedLoc::get(a.getContext(), {a, b});
}

bool isPlain(kernel::MapOp map) {
  return map.getIndices().empty() && map.getBody().getOps<kernel::IndexOp>().empty();
}

bool isCopy(kernel::MapOp map) {
  Block &code = map.getBody().front();
  return isPlain(map) && map.getInputs().size() == 1 && map.getInits().size() == 1 &&
         code.back().getOperand(0) == code.getArgument(0);
}

bool isProducer(Operation *op) {
  auto launch = dyn_cast_or_null<kernel::LaunchOpInterface>(op);
  return launch && launch.isEpilogue() && !isa<kernel::MapOp>(op);
}

} // namespace onnxcc::kernels
