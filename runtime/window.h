// Part of onnxcc's runtime; yours to use without conditions.
//
// Sliding windows over NHWC tensors, shared by convolutions and pools: the output plane is cut into
// regions in which every pixel's window overlaps the input in the same taps. Inside a region there
// are no border checks, and padding is neither read nor multiplied.
#ifndef ONNXCC_RUNTIME_WINDOW_H
#define ONNXCC_RUNTIME_WINDOW_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Output pixels row..rowEnd-1 x column..columnEnd-1 of one image, whose windows hold the taps
/// tapRow..tapRowEnd-1 x tapColumn..tapColumnEnd-1 (none if empty).
struct Region {
  Index image, row, rowEnd, column, columnEnd;
  Index tapRow, tapRowEnd, tapColumn, tapColumnEnd;

  constexpr Index width() const { return columnEnd - column; }
  constexpr Index pixels() const { return (rowEnd - row) * width(); }
};

/// One axis of a window: which taps of output position `at` are inside the input.
struct WindowAxis {
  Index in, kernel, stride, dilation, pad;

  constexpr Index firstTap(Index at) const {
    const Index start = pad - at * stride;
    return start <= 0 ? 0 : smaller(kernel, ceilDiv(start, dilation));
  }
  constexpr Index endTap(Index at) const {
    const Index left = in + pad - at * stride;
    return left <= 0 ? 0 : smaller(kernel, ceilDiv(left, dilation));
  }
  /// The positions of begin..end-1 at which `tap` is inside the input; empty where begin >= end.
  constexpr Range inside(Index tap, Range positions) const {
    const Index from = pad - tap * dilation, to = in + from;
    return {from <= 0 ? positions.begin : larger(positions.begin, ceilDiv(from, stride)),
            to <= 0 ? positions.begin : smaller(positions.end, ceilDiv(to, stride))};
  }
  /// The positions interiorBegin..interiorEnd-1 see all taps.
  constexpr Index interiorBegin() const { return ceilDiv(larger(pad, Index(0)), stride); }
  constexpr Index interiorEnd() const {
    const Index room = in + pad - (kernel - 1) * dilation;
    return room <= 0 ? 0 : ceilDiv(room, stride);
  }
  /// The end of the run of positions from `at`, at most `end`, that have the same taps as `at`.
  constexpr Index runEnd(Index at, Index end) const {
    const Index interior = interiorEnd();
    return at >= interiorBegin() && at < interior ? smaller(interior, end) : at + 1;
  }
};

template <class S> constexpr WindowAxis heightAxis(const S &s) {
  return {s.inHeight, s.kernelHeight, s.strideHeight, s.dilationHeight, s.padTop};
}
template <class S> constexpr WindowAxis widthAxis(const S &s) {
  return {s.inWidth, s.kernelWidth, s.strideWidth, s.dilationWidth, s.padLeft};
}

/// Calls f(Region) for the output rows rows.begin..rows.end-1, numbered over all images.
template <class S, class F> ONNXCC_INLINE constexpr void forRegions(const S &s, Range rows, F f) {
  const WindowAxis vertical = heightAxis(s), horizontal = widthAxis(s);
  for (Index at = rows.begin; at < rows.end;) {
    Region r{};
    r.image = at / s.outHeight;
    r.row = at - r.image * s.outHeight;
    r.rowEnd = vertical.runEnd(r.row, smaller(Index(s.outHeight), r.row + rows.end - at));
    r.tapRow = vertical.firstTap(r.row);
    r.tapRowEnd = vertical.endTap(r.row);
    for (r.column = 0; r.column < s.outWidth; r.column = r.columnEnd) {
      r.columnEnd = horizontal.runEnd(r.column, s.outWidth);
      r.tapColumn = horizontal.firstTap(r.column);
      r.tapColumnEnd = horizontal.endTap(r.column);
      f(static_cast<const Region &>(r));
    }
    at += r.rowEnd - r.row;
  }
}

/// How tasks cut a grid of rows x blocks of columns.
struct TaskGrid {
  Index rows, blocks;         // the grid
  Index rowParts, blockParts; // its cuts
  bool blocksFirst; // parts with the same blocks are neighbours, else those with the same rows

  /// `tasks` parts at most: along blocks first when operands that belong to them are the larger
  /// ones. A part has `leastRows` rows, if that does not leave much fewer parts.
  static constexpr TaskGrid make(Index rows, Index blocks, Index tasks, bool blocksFirst,
                                 Index leastRows) {
    TaskGrid g{rows, blocks, 1, 1, blocksFirst};
    g.cut(tasks, larger(Index(1), rows / larger(leastRows, Index(1))));
    if (g.count() * 2 < tasks)
      g.cut(tasks, rows);
    return g;
  }
  constexpr void cut(Index tasks, Index mostRowParts) {
    tasks = larger(tasks, Index(1));
    const Index mostRows = smaller(rows, mostRowParts);
    if (blocksFirst) {
      blockParts = smaller(blocks, tasks);
      rowParts = smaller(mostRows, ceilDiv(tasks, larger(blockParts, Index(1))));
    } else {
      rowParts = smaller(mostRows, tasks);
      blockParts = smaller(blocks, ceilDiv(tasks, larger(rowParts, Index(1))));
    }
  }
  constexpr Index count() const { return rowParts * blockParts; }
  /// Calls f(rows, blocks) for rectangles of the parts that the tasks are, as large as may be; but
  /// where blocks have the larger operands, which should pass by once, with `blocksAtOnce` at most.
  template <class F>
  ONNXCC_INLINE constexpr void forParts(Range tasks, Index blocksAtOnce, F f) const {
    const Index inner = blocksFirst ? rowParts : blockParts;
    for (Index task = tasks.begin, next = 0; task < tasks.end; task = next) {
      const Index first = task % inner, left = tasks.end - task;
      Range outers{task / inner, task / inner + 1}, inners{first, smaller(inner, first + left)};
      if (first == 0 && left >= inner)
        outers.end = tasks.end / inner;
      next = outers.end * inner - (inner - inners.end);
      const Range rowRange = blocksFirst ? inners : outers,
                  blockRange = blocksFirst ? outers : inners;
      const Range someRows{rows * rowRange.begin / rowParts, rows * rowRange.end / rowParts};
      const Index end = blocks * blockRange.end / blockParts;
      for (Index b = blocks * blockRange.begin / blockParts, bEnd = 0; b < end; b = bEnd) {
        bEnd = blocksFirst ? smaller(b + blocksAtOnce, end) : end;
        f(someRows, Range{b, bEnd});
      }
    }
  }
};

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
