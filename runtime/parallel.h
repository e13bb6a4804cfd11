// Part of onnxcc's runtime; yours to use without conditions.
//
// Parallel loops through the application's environment.
#ifndef ONNXCC_RUNTIME_PARALLEL_H
#define ONNXCC_RUNTIME_PARALLEL_H

#include "model.h"
#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Calls body(Range) over 0..tasks-1: through env->parallel_for if the application gave one, else
/// at once.
template <class F> inline void parallelFor(const onnxcc_env *env, Index tasks, const F &body) {
  if (tasks > 1 && env && env->parallel_for)
    env->parallel_for(
        env->pool, tasks,
        [](void *context, ptrdiff_t begin, ptrdiff_t end) {
          (*static_cast<const F *>(context))(Range{begin, end});
        },
        const_cast<void *>(static_cast<const void *>(&body)));
  else if (tasks > 0)
    body(Range{0, tasks});
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
