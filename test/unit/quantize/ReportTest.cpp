// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The report in its three forms, of a model of three layers.
#include "compiler/quantize/Report.h"

#include "llvm/Support/FormatVariadic.h"

#include <gtest/gtest.h>
#include <limits>

namespace {
using namespace onnxcc;

constexpr double infinity = std::numeric_limits<double>::infinity();

QuantizeReport makeReport() {
  QuantizeReport report;
  report.model = "a/digits.onnx";
  report.output = "digits.int8.onnx";
  report.ranges = "entropy";
  report.samples = 40;
  report.sqnr = 31.5;
  report.cosine = 0.9993;
  report.agreement = 97.5;
  report.top1 = 95;
  report.expectedTop1 = 97.5;
  report.maxDrop = 3;
  report.metric = AccuracyMetric::Top1;
  report.drop = 2.5;
  LayerReport conv{.name = "conv<1>", .op = "Conv", .output = "y1"};
  conv.range = ValueRange{-1.5f, 6};
  conv.saturated = 0.0125;
  conv.sqnr = 40.25;
  conv.alone = 35;
  conv.floatBytes = 4096;
  conv.bytes = 1152;
  LayerReport pool{.name = "pool", .op = "MaxPool", .output = "y2"};
  pool.range = ValueRange{0, 6};
  pool.sqnr = 40;
  pool.alone = infinity;
  LayerReport fc{.name = "fc", .op = "Gemm", .output = "y3", .isQuantized = false};
  fc.reason = "the 1st by sensitivity";
  fc.sqnr = 31.5;
  fc.alone = 12;
  fc.floatBytes = fc.bytes = 512;
  report.layers = {conv, pool, fc};
  return report;
}

std::string print(const QuantizeReport &report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  report.print(out);
  return text;
}

TEST(QuantizeReport, IsATable) {
  EXPECT_EQ(
      print(makeReport()),
      R"(a/digits.onnx -> digits.int8.onnx: 2 of 3 layers in int8, ranges by entropy over 40 samples

  layer         op     as      range  beyond     SQNR    alone   weights    before
  conv<1>     Conv   int8  -1.5 .. 6  1.25 %  40.2 dB  35.0 dB  1.12 KiB  4.00 KiB
  pool     MaxPool   int8     0 .. 6  0.00 %  40.0 dB    exact
  fc          Gemm  float                     31.5 dB  12.0 dB     512 B     512 B
  fc stays in float: the 1st by sensitivity

outputs: SQNR 31.5 dB, cosine 0.99930, the same class for 97.5 % of the samples
top-1 95.00 %, in float 97.50 %
lost: 2.50 points of top-1, of 3.00 points of top-1 that were allowed
weights 1.62 KiB, in float 4.50 KiB
)");
}

TEST(QuantizeReport, IsJson) {
  QuantizeReport report = makeReport();
  std::string text = llvm::formatv("{0}", report.toJson());
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
  ASSERT_TRUE(bool(parsed));
  const llvm::json::Object &object = *parsed->getAsObject();
  EXPECT_EQ(object.getInteger("weight_bytes"), 1664);
  EXPECT_EQ(object.getString("metric"), "top1");
  EXPECT_EQ(object.getNumber("drop"), 2.5);
  const llvm::json::Array &layers = *object.getArray("layers");
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ((*layers[0].getAsObject()->getArray("range"))[0].getAsNumber(), -1.5);
  EXPECT_EQ(layers[1].getAsObject()->get("alone_sqnr_db")->kind(), llvm::json::Value::Null);
  EXPECT_EQ(layers[2].getAsObject()->getString("type"), "float");
  EXPECT_EQ(layers[2].getAsObject()->getString("reason"), "the 1st by sensitivity");
}

TEST(QuantizeReport, IsOnePage) {
  std::string page;
  llvm::raw_string_ostream out(page);
  makeReport().printPage(out);
  auto count = [&](llvm::StringRef part) { return llvm::StringRef(page).count(part); };
  EXPECT_EQ(count("<svg"), count("</svg>"));
  EXPECT_EQ(count("<section>"), count("</section>"));
  EXPECT_EQ(count("<g>"), 3u);      // a point a layer
  EXPECT_EQ(count("<tr><td>"), 4u); // a row a layer, and a reason
  EXPECT_EQ(count("conv<1>"), 0u);  // names are text, not tags
  EXPECT_GE(count("conv&lt;1&gt;"), 3u);
  EXPECT_EQ(count("http"), 0u); // it refers to nothing
  EXPECT_EQ(count("<script"), 0u);
  EXPECT_EQ(count("nan"), 0u);
}

TEST(QuantizeReport, MayHaveNoLayersAndNoNumbers) {
  QuantizeReport report;
  std::string page;
  llvm::raw_string_ostream out(page);
  report.printPage(out);
  EXPECT_EQ(llvm::StringRef(page).count("<svg"), llvm::StringRef(page).count("</svg>"));
  report = makeReport();
  double nan = std::numeric_limits<double>::quiet_NaN();
  for (LayerReport &layer : report.layers)
    layer.sqnr = layer.alone = nan;
  report.layers[0].sqnr = -infinity;
  page.clear();
  report.printPage(out);
  EXPECT_EQ(llvm::StringRef(page).count("\"nan"), 0u);
  EXPECT_NE(print(report).find("NaN"), std::string::npos);
  EXPECT_NE(print(report).find("lost"), std::string::npos);
}

} // namespace
