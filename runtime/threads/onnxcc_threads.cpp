// Part of onnxcc's runtime; yours to use without conditions.
//
// A fork-join pool: a loop's tasks are handed out in shrinking ranges from one counter. Workers
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

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

/// About 50 microseconds of pauses: longer than the gap between two loops of a model.
constexpr int spins = 2000;

} // namespace

struct onnxcc_threads {
  std::vector<std::thread> workers;
  std::mutex callers; // one loop at a time

  // The loop that is running. Written before `generation` is raised.
  onnxcc_body body = nullptr;
  void *context = nullptr;
  int64_t tasks = 0, grain = 1;

  alignas(64) std::atomic<int64_t> next{0};
  alignas(64) std::atomic<uint32_t> generation{0};
  alignas(64) std::atomic<int> working{0};
  alignas(64) std::atomic<bool> stop{false};

  // For workers that have stopped spinning.
  std::mutex sleep;
  std::condition_variable wake;
  std::atomic<int> sleepers{0};

  void runTasks() {
    for (;;) {
      const int64_t begin = next.fetch_add(grain, std::memory_order_relaxed);
      if (begin >= tasks)
        return;
      body(context, begin, begin + grain < tasks ? begin + grain : tasks);
    }
  }

  void work() {
    uint32_t seen = 0;
    for (;;) {
      uint32_t now;
      int spin = 0;
      while ((now = generation.load(std::memory_order_acquire)) == seen) {
        if (++spin < spins) {
          pause();
          continue;
        }
        std::unique_lock<std::mutex> lock(sleep);
        sleepers.fetch_add(1);
        wake.wait(lock, [&] { return generation.load() != seen; });
        sleepers.fetch_sub(1);
      }
      seen = now;
      if (stop.load(std::memory_order_relaxed))
        return;
      runTasks();
      working.fetch_sub(1, std::memory_order_release);
    }
  }

  void start() {
    generation.fetch_add(1);
    if (sleepers.load() > 0) {
      // Taking the lock closes the gap between a worker's last look at `generation` and its sleep.
      {
        std::lock_guard<std::mutex> lock(sleep);
      }
      wake.notify_all();
    }
  }

  void run(int64_t count, onnxcc_body loopBody, void *loopContext) {
    std::lock_guard<std::mutex> lock(callers);
    body = loopBody;
    context = loopContext;
    tasks = count;
    const int64_t threads = int64_t(workers.size()) + 1;
    grain = count / (threads * 4) > 1 ? count / (threads * 4) : 1;
    next.store(0, std::memory_order_relaxed);
    working.store(int(workers.size()), std::memory_order_relaxed);
    start();
    runTasks();
    for (int spin = 0; working.load(std::memory_order_acquire) != 0; ++spin)
      if (spin < spins)
        pause();
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
  pool->start();
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
