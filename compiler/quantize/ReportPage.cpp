// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The report as a page: HTML with its charts as inline SVG, no scripts, light and dark.
#include "compiler/TextTable.h"
#include "compiler/quantize/Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace onnxcc {

static constexpr char style[] = R"css(
:root { --paper: #faf9f6; --card: #ffffff; --ink: #1d2733; --soft: #667080; --line: #e3e1da;
  --int8: #0e8a83; --float: #dd7a1c; --faint: #0e8a8326; --float-faint: #dd7a1c2e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --card: #1c2229; --ink: #e7e9ec; --soft: #95a0ad; --line: #2d353f;
    --int8: #3cc0b5; --float: #f2a04b; --faint: #3cc0b52b; --float-faint: #f2a04b33; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 26px; font-weight: 650; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 17px; font-weight: 650; margin: 0 0 2px; }
p { margin: 0; color: var(--soft); }
section, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section { padding: 20px 22px; margin-top: 18px; }
section p { margin-bottom: 12px; }
.tiles { display: flex; flex-wrap: wrap; gap: 14px; margin-top: 24px; }
.tile { flex: 1 1 190px; padding: 14px 18px; }
.tile b { display: block; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; }
.tile span { color: var(--soft); font-size: 13px; }
svg { display: block; max-width: 100%; }
svg text { font-size: 11px; fill: var(--soft); }
.scroll { overflow-x: auto; }
.grid { stroke: var(--line); } .zero { stroke: var(--soft); }
.int8 { fill: var(--int8); } .float { fill: var(--float); }
.stem.int8 { stroke: var(--int8); } .stem.float { stroke: var(--float); }
.stem { stroke-width: 2; opacity: 0.45; }
.alone { fill: var(--card); stroke: var(--soft); stroke-width: 1.3; }
.before { fill: var(--line); }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; }
td.name { max-width: 260px; overflow: hidden; text-overflow: ellipsis; }
tr:last-child td { border-bottom: 0; }
.chip { border-radius: 999px; padding: 1px 9px; font-size: 12px; }
.chip.int8 { background: var(--faint); color: var(--int8); }
.chip.float { background: var(--float-faint); color: var(--float); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 5px 0 0; }
.key.int8 { background: var(--int8); } .key.float { background: var(--float); }
.key.hollow { border: 1.5px solid var(--soft); }
.legend { color: var(--soft); font-size: 13px; } .legend span { margin-right: 16px; }
)css";

static std::string escape(StringRef text) {
  std::string escaped;
  raw_string_ostream out(escaped);
  printHTMLEscaped(text, out);
  return escaped;
}

static StringRef getClass(const LayerReport &layer) { return layer.isQuantized ? "int8" : "float"; }

/// Decibels of a chart's axis: what is exact or beyond it lies at its end.
static double limit(double sqnr, double top) {
  return std::isnan(sqnr) ? 0 : std::clamp(sqnr, 0.0, top);
}

//===- The figures -----------------------------------------------------------===//

static void printTile(raw_ostream &out, const Twine &value, const Twine &title) {
  out << "<div class=\"tile\"><b>" << value << "</b><span>" << title << "</span></div>\n";
}

static void printTiles(const QuantizeReport &report, raw_ostream &out) {
  out << "<div class=\"tiles\">\n";
  if (report.top1)
    printTile(out, formatv("{0:f1} %", *report.top1).str(),
              formatv("top-1, in float {0:f1} %", *report.expectedTop1).str());
  else
    printTile(out, formatv("{0:f1} %", report.agreement).str(), "of the samples keep their class");
  printTile(out, formatDecibels(report.sqnr), "signal to noise of the outputs");
  printTile(out, formatv("{0:f5}", report.cosine).str(), "cosine to the outputs in float");
  int64_t before = report.getFloatBytes(), after = report.getBytes();
  printTile(out, formatBytes(double(after)),
            "weights, " + (before ? formatPercent(double(after) / double(before)) + " of " : "") +
                formatBytes(double(before)));
  printTile(out, Twine(report.countQuantized()) + " of " + Twine(report.layers.size()),
            "layers in int8");
  out << "</div>\n";
}

//===- Noise along the model -------------------------------------------------===//

static void printNoiseChart(const QuantizeReport &report, raw_ostream &out) {
  double top = 20;
  for (const LayerReport &layer : report.layers)
    for (double sqnr : {layer.sqnr, layer.alone})
      if (std::isfinite(sqnr))
        top = std::max(top, std::ceil(sqnr / 10) * 10);
  constexpr int left = 44, head = 10, height = 220, foot = 24;
  int64_t count = report.layers.size();
  double pitch = std::clamp(960.0 / double(std::max<int64_t>(count, 1)), 9.0, 72.0);
  int64_t width = left + int64_t(pitch * double(count)) + 12;
  auto toY = [&](double sqnr) { return head + height * (1 - limit(sqnr, top) / top); };

  out << "<section><h2>Noise along the model</h2>\n"
         "<p>Signal to quantisation noise of each layer's output, in the model's order. The more, "
         "the better; 6 dB are one bit.</p>\n<div class=\"legend\">"
         "<span><i class=\"key int8\"></i>int8</span><span><i class=\"key float\"></i>float</span>"
         "<span><i class=\"key hollow\"></i>the model's outputs if this layer alone were "
         "quantised</span></div>\n<div class=\"scroll\">";
  out << formatv("<svg width=\"{0}\" height=\"{1}\" role=\"img\" aria-label=\"SQNR by layer\">\n",
                 width, head + height + foot);
  for (double level = 0; level <= top; level += top > 60 ? 20 : 10)
    out << formatv("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:f1}\" y2=\"{2:f1}\"/>"
                   "<text x=\"{3}\" y=\"{4:f1}\" text-anchor=\"end\">{5:f0} dB</text>\n",
                   left, width, toY(level), left - 6, toY(level) + 4, level);
  for (auto [index, layer] : enumerate(report.layers)) {
    double x = left + pitch * (double(index) + 0.5), y = toY(layer.sqnr);
    out << "<g><title>" << escape(layer.name) << " (" << layer.op << ", " << getClass(layer)
        << ")&#10;SQNR " << formatDecibels(layer.sqnr) << ", alone " << formatDecibels(layer.alone)
        << "</title>";
    out << formatv("<line class=\"stem {0}\" x1=\"{1:f1}\" x2=\"{1:f1}\" y1=\"{2:f1}\" y2=\"{3}\"/>"
                   "<circle class=\"alone\" cx=\"{1:f1}\" cy=\"{4:f1}\" r=\"3.2\"/>"
                   "<circle class=\"{0}\" cx=\"{1:f1}\" cy=\"{2:f1}\" r=\"4.2\"/></g>\n",
                   getClass(layer), x, y, head + height, toY(layer.alone));
  }
  // As many numbers as have room.
  int64_t every = std::max<int64_t>(1, int64_t(std::ceil(30 / pitch)));
  for (int64_t index = 0; index < count; index += every)
    out << formatv("<text x=\"{0:f1}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>\n",
                   left + pitch * (double(index) + 0.5), head + height + 17, index + 1);
  out << "</svg></div></section>\n";
}

//===- What to leave in float ------------------------------------------------===//

static void printSensitivityChart(const QuantizeReport &report, raw_ostream &out) {
  constexpr size_t most = 12;
  SmallVector<const LayerReport *> ranked;
  for (const LayerReport &layer : report.layers)
    if (!std::isinf(layer.alone) || layer.alone < 0)
      ranked.push_back(&layer);
  llvm::stable_sort(ranked, [](const LayerReport *a, const LayerReport *b) {
    return limit(a->alone, 1e9) < limit(b->alone, 1e9);
  });
  if (ranked.empty())
    return;
  if (ranked.size() > most)
    ranked.truncate(most);
  // Bars are of the noise's amplitude: what a layer costs adds up in it.
  auto getNoise = [](const LayerReport &layer) {
    return std::isnan(layer.alone) ? 100 : std::min(100.0, 100 * std::pow(10, -layer.alone / 20));
  };
  double greatest = getNoise(*ranked.front());
  constexpr int left = 270, bars = 620, pitch = 24;
  out << "<section><h2>What each layer costs</h2>\n<p>The noise of the model's outputs, as percent "
         "of the signal, if this layer alone were quantised: the first are the ones to leave in "
         "float.</p>\n<div class=\"scroll\">";
  out << formatv("<svg width=\"1010\" height=\"{0}\" role=\"img\" aria-label=\"sensitivity\">\n",
                 ranked.size() * pitch + 4);
  for (auto [row, layer] : enumerate(ranked)) {
    double noise = getNoise(*layer);
    int64_t y = int64_t(row) * pitch;
    double length = greatest > 0 ? std::max(2.0, bars * noise / greatest) : 2;
    out << formatv("<text x=\"{0}\" y=\"{1}\" text-anchor=\"end\">{2}</text>", left - 10, y + 16,
                   escape(shorten(layer->name, 40)));
    out << formatv("<rect class=\"{0}\" x=\"{1}\" y=\"{2}\" width=\"{3:f1}\" height=\"14\" "
                   "rx=\"3\"/><text x=\"{4:f1}\" y=\"{5}\">{6} %</text>\n",
                   getClass(*layer), left, y + 5, length, left + length + 8, y + 16,
                   formatDigits(noise));
  }
  out << "</svg></div></section>\n";
}

//===- The layers ------------------------------------------------------------===//

/// A range on an axis that is the same for all layers: logarithmic on both sides of zero, since
/// ranges of one model are orders of magnitude apart.
static std::string drawRange(const LayerReport &layer, double greatest) {
  if (!layer.range)
    return "";
  constexpr double half = 64, decades = 4;
  auto toX = [&](double value) {
    double magnitude = std::abs(value) / greatest;
    double place = magnitude > 0 ? std::max(0.0, 1 + std::log10(magnitude) / decades) : 0;
    return half + 2 + (value < 0 ? -half : half) * place;
  };
  double low = toX(layer.range->low), high = toX(layer.range->high);
  return formatv(
      "<svg width=\"132\" height=\"14\"><line class=\"zero\" x1=\"66\" x2=\"66\" y1=\"0\" "
      "y2=\"14\"/><rect class=\"{0}\" x=\"{1:f1}\" y=\"4\" width=\"{2:f1}\" height=\"6\" "
      "rx=\"2\"/></svg>",
      getClass(layer), low, std::max(1.5, high - low));
}

/// The weights before, and over them what is left.
static std::string drawWeights(const LayerReport &layer, int64_t greatest) {
  if (!layer.floatBytes || !greatest)
    return "";
  double scale = 110.0 / double(greatest);
  return formatv("<svg width=\"112\" height=\"14\"><rect class=\"before\" y=\"3\" width=\"{0:f1}\" "
                 "height=\"8\" rx=\"2\"/><rect class=\"{1}\" y=\"3\" width=\"{2:f1}\" height=\"8\" "
                 "rx=\"2\"/></svg>",
                 std::max(1.5, scale * double(layer.floatBytes)), getClass(layer),
                 std::max(1.0, scale * double(layer.bytes)));
}

static void printLayers(const QuantizeReport &report, raw_ostream &out) {
  double greatest = 0;
  int64_t mostBytes = 0;
  for (const LayerReport &layer : report.layers) {
    if (layer.range)
      greatest = std::max({greatest, -double(layer.range->low), double(layer.range->high)});
    mostBytes = std::max(mostBytes, layer.floatBytes);
  }
  out << "<section><h2>Layers</h2>\n<p>Ranges are drawn on one logarithmic axis, zero in the "
         "middle; beyond: the share of values that the range clips. Weights: what they took in "
         "gray, what they take in colour.</p>\n<div "
         "class=\"scroll\"><table>\n<tr><th>#</th><th>layer"
         "</th><th>operator</th><th>as</th><th colspan=\"2\">range</th><th class=\"number\">beyond"
         "</th><th class=\"number\">SQNR</th><th class=\"number\">alone</th><th "
         "colspan=\"2\">weights"
         "</th></tr>\n";
  for (auto [index, layer] : enumerate(report.layers)) {
    out << "<tr><td>" << index + 1 << "</td><td class=\"name\" title=\"" << escape(layer.name)
        << "\">" << escape(layer.name) << "</td><td>" << escape(layer.op)
        << "</td><td><span class=\"chip " << getClass(layer) << "\" title=\""
        << escape(layer.reason) << "\">" << getClass(layer) << "</span></td><td>"
        << drawRange(layer, greatest) << "</td><td>"
        << (layer.range ? formatRange(*layer.range) : "") << "</td><td class=\"number\">"
        << (layer.range ? formatv("{0:f2} %", 100 * layer.saturated).str() : "")
        << "</td><td class=\"number\">" << formatDecibels(layer.sqnr)
        << "</td><td class=\"number\">" << formatDecibels(layer.alone) << "</td><td>"
        << drawWeights(layer, mostBytes) << "</td><td class=\"number\">"
        << (layer.bytes ? formatBytes(double(layer.bytes)) : "") << "</td></tr>\n";
  }
  out << "</table></div></section>\n";
}

static void printReasons(const QuantizeReport &report, raw_ostream &out) {
  if (report.countQuantized() == int64_t(report.layers.size()))
    return;
  out << "<section><h2>Why some stay in float</h2>\n<table>\n";
  for (const LayerReport &layer : report.layers)
    if (!layer.isQuantized)
      out << "<tr><td>" << escape(layer.name) << "</td><td>" << escape(layer.reason)
          << "</td></tr>\n";
  out << "</table></section>\n";
}

void QuantizeReport::printPage(raw_ostream &out) const {
  std::string name = escape(sys::path::filename(model));
  out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width, initial-scale=1\">\n<title>"
      << name << " in int8</title>\n<style>" << style << "</style></head>\n<body><main>\n<h1>"
      << name << " in int8</h1>\n<p>" << escape(output) << " &middot; ranges by " << escape(ranges)
      << " over " << samples << " samples";
  if (maxDrop)
    out << " &middot; " << formatDrop(drop, metric) << " lost, " << formatDrop(*maxDrop, metric)
        << " allowed";
  out << "</p>\n";
  printTiles(*this, out);
  printNoiseChart(*this, out);
  printSensitivityChart(*this, out);
  printLayers(*this, out);
  printReasons(*this, out);
  out << "</main></body></html>\n";
}

} // namespace onnxcc
