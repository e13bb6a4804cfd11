// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A report as data: see Report.h.
#include "compiler/bench/Report.h"

#include "compiler/Options.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;

namespace onnxcc {

Latency Latency::of(std::vector<double> samples) {
  llvm::sort(samples);
  auto percentile = [&](double percent) {
    size_t rank = std::ceil(percent / 100 * samples.size());
    return samples[std::max<size_t>(rank, 1) - 1];
  };
  double sum = std::accumulate(samples.begin(), samples.end(), 0.0);
  return {sum / samples.size(), samples.front(), percentile(50), percentile(95), percentile(99)};
}

ThreadsReport::Roofline ThreadsReport::getRoofline(const LaunchTime &launch,
                                                   double modelBytes) const {
  const LaunchFacts &facts = *launch.facts;
  Roofline roofline;
  roofline.compute = facts.flops / peaks->flops;
  // What other launches have just written may lie in a near cache; weights were read a call ago.
  roofline.memory = (facts.bytes - facts.weightBytes) / peaks->getBandwidth(facts.bytes) +
                    facts.weightBytes / peaks->getBandwidth(modelBytes);
  double least = std::max(roofline.compute, roofline.memory);
  roofline.share = launch.seconds > 0 ? least / launch.seconds : 0;
  if (roofline.share >= 0.5)
    roofline.bound = roofline.compute >= roofline.memory ? Bound::Compute : Bound::Memory;
  return roofline;
}

StringRef getName(Bound bound) {
  switch (bound) {
  case Bound::Compute:
    return "compute";
  case Bound::Memory:
    return "memory";
  case Bound::Overhead:
    return "overhead";
  }
  llvm_unreachable("all bounds");
}

//===- JSON ------------------------------------------------------------------===//

static json::Value toJson(const ThreadsReport &report, double modelBytes) {
  const Latency &latency = report.latency;
  json::Object object{{"threads", report.threads},
                      {"samples", report.samples},
                      {"callsPerSample", report.callsPerSample},
                      {"warmup", report.warmup},
                      {"latency", json::Object{{"mean", latency.mean},
                                               {"min", latency.min},
                                               {"p50", latency.p50},
                                               {"p95", latency.p95},
                                               {"p99", latency.p99}}}};
  if (report.peaks) {
    json::Array bandwidths;
    for (const Peaks::Bandwidth &bandwidth : report.peaks->bandwidths)
      bandwidths.push_back(
          json::Object{{"bytes", bandwidth.bytes}, {"bytesPerSecond", bandwidth.perSecond}});
    object["peaks"] = json::Object{{"flopsPerSecond", report.peaks->flops},
                                   {"bandwidths", std::move(bandwidths)}};
  }
  double total = 0;
  for (const LaunchTime &launch : report.launches)
    total += launch.seconds;
  json::Array launches;
  for (const LaunchTime &launch : report.launches) {
    json::Object entry{{"name", launch.name},
                       {"seconds", launch.seconds},
                       {"share", total > 0 ? launch.seconds / total : 0},
                       {"begin", launch.begin},
                       {"end", launch.end}};
    if (launch.facts) {
      entry["kernel"] = launch.facts->kernel;
      entry["description"] = launch.facts->description;
      entry["flops"] = launch.facts->flops;
      entry["bytes"] = launch.facts->bytes;
      entry["weightBytes"] = launch.facts->weightBytes;
      ThreadsReport::Roofline roofline = report.getRoofline(launch, modelBytes);
      entry["ofPeak"] = roofline.share;
      entry["bound"] = getName(roofline.bound);
    }
    launches.push_back(std::move(entry));
  }
  if (!report.launches.empty())
    object["launches"] = std::move(launches);
  return object;
}

json::Value BenchReport::toJson() const {
  json::Object dimValues;
  for (const auto &[name, value] : dims)
    dimValues[name] = value;
  json::Array runs;
  for (const ThreadsReport &report : threads)
    runs.push_back(onnxcc::toJson(report, double(arenaBytes + weightBytes)));
  json::Object object{{"onnxcc", getVersion()},
                      {"model", model},
                      {"features", features},
                      {"machine", machine},
                      {"data", data},
                      {"dims", std::move(dimValues)},
                      {"arenaBytes", arenaBytes},
                      {"weightBytes", weightBytes},
                      {"stackBytes", stackBytes},
                      {"runs", std::move(runs)}};
  if (level >= 0)
    object["level"] = level;
  return object;
}

static bool readRun(const json::Value &value, ThreadsReport &report) {
  json::Path::Root root;
  json::ObjectMapper map(value, root);
  const json::Object *object = value.getAsObject();
  const json::Object *latency = object ? object->getObject("latency") : nullptr;
  if (!map || !latency || !map.map("threads", report.threads) ||
      !map.map("samples", report.samples) || !map.map("callsPerSample", report.callsPerSample) ||
      !map.map("warmup", report.warmup))
    return false;
  auto number = [](const json::Object &from, StringRef key) {
    return from.getNumber(key).value_or(0);
  };
  report.latency = {number(*latency, "mean"), number(*latency, "min"), number(*latency, "p50"),
                    number(*latency, "p95"), number(*latency, "p99")};
  if (const json::Object *peaks = object->getObject("peaks")) {
    report.peaks.emplace().flops = number(*peaks, "flopsPerSecond");
    if (const json::Array *bandwidths = peaks->getArray("bandwidths"))
      for (const json::Value &entry : *bandwidths)
        if (const json::Object *bandwidth = entry.getAsObject())
          report.peaks->bandwidths.push_back(
              {number(*bandwidth, "bytes"), number(*bandwidth, "bytesPerSecond")});
  }
  if (const json::Array *launches = object->getArray("launches"))
    for (const json::Value &entry : *launches)
      if (const json::Object *launch = entry.getAsObject())
        report.launches.push_back({launch->getString("name").value_or("").str(),
                                   number(*launch, "seconds"), number(*launch, "begin"),
                                   number(*launch, "end"), std::nullopt});
  return true;
}

FailureOr<BenchReport> BenchReport::fromJson(const json::Value &value) {
  BenchReport report;
  json::Path::Root root;
  json::ObjectMapper map(value, root);
  const json::Object *object = value.getAsObject();
  const json::Array *runs = object ? object->getArray("runs") : nullptr;
  if (!map || !runs || !map.map("model", report.model) || !map.map("features", report.features) ||
      !map.map("machine", report.machine) || !map.map("data", report.data) ||
      !map.map("dims", report.dims) || !map.map("arenaBytes", report.arenaBytes) ||
      !map.map("weightBytes", report.weightBytes) || !map.map("stackBytes", report.stackBytes))
    return failure();
  for (const json::Value &run : *runs)
    if (!readRun(run, report.threads.emplace_back()))
      return failure();
  return report;
}

//===- The trace -------------------------------------------------------------===//

json::Value BenchReport::toTrace() const {
  json::Array events;
  for (const ThreadsReport &report : threads) {
    if (report.launches.empty())
      continue;
    json::Object process{{"name", "process_name"}, {"ph", "M"}, {"pid", report.threads}};
    process["args"] = json::Object{{"name", model + ", " + std::to_string(report.threads) +
                                                (report.threads == 1 ? " thread" : " threads")}};
    events.push_back(std::move(process));
    for (const LaunchTime &launch : report.launches) {
      json::Object event{{"name", launch.name},
                         {"cat", "launch"},
                         {"ph", "X"},
                         {"pid", report.threads},
                         {"tid", 0},
                         {"ts", launch.begin * 1e6},
                         {"dur", (launch.end - launch.begin) * 1e6}};
      if (launch.facts)
        event["args"] = json::Object{{"kernel", launch.facts->kernel},
                                     {"description", launch.facts->description},
                                     {"flops", launch.facts->flops},
                                     {"bytes", launch.facts->bytes}};
      events.push_back(std::move(event));
    }
  }
  return json::Object{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ns"}};
}

} // namespace onnxcc
