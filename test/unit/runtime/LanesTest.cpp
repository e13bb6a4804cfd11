// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A lane of a vector has the bits that a scalar has, of every function and element type: else
// results would depend on how elements are cut into vectors and what is left over. Functions are
// tried alone and within code in which a host compiler might fuse, mask or reorder what is in them.
#include "test/unit/runtime/Support.h"

#include <sstream>

// Inside, so that no function of <cmath> is meant.
namespace onnxcc {
namespace {
using test::Guarded;

template <class T> T randomBits() {
  uint64_t bits = test::random()() | uint64_t(test::random()()) << 32;
  T value;
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}
template <> [[maybe_unused]] bool randomBits<bool>() { return test::random()() & 1; }

/// What functions treat apart.
template <class T> std::vector<T> edges() {
  std::vector<T> result;
  if constexpr (isFloat<T>) {
    for (const double v : {0.0,          0x1p-149,
                           0x1p-126,     0x1p-13,
                           0.3,          0.5,
                           0.7,          1.0,
                           1.5,          2.0,
                           2.5,          3.0,
                           88.7,         127.5,
                           255.5,        32767.5,
                           65519.0,      65520.0,
                           0x1p22 + 0.5, 0x1p24 + 1,
                           0x1p31,       0x1p32,
                           0x1p63,       0x1p64,
                           0x1p127,      double(INFINITY),
                           double(NAN)})
      for (const double sign : {1.0, -1.0})
        result.push_back(T(v * sign));
  } else if constexpr (isStorage<T>) {
    for (const float v : {0.0f, -0.0f, 0x1p-24f, 1.0f, -2.5f, 65504.0f, INFINITY, -INFINITY, NAN})
      result.push_back(cast<T>(v));
  } else if constexpr (isSame<T, bool>) {
    result = {false, true};
  } else {
    for (const int v : {0, 1, 2, 3, 7, -1, -2, -7, 100})
      result.push_back(T(v));
    for (const T v : {least<T>, T(least<T> + 1), greatest<T>, T(greatest<T> / 2 + 1)})
      result.push_back(v);
  }
  return result;
}

template <class T> struct Pair {
  T a, b;
};
/// All edges with each other, small values, and any bits; a multiple of 64.
template <class T> std::vector<Pair<T>> makePairs() {
  std::vector<Pair<T>> pairs;
  for (const T x : edges<T>())
    for (const T y : edges<T>())
      pairs.push_back({x, y});
  for (int i = 0; i < 2000 || pairs.size() % 64; ++i)
    pairs.push_back({randomBits<T>(), randomBits<T>()});
  if constexpr (isFloat<T>) {
    std::uniform_real_distribution<T> small(T(-4), T(4));
    for (int i = 0; i < 6400; ++i)
      pairs.push_back({small(test::random()), small(test::random())});
  }
  return pairs;
}
template <class T> struct Operands {
  const std::vector<Pair<T>> pairs = makePairs<T>();
  const Index count = Index(pairs.size());
  const Guarded<T> a{count}, b{count};

  Operands() {
    for (Index i = 0; i < count; ++i)
      a[i] = pairs[size_t(i)].a, b[i] = pairs[size_t(i)].b;
  }
};
template <class T> const Operands<T> operands;

// Functions of their own, so that nothing is known of the operands.
template <int L, class T, class R, class F>
ONNXCC_NOINLINE void apply(F f, const T *a, const T *b, R *out, Index n) {
  for (Index i = 0; i + L <= n; i += L)
    store(out + i, f(load<Simd<T, L>>(a + i), load<Simd<T, L>>(b + i)));
}

template <class T> bool sameBits(T a, T b) {
  if constexpr (isFloat<T>)
    if (a != a && b != b)
      return true;
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}
template <class T> std::string shown(T value) {
  std::ostringstream out;
  if constexpr (isStorage<T>)
    out << std::hexfloat << cast<float>(value);
  else
    out << std::hexfloat << +value;
  return out.str();
}

template <int L, class T, class F> void compareLanes(const char *name, F f) {
  using R = ElementOf<decltype(f(T(), T()))>;
  if constexpr (L > 1 && L * sizeof(T) <= ONNXCC_VECTOR_BYTES) {
    const Operands<T> &in = operands<T>;
    const Index n = in.count;
    const Guarded<R> scalar(n), vector(n);
    apply<1>(f, in.a.data(), in.b.data(), scalar.data(), n);
    apply<L>(f, in.a.data(), in.b.data(), vector.data(), n);
    for (Index i = 0; i < n; ++i)
      if (!sameBits(scalar[i], vector[i])) {
        ADD_FAILURE() << name << " of " << sizeof(T) << " bytes, " << L
                      << " lanes: " << shown(in.a[i]) << ", " << shown(in.b[i]) << ": "
                      << shown(vector[i]) << " instead of " << shown(scalar[i]);
        break;
      }
  }
}

template <class T, class F> void check(const char *name, F f) {
  using R = ElementOf<decltype(f(T(), T()))>;
  constexpr int L = lanes<Conditional<(sizeof(R) > sizeof(T)), R, T>>;
  compareLanes<L, T>(name, f);
  if constexpr (isFloat<T> && L > 2)
    compareLanes<2, T>(name, f);
  // Within a selection, a sum and a product.
  if constexpr (isFloat<T> && isSame<R, T>) {
    const auto amid = [f](auto a, auto b) {
      const auto y = f(a, b);
      return select(a < b, select(a < ElementOf<decltype(a)>(0), y, a * b + y), y * b - a);
    };
    compareLanes<L, T>(name, amid);
  }
}

/// f of float and of double.
#define ONNXCC_FLOATS(...)                                                                         \
  check<float>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),        \
      check<double>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; })
/// Of all integers but bool.
#define ONNXCC_INTEGERS(...)                                                                       \
  check<int8_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),       \
      check<uint8_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),  \
      check<int16_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),  \
      check<uint16_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }), \
      check<int32_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),  \
      check<uint32_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }), \
      check<int64_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; }),  \
      check<uint64_t>(#__VA_ARGS__, [](auto a, auto b) { return (void)a, (void)b, __VA_ARGS__; })

TEST(Lanes, Exponentials) {
  ONNXCC_FLOATS(exp(a));
  ONNXCC_FLOATS(expm1(a));
  ONNXCC_FLOATS(log(a));
  ONNXCC_FLOATS(log2(a));
  ONNXCC_FLOATS(log10(a));
  ONNXCC_FLOATS(log1p(a));
  ONNXCC_FLOATS(tanh(a));
  ONNXCC_FLOATS(sigmoid(a));
  ONNXCC_FLOATS(swish(a));
  ONNXCC_FLOATS(erf(a));
  ONNXCC_FLOATS(gelu(a));
  ONNXCC_FLOATS(pow(a, b));
  ONNXCC_FLOATS(pow(a, ElementOf<decltype(a)>(0.3)));
  ONNXCC_FLOATS(pow(a, ElementOf<decltype(a)>(3)));
}
TEST(Lanes, Angles) {
  ONNXCC_FLOATS(sin(a));
  ONNXCC_FLOATS(cos(a));
  ONNXCC_FLOATS(tan(a));
}
TEST(Lanes, Libm) {
  ONNXCC_FLOATS(asin(a));
  ONNXCC_FLOATS(acos(a));
  ONNXCC_FLOATS(atan(a));
  ONNXCC_FLOATS(sinh(a));
  ONNXCC_FLOATS(cosh(a));
  ONNXCC_FLOATS(asinh(a));
  ONNXCC_FLOATS(acosh(a));
  ONNXCC_FLOATS(atanh(a));
  ONNXCC_FLOATS(cbrt(a));
  ONNXCC_FLOATS(round(a));
  ONNXCC_FLOATS(atan2(a, b));
  ONNXCC_FLOATS(fmod(a, b));
}
TEST(Lanes, Arithmetic) {
  ONNXCC_FLOATS(a + b);
  ONNXCC_FLOATS(a - b);
  ONNXCC_FLOATS(a * b);
  ONNXCC_FLOATS(a / b);
  ONNXCC_FLOATS(mulAdd(a, b, a));
  ONNXCC_FLOATS(abs(a));
  ONNXCC_FLOATS(-a);
  ONNXCC_FLOATS(copySign(a, b));
  ONNXCC_FLOATS(floor(a));
  ONNXCC_FLOATS(ceil(a));
  ONNXCC_FLOATS(trunc(a));
  ONNXCC_FLOATS(roundEven(a));
  ONNXCC_FLOATS(sqrt(a));
  ONNXCC_FLOATS(rsqrt(a));
}
TEST(Lanes, Integers) {
  ONNXCC_INTEGERS(wrapAdd(a, b));
  ONNXCC_INTEGERS(wrapSub(a, b));
  ONNXCC_INTEGERS(wrapMul(a, b));
  ONNXCC_INTEGERS(quotient(a, b));
  ONNXCC_INTEGERS(remainder(a, b));
  ONNXCC_INTEGERS(abs(a));
  ONNXCC_INTEGERS(decltype(a)(a & b));
  ONNXCC_INTEGERS(decltype(a)(a | b));
  ONNXCC_INTEGERS(decltype(a)(a ^ b));
  ONNXCC_INTEGERS(decltype(a)(~a));
  ONNXCC_INTEGERS(signedBits<4>(a));
  ONNXCC_INTEGERS(unsignedBits<2>(a));
}
TEST(Lanes, Comparisons) {
  ONNXCC_FLOATS(minimum(a, b));
  ONNXCC_FLOATS(maximum(a, b));
  ONNXCC_FLOATS(lessOr(a, b));
  ONNXCC_FLOATS(greaterOr(a, b));
  ONNXCC_FLOATS(relu(a));
  ONNXCC_FLOATS(clamp(a, 0, 6));
  ONNXCC_FLOATS(a < b);
  ONNXCC_FLOATS(a <= b);
  ONNXCC_FLOATS(a == b);
  ONNXCC_FLOATS(a != b);
  ONNXCC_INTEGERS(minimum(a, b));
  ONNXCC_INTEGERS(maximum(a, b));
  ONNXCC_INTEGERS(UnsignedMax::combine(a, b));
  ONNXCC_INTEGERS(UnsignedMin::combine(a, b));
  ONNXCC_INTEGERS(relu(a));
  ONNXCC_INTEGERS(clamp(a, 0, 6));
  ONNXCC_INTEGERS(a < b);
  ONNXCC_INTEGERS(a >= b);
  ONNXCC_INTEGERS(a == b);
  ONNXCC_INTEGERS(select(a < b, b, a));
}

template <class To> struct Cast {
  template <class V> auto operator()(V a, V) const { return cast<To>(a); }
};
template <class From, class... To> void checkCasts(const char *name) {
  (check<From>(name, Cast<To>()), ...);
}
template <class From> void checkCastsOf(const char *name) {
  checkCasts<From, bool, int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t, uint64_t,
             float, double, Half, BFloat16>(name);
}
TEST(Lanes, CastsOfFloats) {
  checkCastsOf<float>("cast of float");
  checkCastsOf<double>("cast of double");
  checkCastsOf<Half>("cast of Half");
  checkCastsOf<BFloat16>("cast of BFloat16");
}
TEST(Lanes, CastsOfIntegers) {
  checkCastsOf<bool>("cast of bool");
  checkCastsOf<int8_t>("cast of int8_t");
  checkCastsOf<uint8_t>("cast of uint8_t");
  checkCastsOf<int16_t>("cast of int16_t");
  checkCastsOf<uint16_t>("cast of uint16_t");
  checkCastsOf<int32_t>("cast of int32_t");
  checkCastsOf<uint32_t>("cast of uint32_t");
  checkCastsOf<int64_t>("cast of int64_t");
  checkCastsOf<uint64_t>("cast of uint64_t");
}

} // namespace
} // namespace onnxcc
