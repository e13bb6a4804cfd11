// Part of onnxcc's runtime; yours to use without conditions.
//
// A fork-join pool. Each thread has its part of a loop's tasks, the same part of every loop: what
// it has written in one loop and reads in the next, and the weights it has read in the last call,
// are in its own cache. It takes half of what is left at a time, so that the ranges are long at
// first; who has nothing left takes half of what another one has. Workers spin for a while after a
// loop, since a model's loops follow each other within microseconds, and then sleep.
#include "runtime/threads/onnxcc_threads.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include <sched.h>

namespace {

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

/// Waits by spinning, and tells when that has been for 50 us: longer than the gap between two loops
/// of a model, about as long as it takes to wake a thread. Ten times that gains a hundredth where
/// processors are idle, and loses a sixth where others want them: who has spun is not preferred
/// when there is work.
class Patience {
public:
  bool isOver() {
    relax();
    if (++spins % 64 != 0)
      return false;
    const Clock::time_point now = Clock::now();
    if (spins == 64)
      begin = now;
    return now - begin > std::chrono::microseconds(50);
  }

private:
  using Clock = std::chrono::steady_clock;
  uint64_t spins = 0;
  Clock::time_point begin;
};

/// What nobody has taken yet of a thread's part of a loop, counted in grains.
struct alignas(64) Part {
  struct Span {
    int64_t begin, end;
  };
  std::atomic<uint64_t> left{0}; // the end in the upper half, the begin in the lower

  static uint64_t pack(uint64_t begin, uint64_t end) { return end << 32 | begin; }
  void set(int64_t begin, int64_t end) {
    left.store(pack(uint64_t(begin), uint64_t(end)), std::memory_order_relaxed);
  }
  /// Half of what is left: the first for the part's thread, the last for others; nothing if empty.
  Span take(bool own) {
    uint64_t now = left.load(std::memory_order_relaxed);
    for (;;) {
      const uint64_t begin = uint32_t(now), end = now >> 32;
      if (begin >= end)
        return {0, 0};
      const uint64_t middle = own ? begin + (end - begin + 1) / 2 : begin + (end - begin) / 2;
      const uint64_t rest = own ? pack(middle, end) : pack(begin, middle);
      if (left.compare_exchange_weak(now, rest, std::memory_order_relaxed))
        return own ? Span{int64_t(begin), int64_t(middle)} : Span{int64_t(middle), int64_t(end)};
    }
  }
};

} // namespace

// A loop is a ticket in `state`: its number in the upper half, how many workers are in it in the
// lower, and a bit that says whether it may still be entered. Workers that sleep or come late are
// not waited for.
struct onnxcc_threads {
  static constexpr uint64_t one = 1, open = uint64_t(1) << 31, next = uint64_t(1) << 32;
  static constexpr uint64_t countMask = open - 1;

  std::vector<std::thread> workers;
  std::mutex callers; // one loop at a time

  // The loop that is open; not written while a worker is in it.
  onnxcc_body body = nullptr;
  void *context = nullptr;
  int64_t tasks = 0, grain = 1;

  std::vector<Part> parts; // one a thread, the caller's first
  alignas(64) std::atomic<uint64_t> state{0};
  alignas(64) std::atomic<bool> stop{false};

  // For workers that have stopped spinning.
  std::mutex sleep;
  std::condition_variable wake;
  std::atomic<int> sleepers{0};

  void runTasks(size_t thread) {
    for (size_t k = 0; k < parts.size(); ++k) {
      Part &part = parts[(thread + k) % parts.size()];
      for (Part::Span some = part.take(k == 0); some.begin < some.end; some = part.take(k == 0))
        body(context, ptrdiff_t(some.begin * grain),
             ptrdiff_t(some.end * grain < tasks ? some.end * grain : tasks));
    }
  }

  void work(size_t thread) {
    uint64_t seen = 0; // number of the last loop this worker was in
    for (Patience patience;;) {
      uint64_t now = state.load();
      if (stop.load(std::memory_order_relaxed))
        return;
      if ((now & open) && now / next != seen) {
        if (!state.compare_exchange_weak(now, now + one))
          continue;
        seen = now / next;
        runTasks(thread);
        state.fetch_sub(one);
        patience = {};
      } else if (patience.isOver()) {
        std::unique_lock<std::mutex> lock(sleep);
        sleepers.fetch_add(1);
        wake.wait(lock, [&] {
          const uint64_t current = state.load();
          return stop.load() || ((current & open) && current / next != seen);
        });
        sleepers.fetch_sub(1);
        patience = {};
      }
    }
  }

  void wakeAll() {
    if (sleepers.load() == 0)
      return;
    // Taking the lock closes the gap between a worker's last look and its sleep.
    {
      std::lock_guard<std::mutex> lock(sleep);
    }
    wake.notify_all();
  }

  void run(int64_t count, onnxcc_body loopBody, void *loopContext) {
    if (workers.empty() || count <= 1)
      return loopBody(loopContext, 0, ptrdiff_t(count));
    std::lock_guard<std::mutex> lock(callers);
    body = loopBody;
    context = loopContext;
    tasks = count;
    grain = (count >> 31) + 1; // so that parts are numbers of 32 bits
    const int64_t grains = (count + grain - 1) / grain, threads = int64_t(parts.size());
    for (int64_t k = 0; k < threads; ++k)
      parts[size_t(k)].set(grains * k / threads, grains * (k + 1) / threads);
    state.store((state.load() / next + 1) * next | open);
    wakeAll();
    runTasks(0);
    state.fetch_and(~open);
    for (Patience patience; (state.load() & countMask) != 0;)
      if (patience.isOver())
        std::this_thread::yield();
  }
};

extern "C" {

onnxcc_threads *onnxcc_threads_create(int threads) {
  if (threads <= 0) {
    cpu_set_t set;
    threads = sched_getaffinity(0, sizeof(set), &set) == 0
                  ? CPU_COUNT(&set)
                  : int(std::thread::hardware_concurrency());
  }
  onnxcc_threads *pool = new (std::nothrow) onnxcc_threads;
  if (!pool)
    return nullptr;
  try {
    pool->parts = std::vector<Part>(size_t(threads));
    for (size_t i = 1; i < pool->parts.size(); ++i)
      pool->workers.emplace_back([pool, i] { pool->work(i); });
  } catch (...) {
    onnxcc_threads_destroy(pool);
    return nullptr;
  }
  return pool;
}

void onnxcc_threads_destroy(onnxcc_threads *pool) {
  if (!pool)
    return;
  pool->stop.store(true);
  {
    std::lock_guard<std::mutex> lock(pool->sleep);
  }
  pool->wake.notify_all();
  for (std::thread &worker : pool->workers)
    worker.join();
  delete pool;
}

int onnxcc_threads_count(const onnxcc_threads *pool) { return int(pool->workers.size()) + 1; }

onnxcc_env onnxcc_threads_env(onnxcc_threads *pool) {
  onnxcc_env env = {};
  env.parallel_for = [](void *self, ptrdiff_t tasks, onnxcc_body body, void *context) {
    static_cast<onnxcc_threads *>(self)->run(tasks, body, context);
  };
  env.pool = pool;
  return env;
}
}
