// Calls of all templates, and the stack that they declare as the size of an array: check_stack.py.
#include "runtime/contract.h"
using namespace onnxcc;

constexpr Tile tile6 = forIsa<Isa::generic, Isa::x86_64, Isa::x86_64_v3, Isa::x86_64_v4>(
    Tile{2, 4}, Tile{6, 2}, Tile{6, 2}, Tile{12, 2});

template <int Size, int Ci, int Co, int K, int Group = 1> struct Conv {
  static constexpr Index batch = 1, inHeight = Size, inWidth = Size, inChannels = Ci,
                         outHeight = Size, outWidth = Size, outChannels = Co, groups = 1;
  static constexpr Index kernelHeight = K, kernelWidth = K, strideHeight = 1, strideWidth = 1;
  static constexpr Index dilationHeight = 1, dilationWidth = 1, padTop = K / 2, padLeft = K / 2;
  static constexpr Index inStride = Ci, inRowStride = Size * Ci, inBatchStride = Size * Size * Ci;
  static constexpr Index outStride = Co, outRowStride = Size * Co,
                         outBatchStride = Size * Size * Co, tasks = 1;
  static constexpr Tile tile = tile6;
  static constexpr Packing packing{16, Group};
};
template <int Rows, int Columns, bool Packed, int BRow, int BColumn, int Group = 1> struct Product {
  static constexpr Index batch = 1, rows = Rows, depth = 96, columns = Columns, aRow = 96,
                         aColumn = 1, bRow = BRow, bColumn = BColumn, yRow = Columns, aBatch = 0,
                         bBatch = 0, yBatch = 0, tasks = 1;
  static constexpr bool packed = Packed;
  static constexpr Tile tile = tile6;
  static constexpr Packing packing{16, Group};
};
template <int Channels, int K> struct Window {
  static constexpr Index batch = 1, inHeight = 28, inWidth = 28, outHeight = 14, outWidth = 14,
                         channels = Channels, kernelHeight = K, kernelWidth = K, strideHeight = 2,
                         strideWidth = 2, dilationHeight = 1, dilationWidth = 1, padTop = K / 2,
                         padLeft = K / 2, inStride = Channels, inRowStride = 28 * Channels,
                         inBatchStride = 28 * 28 * Channels, outStride = Channels,
                         outRowStride = 14 * Channels, outBatchStride = 14 * 14 * Channels,
                         tasks = 1;
  static constexpr Tile tile = Tile{7, 1};
};
struct Heads {
  static constexpr Index batch = 1, heads = 12, sharing = 1, rows = 128, keys = 128, depth = 64,
                         columns = 64, qBatch = 0, qHead = 64, qRow = 768, qColumn = 1, kBatch = 0,
                         kHead = 64, kRow = 768, kColumn = 1, vBatch = 0, vHead = 64, vRow = 768,
                         vColumn = 1, yBatch = 0, yHead = 64, yRow = 768, tasks = 12;
  static constexpr bool guarded = false, guardsHidden = false;
  static constexpr Tile tile = tile6;
};

// A type of its own for each call tells whose functions are called through pointers.
#define CALL(NAME, SHAPE, BYTES, ...)                                                              \
  struct shape_##NAME : SHAPE {};                                                                  \
  extern "C" char declared_##NAME[BYTES];                                                          \
  char declared_##NAME[BYTES];                                                                     \
  extern "C" void call_##NAME(const float *x, const float *w, const float *v, const uint8_t *xb,   \
                              const int8_t *wb, const int32_t *sums, float *y) {                   \
    const shape_##NAME s;                                                                          \
    const auto epilogue = [](auto acc, Index, Index) { return acc; };                              \
    (void)x, (void)w, (void)v, (void)xb, (void)wb, (void)sums;                                     \
    __VA_ARGS__;                                                                                   \
  }
#define OF(...) __VA_ARGS__

CALL(regions, OF(Conv<56, 64, 64, 3>), conv2dStackBytes(shape_regions()),
     conv2d(s, x, w, y, {0, 1}, epilogue))
CALL(taps, OF(Conv<7, 256, 256, 3>), conv2dStackBytes(shape_taps()),
     conv2d(s, x, w, y, {0, 1}, epilogue))
CALL(short_sums, OF(Conv<56, 3, 20, 3>), conv2dStackBytes(shape_short_sums()),
     conv2d(s, x, w, y, {0, 1}, epilogue))
CALL(bytes, OF(Conv<56, 64, 64, 3, 4>), conv2dStackBytes<OF(shape_bytes, uint8_t, int8_t)>({}),
     conv2d(s, xb, wb, ZeroPoint{3, sums}, y, {0, 1}, epilogue))
CALL(packed, OF(Product<128, 100, true, 0, 1>), gemmStackBytes(shape_packed()),
     gemm(s, x, w, y, {0, 1}, epilogue))
CALL(copied, OF(Product<128, 100, false, 100, 1>), gemmStackBytes(shape_copied()),
     gemm(s, x, w, y, {0, 1}, epilogue))
CALL(few_rows, OF(Product<4, 100, false, 100, 1>), gemmStackBytes(shape_few_rows()),
     gemm(s, x, w, y, {0, 1}, epilogue))
CALL(packed_bytes, OF(Product<128, 100, true, 0, 1, 4>),
     gemmStackBytes<OF(shape_packed_bytes, uint8_t, int8_t)>({}),
     gemm(s, xb, wb, ZeroPoint{3, sums}, y, {0, 1}, epilogue))
CALL(slide3, OF(Window<96, 3>), depthwiseStackBytes(shape_slide3()),
     depthwise(s, x, w, y, {0, 1}, epilogue))
CALL(slide5, OF(Window<96, 5>), depthwiseStackBytes(shape_slide5()),
     depthwise(s, x, w, y, {0, 1}, epilogue))
CALL(few_channels, OF(Window<3, 3>), depthwiseStackBytes(shape_few_channels()),
     depthwise(s, x, w, y, {0, 1}, epilogue))
CALL(slide_bytes, OF(Window<96, 3>),
     depthwiseStackBytes<OF(shape_slide_bytes, uint8_t, int8_t)>({}),
     depthwise(s, xb, wb, 3, y, {0, 1}, epilogue))
CALL(top, OF(Window<64, 3>), poolStackBytes<Max>(shape_top()), pool<Max>(s, x, y, {0, 1}, epilogue))
CALL(top_bytes, OF(Window<64, 3>), poolStackBytes<OF(Max, shape_top_bytes, uint8_t)>({}),
     pool<Max>(s, xb, y, {0, 1}, epilogue))
CALL(attend, Heads, attentionStackBytes(shape_attend()), attention(s, x, w, v, y, {0, 1}, epilogue))
