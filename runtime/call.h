// Part of onnxcc's runtime; yours to use without conditions.
//
// One call of a model: what its launches have in common.
#ifndef ONNXCC_RUNTIME_CALL_H
#define ONNXCC_RUNTIME_CALL_H

#include "parallel.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// The application's environment, and how many launches are done.
struct Call {
  const onnxcc_env *env;
  int32_t launches;

  void finishLaunch() {
    if (env && env->profile)
      env->profile(env->sink, launches);
    ++launches;
  }
};

/// A launch: parallelFor, then the profile.
template <class F> inline void parallelFor(Call &call, Index tasks, const F &body) {
  parallelFor(call.env, tasks, body);
  call.finishLaunch();
}

/// A launch too small for several threads.
template <class F> inline void serially(Call &call, const F &body) {
  body();
  call.finishLaunch();
}

/// The buffer at `offset` bytes of the arena.
template <class T> inline T *at(char *arena, Index offset) {
  return reinterpret_cast<T *>(arena + offset);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
