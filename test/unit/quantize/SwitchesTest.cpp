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

constexpr char floats[] = R"(<ir_version: 8, opset_import: ["": 17]>
  g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1, 2, 3, 4}> {
    h = MatMul(x, w)
    y = Relu(h)
  })";

constexpr char quantized[] = R"(<ir_version: 8, opset_import: ["": 17]>
  g (float[1,2] x) => (float[1,2] y)
  <int8[2,2] wq = {32, 64, 95, 127}, float ws = {0.03125}, int8 wz = {0},
   float s = {0.5}, uint8 z = {2}, float t = {0.25}, int8 u = {-128}> {
    xq = QuantizeLinear(x, s, z)
    xd = DequantizeLinear(xq, s, z)
    w = DequantizeLinear(wq, ws, wz)
    h = MatMul(xd, w)
    hq = QuantizeLinear(h, t, u)
    hd = DequantizeLinear(hq, t, u)
    r = Relu(hd)
    rq = QuantizeLinear(r, t, u)
    y = DequantizeLinear(rq, t, u)
  })";

const ::onnx::NodeProto *find(const ::onnx::ModelProto &model, const std::string &output) {
  for (const auto &node : model.graph().node())
    if (node.output(0) == output)
      return &node;
  return nullptr;
}

TEST(Switches, ChooseEachInput) {
  auto result = addSwitches(parse(floats), parse(quantized));
  ASSERT_TRUE(succeeded(result));
  ASSERT_EQ(result->nodes.size(), 2u);
  EXPECT_EQ(result->nodes[0].op, "MatMul");
  EXPECT_EQ(result->nodes[0].output, "h");
  EXPECT_EQ(result->nodes[0].floatBytes, 16);
  EXPECT_EQ(result->nodes[0].bytes, 4 + 4 + 1);
  EXPECT_EQ(result->nodes[0].range, ValueRange({0, 63.75}));
  EXPECT_EQ(result->nodes[1].floatBytes, 0);
  const auto &graph = result->model.graph();
  EXPECT_EQ(graph.input(1).name(), SwitchedModel::switches);
  EXPECT_EQ(graph.input(1).type().tensor_type().shape().dim(0).dim_value(), 2);
  // MatMul's data and weights, Relu's data, and the output.
  const auto *data = find(result->model, find(result->model, "h")->input(0));
  EXPECT_EQ(data->op_type(), "Where");
  EXPECT_EQ(data->input(1), "xd");
  EXPECT_EQ(data->input(2), "x");
  const auto *weights = find(result->model, find(result->model, "h")->input(1));
  EXPECT_EQ(weights->input(0), data->input(0));
  EXPECT_EQ(weights->input(1), "w");
  EXPECT_NE(weights->input(2), "w");
  const auto *relu = find(result->model, find(result->model, "r")->input(0));
  EXPECT_EQ(relu->input(2), "h");
  EXPECT_NE(relu->input(0), data->input(0));
  const auto *output = find(result->model, "y");
  EXPECT_EQ(output->op_type(), "Where");
  EXPECT_EQ(output->input(0), relu->input(0));
  EXPECT_EQ(output->input(2), "r");
}

TEST(Switches, NeedTheWeightsInFloat) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(failed(addSwitches(parse(R"(<ir_version: 8, opset_import: ["": 17]>
    g (float[1,2] x, float[2,2] w) => (float[1,2] h) { h = MatMul(x, w) })"),
                                 parse(quantized))));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("(MatMul) is no weight"),
            std::string::npos);
}

} // namespace
