// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A report as text: see Report.h.
#include "compiler/bench/Report.h"

#include "compiler/TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace onnxcc {

static std::string formatSeconds(double seconds) {
  if (seconds >= 1)
    return formatDigits(seconds) + " s";
  return seconds >= 1e-3 ? formatDigits(seconds * 1e3) + " ms"
                         : formatDigits(seconds * 1e6) + " us";
}

static void printLaunches(const ThreadsReport &report, double modelBytes, raw_ostream &out) {
  double total = 0;
  for (const LaunchTime &launch : report.launches)
    total += launch.seconds;
  bool hasFacts = llvm::all_of(report.launches, [](auto &launch) { return bool(launch.facts); });
  TextTable table;
  std::vector<std::string> head = {"launch", "time", "share"};
  if (hasFacts)
    head.insert(head.end(), {"kernel", "MFLOP", "KiB", "GFLOP/s", "GB/s", "of peak", "bound"});
  table.add(head);
  for (const LaunchTime &launch : report.launches) {
    std::vector<std::string> row = {shorten(launch.name, 56), formatSeconds(launch.seconds),
                                    formatPercent(total > 0 ? launch.seconds / total : 0)};
    if (hasFacts) {
      const LaunchFacts &facts = *launch.facts;
      double seconds = std::max(launch.seconds, 1e-9);
      ThreadsReport::Roofline roofline = report.getRoofline(launch, modelBytes);
      row.insert(row.end(),
                 {facts.kernel, formatDigits(facts.flops / 1e6), formatDigits(facts.bytes / 1024),
                  formatDigits(facts.flops / seconds / 1e9),
                  formatDigits(facts.bytes / seconds / 1e9), formatPercent(roofline.share),
                  getName(roofline.bound).str()});
    }
    table.add(row);
  }
  table.print(out);
  out << "  launches together " << formatSeconds(total) << "\n";
}

void BenchReport::print(raw_ostream &out) const {
  out << model << ":";
  if (level >= 0)
    out << " -O" << level;
  out << " -march=" << features << ", arena " << formatBytes(arenaBytes) << ", weights "
      << formatBytes(weightBytes) << ", " << data;
  for (const auto &[name, value] : dims)
    out << ", " << name << "=" << value;
  out << "\n" << machine << "\n";
  double modelBytes = arenaBytes + weightBytes;

  TextTable table;
  table.add({"threads", "mean", "min", "p50", "p95", "p99", "samples"});
  for (const ThreadsReport &report : threads) {
    const Latency &latency = report.latency;
    std::string samples = std::to_string(report.samples);
    if (report.callsPerSample > 1)
      samples += formatv(" of {0} calls", report.callsPerSample);
    table.add({std::to_string(report.threads), formatSeconds(latency.mean),
               formatSeconds(latency.min), formatSeconds(latency.p50), formatSeconds(latency.p95),
               formatSeconds(latency.p99), samples});
  }
  out << "\n";
  table.print(out);
  for (const ThreadsReport &report : threads) {
    if (report.launches.empty())
      continue;
    out << "\n" << report.threads << (report.threads == 1 ? " thread" : " threads");
    if (report.peaks)
      out << ": peak " << formatDigits(report.peaks->flops / 1e9) << " GFLOP/s, "
          << formatDigits(report.peaks->getBandwidth(modelBytes) / 1e9) << " GB/s for the model's "
          << formatBytes(modelBytes) << ", "
          << formatDigits(report.peaks->bandwidths.back().perSecond / 1e9) << " GB/s from memory";
    out << "\n";
    printLaunches(report, modelBytes, out);
  }
}

} // namespace onnxcc
