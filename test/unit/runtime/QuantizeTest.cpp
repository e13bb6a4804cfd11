// Quantization without a division gives what the formula with one gives, for every kind of float.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

/// The formula, one element at a time.
template <class T> int32_t codeOfQuotient(float x, float scale, float zero) {
  return cast<T>(roundEven(x / scale) + zero);
}

template <class T> void checkQuantize(float scale, float zero, const std::vector<float> &numbers) {
  constexpr int L = lanes<float>;
  using V = Simd<float, L>;
  for (size_t at = 0; at + L <= numbers.size(); at += L) {
    const auto wide = quantizeWide<T>(load<V>(&numbers[at]), scale, zero);
    const auto narrow = quantize<T>(load<V>(&numbers[at]), scale, zero);
    for (int lane = 0; lane < L; ++lane) {
      const float x = numbers[at + lane];
      const int32_t expected = codeOfQuotient<T>(x, scale, zero);
      ASSERT_EQ(expected, laneOf(wide, lane)) << x << " / " << scale << " + " << zero;
      ASSERT_EQ(T(expected), T(laneOf(narrow, lane))) << x << " / " << scale << " + " << zero;
      ASSERT_EQ(expected, quantizeWide<T>(x, scale, zero)) << x << " / " << scale;
      if (x == x) {
        ASSERT_EQ(expected, quantizeNumberWide<T>(x, scale, zero)) << x << " / " << scale;
      }
    }
  }
}

/// Halves of the scale and their neighbours, where rounding changes; all magnitudes; no numbers.
std::vector<float> numbersFor(float scale) {
  std::vector<float> numbers = {INFINITY, -INFINITY, NAN, 0.0f, -0.0f, 0x1p-149f, 3e38f, -3e38f};
  for (int half = -600; half <= 600; ++half) {
    const float x = float(half) * 0.5f * scale;
    for (float near : {std::nextafter(x, -INFINITY), x, std::nextafter(x, INFINITY)})
      numbers.push_back(near);
  }
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 99'991)
    numbers.push_back(bitcast<float>(uint32_t(bits)));
  while (numbers.size() % 64)
    numbers.push_back(1);
  return numbers;
}

TEST(Quantize, IsTheRoundedQuotient) {
  for (float scale : {1.0f, 0.5f, 3.0f, 0.0063169580f, 0.093957946f, 1.9999999f, 0x1p-60f, 0x1p60f,
                      0.1f, 0x1.000002p-7f, 0x1.fffffep-9f, 7e-5f, 123.456f}) {
    const std::vector<float> numbers = numbersFor(scale);
    for (float zero : {0.0f, -128.0f, 127.0f, 3.0f})
      checkQuantize<int8_t>(scale, zero, numbers);
    for (float zero : {0.0f, 128.0f, 255.0f, 77.0f})
      checkQuantize<uint8_t>(scale, zero, numbers);
    checkQuantize<int16_t>(scale, -32768.0f, numbers);
    checkQuantize<uint16_t>(scale, 65535.0f, numbers);
  }
}

/// Quotients are the rounded ones over whole binades, for divisors of all kinds of last bits.
TEST(Quantize, QuotientsOfAllMantissas) {
  for (uint32_t divisor = 0x3f800000; divisor < 0x40000000; divisor += 524'287) {
    const float scale = bitcast<float>(divisor) * 0x1p-6f;
    std::vector<float> numbers;
    for (uint32_t bits = 0x3f800000; bits < 0x40000000; bits += 997)
      numbers.push_back(bitcast<float>(bits));
    while (numbers.size() % 64)
      numbers.push_back(1);
    checkQuantize<int16_t>(scale, 0.0f, numbers);
  }
}

TEST(Quantize, AtLeast) {
  for (float x : {-100.0f, -1.0f, 0.3f, 5.0f, 1e9f, float(NAN)})
    for (int low : {-128, -5, 0, 7, 127}) {
      const int32_t expected = std::max(low, codeOfQuotient<int8_t>(x, 0.5f, 3.0f));
      EXPECT_EQ(expected, quantizeWide<int8_t>(x, 0.5f, 3.0f, int8_t(low))) << x << ", " << low;
      if (x == x) {
        EXPECT_EQ(expected, quantizeNumber<int8_t>(x, 0.5f, 3.0f, int8_t(low))) << x << ", " << low;
      }
    }
  for (int32_t sum : {-1000, -3, 0, 9, 1000})
    EXPECT_EQ(std::max<int32_t>(130, cast<uint8_t>(roundEven(float(sum) * 0.25f) + 128.0f)),
              requantizeWide<uint8_t>(sum, 0.25f, 128.0f, int8_t(-126))); // as it is stored
}

TEST(Quantize, OfSums) {
  for (int32_t sum : {0, 1, -1, 12345, -98765, INT32_MAX, INT32_MIN})
    for (float scale : {0.5f, 1e-4f, 3e-9f}) {
      const float real = float(sum) * scale;
      const int32_t expected = cast<int8_t>(roundEven(real) + 5.0f);
      EXPECT_EQ(expected, requantizeWide<int8_t>(sum, scale, 5.0f));
      EXPECT_EQ(
          expected,
          laneOf(requantize<int8_t>(splat<Simd<int32_t, lanes<int32_t>>>(sum), scale, 5.0f), 0));
    }
}
} // namespace
