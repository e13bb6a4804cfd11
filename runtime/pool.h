// Part of onnxcc's runtime; yours to use without conditions.
//
// Pools over NHWC tensors: the elements of a window, padding left out, are combined per channel. An
// average is a sum whose epilogue multiplies. A NaN in a window makes the maximum NaN. The maximum
// of an empty window is the identity: -infinity or the least integer.
#ifndef ONNXCC_RUNTIME_POOL_H
#define ONNXCC_RUNTIME_POOL_H

#include "slide.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class C> struct PoolOp {
  struct None {};
  using Operand = None;

  template <class A> static constexpr A identity() { return C::template identity<A>(); }
  template <class V> ONNXCC_INLINE None operand(Index, Index) const { return {}; }
  template <class V> ONNXCC_INLINE V combine(V acc, V x, None) const { return C::combine(acc, x); }
  PoolOp spaced(None *, Index, Index) const { return {}; }
};

/// Sums of narrow integers need room, maxima do not.
template <class C, class In>
using PoolAccumulator = Conditional<isSame<C, Sum> || isSame<C, Prod>, Accumulator<In, In>,
                                    Conditional<isStorage<In>, float, In>>;

/// Tasks of pool<C>: any partition of 0..poolTasks<C>(s)-1 into ranges gives the same bits.
template <class C, class S, class In = float> constexpr Index poolTasks(const S &s) {
  return SlideShape::of(s).grid().count();
}

/// C is Max, Min, Sum or Prod. epilogue(acc, pixel, channel) -> what is stored.
template <class C, class S, class In, class Out, class E>
inline void pool(const S &s, const In *x, Out *y, Range tasks, E epilogue) {
  using A = PoolAccumulator<C, In>;
  const PoolOp<C> op;
  Slide<S, A, In, Out, PoolOp<C>, E>{s, x, y, op, epilogue}.template run<4>(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
