// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The choices that are put into a quantised model.
#include "compiler/quantize/Switches.h"

#include <gtest/gtest.h>
#include <onnx/defs/parser.h>

namespace {
using namespace onnxcc;

::onnx::ModelProto parse(const char *text) {
  ::onnx::ModelProto model;
  auto status = ::onnx::OnnxParser::Parse(model, text);
  EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
  return model;
}

/// A MatMul with a Relu of its own, a pool that moves the quantised values, and a product behind.
constexpr char floats[] = R"(<ir_version: 8, opset_import: ["": 17]>
  g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1, 2, 3, 4}, float[2,2] v = {1, 0, 0, 1}> {
    [fc] h = MatMul(x, w)
    [relu] r = Relu(h)
    [same] i = Identity(r)
    [out] y = Gemm(i, v)
  })";

constexpr char quantized[] = R"(<ir_version: 8, opset_import: ["": 17]>
  g (float[1,2] x) => (float[1,2] y)
  <int8[2,2] wq = {32, 64, 95, 127}, int8[2,2] vq = {127, 0, 0, 127}, float ws = {0.03125},
   int8 wz = {0}, float s = {0.5}, uint8 z = {2}, float t = {0.25}, int8 u = {-128},
   int32[2] bq = {1, 2}> {
    xq = QuantizeLinear(x, s, z)
    xd = DequantizeLinear(xq, s, z)
    w = DequantizeLinear(wq, ws, wz)
    [fc] h = MatMul(xd, w)
    [relu] r = Relu(h)
    rq = QuantizeLinear(r, t, u)
    rd = DequantizeLinear(rq, t, u)
    [same] i = Identity(rd)
    iq = QuantizeLinear(i, t, u)
    id = DequantizeLinear(iq, t, u)
    v = DequantizeLinear(vq, ws, wz)
    b = DequantizeLinear(bq, ws)
    [out] y_float = Gemm(id, v, b)
    yq = QuantizeLinear(y_float, t, u)
    y = DequantizeLinear(yq, t, u)
  })";

QuantizedModel getQuantized() {
  QuantizedModel model;
  model.proto = parse(quantized);
  for (const char *name : {"fc", "relu", "same", "out"})
    model.layers.push_back({name, "", "", true, ""});
  return model;
}

const ::onnx::NodeProto *find(const ::onnx::ModelProto &model, const std::string &output) {
  for (const auto &node : model.graph().node())
    if (node.output(0) == output)
      return &node;
  return nullptr;
}

/// The Where that gives input `index` of the node that gives `output`.
const ::onnx::NodeProto &getChoice(const SwitchedModel &model, const std::string &output,
                                   int index) {
  const auto *choice = find(model.model, find(model.model, output)->input(index));
  EXPECT_EQ(choice->op_type(), "Where");
  return *choice;
}

TEST(Switches, AreOfLayers) {
  auto result = addSwitches(parse(floats), getQuantized());
  ASSERT_TRUE(succeeded(result));
  // The Relu belongs to the product, and what moves values to who gives them.
  ASSERT_EQ(result->layers.size(), 2u);
  EXPECT_EQ(result->layers[0].nodes, std::vector<std::string>({"fc", "relu"}));
  EXPECT_EQ(result->layers[0].op, "MatMul");
  EXPECT_EQ(result->layers[0].output, "r");
  EXPECT_EQ(result->layers[0].floatBytes, 16);
  EXPECT_EQ(result->layers[0].bytes, 4 + 4 + 1);
  EXPECT_EQ(result->layers[0].range, ValueRange({0, 63.75}));
  EXPECT_EQ(result->layers[1].nodes, std::vector<std::string>({"out"}));
  EXPECT_EQ(result->layers[1].bytes, 4 + 4 + 1 + 8 + 4);
  const auto &graph = result->model.graph();
  EXPECT_EQ(graph.input(1).name(), SwitchedModel::switches);
  EXPECT_EQ(graph.input(1).type().tensor_type().shape().dim(0).dim_value(), 2);
}

TEST(Switches, ChooseEachInput) {
  auto result = addSwitches(parse(floats), getQuantized());
  ASSERT_TRUE(succeeded(result));
  const ::onnx::NodeProto &data = getChoice(*result, "h", 0);
  EXPECT_EQ(data.input(1), "xd");
  EXPECT_EQ(data.input(2), "x");
  const ::onnx::NodeProto &weights = getChoice(*result, "h", 1);
  EXPECT_EQ(weights.input(0), data.input(0));
  EXPECT_EQ(weights.input(1), "w");
  EXPECT_NE(weights.input(2), "w"); // a name that the dequantised weights have
  EXPECT_EQ(find(result->model, "r")->input(0), "h");
  EXPECT_EQ(getChoice(*result, "i", 0).input(0), data.input(0));
  // What the product takes is quantised for its own sake or for that of who gives it.
  const ::onnx::NodeProto &moved = getChoice(*result, "y_float", 0);
  EXPECT_EQ(find(result->model, moved.input(0))->op_type(), "Or");
  EXPECT_EQ(moved.input(2), "i");
  // A bias that came with the quantisation is none in float.
  const std::string &bias = getChoice(*result, "y_float", 2).input(2);
  for (const auto &constant : result->model.graph().initializer())
    if (constant.name() == bias) {
      EXPECT_EQ(constant.raw_data(), std::string(8, 0));
    }
  const auto *output = find(result->model, "y");
  EXPECT_EQ(output->op_type(), "Where");
  EXPECT_EQ(output->input(2), "y_float");
}

TEST(Switches, NeedTheWeightsInFloat) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(failed(addSwitches(parse(R"(<ir_version: 8, opset_import: ["": 17]>
    g (float[1,2] x, float[2,2] w) => (float[1,2] h) { [fc] h = MatMul(x, w) })"),
                                 getQuantized())));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("'fc' (MatMul) is no weight"),
            std::string::npos);
}

} // namespace
