// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// math.h against libm in double precision: errors in units of the last place over all magnitudes of
// floats.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

/// Distance of a float to a double in units of the float's last place there.
double ulps(float value, double expected) {
  if (std::isnan(expected) || std::isnan(value))
    return std::isnan(expected) && std::isnan(value) ? 0 : INFINITY;
  const float nearest = float(expected);
  if (std::isinf(nearest) || std::isinf(value))
    return value == nearest                                                    ? 0
           : std::abs(expected) > 3.4028234e38 && std::abs(value) > 3.4028e38f ? 1
                                                                               : INFINITY;
  int exponent;
  std::frexp(nearest, &exponent);
  return std::abs(double(value) - expected) / std::ldexp(1.0, std::max(exponent - 24, -149));
}

/// Every `step`-th of the 2^32 floats, in vectors; the scalar function must give the same bits.
template <class F, class G> void sweep(F f, G reference, double limit, uint32_t step = 4099) {
  constexpr int L = lanes<float>;
  double worst = 0;
  float at = 0;
  float in[L], out[L];
  const auto bits = [](float x) { return bitcast<uint32_t>(x); };
  for (uint64_t start = 0; start < (uint64_t(1) << 32); start += uint64_t(step) * L) {
    for (int i = 0; i < L; ++i)
      in[i] = bitcast<float>(uint32_t(start + uint64_t(i) * step));
    store(out, f(load<Simd<float, L>>(in)));
    const float scalar = f(in[L - 1]);
    ASSERT_TRUE(bits(scalar) == bits(out[L - 1]) || (scalar != scalar && out[L - 1] != out[L - 1]))
        << in[L - 1];
    for (int i = 0; i < L; ++i) {
      const double error = ulps(out[i], reference(double(in[i])));
      if (!(error <= worst))
        worst = error, at = in[i];
    }
  }
  ::testing::Test::RecordProperty("ulps", std::to_string(worst));
  EXPECT_LE(worst, limit) << "at " << std::hexfloat << at;
}

TEST(Math, Exp) {
  sweep([](auto v) { return exp(v); }, [](double x) { return std::exp(x); }, 2);
}
TEST(Math, Tanh) {
  sweep([](auto v) { return tanh(v); }, [](double x) { return std::tanh(x); }, 2);
}
TEST(Math, Sigmoid) {
  // An error of the exponential, of the sum and of the quotient come together.
  sweep([](auto v) { return sigmoid(v); }, [](double x) { return 1 / (1 + std::exp(-x)); }, 2.01);
}
TEST(Math, Erf) {
  sweep([](auto v) { return erf(v); }, [](double x) { return std::erf(x); }, 2);
}
TEST(Math, Log) {
  sweep([](auto v) { return log(v); }, [](double x) { return std::log(x); }, 2);
}
TEST(Math, Sqrt) {
  sweep([](auto v) { return sqrt(v); }, [](double x) { return std::sqrt(x); }, 0.5001, 40961);
}
TEST(Math, SinCos) {
  sweep([](auto v) { return sin(v); }, [](double x) { return std::sin(x); }, 1, 409601);
  sweep([](auto v) { return cos(v); }, [](double x) { return std::cos(x); }, 1, 409601);
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
TEST(Math, Pow) {
  for (int i = 0; i < 2000; ++i) {
    const float a = float(randomIn(1, 1000)) / 100, b = float(randomIn(-500, 500)) / 100;
    EXPECT_LE(ulps(laneOf(pow(splat<Simd<float, lanes<float>>>(a), b), 0),
                   std::pow(double(a), double(b))),
              1);
  }
  EXPECT_EQ(9.0f, pow(-3.0f, 2.0f));
  EXPECT_EQ(-27.0f, pow(-3.0f, 3.0f));
  EXPECT_TRUE(std::isnan(pow(-3.0f, 0.5f)));
  EXPECT_EQ(1.0f, pow(NAN, 0.0f));
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
  EXPECT_DOUBLE_EQ(std::exp(1.25), exp(1.25));
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
