// Part of onnxcc's runtime; yours to use without conditions.
//
// Kernels as launches of a call: all tasks of a shape, shared among the application's threads.
#ifndef ONNXCC_RUNTIME_LAUNCH_H
#define ONNXCC_RUNTIME_LAUNCH_H

#include "attention.h"
#include "call.h"
#include "conv2d.h"
#include "depthwise.h"
#include "gemm.h"
#include "pool.h"
#include "sums.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// What shapes of conv2d, depthwise and pool inherit: members that seldom are anything else.
struct WindowShape {
  static constexpr Index batch = 1, groups = 1, tasks = 1;
  static constexpr Index strideHeight = 1, strideWidth = 1, dilationHeight = 1, dilationWidth = 1;
  static constexpr Index padTop = 0, padLeft = 0, inBatchStride = 0, outBatchStride = 0;
};

/// The same of gemm.
struct MatrixShape {
  static constexpr Index batch = 1, tasks = 1, aColumn = 1, bRow = 0, bColumn = 1;
  static constexpr Index aBatch = 0, bBatch = 0, yBatch = 0;
  static constexpr bool packed = true;
};

/// The same of attention.
struct AttentionShape {
  static constexpr Index batch = 1, sharing = 1, tasks = 1, qColumn = 1, kColumn = 1, vColumn = 1;
  static constexpr Index qBatch = 0, kBatch = 0, vBatch = 0, yBatch = 0;
  static constexpr bool guarded = false, guardsHidden = false;
};

template <class S, class In, class W, class Out, class E>
inline void conv2d(Call &call, const S &s, const In *x, const W *w, Out *y, const E &epilogue) {
  parallelFor(call, conv2dTasks<S, In, W>(s),
              [=](Range tasks) { conv2d(s, x, w, y, tasks, epilogue); });
}

template <class S, class In, class W, class Out, class E>
inline void conv2d(Call &call, const S &s, const In *x, const W *w, const ZeroPoint &zero, Out *y,
                   const E &epilogue) {
  parallelFor(call, conv2dTasks<S, In, W>(s),
              [=](Range tasks) { conv2d(s, x, w, zero, y, tasks, epilogue); });
}

template <class S, class In, class W, class Out, class E>
inline void depthwise(Call &call, const S &s, const In *x, const W *w, Out *y, const E &epilogue) {
  parallelFor(call, depthwiseTasks(s),
              [=](Range tasks) { depthwise(s, x, w, y, tasks, epilogue); });
}

template <class S, class In, class W, class Out, class E>
inline void depthwise(Call &call, const S &s, const In *x, const W *w, const ZeroPoint &zero,
                      Out *y, const E &epilogue) {
  parallelFor(call, depthwiseTasks(s),
              [=](Range tasks) { depthwise(s, x, w, zero, y, tasks, epilogue); });
}

template <class S, class In, class W, class Out, class E>
inline void depthwise(Call &call, const S &s, const In *x, const W *w, int32_t zero, Out *y,
                      const E &epilogue) {
  parallelFor(call, depthwiseTasks(s),
              [=](Range tasks) { depthwise(s, x, w, zero, y, tasks, epilogue); });
}

template <class C, class S, class In, class Out, class E>
inline void pool(Call &call, const S &s, const In *x, Out *y, const E &epilogue) {
  parallelFor(call, poolTasks<C, S, In>(s),
              [=](Range tasks) { pool<C>(s, x, y, tasks, epilogue); });
}

template <class C, class S, class In, class Out, class E>
inline void pool(Call &call, const S &s, const In *x, int32_t zero, Out *y, const E &epilogue) {
  parallelFor(call, poolTasks<C, S, In>(s),
              [=](Range tasks) { pool<C>(s, x, zero, y, tasks, epilogue); });
}

/// Calls body(Range) for the parts of 0..count that `tasks` tasks make of it.
template <class F> inline void parallelParts(Call &call, Index tasks, Index count, const F &body) {
  parallelFor(call, tasks, [=](Range some) {
    body(Range{count * some.begin / tasks, count * some.end / tasks});
  });
}

template <class T>
inline void lineSums(Call &call, Index tasks, const T *from, Index lines, Index line, Index count,
                     Index step, int32_t zero, int32_t *sums) {
  parallelParts(call, tasks, lines,
                [=](Range some) { lineSums(from, some, line, count, step, zero, sums); });
}

template <class S, class T>
inline void windowSums(Call &call, const S &s, const T *x, int32_t zero, int32_t *sums) {
  parallelParts(call, s.tasks, s.batch * s.outHeight,
                [=](Range rows) { windowSums(s, x, rows, zero, sums); });
}

template <class S, class In, class W, class Out, class E>
inline void gemm(Call &call, const S &s, const In *a, const W *b, Out *y, const E &epilogue) {
  parallelFor(call, gemmTasks<S, In, W>(s),
              [=](Range tasks) { gemm(s, a, b, y, tasks, epilogue); });
}

/// Beside the weights: ZeroPoint or Blocks.
template <class S, class In, class W, class Beside, class Out, class E>
inline void gemm(Call &call, const S &s, const In *a, const W *b, const Beside &beside, Out *y,
                 const E &epilogue) {
  parallelFor(call, gemmTasks<S, In, W>(s),
              [=](Range tasks) { gemm(s, a, b, beside, y, tasks, epilogue); });
}

template <class S, class In, class E>
inline void attention(Call &call, const S &s, const In *q, const In *k, const In *v, float *y,
                      const E &scores) {
  parallelFor(call, attentionTasks(s),
              [=](Range tasks) { attention(s, q, k, v, y, tasks, scores); });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
