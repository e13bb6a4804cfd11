// Part of onnxcc's runtime; yours to use without conditions.
//
// Sums of the operands of integer products, for zero points that are not constants:
//   sum of (x - zeroX) * (w - zeroW) = sum of (x - zeroX) * w - zeroW * sum of (x - zeroX)
// The first sum is what a contraction gives its epilogue, the last one what is summed here.
#ifndef ONNXCC_RUNTIME_SUMS_H
#define ONNXCC_RUNTIME_SUMS_H

#include "rows.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// sums[i] = the sum over k < count of (from[i * line + k * step] - zero), for the i of `lines`: of
/// a matrix's rows or, with its strides exchanged, columns.
template <class T>
ONNXCC_NOINLINE void lineSums(const T *from, Range lines, Index line, Index count, Index step,
                              int32_t zero, int32_t *sums) {
  const int32_t less = wrapMul(int32_t(count), zero);
  if (line == 1)
    forLanes<int32_t>(lines.begin, lines.end, [&](auto tag, Index i) {
      auto sum = splat(tag, int32_t(0));
      for (Index k = 0; k < count; ++k)
        sum = wrapAdd(sum, cast<int32_t>(load(tag, from + i + k * step)));
      store(sums + i, wrapSub(sum, less));
    });
  else
    for (Index i = lines.begin; i < lines.end; ++i) {
      const T *const at = from + i * line;
      int32_t sum = 0;
      if (step == 1)
        sum = sumRow(count, [&](auto tag, Index k) { return cast<int32_t>(load(tag, at + k)); });
      else
        for (Index k = 0; k < count; ++k)
          sum = wrapAdd(sum, cast<int32_t>(at[k * step]));
      sums[i] = wrapSub(sum, less);
    }
}

/// sums[pixel * groups + group] = the sum of (x - zero) over the window of an output pixel of a
/// convolution (conv2d.h) and a group's channels, padding left out; for rows of the output, which
/// are numbered over the batch.
template <class S, class T>
inline void windowSums(const S &s, const T *x, Range rows, int32_t zero, int32_t *sums) {
  forRegions(s, rows, [&](const Region &r) {
    const Index taps = (r.tapRowEnd - r.tapRow) * (r.tapColumnEnd - r.tapColumn);
    const int32_t less = taps > 0 ? wrapMul(int32_t(taps * s.inChannels), zero) : 0;
    for (Index row = r.row; row < r.rowEnd; ++row)
      for (Index column = r.column; column < r.columnEnd; ++column)
        for (Index g = 0; g < s.groups; ++g) {
          const T *const window = x + r.image * s.inBatchStride + g * s.inChannels +
                                  (row * s.strideHeight - s.padTop) * s.inRowStride +
                                  (column * s.strideWidth - s.padLeft) * s.inStride;
          int32_t sum = 0;
          for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh)
            for (Index kw = r.tapColumn; kw < r.tapColumnEnd; ++kw) {
              const T *const at = window + kh * s.dilationHeight * s.inRowStride +
                                  kw * s.dilationWidth * s.inStride;
              sum = wrapAdd(sum, sumRow(s.inChannels, [&](auto tag, Index c) {
                              return cast<int32_t>(load(tag, at + c));
                            }));
            }
          sums[((r.image * s.outHeight + row) * s.outWidth + column) * s.groups + g] =
              wrapSub(sum, less);
        }
  });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
