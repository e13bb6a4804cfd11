// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// math.h against libm in double precision: errors in units of the last place over all magnitudes of
// floats, or all floats where ONNXCC_EXHAUSTIVE=1.
#include "test/unit/runtime/Support.h"

#include <future>

namespace {
using namespace test;

/// Distance of a float to a double in units of the float's last place there. Zeros of different
/// signs are infinitely far apart.
double ulps(float value, double expected) {
  if (std::isnan(expected) || std::isnan(value))
    return std::isnan(expected) && std::isnan(value) ? 0 : INFINITY;
  const float nearest = float(expected);
  if (std::isinf(nearest) || std::isinf(value))
    return value == nearest                                                    ? 0
           : std::abs(expected) > 3.4028234e38 && std::abs(value) > 3.4028e38f ? 1
                                                                               : INFINITY;
  if (value == 0 && nearest == 0 && std::signbit(value) != std::signbit(expected))
    return INFINITY;
  const int exponent = std::max(int(bitcast<uint32_t>(nearest) >> 23 & 255), 1) - 150;
  return std::abs(double(value) - expected) *
         bitcast<double>(uint64_t(1023 - exponent) << 52); // / 2^exponent
}

bool sameBits(float a, float b) {
  return bitcast<uint32_t>(a) == bitcast<uint32_t>(b) || (a != a && b != b);
}

struct Worst {
  double error = 0;
  float at = 0;
  float differs = 0; // where a scalar's result differs from a vector's
  bool anyDiffers = false;
};

/// Every `step`-th of the floats whose bits are begin..end-1, in vectors and as scalars; of all
/// floats one in each vector as a scalar.
template <class F, class G>
Worst sweepRange(F f, G reference, uint64_t begin, uint64_t end, uint64_t step) {
  constexpr int L = lanes<float>;
  Worst worst;
  float in[L], out[L];
  for (uint64_t start = begin; start < end; start += step * L) {
    for (int i = 0; i < L; ++i)
      in[i] = bitcast<float>(uint32_t(start + uint64_t(i) * step));
    store(out, f(load<Simd<float, L>>(in)));
    for (int i = 0; i < L; ++i) {
      const double error = ulps(out[i], reference(double(in[i])));
      if (!(error <= worst.error))
        worst.error = error, worst.at = in[i];
      const bool isChosen = step > 1 || i == int(start / L % L);
      if (isChosen && !sameBits(f(in[i]), out[i]))
        worst.differs = in[i], worst.anyDiffers = true;
    }
  }
  return worst;
}

/// The largest error over every `step`-th of the 2^32 floats; scalars must give the vectors' bits.
template <class F, class G> void sweep(F f, G reference, double limit, uint64_t step = 4099) {
  constexpr uint64_t parts = 4, part = (uint64_t(1) << 32) / parts;
  std::vector<std::future<Worst>> results;
  for (uint64_t i = 0; i < parts; ++i)
    results.push_back(std::async(step == 1 ? std::launch::async : std::launch::deferred, [=] {
      return sweepRange(f, reference, i * part, (i + 1) * part, step);
    }));
  Worst worst;
  for (auto &result : results) {
    const Worst other = result.get();
    EXPECT_FALSE(other.anyDiffers) << "at " << std::hexfloat << other.differs;
    if (!(other.error <= worst.error))
      worst = other;
  }
  ::testing::Test::RecordProperty("ulps", std::to_string(worst.error));
  EXPECT_LE(worst.error, limit) << "at " << std::hexfloat << worst.at;
}

/// Of the functions that models are full of all floats can be tried, which takes minutes each:
/// ONNXCC_EXHAUSTIVE=1.
template <class F, class G> void sweepAll(F f, G reference, double limit) {
  const char *exhaustive = std::getenv("ONNXCC_EXHAUSTIVE");
  sweep(f, reference, limit, exhaustive && *exhaustive && *exhaustive != '0' ? 1 : 4099);
}

/// Half of all floats are so small that two terms of a series are exact enough as a reference, and
/// many times faster than libm.
template <class F, class G> auto withSeries(F series, G function) {
  return [=](double x) { return std::abs(x) < 0x1p-13 ? series(x) : function(x); };
}

TEST(Math, Exp) {
  sweepAll([](auto v) { return exp(v); }, [](double x) { return std::exp(x); }, 2);
}
TEST(Math, Tanh) {
  sweepAll([](auto v) { return tanh(v); },
           withSeries([](double x) { return x * (1 - x * x / 3); },
                      [](double x) { return std::tanh(x); }),
           2);
}
TEST(Math, Sigmoid) {
  sweepAll([](auto v) { return sigmoid(v); },
           withSeries([](double x) { return 0.5 + x / 4 - x * x * x / 48; },
                      [](double x) { return 1 / (1 + std::exp(-x)); }),
           2);
  // All floats within -17..-16, where 1 is about 2^-24 of e^-v and counts in the sum.
  const Worst worst =
      sweepRange([](auto v) { return sigmoid(v); }, [](double x) { return 1 / (1 + std::exp(-x)); },
                 bitcast<uint32_t>(-16.0f), bitcast<uint32_t>(-17.0f), 1);
  EXPECT_LE(worst.error, 2) << "at " << std::hexfloat << worst.at;
}
TEST(Math, Erf) {
  sweepAll([](auto v) { return erf(v); },
           withSeries([](double x) { return M_2_SQRTPI * x * (1 - x * x / 3); },
                      [](double x) { return std::erf(x); }),
           2);
}
TEST(Math, Log) {
  sweepAll([](auto v) { return log(v); }, [](double x) { return std::log(x); }, 2);
}
TEST(Math, Sin) {
  sweepAll([](auto v) { return sin(v); },
           withSeries([](double x) { return x * (1 - x * x / 6); },
                      [](double x) { return std::sin(x); }),
           2);
}
TEST(Math, Cos) {
  sweepAll([](auto v) { return cos(v); },
           withSeries([](double x) { return 1 - x * x / 2; }, [](double x) { return std::cos(x); }),
           2);
}
TEST(Math, Tan) {
  sweep([](auto v) { return tan(v); }, [](double x) { return std::tan(x); }, 2, 1021);
}
TEST(Math, Expm1) {
  sweep([](auto v) { return expm1(v); }, [](double x) { return std::expm1(x); }, 2, 1021);
}
TEST(Math, Log1p) {
  sweep([](auto v) { return log1p(v); }, [](double x) { return std::log1p(x); }, 2, 1021);
}
TEST(Math, Log2) {
  sweep([](auto v) { return log2(v); }, [](double x) { return std::log2(x); }, 2, 1021);
}
TEST(Math, Log10) {
  sweep([](auto v) { return log10(v); }, [](double x) { return std::log10(x); }, 2, 1021);
}
TEST(Math, Sqrt) {
  sweep([](auto v) { return sqrt(v); }, [](double x) { return std::sqrt(x); }, 0.5001, 40961);
}
TEST(Math, Rounding) {
  sweep([](auto v) { return floor(v); }, [](double x) { return std::floor(x); }, 0, 40961);
  sweep([](auto v) { return ceil(v); }, [](double x) { return std::ceil(x); }, 0, 40961);
  sweep([](auto v) { return trunc(v); }, [](double x) { return std::trunc(x); }, 0, 40961);
  sweep([](auto v) { return roundEven(v); }, [](double x) { return std::nearbyint(x); }, 0, 40961);
  const float halves[] = {-3.5f, -2.5f, -1.5f,      -0.5f, 0.5f, 1.5f,
                          2.5f,  3.5f,  8388607.5f, -0.0f, -0.3f};
  for (const float h : halves) {
    EXPECT_EQ(std::nearbyint(h), roundEven(h));
    EXPECT_EQ(std::nearbyint(h), laneOf(roundEven(splat<Simd<float, lanes<float>>>(h)), 0));
    EXPECT_EQ(std::signbit(std::ceil(h)), std::signbit(ceil(h)));
    EXPECT_EQ(std::signbit(std::nearbyint(h)), std::signbit(roundEven(h)));
  }
}
/// pow of vectors with exponents of their own, with a common one, and of scalars.
class Powers {
public:
  void check(float a, float b) {
    base[used] = a, exponent[used] = b;
    if (++used == L)
      flush();
  }
  void flush() {
    float own[L], common[L];
    store(own, pow(load<V>(base), load<V>(exponent)));
    for (int i = 0; i < used; ++i) {
      store(common, pow(load<V>(base), exponent[i]));
      const float scalar = pow(base[i], exponent[i]);
      EXPECT_TRUE(sameBits(scalar, own[i]) && sameBits(scalar, common[i]))
          << base[i] << " ^ " << exponent[i] << ": " << scalar << " " << own[i] << " " << common[i];
      const double error = ulps(scalar, std::pow(double(base[i]), double(exponent[i])));
      if (!(error <= worst))
        worst = error, worstBase = base[i], worstExponent = exponent[i];
    }
    used = 0;
  }
  ~Powers() {
    flush();
    ::testing::Test::RecordProperty("ulps", std::to_string(worst));
    EXPECT_LE(worst, 2) << std::hexfloat << worstBase << " ^ " << worstExponent;
  }

private:
  static constexpr int L = lanes<float>;
  using V = Simd<float, L>;
  float base[L] = {}, exponent[L] = {};
  int used = 0;
  double worst = 0;
  float worstBase = 0, worstExponent = 0;
};

TEST(Math, Pow) {
  Powers powers;
  const auto uniform = [](float low, float high) {
    return std::uniform_real_distribution<float>(low, high)(test::random());
  };
  for (int i = 0; i < 1000000; ++i) { // over all magnitudes of both
    const float base = std::exp2(uniform(-149, 128));
    powers.check(base, uniform(-1, 1) * std::exp2(float(randomIn(-20, 8))));
  }
  for (int i = 0; i < 500000; ++i) { // near 1, where the logarithm's last bits count
    const float base = 1 + float(randomIn(1, 1 << 20)) / (i & 1 ? 0x1p22f : -0x1p22f);
    powers.check(base, uniform(-127, 127) / std::log2(base));
  }
  for (int i = 0; i < 500000; ++i) { // any bits
    const uint32_t base = uint32_t(test::random()()), exponent = uint32_t(test::random()());
    powers.check(bitcast<float>(base), bitcast<float>(exponent));
  }
}
TEST(Math, PowEdges) {
  const float magnitudes[] = {0,
                              0x1p-149f,
                              0x1.8p-127f,
                              0x1p-126f,
                              0x1p-30f,
                              1.0f / 3,
                              0.5f,
                              0x1.fffffep-1f,
                              1,
                              0x1.000002p0f,
                              1.5f,
                              2,
                              2.5f,
                              3,
                              4,
                              5,
                              127,
                              127.5f,
                              149,
                              0x1.fffffep22f,
                              0x1.fffffep23f,
                              0x1p24f,
                              0x1.000002p24f,
                              0x1p60f,
                              0x1.fffffep127f,
                              INFINITY,
                              NAN};
  Powers powers;
  for (const float a : magnitudes)
    for (const float b : magnitudes)
      for (int signs = 0; signs < 4; ++signs)
        powers.check(signs & 1 ? -a : a, signs & 2 ? -b : b);
}
TEST(Math, PowOfOtherTypes) {
  EXPECT_DOUBLE_EQ(std::pow(1.25, 3.5), onnxcc::pow(1.25, 3.5));
  EXPECT_EQ(81, onnxcc::pow(3, 4));
}
/// Vectors narrower than the processor's, which contractions have at the borders of their tiles.
TEST(Math, NarrowVectors) {
  const auto check = [](auto f) {
    constexpr int L = lanes<float>;
    // Not constants: the compiler computes with those itself, and does not fuse.
    const Guarded<float> in(L);
    float wide[L];
    for (int i = 0; i < L; ++i)
      in[i] = float(i) * 0.37f - 1;
    store(wide, f(load<Simd<float, L>>(in.data())));
    const auto narrow = [&](auto v) {
      for (int i = 0; i < lanesOf<decltype(v)>; ++i)
        EXPECT_TRUE(sameBits(wide[i], laneOf(f(v), i))) << in[i];
    };
    narrow(load<Simd<float, larger(L / 2, 1)>>(in.data()));
    narrow(load<Simd<float, larger(L / 4, 1)>>(in.data()));
  };
  check([](auto v) { return exp(v) + tanh(v); });
  check([](auto v) { return sin(v) + cos(v * 0x1p20f) + tan(v); });
  check([](auto v) { return pow(v, v) + log(v); });
}
TEST(Math, Special) {
  const float inf = INFINITY;
  EXPECT_EQ(inf, exp(inf));
  EXPECT_EQ(0.0f, exp(-inf));
  EXPECT_EQ(1.0f, exp(-0.0f));
  EXPECT_EQ(-inf, log(0.0f));
  EXPECT_EQ(-inf, log(-0.0f));
  EXPECT_EQ(inf, log(inf));
  EXPECT_TRUE(std::isnan(log(-1e-40f)));
  EXPECT_EQ(-1.0f, tanh(-inf));
  EXPECT_TRUE(std::signbit(tanh(-0.0f)));
  EXPECT_TRUE(std::signbit(erf(-0.0f)));
  EXPECT_EQ(1.0f, sigmoid(inf));
  EXPECT_EQ(0.0f, sigmoid(-inf));
  EXPECT_EQ(1.0f, erf(inf));
  EXPECT_FLOAT_EQ(1.76159416f, swish(2.0f));
  EXPECT_EQ(0.0f, swish(-200.0f));
  EXPECT_EQ(inf, swish(inf));
  EXPECT_FLOAT_EQ(1.95449974f, gelu(2.0f));
  EXPECT_EQ(inf, gelu(inf));
  EXPECT_DOUBLE_EQ(std::exp(1.25), onnxcc::exp(1.25));
  EXPECT_EQ(-1.0f, expm1(-inf));
  EXPECT_EQ(-inf, log1p(-1.0f));
  EXPECT_TRUE(std::isnan(log1p(-1.5f)));
  EXPECT_TRUE(std::isnan(sin(inf)) && std::isnan(cos(-inf)) && std::isnan(tan(inf)));
  EXPECT_EQ(2, abs(-2));
  EXPECT_EQ(-1, fmod(-7, 3));
  EXPECT_EQ(-1.0f, fmod(-7.0f, 3.0f));
}

template <class V> void checkNaN() {
  const V nan = splat<V>(NAN), one = splat<V>(1);
  const auto isNaN = [](V v) { return std::isnan(laneOf(v, 0)); };
  EXPECT_TRUE(isNaN(minimum(nan, one)) && isNaN(minimum(one, nan)));
  EXPECT_TRUE(isNaN(maximum(nan, one)) && isNaN(maximum(one, nan)));
  EXPECT_TRUE(isNaN(relu(nan)) && isNaN(clamp(nan, 0, 6)));
  EXPECT_EQ(1, laneOf(minimum(one, 2.0f), 0));
  EXPECT_EQ(2, laneOf(maximum(one, 2.0f), 0));
  EXPECT_EQ(0, laneOf(relu(-one), 0));
  EXPECT_EQ(6, laneOf(clamp(one * 9.0f, 0, 6), 0));
}
TEST(Math, NaNPropagates) {
  checkNaN<float>();
  checkNaN<Simd<float, lanes<float>>>();
}

} // namespace
