// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What changed in ONNX's operators from version to version. The library has a converter of its own,
// which lacks some of these, gets others wrong (what is not f32, what lies in subgraphs), and wants
// shapes where none are needed. A change that is not here only widened an operator: more types,
// more optional inputs and attributes.
#include "compiler/import/Upgrade.h"

#include <cmath>

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc::importer {
namespace {

//===----------------------------------------------------------------------===//
// Attributes that became inputs
//===----------------------------------------------------------------------===//

/// A list of integers, or a single one, as a vector.
void moveIntegers(NodeUpgrade &upgrade, StringRef attribute, int input) {
  std::optional<AttributeProto> taken = upgrade.take(attribute);
  if (!taken)
    return;
  SmallVector<int64_t> values(taken->ints().begin(), taken->ints().end());
  if (taken->type() == AttributeProto::INT)
    values.push_back(taken->i());
  upgrade.setInput(input, upgrade.integers(values));
}

void moveAxes(NodeUpgrade &upgrade) { moveIntegers(upgrade, "axes", 1); }
void moveShape(NodeUpgrade &upgrade) { moveIntegers(upgrade, "shape", 1); }
void moveK(NodeUpgrade &upgrade) { moveIntegers(upgrade, "k", 1); }

void moveSlice(NodeUpgrade &upgrade) {
  moveIntegers(upgrade, "starts", 1);
  moveIntegers(upgrade, "ends", 2);
  moveIntegers(upgrade, "axes", 3);
}

void moveSplit(NodeUpgrade &upgrade) {
  // The first version could have the lengths as an input already, of the data's type.
  if (!upgrade.input(1).empty())
    upgrade.setInput(1, upgrade.before("Cast", {upgrade.input(1)}, [](NodeProto &cast) {
      NodeUpgrade::set(cast, "to", TensorProto::INT64);
    }));
  moveIntegers(upgrade, "split", 1);
}

void moveNumOutputs(NodeUpgrade &upgrade) {
  if (upgrade.input(1).empty() && !upgrade.has("num_outputs"))
    upgrade.set("num_outputs", upgrade.node.output_size());
}

void moveDftAxis(NodeUpgrade &upgrade) {
  upgrade.setInput(2, upgrade.integers(upgrade.takeInteger("axis", 1), /*scalar=*/true));
}

/// The limits are of the data's type.
void moveLimits(NodeUpgrade &upgrade) {
  int input = 0;
  for (const char *attribute : {"min", "max"}) {
    ++input;
    if (std::optional<AttributeProto> limit = upgrade.take(attribute))
      upgrade.setInput(input, upgrade.real(limit->f(), upgrade.input(0)));
  }
}

void movePads(NodeUpgrade &upgrade) {
  moveIntegers(upgrade, "pads", 1);
  std::optional<AttributeProto> value = upgrade.take("value");
  if (value && value->f() != 0)
    upgrade.setInput(2, upgrade.real(value->f(), upgrade.input(0)));
}

void moveScales(NodeUpgrade &upgrade) {
  if (std::optional<AttributeProto> scales = upgrade.take("scales"))
    upgrade.setInput(
        1, upgrade.reals(SmallVector<float>(scales->floats().begin(), scales->floats().end())));
}

//===----------------------------------------------------------------------===//
// Attributes that got another name, type or default, or went away
//===----------------------------------------------------------------------===//

void dropConsumedInputs(NodeUpgrade &upgrade) { upgrade.take("consumed_inputs"); }
void dropBroadcast(NodeUpgrade &upgrade) { upgrade.take("broadcast"); }
/// Models are compiled for inference, whatever they were exported for.
void dropIsTest(NodeUpgrade &upgrade) { upgrade.take("is_test"); }
void dropRatio(NodeUpgrade &upgrade) { upgrade.take("ratio"); }
void dropOutputSequence(NodeUpgrade &upgrade) { upgrade.take("output_sequence"); }

void renamePaddings(NodeUpgrade &upgrade) {
  if (std::optional<AttributeProto> pads = upgrade.take("paddings")) {
    pads->set_name("pads");
    *upgrade.node.add_attribute() = *pads;
  }
}

void setConcatAxis(NodeUpgrade &upgrade) { upgrade.set("axis", upgrade.takeInteger("axis", 1)); }

void makeNormInteger(NodeUpgrade &upgrade) {
  std::optional<AttributeProto> p = upgrade.take("p");
  if (!p)
    return;
  if (p->f() != std::floor(p->f()) || std::abs(p->f()) > 1e6)
    return void(upgrade.error() << "p = " << p->f() << " is no integer, as later opsets want it");
  upgrade.set("p", int64_t(p->f()));
}

void nameCastType(NodeUpgrade &upgrade) {
  std::string name = upgrade.takeString("to", "");
  TensorProto::DataType type;
  if (!TensorProto::DataType_Parse(StringRef(name).upper(), &type))
    return void(upgrade.error() << "has the unknown element type '" << name << "'");
  upgrade.set("to", type);
}

void setSeluDefaults(NodeUpgrade &upgrade) {
  for (auto [name, value] : {std::pair("alpha", 1.6732f), std::pair("gamma", 1.0507f)})
    if (!upgrade.has(name)) {
      AttributeProto &attribute = *upgrade.node.add_attribute();
      attribute.set_name(name);
      attribute.set_type(AttributeProto::FLOAT);
      attribute.set_f(value);
    }
}

void setRoiCoordinates(NodeUpgrade &upgrade) {
  upgrade.set("coordinate_transformation_mode",
              upgrade.takeString("coordinate_transformation_mode", "output_half_pixel"));
}

void renameGridMode(NodeUpgrade &upgrade) {
  std::string mode = upgrade.takeString("mode", "bilinear");
  upgrade.set("mode", mode == "bilinear" ? "linear" : mode == "bicubic" ? "cubic" : mode);
}

void renameScatter(NodeUpgrade &upgrade) { upgrade.node.set_op_type("ScatterElements"); }

//===----------------------------------------------------------------------===//
// Operators that meant something else
//===----------------------------------------------------------------------===//

/// `value` with so many axes of 1 behind that its first is axis `axis` of `of`. The ranks need not
/// be known here: the graph phase computes the shape.
std::string alignFirstAxis(NodeUpgrade &upgrade, const std::string &value, const std::string &of,
                           int64_t axis) {
  auto shapeOf = [&](const std::string &x) { return upgrade.before("Shape", {x}); };
  std::string shape = shapeOf(value), rank = shapeOf(shape), one = upgrade.integers(1);
  std::string behind = axis < 0
                           ? upgrade.integers(-axis)
                           : upgrade.before("Sub", {shapeOf(shapeOf(of)), upgrade.integers(axis)});
  std::string missing = upgrade.before("Sub", {behind, rank});
  missing = upgrade.before("Max", {missing, upgrade.integers(0)});
  std::string ones = upgrade.before("Expand", {one, missing});
  std::string aligned = upgrade.before(
      "Concat", {shape, ones}, [](NodeProto &concat) { NodeUpgrade::set(concat, "axis", 0); });
  return upgrade.before("Reshape", {value, aligned});
}

/// `broadcast = 1, axis = k`: the second operand's axes were those of the first from k on; without
/// an axis, or with -1, its last ones, as today.
void alignSecond(NodeUpgrade &upgrade) {
  bool broadcasts = upgrade.takeInteger("broadcast", 0);
  int64_t axis = upgrade.takeInteger("axis", -1);
  if (broadcasts && axis != -1)
    upgrade.setInput(1, alignFirstAxis(upgrade, upgrade.input(1), upgrade.input(0), axis));
}

/// There was a slope for each channel, axis 1.
void alignSlope(NodeUpgrade &upgrade) {
  upgrade.setInput(1, alignFirstAxis(upgrade, upgrade.input(1), upgrade.input(0), 1));
}

/// spatial = 0: each element of a sample had statistics of its own, so that all four parameters are
/// of the shape of a sample.
void expandPerElement(NodeUpgrade &upgrade) {
  if (upgrade.takeInteger("spatial", 1))
    return;
  std::optional<AttributeProto> given = upgrade.take("epsilon");
  upgrade.take("momentum");
  if (upgrade.node.input_size() != 5)
    return;
  std::string x = upgrade.input(0), scale = upgrade.input(1), bias = upgrade.input(2),
              mean = upgrade.input(3), variance = upgrade.input(4);
  std::string epsilon = upgrade.real(given ? given->f() : 1e-5f, variance);
  std::string deviation = upgrade.before("Sqrt", {upgrade.before("Add", {variance, epsilon})});
  std::string normal = upgrade.before("Div", {upgrade.before("Sub", {x, mean}), deviation});
  upgrade.node.set_op_type("Add");
  upgrade.node.clear_input();
  upgrade.setInput(0, upgrade.before("Mul", {normal, scale}));
  upgrade.setInput(1, bias);
}

/// Copies along one axis; both the number and the axis were inputs, of the data's type.
void tileOneAxis(NodeUpgrade &upgrade) {
  auto integer = [&](const std::string &value) {
    std::string cast = upgrade.before(
        "Cast", {value}, [](NodeProto &node) { NodeUpgrade::set(node, "to", TensorProto::INT64); });
    return upgrade.before("Reshape", {cast, upgrade.integers(1)});
  };
  if (upgrade.node.input_size() != 3)
    return;
  std::string rank = upgrade.before("Size", {upgrade.before("Shape", {upgrade.input(0)})});
  std::string axes = upgrade.before(
      "Range", {upgrade.integers(0, /*scalar=*/true), rank, upgrade.integers(1, /*scalar=*/true)});
  std::string chosen = upgrade.before("Equal", {axes, integer(upgrade.input(2))});
  std::string repeats =
      upgrade.before("Where", {chosen, integer(upgrade.input(1)), upgrade.integers(1)});
  upgrade.node.mutable_input()->RemoveLast();
  upgrade.setInput(1, repeats);
}

/// Scales of two axes alone.
void spreadScales(NodeUpgrade &upgrade) {
  std::optional<AttributeProto> height = upgrade.take("height_scale"),
                                width = upgrade.take("width_scale");
  if (!height || !width)
    return;
  AttributeProto &scales = *upgrade.node.add_attribute();
  scales.set_name("scales");
  scales.set_type(AttributeProto::FLOATS);
  for (float scale : {1.0f, 1.0f, height->f(), width->f()})
    scales.add_floats(scale);
}

void renameUpsample(NodeUpgrade &upgrade) {
  upgrade.node.set_op_type("Resize");
  // The name that the first version had, in files of later ones.
  std::string mode = upgrade.takeString("mode", "nearest");
  upgrade.set("mode", mode == "bilinear" ? "linear" : mode);
}

/// Element i came from i / scale, rounded down where the axis grows and up where it shrinks, as
/// ONNX's tests of opset 10 and ONNX Runtime have it. As axes are resized one by one, those that
/// shrink are a Resize of their own.
void setOldCoordinates(NodeUpgrade &upgrade) {
  std::string mode = upgrade.takeString("mode", "nearest"), scales = upgrade.input(1);
  auto adjust = [&](NodeProto &node, const std::string &given, StringRef rounding) {
    std::string inputs[] = {upgrade.input(0), "", given};
    node.clear_input();
    for (const std::string &input : inputs)
      node.add_input(input);
    for (auto [name, value] : {std::pair("mode", StringRef(mode)),
                               std::pair("coordinate_transformation_mode", StringRef("asymmetric")),
                               std::pair("nearest_mode", rounding)})
      if (!value.empty())
        NodeUpgrade::set(node, name, value);
  };
  if (mode != "nearest")
    return adjust(upgrade.node, scales, "");
  std::string one = upgrade.reals(1.0f);
  std::string shrinking = upgrade.before("Min", {scales, one}),
              growing = upgrade.before("Max", {scales, one});
  std::string grown = upgrade.before("Resize", {upgrade.input(0)},
                                     [&](NodeProto &node) { adjust(node, growing, "floor"); });
  upgrade.setInput(0, grown);
  adjust(upgrade.node, shrinking, "ceil");
}

/// All axes from `axis` on counted as one.
void flattenSoftmax(NodeUpgrade &upgrade) {
  int64_t axis = upgrade.takeInteger("axis", 1);
  const auto *shape = upgrade.context.findShape(upgrade.input(0));
  upgrade.set("axis", -1);
  if (axis == -1 || (shape && axis == shape->dim_size() - 1))
    return;
  upgrade.after(0, "Reshape", {upgrade.before("Shape", {upgrade.input(0)})});
  upgrade.setInput(0, upgrade.before("Flatten", {upgrade.input(0)}, [&](NodeProto &flatten) {
    NodeUpgrade::set(flatten, "axis", axis);
  }));
}

/// Scale and bias were one a group, and are one a channel.
void repeatGroupParameters(NodeUpgrade &upgrade) {
  int64_t groups = 0;
  for (const AttributeProto &attribute : upgrade.node.attribute())
    if (attribute.name() == "num_groups")
      groups = attribute.i();
  std::string channels = upgrade.before("Shape", {upgrade.input(0)}, [](NodeProto &shape) {
    NodeUpgrade::set(shape, "start", 1);
    NodeUpgrade::set(shape, "end", 2);
  });
  std::string size = upgrade.before("Div", {channels, upgrade.integers(groups)});
  std::string spread = upgrade.before("Concat", {upgrade.integers(groups), size},
                                      [](NodeProto &node) { NodeUpgrade::set(node, "axis", 0); });
  for (int i : {1, 2}) {
    std::string column = upgrade.before("Reshape", {upgrade.input(i), upgrade.integers({-1, 1})});
    std::string repeated = upgrade.before("Expand", {column, spread});
    upgrade.setInput(i, upgrade.before("Reshape", {repeated, upgrade.integers(-1)}));
  }
}

/// There was a batch axis in front. A batch of 1 is squeezed.
void squeezeBatch(NodeUpgrade &upgrade) {
  auto isOne = [&](const std::string &input) {
    const auto *shape = upgrade.context.findShape(input);
    return shape && shape->dim_size() && shape->dim(0).dim_value() == 1;
  };
  NodeProto &node = upgrade.node;
  if (node.input_size() < 2 || !node.input(0).empty() ||
      !llvm::all_of(llvm::drop_begin(node.input()), isOne))
    return void(upgrade.error() << "Scan of opset 8 with sequence lengths or a batch other than "
                                   "1, which later opsets lack");
  if (std::optional<AttributeProto> directions = upgrade.take("directions")) {
    directions->set_name("scan_input_directions");
    *node.add_attribute() = *directions;
  }
  std::string front = upgrade.integers(0);
  for (int i = 1; i < node.input_size(); ++i)
    node.set_input(i - 1, upgrade.before("Squeeze", {node.input(i), front}));
  node.mutable_input()->RemoveLast();
  for (int i = 0; i < node.output_size(); ++i)
    if (!node.output(i).empty())
      upgrade.after(i, "Unsqueeze", {front});
}

} // namespace

ArrayRef<UpgradeRule> getUpgradeRules() {
  static const std::vector<UpgradeRule> rules = {
      {2, {"Pad"}, renamePaddings},
      {2, {"GlobalLpPool", "LpPool"}, makeNormInteger},
      {4, {"Concat"}, setConcatAxis},
      {5, {"Reshape"}, dropConsumedInputs},
      {5, {"Reshape"}, moveShape},
      {6,
       {"Abs",       "Add",         "BatchNormalization",
        "Ceil",      "Clip",        "Div",
        "Dropout",   "Elu",         "Exp",
        "Floor",     "HardSigmoid", "InstanceNormalization",
        "LeakyRelu", "Log",         "Max",
        "Mean",      "Min",         "Mul",
        "Neg",       "PRelu",       "Reciprocal",
        "Relu",      "Selu",        "Sigmoid",
        "Sqrt",      "Sub",         "Sum",
        "Tanh"},
       dropConsumedInputs},
      {6, {"Cast"}, nameCastType},
      {6, {"Selu"}, setSeluDefaults},
      {6, {"Tile"}, tileOneAxis},
      {7,
       {"Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor"},
       alignSecond},
      {7, {"BatchNormalization", "Dropout"}, dropIsTest},
      {7, {"Gemm"}, dropBroadcast},
      {7, {"GRU", "LSTM", "RNN"}, dropOutputSequence},
      {7, {"PRelu"}, alignSlope},
      {7, {"Upsample"}, spreadScales},
      {9, {"BatchNormalization"}, expandPerElement},
      {9, {"Scan"}, squeezeBatch},
      {9, {"Upsample"}, moveScales},
      {10, {"Slice"}, moveSlice},
      {10, {"TopK"}, moveK},
      {10, {"Upsample"}, renameUpsample},
      {11, {"Clip"}, moveLimits},
      {11, {"Pad"}, movePads},
      {11, {"Resize"}, setOldCoordinates},
      {11, {"Scatter"}, renameScatter},
      {12, {"Dropout"}, dropRatio},
      {13, {"Hardmax", "LogSoftmax", "Softmax"}, flattenSoftmax},
      {13, {"ReduceSum", "Squeeze", "Unsqueeze"}, moveAxes},
      {13, {"Split"}, moveSplit},
      {16, {"RoiAlign"}, setRoiCoordinates},
      {18,
       {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
        "ReduceMin", "ReduceProd", "ReduceSumSquare"},
       moveAxes},
      {18, {"Split"}, moveNumOutputs},
      {20, {"DFT"}, moveDftAxis},
      {20, {"GridSample"}, renameGridMode},
      {21, {"GroupNormalization"}, repeatGroupParameters},
  };
  return rules;
}

} // namespace onnxcc::importer
