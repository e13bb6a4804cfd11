// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions, loads and stores of every element type, masks, rows and maps.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

TEST(Simd, PicksTheWidestIsa) {
  constexpr Isa isas[] = {Isa::generic, Isa::x86_64, Isa::x86_64_v3, Isa::x86_64_v4};
  constexpr int at = forIsa<isas[0], isas[1], isas[2], isas[3]>(0, 1, 2, 3);
  EXPECT_TRUE(includes(isa, isas[at]));
  EXPECT_TRUE(at == 3 || !includes(isa, isas[at + 1]));
  EXPECT_EQ(isa == Isa::x86_64_v4 ? 4 : 3, (forIsa<Isa::x86_64_v3, Isa::x86_64_v4>(3, 4)));
  // A set with more is no reason for a value of another that has more.
  static_assert(includes(Isa::x86_64_v4_vnni_bf16, Isa::x86_64_v4));
  static_assert(!includes(Isa::x86_64_v4, Isa::x86_64_v3_vnni));
  static_assert(!includes(Isa::x86_64_v3_vnni, Isa::x86_64_v4));
  EXPECT_EQ(isa == Isa::x86_64_v3_vnni ? 4 : 3, (forIsa<Isa::generic, Isa::x86_64_v3_vnni>(3, 4)));
  EXPECT_EQ(lanes<float>, ONNXCC_VECTOR_BYTES ? ONNXCC_VECTOR_BYTES / 4 : 1);
}

/// Copies n elements through forLanes; n and the guards make every tail and any overrun show.
template <class T> void copies() {
  for (Index n = 0; n < 70; ++n) {
    Guarded<T> x(n), y(n);
    x.randomize();
    forLanes<T>(0, n, [&](auto tag, Index i) { store(y.data() + i, load(tag, x.data() + i)); });
    ASSERT_TRUE(n == 0 || std::memcmp(x.data(), y.data(), size_t(n) * sizeof(T)) == 0);
  }
}
TEST(Simd, LoadsAndStores) {
  copies<float>();
  copies<double>();
  copies<int8_t>();
  copies<uint8_t>();
  copies<int16_t>();
  copies<int32_t>();
  copies<int64_t>();
}

/// cast<To> of vectors against that of scalars, and against `expected`.
template <class To, class From> void checkCast(From value, To expected) {
  constexpr int L = larger(1, smaller(lanes<From>, lanes<To>));
  EXPECT_EQ(expected, cast<To>(value)) << double(value);
  EXPECT_EQ(expected, laneOf(cast<To>(splat<Simd<From, L>>(value)), L - 1)) << double(value);
}
TEST(Simd, CastsSaturateFromFloat) {
  checkCast<int8_t>(-1000.0f, int8_t(-128));
  checkCast<int8_t>(127.9f, int8_t(127));
  checkCast<uint8_t>(-3.0f, uint8_t(0));
  checkCast<uint8_t>(300.0f, uint8_t(255));
  checkCast<uint16_t>(65536.0f, uint16_t(65535));
  checkCast<int32_t>(3e9f, INT32_MAX);
  checkCast<int32_t>(-3e9f, INT32_MIN);
  checkCast<int32_t>(-2147483648.0f, INT32_MIN);
  checkCast<uint32_t>(4e9f, 4000000000u);
  checkCast<uint32_t>(5e9f, UINT32_MAX);
  checkCast<int64_t>(1e30f, INT64_MAX);
  checkCast<uint64_t>(1e30f, UINT64_MAX);
  checkCast<int32_t>(-2.9f, -2);
  checkCast<int32_t>(float(NAN), 0);
  checkCast<int8_t>(float(NAN), int8_t(0));
  checkCast<int64_t>(double(INFINITY), INT64_MAX);
}
TEST(Simd, CastsWrapFromIntegers) {
  checkCast<int8_t>(int32_t(200), int8_t(-56));
  checkCast<uint8_t>(int32_t(-1), uint8_t(255));
  checkCast<int64_t>(int32_t(-7), int64_t(-7));
  checkCast<float>(int64_t(1) << 40, 0x1p40f);
  checkCast<bool>(0.5f, true);
  checkCast<bool>(0, false);
  checkCast<float>(true, 1.0f);
  checkCast<double>(0.1f, double(0.1f));
}

TEST(Simd, HalfRoundTrips) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const Half h{uint16_t(bits)};
    const float f = cast<float>(h);
    const double magnitude = (bits & 0x7c00)
                                 ? std::ldexp(1024 + (bits & 0x3ff), int(bits >> 10 & 31) - 25)
                                 : std::ldexp(bits & 0x3ff, -24);
    if ((bits & 0x7c00) == 0x7c00) {
      ASSERT_TRUE((bits & 0x3ff) ? std::isnan(f) : std::isinf(f));
    } else {
      ASSERT_EQ((bits & 0x8000) ? -magnitude : magnitude, double(f));
    }
    if ((bits & 0x7c00) != 0x7c00 || (bits & 0x3ff) == 0) {
      ASSERT_EQ(bits, cast<Half>(f).bits);
    }
    ASSERT_EQ(std::signbit(f), (bits & 0x8000) != 0);
  }
  EXPECT_EQ(0x7c00, cast<Half>(65520.0f).bits);
  EXPECT_EQ(0x7bff, cast<Half>(65519.0f).bits);
  EXPECT_EQ(0x3c00, cast<Half>(1.0f + 0x1p-11f).bits); // halves to even
  EXPECT_EQ(0x3c02, cast<Half>(1.0f + 0x3p-11f).bits);
  EXPECT_EQ(0x0000, cast<Half>(0x1p-25f).bits);
  EXPECT_EQ(0x0001, cast<Half>(0x1.8p-25f).bits);
  EXPECT_TRUE(std::isnan(cast<float>(cast<Half>(NAN))));
}
TEST(Simd, BFloat16Rounds) {
  EXPECT_EQ(0x3f80, cast<BFloat16>(1.0f).bits);
  EXPECT_EQ(0x3f80, cast<BFloat16>(1.0f + 0x1p-8f).bits);
  EXPECT_EQ(0x3f82, cast<BFloat16>(1.0f + 0x3p-8f).bits);
  EXPECT_EQ(0x7f80, cast<BFloat16>(3.4e38f).bits);
  EXPECT_TRUE(std::isnan(cast<float>(cast<BFloat16>(NAN))));
  EXPECT_EQ(-2.5f, cast<float>(cast<BFloat16>(-2.5f)));
}
TEST(Simd, HalfVectors) {
  constexpr Index n = 37;
  Guarded<Half> x(n), y(n);
  for (Index i = 0; i < n; ++i)
    x[i] = cast<Half>(float(i) - 18.5f);
  forLanes<float>(0, n, [&](auto tag, Index i) {
    store(y.data() + i, cast<float>(load(tag, x.data() + i)) * 2.0f);
  });
  for (Index i = 0; i < n; ++i)
    EXPECT_EQ(2 * float(i) - 37, cast<float>(y[i]));
}

TEST(Simd, Bools) {
  constexpr Index n = 43;
  Guarded<float> x(n);
  Guarded<bool> big(n), odd(n), both(n);
  Guarded<int64_t> chosen(n);
  for (Index i = 0; i < n; ++i)
    x[i] = float(i), odd[i] = i % 2;
  forLanes<int64_t>(0, n, [&](auto tag, Index i) {
    const auto isBig = load(tag, x.data() + i) > 20.0f;
    store(big.data() + i, isBig);
    store(both.data() + i, isBig & load(tag, odd.data() + i));
    store(chosen.data() + i, select(load(tag, odd.data() + i), int64_t(1), int64_t(-1)));
  });
  for (Index i = 0; i < n; ++i) {
    EXPECT_EQ(i > 20, big[i]);
    EXPECT_EQ(i > 20 && i % 2, both[i]);
    EXPECT_EQ(i % 2 ? 1 : -1, chosen[i]);
  }
}

TEST(Rows, Reductions) {
  for (Index n = 0; n < 150; ++n) {
    Guarded<float> x(n);
    x.randomize();
    const auto f = [&](auto tag, Index i) { return load(tag, x.data() + i); };
    double sum = 0;
    float top = -INFINITY, bottom = INFINITY;
    for (Index i = 0; i < n; ++i) {
      sum += x[i];
      top = std::max(top, x[i]);
      bottom = std::min(bottom, x[i]);
    }
    ASSERT_NEAR(sum, sumRow(n, f), 1e-4);
    ASSERT_EQ(top, maxRow(n, f));
    ASSERT_EQ(bottom, minRow(n, f));
    if (n > 0) {
      x[n / 2] = NAN;
      ASSERT_TRUE(std::isnan(maxRow(n, f)));
    }
  }
  Guarded<int32_t> y(6);
  for (Index i = 0; i < 6; ++i)
    y[i] = int32_t(i) + 1;
  EXPECT_EQ(720, prodRow(6, [&](auto tag, Index i) { return load(tag, y.data() + i); }));
}

/// Maxima and minima of zeros of both signs, infinities and NaN: vectors, for which processors have
/// instructions of their own, as scalars.
template <class T> void checkBounds() {
  using V = Simd<T, lanes<T>>;
  const auto same = [](T a, T b) { return std::memcmp(&a, &b, sizeof(T)) == 0; };
  const T values[] = {T(0), T(-0.0), T(1), T(-2), T(INFINITY), T(-INFINITY), T(NAN)};
  for (const T a : values) {
    for (const T b : values) {
      const V va = splat<V>(a), vb = splat<V>(b);
      EXPECT_TRUE(same(a > b ? a : b, laneOf(greaterOr(va, vb), 0))) << a << " " << b;
      EXPECT_TRUE(same(a < b ? a : b, laneOf(lessOr(va, vb), 0))) << a << " " << b;
      EXPECT_TRUE(same(maximum(a, b), laneOf(maximum(va, vb), 0))) << a << " " << b;
      EXPECT_TRUE(same(minimum(a, b), laneOf(minimum(va, vb), 0))) << a << " " << b;
      EXPECT_TRUE(same(clamp(a, -1, b), laneOf(clamp(va, -1, b), 0))) << a << " " << b;
    }
    EXPECT_TRUE(same(relu(a), laneOf(relu(splat<V>(a)), 0))) << a;
  }
}
TEST(Simd, Bounds) {
  checkBounds<float>();
  checkBounds<double>();
}

/// Integers taken as unsigned: -1 is the greatest; of truth values true is.
TEST(Simd, UnsignedBounds) {
  EXPECT_EQ(int8_t(-1), UnsignedMax::combine(int8_t(-1), int8_t(5)));
  EXPECT_EQ(int64_t(5), UnsignedMin::combine(int64_t(-1), int64_t(5)));
  EXPECT_EQ(int16_t(-9), UnsignedMin::combine(UnsignedMin::identity<int16_t>(), int16_t(-9)));
  EXPECT_EQ(int32_t(0), UnsignedMax::identity<int32_t>());
  EXPECT_EQ(true, UnsignedMax::combine(UnsignedMax::identity<bool>(), true));
  EXPECT_EQ(false, UnsignedMax::combine(UnsignedMax::identity<bool>(), false));
  EXPECT_EQ(true, UnsignedMin::combine(UnsignedMin::identity<bool>(), true));
  int8_t row[77];
  for (int i = 0; i < 77; ++i)
    row[i] = int8_t(i * 3 + 1);
  const auto f = [&](auto tag, Index i) { return load(tag, row + i); };
  EXPECT_EQ(int8_t(229), reduceRow<UnsignedMax>(77, f));
  EXPECT_EQ(int8_t(1), reduceRow<UnsignedMin>(77, f));
}

#if ONNXCC_VECTOR_BYTES
template <class T, int L> void checkLanes() {
  using V = Vec<T, L>;
  V v;
  for (int lane = 0; lane < L; ++lane)
    v.raw[lane] = T(lane - 3);
  const V again = joined(halfOf<0>(v), halfOf<1>(v));
  const auto wide = convert<double>(halfOf<0>(v));
  EXPECT_FALSE(anyOf(v > T(L)));
  for (int lane = 0; lane < L; ++lane) {
    EXPECT_EQ(v[lane], again[lane]);
    EXPECT_TRUE(anyOf(v == T(lane - 3))) << lane;
  }
  for (int lane = 0; lane < L / 2; ++lane)
    EXPECT_EQ(double(v[lane]), wide[lane]);
}
TEST(Simd, HalvesAndLanes) {
  checkLanes<float, 4>();
  checkLanes<float, lanes<float>>();
  checkLanes<int32_t, 4>();
  checkLanes<int32_t, lanes<float>>();
}
#endif

} // namespace
