// Part of onnxcc's runtime; yours to use without conditions.
//
// A copy of the rows of an image that some windows see, with the zero point where they leave it.
#ifndef ONNXCC_RUNTIME_PADDED_H
#define ONNXCC_RUNTIME_PADDED_H

#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// For the windows of rows x columns output pixels at most. In the copy a row of a window's taps is
/// one run of `run` bytes, a multiple of the group's, at any pixel.
struct PaddedRows {
  static constexpr Index bytes = 8 * 1024;
  Index rows, columns, run, line;

  /// `bytes` must have room for the windows of one pixel.
  template <class S> static constexpr PaddedRows of(const S &s, Index group) {
    PaddedRows p{1, 0, ceilDiv(s.kernelWidth * s.inChannels, group) * group, 0};
    const Index high = (s.kernelHeight - 1) * s.dilationHeight + 1;
    const Index step = s.strideWidth * s.inChannels;
    p.columns = smaller(s.outWidth, (bytes / high - p.run) / step + 1);
    p.line = (p.columns - 1) * step + p.run;
    if (p.columns == s.outWidth)
      p.rows = (bytes / p.line - high) / s.strideHeight + 1;
    return p;
  }

  /// The copy for the output pixels of r, at most rows x columns.
  template <class S, class In>
  ONNXCC_NOINLINE void fill(In *to, const S &s, const In *x, const Region &r, In zero) const {
    static_assert(sizeof(In) == 1, "bytes are set to the zero point");
    const Index channels = s.inChannels, row = r.row * s.strideHeight - s.padTop,
                column = r.column * s.strideWidth - s.padLeft;
    const Index high =
        (r.rowEnd - r.row - 1) * s.strideHeight + (s.kernelHeight - 1) * s.dilationHeight + 1;
    const Index wide = (r.width() - 1) * s.strideWidth + s.kernelWidth;
    const Index begin = larger(Index(0), smaller(-column, wide)),
                end = larger(begin, smaller(s.inWidth - column, wide));
    for (Index i = 0; i < high; ++i, to += line) {
      if (row + i < 0 || row + i >= s.inHeight) {
        __builtin_memset(to, uint8_t(zero), size_t(line));
        continue;
      }
      const In *from =
          x + r.image * s.inBatchStride + (row + i) * s.inRowStride + (column + begin) * s.inStride;
      __builtin_memset(to, uint8_t(zero), size_t(begin * channels));
      if (s.inStride == channels)
        __builtin_memcpy(to + begin * channels, from, size_t((end - begin) * channels));
      else
        for (Index at = begin; at < end; ++at, from += s.inStride)
          __builtin_memcpy(to + at * channels, from, size_t(channels));
      __builtin_memset(to + end * channels, uint8_t(zero), size_t(line - end * channels));
    }
  }
};

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
