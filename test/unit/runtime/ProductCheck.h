// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions of other types than float against loops in 64 bits: bytes of either sign with zero
// points, whose sums must be exact, and bfloat16.
#ifndef ONNXCC_TEST_UNIT_RUNTIME_PRODUCTCHECK_H
#define ONNXCC_TEST_UNIT_RUNTIME_PRODUCTCHECK_H

#include "test/unit/runtime/Support.h"

namespace test {

/// Any value that integers have, the least and the greatest often; small integers in bfloat16,
/// whose products and sums are exact.
template <class T> void randomizeAll(const Guarded<T> &values) {
  for (Index i = 0; i < values.size(); ++i)
    if constexpr (isStorage<T>)
      values[i] = cast<T>(float(randomIn(-128, 128)));
    else
      values[i] = randomIn(0, 3)   ? T(randomIn(least<T>, greatest<T>))
                  : randomIn(0, 1) ? least<T>
                                   : greatest<T>;
}
inline int64_t valueOf(BFloat16 v) { return int64_t(cast<float>(v)); }
template <class T> int64_t valueOf(T v) { return int64_t(v); }

/// A run of `depth` weights(k, column) of `columns` columns is added to packed weights, and their
/// sums.
template <class S, class W, class F>
void packRun(W *&packed, int32_t *&sums, Index panel, Index columns, Index depth, F weights) {
  constexpr Packing p = packingOf<S>;
  for (Index step = 0; step < ceilDiv(depth, p.group); ++step)
    for (Index j = 0; j < p.columns; ++j)
      for (Index i = 0; i < p.group; ++i) {
        const Index k = step * p.group + i, column = panel * p.columns + j;
        const bool isInside = k < depth && column < columns;
        const W w = isInside ? weights(k, column) : W();
        *packed++ = w;
        sums[j] = int32_t(uint32_t(sums[j]) + uint32_t(valueOf(w)));
      }
  sums += p.columns;
}

template <int Group, bool IsPacked> struct GemmShape {
  Index batch, rows, depth, columns, aRow, aColumn, bRow, bColumn, yRow, aBatch, bBatch, yBatch,
      tasks;
  static constexpr bool packed = IsPacked;
  static constexpr Tile tile = test::tile;
  static constexpr Packing packing{16, Group};
};

enum class B { packed, rows, columns, strided };

template <class S> S randomGemm(B kind) {
  S s{};
  s.batch = randomIn(1, 2);
  s.rows = randomIn(0, 2) ? randomIn(1, 30) : 1;
  s.depth = randomIn(1, 70);
  s.columns = randomIn(1, 70);
  const Index extra = randomIn(0, 1) * randomIn(1, 5);
  s.aColumn = randomIn(0, 4) ? 1 : 2;
  s.aRow = s.depth * s.aColumn + extra;
  s.aBatch = randomIn(0, 3) ? s.rows * s.aRow : 0;
  s.bRow = kind == B::columns ? 1 : kind == B::strided ? 2 : s.columns + extra;
  s.bColumn = kind == B::columns ? s.depth + extra : kind == B::strided ? 2 * s.depth + extra : 1;
  s.bBatch = randomIn(0, 3) ? S::packed
                                  ? S::packing.panels(s.columns) * S::packing.runElements(s.depth)
                                  : (s.depth - 1) * s.bRow + (s.columns - 1) * s.bColumn + 1
                            : 0;
  s.yRow = s.columns + extra;
  s.yBatch = s.rows * s.yRow + extra;
  s.tasks = randomIn(1, 6);
  return s;
}

/// The sum of (a - zeroA) * (b - zeroB), where zeroB is per column and zeroA the sum of one for all
/// and one per row, plus what y held.
template <class In, class W, class S> void checkGemm(const S &s) {
  constexpr Packing p = S::packing;
  using A = Accumulator<In, W>;
  constexpr bool isInteger = !isFloat<A>;
  const Index panels = p.panels(s.columns), products = s.bBatch ? s.batch : 1;
  const Index plainSize = s.depth * s.columns;
  Guarded<In> a((s.batch - 1) * s.aBatch + (s.rows - 1) * s.aRow + (s.depth - 1) * s.aColumn + 1);
  Guarded<W> plain(products * plainSize),
      b(S::packed
            ? products * panels * p.runElements(s.depth)
            : (s.batch - 1) * s.bBatch + (s.depth - 1) * s.bRow + (s.columns - 1) * s.bColumn + 1);
  Guarded<int32_t> sums(products * panels * p.columns), rowSums(s.batch * s.rows), zeros(s.columns),
      rowZeros(s.batch * s.rows);
  Guarded<A> y((s.batch - 1) * s.yBatch + (s.rows - 1) * s.yRow + s.columns), whole(y.size());
  randomizeAll(a);
  randomizeAll(plain);
  sums.fill(0);
  const int32_t zero = isInteger && randomIn(0, 2) ? int32_t(randomIn(-128, 255)) : 0;
  for (Index j = 0; j < s.columns; ++j)
    zeros[j] = isInteger ? int32_t(randomIn(-128, 255)) : 0;
  for (Index i = 0; i < rowZeros.size(); ++i)
    rowZeros[i] = isInteger && randomIn(0, 1) ? int32_t(randomIn(-128, 255)) : 0;
  W *to = b.data();
  int32_t *sumsTo = sums.data();
  for (Index n = 0; n < products; ++n) {
    const auto weight = [&](Index k, Index j) { return plain[(n * s.depth + k) * s.columns + j]; };
    if constexpr (S::packed) {
      for (Index panel = 0; panel < panels; ++panel)
        packRun<S>(to, sumsTo, panel, s.columns, s.depth, weight);
    } else {
      for (Index k = 0; k < s.depth; ++k)
        for (Index j = 0; j < s.columns; ++j)
          b[n * s.bBatch + k * s.bRow + j * s.bColumn] = weight(k, j);
      if constexpr (isInteger)
        lineSums(b.data() + n * s.bBatch, {0, s.columns}, s.bColumn, s.depth, s.bRow, 0,
                 sums.data() + n * panels * p.columns);
    }
  }
  if constexpr (isInteger)
    for (Index n = 0; n < s.batch; ++n)
      lineSums(a.data() + n * s.aBatch, {0, s.rows}, s.aRow, s.depth, s.aColumn, zero,
               rowSums.data() + n * s.rows);
  const auto run = [&](const Guarded<A> &result, Range tasks) {
    A *const out = result.data();
    const int32_t *const sumOf = rowSums.data(), *const zeroOf = zeros.data(),
                         *const rowZeroOf = rowZeros.data(), *const columnSums = sums.data();
    [[maybe_unused]] const Index sumsBatch = s.bBatch ? panels * p.columns : 0;
    gemm(s, a.data(), b.data(), ZeroPoint{zero, sums.data()}, out, tasks,
         [=](auto acc, Index row, Index column) {
           using V = decltype(acc);
           const A *old = out + row / s.rows * s.yBatch + row % s.rows * s.yRow + column;
           if constexpr (isInteger) {
             const int32_t less = rowZeroOf[row], sum = sumOf[row] - int32_t(s.depth) * less;
             const V ofColumn = load<V>(columnSums + row / s.rows * sumsBatch + column);
             acc = wrapSub(acc, wrapMul(ofColumn, less));
             acc = wrapSub(acc, wrapMul(load<V>(zeroOf + column), sum));
           }
           return wrapAdd(acc, load<V>(old));
         });
  };
  whole.fill(100);
  run(whole, {0, gemmTasks<S, In, W>(s)});
  y.fill(100);
  inPieces(gemmTasks<S, In, W>(s), [&](Range tasks) { run(y, tasks); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(A)));

  std::vector<int64_t> expected(size_t(y.size()), 100);
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.rows; ++i)
      for (Index j = 0; j < s.columns; ++j) {
        int64_t sum = 0;
        for (Index k = 0; k < s.depth; ++k)
          sum += (valueOf(a[n * s.aBatch + i * s.aRow + k * s.aColumn]) - zero -
                  rowZeros[n * s.rows + i]) *
                 (valueOf(plain[(n % products * s.depth + k) * s.columns + j]) - zeros[j]);
        expected[size_t(n * s.yBatch + i * s.yRow + j)] += sum;
      }
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_EQ(A(expected[size_t(i)]), y[i]) << "element " << i;
}

template <class In, class W, int Group, bool IsPacked> void checkGemms(B kind) {
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    checkGemm<In, W>(randomGemm<GemmShape<Group, IsPacked>>(kind));
    if (testing::Test::HasFatalFailure())
      return;
  }
}

template <class In, class W> void checkMatrices() {
  checkGemms<In, W, 1, false>(B::rows);
  checkGemms<In, W, 1, false>(B::columns);
  checkGemms<In, W, 1, false>(B::strided);
}

/// The sum over the window of (x - zeroX) * (w - zeroW), where zeroW is per output channel, plus
/// what y held.
template <class In, class W, class S> void checkConv(const S &s) {
  constexpr Packing p = packingOf<S>;
  using A = Accumulator<In, W>;
  constexpr bool isInteger = !isFloat<A>;
  const Index outputs = s.groups * s.outChannels, inputs = s.groups * s.inChannels;
  const Index taps = s.kernelHeight * s.kernelWidth, panels = p.panels(s.outChannels);
  const Index runs = p.joinsRows ? s.kernelHeight : taps, run = taps / runs * s.inChannels;
  const auto extent = [](Index batches, Index batch, Index rows, Index row, Index columns,
                         Index column, Index last) {
    return (batches - 1) * batch + (rows - 1) * row + (columns - 1) * column + last;
  };
  Guarded<In> x(
      extent(s.batch, s.inBatchStride, s.inHeight, s.inRowStride, s.inWidth, s.inStride, inputs));
  Guarded<A> y(extent(s.batch, s.outBatchStride, s.outHeight, s.outRowStride, s.outWidth,
                      s.outStride, outputs)),
      whole(y.size());
  Guarded<W> plain(outputs * taps * s.inChannels),
      packed(s.groups * panels * runs * p.runElements(run));
  Guarded<int32_t> sums(s.groups * panels * runs * p.columns), zeros(outputs),
      windows(s.batch * s.outHeight * s.outWidth * s.groups);
  randomizeAll(x);
  randomizeAll(plain);
  sums.fill(0);
  // The zero point that a copy of the image is filled with is one of its values.
  const int32_t zero = !isInteger || randomIn(0, 2) == 0 ? 0
                       : p.joinsRows ? int32_t(valueOf(x[randomIn(0, x.size() - 1)]))
                                     : int32_t(randomIn(-128, 255));
  for (Index j = 0; j < outputs; ++j)
    zeros[j] = isInteger ? int32_t(randomIn(-128, 255)) : 0;
  W *to = packed.data();
  int32_t *sumsTo = sums.data();
  for (Index g = 0; g < s.groups; ++g)
    for (Index panel = 0; panel < panels; ++panel)
      for (Index r = 0; r < runs; ++r)
        packRun<S>(to, sumsTo, panel, s.outChannels, run, [&](Index k, Index co) {
          return plain[((g * s.outChannels + co) * runs + r) * run + k];
        });
  if constexpr (isInteger) {
    const Index rows = s.batch * s.outHeight, cut = randomIn(0, rows);
    windowSums(s, x.data(), {0, cut}, zero, windows.data());
    windowSums(s, x.data(), {cut, rows}, zero, windows.data());
  }
  const auto runInto = [&](const Guarded<A> &result, Range tasks) {
    A *const out = result.data();
    const int32_t *const sumOf = windows.data(), *const zeroOf = zeros.data();
    conv2d(s, x.data(), packed.data(), ZeroPoint{zero, sums.data()}, out, tasks,
           [=](auto acc, Index pixel, Index channel) {
             using V = decltype(acc);
             const Index w = pixel % s.outWidth, h = pixel / s.outWidth % s.outHeight,
                         n = pixel / s.outWidth / s.outHeight;
             const A *old =
                 out + n * s.outBatchStride + h * s.outRowStride + w * s.outStride + channel;
             if constexpr (isInteger)
               acc = wrapSub(acc, wrapMul(load<V>(zeroOf + channel),
                                          sumOf[pixel * s.groups + channel / s.outChannels]));
             return wrapAdd(acc, load<V>(old));
           });
  };
  const Index tasks = conv2dTasks<S, In, W>(s);
  whole.fill(1000);
  runInto(whole, {0, tasks});
  y.fill(1000);
  inPieces(tasks, [&](Range range) { runInto(y, range); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(A)));

  std::vector<int64_t> expected(size_t(y.size()), 1000);
  for (Index n = 0; n < s.batch; ++n)
    for (Index oh = 0; oh < s.outHeight; ++oh)
      for (Index ow = 0; ow < s.outWidth; ++ow)
        for (Index co = 0; co < outputs; ++co) {
          int64_t sum = 0;
          for (Index t = 0; t < taps; ++t) {
            const Index h = oh * s.strideHeight - s.padTop + t / s.kernelWidth * s.dilationHeight;
            const Index w = ow * s.strideWidth - s.padLeft + t % s.kernelWidth * s.dilationWidth;
            if (h < 0 || h >= s.inHeight || w < 0 || w >= s.inWidth)
              continue;
            for (Index c = 0; c < s.inChannels; ++c)
              sum += (valueOf(x[n * s.inBatchStride + h * s.inRowStride + w * s.inStride +
                                co / s.outChannels * s.inChannels + c]) -
                      zero) *
                     (valueOf(plain[(co * taps + t) * s.inChannels + c]) - zeros[co]);
          }
          expected[size_t(n * s.outBatchStride + oh * s.outRowStride + ow * s.outStride + co)] +=
              sum;
        }
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_EQ(A(expected[size_t(i)]), y[i]) << "element " << i;
}

} // namespace test

#endif
