// Part of onnxcc's runtime; yours to use without conditions.
//
// One call of a model: what its launches have in common.
#ifndef ONNXCC_RUNTIME_CALL_H
#define ONNXCC_RUNTIME_CALL_H

#include "parallel.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// The application's environment, and what the call returns.
struct Call {
  const onnxcc_env *env;
  int code = ONNXCC_OK;

  /// Whether an index from the data means a place on an axis, which is `at` then; a negative one
  /// counts from the end. One out of range makes the call fail at its end; `at` is 0.
  template <class T> ONNXCC_INLINE bool findIndex(T value, Index extent, Index &at) {
    const auto place = value < 0 ? value + extent : value; // as wide as the wider of both
    const bool isInside = ONNXCC_LIKELY(place >= 0 && place < extent);
    at = isInside ? Index(place) : 0;
    if (!isInside)
      fail();
    return isInside;
  }

  /// The place itself, 0 standing for one out of range: nothing outside is read.
  template <class T> Index index(T value, Index extent) {
    Index at;
    findIndex(value, extent, at);
    return at;
  }

  void fail() {
#if defined(__GNUC__)
    __atomic_store_n(&code, int(ONNXCC_EVALUE), __ATOMIC_RELAXED); // by any thread
#else
    code = ONNXCC_EVALUE;
#endif
  }
};

template <class F> inline void parallelFor(Call &call, Index tasks, const F &body) {
  parallelFor(call.env, tasks, body);
}

/// Tells the application that a launch begins or ends: what --profile adds around each.
inline void profile(Call &call, int32_t launch, bool end) {
  if (call.env && call.env->profile)
    call.env->profile(call.env->sink, launch, end);
}

/// The buffer at `offset` bytes of the arena.
template <class T> inline T *at(char *arena, Index offset) {
  return reinterpret_cast<T *>(arena + offset);
}

/// The weight at `offset` bytes of NAME.weights.
template <class T> inline const T *at(const void *weights, Index offset) {
  return reinterpret_cast<const T *>(static_cast<const char *>(weights) + offset);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
