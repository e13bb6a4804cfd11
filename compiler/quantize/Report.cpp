// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The report as text and JSON: see Report.h.
#include "compiler/quantize/Report.h"

#include "compiler/TextTable.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstdio>

using namespace llvm;

namespace onnxcc {

StringRef getName(RangeMethod method) {
  switch (method) {
  case RangeMethod::MinMax:
    return "minmax";
  case RangeMethod::MovingAverage:
    return "moving-average";
  case RangeMethod::Percentile:
    return "percentile";
  case RangeMethod::Entropy:
    return "entropy";
  case RangeMethod::Mse:
    return "mse";
  }
  llvm_unreachable("all methods are listed");
}

StringRef getName(AccuracyMetric metric) {
  switch (metric) {
  case AccuracyMetric::Top1:
    return "top1";
  case AccuracyMetric::Sqnr:
    return "sqnr";
  case AccuracyMetric::Cosine:
    return "cosine";
  }
  llvm_unreachable("all metrics are listed");
}

std::string formatDrop(double drop, AccuracyMetric metric) {
  switch (metric) {
  case AccuracyMetric::Top1:
    return formatv("{0:f2} points of top-1", drop);
  case AccuracyMetric::Sqnr:
    return formatv("{0:f2} % noise", drop);
  case AccuracyMetric::Cosine:
    return formatv("{0:f5} of cosine", drop);
  }
  llvm_unreachable("all metrics are listed");
}

std::string formatDecibels(double sqnr) {
  if (std::isinf(sqnr))
    return sqnr > 0 ? "exact" : "lost";
  return std::isnan(sqnr) ? "NaN" : formatv("{0:f1} dB", sqnr).str();
}

std::string formatRange(ValueRange range) {
  char text[64];
  snprintf(text, sizeof(text), "%.4g .. %.4g", range.low, range.high);
  return text;
}

int64_t QuantizeReport::countQuantized() const {
  return llvm::count_if(layers, [](const LayerReport &layer) { return layer.isQuantized; });
}

int64_t QuantizeReport::getFloatBytes() const {
  int64_t sum = 0;
  for (const LayerReport &layer : layers)
    sum += layer.floatBytes;
  return sum;
}

int64_t QuantizeReport::getBytes() const {
  int64_t sum = 0;
  for (const LayerReport &layer : layers)
    sum += layer.bytes;
  return sum;
}

/// "" for what has no weights.
static std::string formatWeights(int64_t bytes) {
  return bytes ? formatBytes(double(bytes)) : std::string();
}

void QuantizeReport::print(raw_ostream &out) const {
  out << model << " -> " << output << ": " << countQuantized() << " of " << layers.size()
      << " layers in int8, ranges by " << ranges << " over " << samples << " samples\n\n";
  TextTable table;
  table.add({"layer", "op", "as", "range", "beyond", "SQNR", "alone", "weights", "before"});
  for (const LayerReport &layer : layers) {
    std::string range, beyond;
    if (layer.range) {
      range = formatRange(*layer.range);
      beyond = formatv("{0:f2} %", 100 * layer.saturated);
    }
    table.add({shorten(layer.name, 40), layer.op, layer.isQuantized ? "int8" : "float", range,
               beyond, formatDecibels(layer.sqnr), formatDecibels(layer.alone),
               formatWeights(layer.bytes), formatWeights(layer.floatBytes)});
  }
  table.print(out);
  for (const LayerReport &layer : layers)
    if (!layer.isQuantized)
      out << "  " << layer.name << " stays in float: " << layer.reason << "\n";
  out << "\noutputs: SQNR " << formatDecibels(sqnr) << ", cosine " << formatv("{0:f5}", cosine)
      << ", the same class for " << formatv("{0:f1} %", agreement) << " of the samples\n";
  if (top1)
    out << formatv("top-1 {0:f2} %, in float {1:f2} %\n", *top1, *expectedTop1);
  if (maxDrop)
    out << "lost: " << formatDrop(drop, metric) << ", of " << formatDrop(*maxDrop, metric)
        << " that were allowed\n";
  out << "weights " << formatBytes(double(getBytes())) << ", in float "
      << formatBytes(double(getFloatBytes())) << "\n";
}

//===- JSON ------------------------------------------------------------------===//

static json::Value toFinite(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(nullptr);
}

static json::Value toJson(const LayerReport &layer) {
  json::Object object{{"name", layer.name},
                      {"op", layer.op},
                      {"output", layer.output},
                      {"type", layer.isQuantized ? "int8" : "float"},
                      {"sqnr_db", toFinite(layer.sqnr)},
                      {"alone_sqnr_db", toFinite(layer.alone)},
                      {"weight_bytes", layer.bytes},
                      {"float_weight_bytes", layer.floatBytes}};
  if (!layer.isQuantized)
    object["reason"] = layer.reason;
  if (layer.range) {
    object["range"] = json::Array{double(layer.range->low), double(layer.range->high)};
    object["saturated"] = layer.saturated;
  }
  return object;
}

json::Value QuantizeReport::toJson() const {
  json::Array list;
  for (const LayerReport &layer : layers)
    list.push_back(onnxcc::toJson(layer));
  json::Object object{{"model", model},
                      {"output", output},
                      {"ranges", ranges},
                      {"samples", samples},
                      {"sqnr_db", toFinite(sqnr)},
                      {"cosine", toFinite(cosine)},
                      {"same_class_percent", agreement},
                      {"weight_bytes", getBytes()},
                      {"float_weight_bytes", getFloatBytes()},
                      {"layers", std::move(list)}};
  if (top1) {
    object["top1_percent"] = *top1;
    object["float_top1_percent"] = *expectedTop1;
  }
  if (maxDrop) {
    object["metric"] = getName(metric);
    object["max_drop"] = *maxDrop;
    object["drop"] = toFinite(drop);
  }
  return object;
}

LogicalResult publish(const QuantizeReport &report, ArrayRef<std::string> places,
                      OutputFiles &files) {
  for (StringRef place : places) {
    if (place == "text") {
      report.print(outs());
      continue;
    }
    auto write = [&](raw_ostream &out) {
      if (place.ends_with(".html"))
        report.printPage(out);
      else
        out << formatv("{0:2}\n", report.toJson());
    };
    if (failed(checkCommand(files.write(place, write))))
      return failure();
  }
  return success();
}

} // namespace onnxcc
