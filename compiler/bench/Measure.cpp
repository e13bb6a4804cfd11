// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timing calls: see Measure.h.
#include "compiler/bench/Measure.h"

#include "compiler/driver/Process.h"
#include "compiler/verify/DataSets.h"
#include "compiler/verify/ModelRunner.h"

#include "llvm/Support/MemoryBuffer.h"
#include <chrono>

using namespace llvm;

namespace onnxcc {

using Clock = std::chrono::steady_clock;

static double getSeconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// The processor as /proc/cpuinfo names it.
static std::string getMachine() {
  // /proc's files have no size: they are read as a stream.
  auto file = MemoryBuffer::getFileAsStream("/proc/cpuinfo");
  StringRef text = file ? (*file)->getBuffer() : "";
  StringRef name = text.split("model name").second.split('\n').first.ltrim("\t :");
  return name.empty() ? "unknown processor" : name.str();
}

namespace {

/// The sink of a profiled library: when each launch of one call began and ended.
struct Profile {
  struct Span {
    Clock::time_point begin, end;
  };
  std::vector<Span> spans;

  static void note(void *sink, int32_t launch, int32_t end) {
    Span &span = static_cast<Profile *>(sink)->spans[launch];
    (end ? span.end : span.begin) = Clock::now();
  }
};

class Measurement {
public:
  Measurement(ModelCall &call, const onnxcc_model &model, const BenchOptions &options)
      : call(call), model(model), options(options) {}

  FailureOr<ThreadsReport> run(int64_t threads);

private:
  LogicalResult warmUp();
  void sample();
  void profile();

  ModelCall &call;
  const onnxcc_model &model;
  const BenchOptions &options;
  onnxcc_env env{};
  ThreadsReport report;
};

} // namespace

/// Calls until caches, clocks and threads have settled, and finds how many calls a sample takes.
LogicalResult Measurement::warmUp() {
  Clock::time_point start = Clock::now();
  auto isDone = [&] {
    if (options.warmup)
      return report.warmup >= *options.warmup;
    return report.warmup >= 3 && getSeconds(start, Clock::now()) >= 0.2;
  };
  while (!isDone()) {
    if (int code = call(&env))
      return failCommand(
          "the model's call returned " + describeCode(code) +
          (code == ONNXCC_EVALUE ? ": random inputs do not fit it, use --data" : ""));
    ++report.warmup;
  }
  // Reading the clock takes some 30 ns: short calls are timed several at a time.
  constexpr double shortest = 20e-6;
  int64_t calls = 1;
  while (true) {
    Clock::time_point begin = Clock::now();
    for (int64_t k = 0; k < calls; ++k)
      if (int code = call(&env))
        return failCommand("the model's call returned " + describeCode(code));
    if (getSeconds(begin, Clock::now()) >= shortest)
      break;
    calls *= 2;
  }
  report.callsPerSample = calls;
  return success();
}

void Measurement::sample() {
  std::vector<double> samples;
  Clock::time_point start = Clock::now();
  auto isDone = [&] {
    int64_t count = samples.size();
    if (options.runs)
      return count >= *options.runs;
    return count >= 20 && getSeconds(start, Clock::now()) >= 1;
  };
  while (!isDone()) {
    Clock::time_point begin = Clock::now();
    for (int64_t k = 0; k < report.callsPerSample; ++k)
      call(&env);
    samples.push_back(getSeconds(begin, Clock::now()) / double(report.callsPerSample));
  }
  report.samples = samples.size();
  report.latency = Latency::of(std::move(samples));
}

void Measurement::profile() {
  size_t count = 0;
  while (model.launches[count])
    ++count;
  Profile profile;
  profile.spans.resize(count);
  onnxcc_env profiled = env;
  profiled.profile = Profile::note;
  profiled.sink = &profile;

  struct Recorded {
    Clock::time_point begin;
    double seconds;
    std::vector<Profile::Span> spans;
  };
  std::vector<Recorded> calls;
  std::vector<std::vector<double>> times(count);
  // As many calls as were sampled, but not more than a trace's worth of memory.
  int64_t wanted = std::clamp<int64_t>(report.samples, 5, 500);
  for (int64_t k = 0; k < wanted; ++k) {
    Clock::time_point begin = Clock::now();
    call(&profiled);
    calls.push_back({begin, getSeconds(begin, Clock::now()), profile.spans});
    for (size_t launch = 0; launch < count; ++launch)
      times[launch].push_back(getSeconds(profile.spans[launch].begin, profile.spans[launch].end));
  }
  auto middle = calls.begin() + calls.size() / 2;
  std::nth_element(calls.begin(), middle, calls.end(),
                   [](const Recorded &a, const Recorded &b) { return a.seconds < b.seconds; });
  for (size_t launch = 0; launch < count; ++launch) {
    const Profile::Span &span = middle->spans[launch];
    report.launches.push_back({model.launches[launch], Latency::of(times[launch]).p50,
                               getSeconds(middle->begin, span.begin),
                               getSeconds(middle->begin, span.end), std::nullopt});
  }
}

FailureOr<ThreadsReport> Measurement::run(int64_t count) {
  Threads threads;
  if (failed(threads.start(count)))
    return failure();
  if (threads.get())
    env = *threads.get();
  report.threads = count;
  if (failed(warmUp()))
    return failure();
  sample();
  if (FailureOr<RunResult> result = call.collect(); failed(result))
    return failure();
  if (model.launches)
    profile();
  return std::move(report);
}

FailureOr<BenchReport> measureLibrary(StringRef library, const Options &options) {
  ModelRunner runner;
  FailureOr<std::vector<DataSet>> sets = readData(options);
  if (failed(sets) || failed(runner.load(library, options.compile.name)))
    return failure();
  const onnxcc_model &model = runner.table();
  if (sets->empty())
    sets->push_back(makeRandomData(model, options.verify.seed, 0, RandomDims::Greatest));
  ModelCall call;
  if (failed(call.bind(runner, sets->front().inputs)))
    return failure();
  BenchReport report;
  report.features = model.feature_sets;
  report.machine = getMachine();
  report.data = sets->front().name;
  report.arenaBytes = call.getArenaBytes();
  report.weightBytes = model.weight_bytes;
  report.stackBytes = model.stack_bytes;
  report.dims = call.getDims();
  for (int64_t threads : options.verify.threads) {
    FailureOr<ThreadsReport> measured = Measurement(call, model, options.bench).run(threads);
    if (failed(measured))
      return failure();
    report.threads.push_back(std::move(*measured));
  }
  return report;
}

} // namespace onnxcc
