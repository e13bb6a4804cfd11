// Part of onnxcc's runtime; yours to use without conditions.
//
// Pools over NHWC tensors: the elements of a window, padding left out, are combined per channel. An
// average is a sum whose epilogue divides. A NaN in a window makes the maximum NaN. The maximum
// of an empty window is the identity: -infinity or the least integer.
#ifndef ONNXCC_RUNTIME_POOL_H
#define ONNXCC_RUNTIME_POOL_H

#include "slide.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class C> struct PoolOp {
  struct None {};
  using Operand = None;
  int32_t zero = 0;

  template <class A> static constexpr A identity() { return C::template identity<A>(); }
  template <class V, class In> ONNXCC_INLINE V element(const In *x) const {
    if constexpr (isSame<C, Sum> && isSame<ElementOf<V>, int32_t>)
      return wrapSub(load<V>(x), zero);
    else
      return load<V>(x);
  }
  template <class V> ONNXCC_INLINE None operand(Index, Index) const { return {}; }
  template <class V> ONNXCC_INLINE V combine(V acc, V x, None) const { return C::combine(acc, x); }
  PoolOp spaced(None *, Index, Index) const { return *this; }
};

/// Sums of narrow integers need room, maxima do not.
template <class C, class In>
using PoolAccumulator = Conditional<isSame<C, Sum> || isSame<C, Prod>, Accumulator<In, In>,
                                    Conditional<isStorage<In>, float, In>>;

/// Tasks of pool<C>: any partition of 0..poolTasks<C>(s)-1 into ranges gives the same bits.
template <class C, class S, class In = float> constexpr Index poolTasks(const S &s) {
  return SlideShape::of(s).grid().count();
}

/// The stack that a call takes at most, without the epilogue's own calls.
template <class C, class S, class In = float> constexpr Index poolStackBytes(const S &) {
  struct None {};
  return Slide<S, PoolAccumulator<C, In>, In, float, PoolOp<C>, None>::template stackBytes<4>();
}

/// C is one of the combiners of convert.h. epilogue(acc, pixel, channel) -> what is stored. Sums of
/// integers in 32 bits are those of (x - zero).
template <class C, class S, class In, class Out, class E>
inline void pool(const S &s, const In *x, int32_t zero, Out *y, Range tasks, E epilogue) {
  using A = PoolAccumulator<C, In>;
  const PoolOp<C> op{zero};
  Slide<S, A, In, Out, PoolOp<C>, E>{s, x, y, op, epilogue}.template run<4>(tasks);
}

template <class C, class S, class In, class Out, class E>
inline void pool(const S &s, const In *x, Out *y, Range tasks, E epilogue) {
  pool<C>(s, x, 0, y, tasks, epilogue);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
