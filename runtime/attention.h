// Part of onnxcc's runtime; yours to use without conditions.
//
// Attention: y[row] = sum over keys of softmax(score(row, key)) * v[key], where a score is what the
// epilogue makes of the product of q[row] and k[key]. A block of rows meets a block of keys at a
// time, whose scores are on the stack; what earlier blocks have summed is scaled down when a later
// one has a greater score.
// The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_ATTENTION_H
#define ONNXCC_RUNTIME_ATTENTION_H

#include "math.h"
#include "rows.h"
#include "tile.h"
#include "transpose.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class S, class In, class E> struct Attention {
  static constexpr int L = lanes<float>;
  static constexpr int P = S::tile.pixels, N = S::tile.vectors;
  /// Keys, or columns of the values, that are copied to the stack at once, and how many of their
  /// elements.
  static constexpr int panel = N * L;
  static constexpr Index panelDepth = 2048 / panel;
  static constexpr Index keyBlock = smaller(Index(128), panelDepth);
  static constexpr Index mostRows = 44, lot = ceilDiv(mostRows, 16) * 16;

  static constexpr int wStep = panel == Packing().columns ? panel : 0;
  using KeyKernels = TileKernels<P, N, L, float, In, float, true, 1, wStep>;
  using ValueKernels = TileKernels<P, N, L, float, float, float, true, 1, wStep>;

  const S &s;
  const In *q, *k, *v;
  float *y;
  const E &epilogue;

  /// Into how many runs of rows a head is cut where there are fewer heads than tasks.
  static constexpr Index perHead(const S &s) {
    return smaller(Index(s.rows), larger(Index(1), s.tasks / larger(Index(1), s.batch * s.heads)));
  }
  static constexpr Index taskCount(const S &s) {
    const Index runs = s.batch * s.heads * perHead(s);
    return perHead(s) > 1 ? runs : smaller(runs, larger(Index(s.tasks), Index(1)));
  }

  struct Stack {
    alignas(64) float scores[mostRows * keyBlock];
    alignas(64) float panel[2048];
    alignas(64) float top[lot], sum[lot], base[lot], less[lot];
  };
  /// The operands of one head.
  struct Head {
    const In *q, *k, *v;
    float *y;
    Index row, rows; // the first, counted over all heads; how many
  };
  struct Keys {
    Index first, count;
    bool isFirst, isLast;
  };

  /// Calls f(first row, how many) for the tiles of a block's rows.
  template <class F> static ONNXCC_INLINE void forTiles(Index rows, F f) {
    const Cut<P> cut(rows);
    Index row = 0;
    for (; row < cut.full * P; row += P)
      f(row, P);
    for (; row < cut.covered(); row += P - 1)
      f(row, P - 1);
    for (; row < rows; ++row)
      f(row, 1);
  }

  /// scores[row][key] = q[row] * k[key].
  ONNXCC_NOINLINE void multiplyKeys(Stack &stack, const Head &h, Keys keys) const {
    Index qAt[P], scoreAt[P], wAt[4 * N];
    for (int i = 0; i < P; ++i) {
      qAt[i] = i * s.qRow;
      scoreAt[i] = i * keyBlock;
    }
    for (int j = 0; j < 4 * N; ++j)
      wAt[j] = j * L;
    for (Index d = 0; d < s.depth || d == 0; d += panelDepth) {
      const Index depth = smaller(panelDepth, s.depth - d);
      const Products products{1, 1, depth, 0, 0, s.qColumn, 0, 0, panel};
      for (Index j = 0; j < keys.count; j += panel) {
        const Index count = smaller(Index(panel), keys.count - j);
        transposeInto<panel>(h.k + (keys.first + j) * s.kRow + d * s.kColumn, count, depth, s.kRow,
                             s.kColumn, stack.panel);
        forTiles(h.rows, [&](Index row, int pixels) {
          int vectors;
          for (Index c = 0; c < count; c += vectors * L) {
            vectors = smaller(N, KeyKernels::fit(P, ceilDiv(count - c, L)));
            KeyKernels::sum({pixels, vectors}, products,
                            {h.q + row * s.qRow + d * s.qColumn, qAt, stack.panel + c, wAt,
                             stack.scores + row * keyBlock + j + c, scoreAt, d > 0});
          }
        });
      }
    }
  }

  /// Scores become exponentials of their distance from the row's greatest, which `less` says how
  /// much it has grown by.
  ONNXCC_NOINLINE void exponentiate(Stack &stack, const Head &h, Keys keys) const {
    const Index padded = ceilDiv(keys.count, L) * L;
    // All rows' maxima come before the exponentials, which would wait for them.
    for (Index i = 0; i < h.rows; ++i) {
      float *const scores = stack.scores + i * keyBlock;
      stack.base[i] = maxRow(keys.count, [&](auto tag, Index j) {
        const auto score = epilogue(load(tag, scores + j), h.row + i, keys.first + j);
        store(scores + j, score);
        return score;
      });
      for (Index j = keys.count; j < padded; ++j)
        scores[j] = -__builtin_inff();
    }
    forLanes<float>(0, ceilDiv(h.rows, 16) * 16, [&](auto tag, Index i) {
      using V = decltype(load(tag, stack.top));
      const V old = load(tag, stack.top + i), top = maximum(old, load(tag, stack.base + i));
      // Of a row that is all -inf the exponentials are 0, and remain so if a score follows.
      const V base = select(top == -__builtin_inff(), splat<V>(0), top), less = exp(old - base);
      store(stack.top + i, top);
      store(stack.base + i, base);
      store(stack.less + i, less);
      store(stack.sum + i, load(tag, stack.sum + i) * less);
    });
    for (Index i = 0; i < h.rows; ++i) {
      float *const scores = stack.scores + i * keyBlock;
      const float base = stack.base[i];
      stack.sum[i] += sumRow(padded, [&](auto tag, Index j) {
        const auto e = exp(load(tag, scores + j) - base);
        store(scores + j, e);
        return e;
      });
    }
  }

  /// y[row] = y[row] * less + scores[row] * v, by the sums of the last block's rows.
  ONNXCC_NOINLINE void multiplyValues(Stack &stack, const Head &h, Keys keys) const {
    Index scoreAt[P], wAt[4 * N], ownAt[P];
    for (int i = 0; i < P; ++i)
      scoreAt[i] = i * keyBlock;
    for (int j = 0; j < 4 * N; ++j)
      wAt[j] = j * L;
    const Products products{1, 1, keys.count, 0, 0, 1, 0, 0, panel};
    alignas(64) float own[P * panel];
    for (Index c = 0; c < s.columns; c += panel) {
      const Index count = smaller(Index(panel), s.columns - c);
      copyInto<panel>(h.v + keys.first * s.vRow + c * s.vColumn, keys.count, count, s.vRow,
                      s.vColumn, stack.panel);
      forTiles(h.rows, [&](Index row, int pixels) {
        int vectors;
        for (Index at = 0; at < count; at += vectors * L) {
          vectors = smaller(N, ValueKernels::fit(P, ceilDiv(count - at, L)));
          for (int i = 0; i < pixels; ++i)
            ownAt[i] = i * vectors * L;
          ValueKernels::sum(
              {pixels, vectors}, products,
              {stack.scores + row * keyBlock, scoreAt, stack.panel + at, wAt, own, ownAt, false});
          const float *sum = own;
          for (int i = 0; i < pixels; ++i)
            for (int j = 0; j < vectors; ++j, sum += L)
              add(stack, keys, row + i, load<Simd<float, L>>(sum), h.y + (row + i) * s.yRow,
                  c + at + j * L);
        }
      });
    }
  }

  template <class V>
  ONNXCC_INLINE void add(const Stack &stack, Keys keys, Index row, V sum, float *y,
                         Index column) const {
    const float less = stack.less[row], scale = stack.sum[row];
    finish<false>(
        sum, s.columns - column, y + column,
        [=](auto acc, Index, Index column) {
          using A = decltype(acc);
          if (!keys.isFirst)
            acc = mulAdd(load<A>(y + column), splat<A>(less), acc);
          return keys.isLast ? acc * scale : acc;
        },
        0, column);
  }

  /// y[row] = the values times 0, which is not 0 for infinite ones.
  ONNXCC_NOINLINE void weighNothing(const Head &h, Index row) const {
    for (Index c = 0; c < s.columns; ++c) {
      float sum = 0;
      for (Index key = 0; key < s.keys; ++key)
        sum += 0 * cast<float>(h.v[key * s.vRow + c * s.vColumn]);
      h.y[row * s.yRow + c] = sum;
    }
  }

  /// Whether the epilogue makes -inf of all of a row's products, were they 0.
  ONNXCC_NOINLINE bool isHidden(Index row) const {
    return maxRow(s.keys, [&](auto tag, Index key) {
             return epilogue(splat(tag, 0.0f), row, key);
           }) == -__builtin_inff();
  }

  /// Whether a row without a sum of its exponentials has the weights 0.
  ONNXCC_INLINE bool isGuarded(Index row) const {
    if constexpr (S::guardsHidden && !S::guarded)
      return isHidden(row);
    (void)row;
    return S::guarded;
  }

  ONNXCC_NOINLINE void block(const Head &h) const {
    Stack stack;
    for (Index i = 0; i < lot; ++i) {
      stack.top[i] = stack.base[i] = -__builtin_inff();
      stack.sum[i] = 0;
    }
    const Index blocks = ceilDiv(s.keys, keyBlock);
    const Index length = ceilDiv(ceilDiv(s.keys, larger(blocks, Index(1))), 16) * 16;
    for (Index key = 0; key < s.keys; key += length) {
      const Keys keys{key, smaller(length, s.keys - key), key == 0, key + length >= s.keys};
      multiplyKeys(stack, h, keys);
      exponentiate(stack, h, keys);
      if (keys.isLast)
        forLanes<float>(0, lot, [&](auto tag, Index i) {
          store(stack.sum + i, splat(tag, 1.0f) / load(tag, stack.sum + i));
        });
      multiplyValues(stack, h, keys);
    }
    // The sum was 0 where all scores were -inf, and is NaN where one was or +inf.
    for (Index i = 0; i < h.rows; ++i)
      if (s.keys == 0 || (!(stack.sum[i] < __builtin_inff()) && isGuarded(h.row + i)))
        weighNothing(h, i);
  }

  /// What frames take without the arrays is measured (test/runtime/check_stack.py).
  static constexpr Index stackBytes() {
    return 1280 + Index(sizeof(Stack)) + tileStackBytes<P, N, L, float>;
  }

  ONNXCC_INLINE void run(Range tasks) const {
    const Index parts = perHead(s), runs = s.batch * s.heads * parts, count = taskCount(s);
    for (Index at = runs * tasks.begin / count; at < runs * tasks.end / count; ++at) {
      const Index head = at / parts, part = at % parts, n = head / s.heads;
      const Index own = head % s.heads, shared = own / s.sharing;
      const Index begin = s.rows * part / parts, end = s.rows * (part + 1) / parts;
      const Index blocks = ceilDiv(end - begin, mostRows);
      for (Index i = 0; i < blocks; ++i) {
        const Index row = begin + (end - begin) * i / blocks;
        block({q + n * s.qBatch + own * s.qHead + row * s.qRow, k + n * s.kBatch + shared * s.kHead,
               v + n * s.vBatch + shared * s.vHead, y + n * s.yBatch + own * s.yHead + row * s.yRow,
               head * s.rows + row, begin + (end - begin) * (i + 1) / blocks - row});
      }
    }
  }
};

/// Tasks of attention: any partition of 0..attentionTasks(s)-1 into ranges gives the same bits.
template <class S> constexpr Index attentionTasks(const S &s) {
  struct None {};
  return Attention<S, float, None>::taskCount(s);
}

/// The stack that a call takes at most, without the epilogue's own calls.
template <class S> constexpr Index attentionStackBytes(const S &) {
  struct None {};
  return Attention<S, float, None>::stackBytes();
}

/// epilogue(acc, row, key) -> a score; row is (batch * heads + head) * rows + row.
/// Operands of In, float or what is stored for it, are converted as they are read.
template <class S, class In, class E>
inline void attention(const S &s, const In *q, const In *k, const In *v, float *y, Range tasks,
                      E epilogue) {
  Attention<S, In, E>{s, q, k, v, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
