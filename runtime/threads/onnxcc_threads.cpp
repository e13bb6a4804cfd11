// Part of onnxcc's runtime; yours to use without conditions.
//
// A fork-join pool: a loop's tasks are handed out in ranges from one counter. Workers
// spin for a while after a loop, since a model's loops follow each other within microseconds, and
// then sleep.
#include "runtime/threads/onnxcc_threads.h"

#include <atomic>
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

/// About 50 microseconds of pauses: longer than the gap between two loops of a model.
constexpr int spins = 2000;

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

  alignas(64) std::atomic<int64_t> nextTask{0};
  alignas(64) std::atomic<uint64_t> state{0};
  alignas(64) std::atomic<bool> stop{false};

  // For workers that have stopped spinning.
  std::mutex sleep;
  std::condition_variable wake;
  std::atomic<int> sleepers{0};

  void runTasks() {
    for (;;) {
      const int64_t begin = nextTask.fetch_add(grain, std::memory_order_relaxed);
      if (begin >= tasks)
        return;
      body(context, begin, begin + grain < tasks ? begin + grain : tasks);
    }
  }

  void work() {
    uint64_t seen = 0; // number of the last loop this worker was in
    for (int spin = 0;;) {
      uint64_t now = state.load();
      if (stop.load(std::memory_order_relaxed))
        return;
      if ((now & open) && now / next != seen) {
        if (!state.compare_exchange_weak(now, now + one))
          continue;
        seen = now / next;
        runTasks();
        state.fetch_sub(one);
        spin = 0;
      } else if (++spin < spins) {
        relax();
      } else {
        std::unique_lock<std::mutex> lock(sleep);
        sleepers.fetch_add(1);
        wake.wait(lock, [&] {
          const uint64_t current = state.load();
          return stop.load() || ((current & open) && current / next != seen);
        });
        sleepers.fetch_sub(1);
        spin = 0;
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
      return loopBody(loopContext, 0, count);
    std::lock_guard<std::mutex> lock(callers);
    body = loopBody;
    context = loopContext;
    tasks = count;
    const int64_t threads = int64_t(workers.size()) + 1;
    grain = count / (threads * 4) > 1 ? count / (threads * 4) : 1;
    nextTask.store(0, std::memory_order_relaxed);
    state.store((state.load() / next + 1) * next | open);
    wakeAll();
    runTasks();
    state.fetch_and(~open);
    for (int spin = 0; (state.load() & countMask) != 0; ++spin)
      if (spin < spins)
        relax();
      else
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
    for (int i = 1; i < threads; ++i)
      pool->workers.emplace_back([pool] { pool->work(); });
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
  env.parallel_for = [](void *self, int64_t tasks, onnxcc_body body, void *context) {
    static_cast<onnxcc_threads *>(self)->run(tasks, body, context);
  };
  env.pool = pool;
  return env;
}
}
