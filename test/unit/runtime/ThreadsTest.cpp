// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bundled thread pool: every task exactly once, from several callers, with pauses that let
// workers sleep.
#include "runtime/threads/onnxcc_threads.h"
#include "test/unit/runtime/Support.h"

#include <atomic>
#include <thread>

namespace {
using namespace test;

void loop(const onnxcc_env &env, Index tasks) {
  std::vector<std::atomic<int>> hits(static_cast<size_t>(tasks));
  parallelFor(&env, tasks, [&](Range range) {
    for (Index i = range.begin; i < range.end; ++i)
      ++hits[size_t(i)];
  });
  for (const std::atomic<int> &hit : hits)
    ASSERT_EQ(1, hit.load());
}

TEST(Threads, EveryTaskOnce) {
  for (const int threads : {1, 2, 3, 5}) {
    onnxcc_threads *pool = onnxcc_threads_create(threads);
    ASSERT_NE(nullptr, pool);
    EXPECT_EQ(threads, onnxcc_threads_count(pool));
    const onnxcc_env env = onnxcc_threads_env(pool);
    for (int i = 0; i < 2000; ++i)
      loop(env, i % 40);
    for (int i = 0; i < 5; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      loop(env, 7);
    }
    onnxcc_threads_destroy(pool);
  }
}

// A thread that is held up keeps only the tasks that it has begun: others do the rest of its part.
TEST(Threads, OthersTakeWhatIsLeft) {
  onnxcc_threads *pool = onnxcc_threads_create(2);
  const onnxcc_env env = onnxcc_threads_env(pool);
  for (const Index held : {0, 63}) {
    std::atomic<Index> done{0}, heldUp{0};
    parallelFor(&env, 64, [&](Range range) {
      const Index count = range.end - range.begin;
      if (range.begin <= held && held < range.end) {
        heldUp = count;
        while (done.load() + count < 64)
          std::this_thread::yield();
      }
      done += count;
    });
    EXPECT_EQ(64, done.load());
    EXPECT_LE(heldUp.load(), 16); // half of a part of 32
  }
  onnxcc_threads_destroy(pool);
}

TEST(Threads, MoreTasksThan32BitsCount) {
  onnxcc_threads *pool = onnxcc_threads_create(3);
  const onnxcc_env env = onnxcc_threads_env(pool);
  const Index tasks = (Index(1) << 33) + 5;
  std::atomic<Index> count{0}, bounds{0};
  parallelFor(&env, tasks, [&](Range range) {
    EXPECT_LT(range.begin, range.end);
    count += range.end - range.begin;
    bounds ^= range.end ^ range.begin; // where a range ends the next begins, so that these cancel
  });
  EXPECT_EQ(tasks, count.load());
  EXPECT_EQ(tasks, bounds.load());
  onnxcc_threads_destroy(pool);
}

TEST(Threads, SeveralCallers) {
  onnxcc_threads *pool = onnxcc_threads_create(3);
  const onnxcc_env env = onnxcc_threads_env(pool);
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c)
    callers.emplace_back([&] {
      for (int i = 0; i < 300; ++i)
        loop(env, 11);
    });
  for (std::thread &caller : callers)
    caller.join();
  onnxcc_threads_destroy(pool);
}

TEST(Threads, UnusedAndDefault) {
  onnxcc_threads *pool = onnxcc_threads_create(0);
  EXPECT_GE(onnxcc_threads_count(pool), 1);
  onnxcc_threads_destroy(pool);
  onnxcc_threads_destroy(nullptr);
  loop(onnxcc_env{}, 9);
}

} // namespace
