// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The k first elements of rows against a stable sort: all types, orders of the data, axes, tasks.
#include "runtime/topk.h"
#include "Support.h"

#include <limits>
#include <numeric>

using namespace test;

namespace {

struct Shape {
  Index outer, extent, inner, k, tasks;
};
template <bool Largest, bool Unsigned> struct Ordered : Shape {
  static constexpr bool largest = Largest, isUnsigned = Unsigned;
};

/// As the sort's key says it in words: NaN after everything else.
template <bool Unsigned, class T> bool isLess(T a, T b) {
  if constexpr (isStorage<T>)
    return isLess<false>(cast<float>(a), cast<float>(b));
  else if constexpr (isFloat<T>)
    return a < b || (a == a && b != b);
  else if constexpr (Unsigned)
    return bitcast<UnsignedOf<T>>(a) < bitcast<UnsignedOf<T>>(b);
  else
    return a < b;
}

enum class Data { Few, Random, Ascending, Descending, Equal, Special };

template <class T> T makeElement(Data data, Index i) {
  const auto number = [](double value) {
    if constexpr (isStorage<T>)
      return cast<T>(float(value));
    else
      return T(int64_t(value));
  };
  switch (data) {
  case Data::Few:
    return number(double(randomIn(0, 3)));
  case Data::Ascending:
    return number(double(i % 120));
  case Data::Descending:
    return number(double(119 - i % 120));
  case Data::Equal:
    return number(7);
  case Data::Special:
    if constexpr (isStorage<T> || isFloat<T>) {
      const float special[] = {NAN, -NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 1.0f, -1.0f};
      return cast<T>(special[randomIn(0, 7)]);
    }
    [[fallthrough]];
  case Data::Random:
    if constexpr (isStorage<T>)
      return cast<T>(float(randomIn(-1000, 1000)));
    else if constexpr (isFloat<T>)
      return T(randomIn(-1000000, 1000000)) / 64;
    else
      return T(test::random()() | uint64_t(test::random()()) << 32);
  }
  return T();
}

template <bool Largest, bool Unsigned, class T> void check(const Shape &shape, Data data) {
  Ordered<Largest, Unsigned> s{shape};
  const Index rows = s.outer * s.inner;
  Guarded<T> x(rows * s.extent), values(rows * s.k);
  Guarded<int64_t> indices(rows * s.k);
  using S = decltype(s);
  Guarded<char> scratch(topKScratchBytes<S, T>(s) * s.tasks);
  for (Index i = 0; i < x.size(); ++i)
    x[i] = makeElement<T>(data, i);
  Call call{nullptr};
  topK(call, s, x.data(), values.data(), indices.data(), scratch.data());
  for (Index outer = 0; outer < s.outer; ++outer)
    for (Index inner = 0; inner < s.inner; ++inner) {
      const T *row = x.data() + outer * s.extent * s.inner + inner;
      std::vector<Index> order(size_t(s.extent));
      std::iota(order.begin(), order.end(), 0);
      // Of equal ones the first comes first.
      std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        const T first = row[a * s.inner], second = row[b * s.inner];
        const bool isBefore =
            Largest ? isLess<Unsigned>(second, first) : isLess<Unsigned>(first, second);
        const bool isAfter =
            Largest ? isLess<Unsigned>(first, second) : isLess<Unsigned>(second, first);
        return isBefore || (!isAfter && a < b);
      });
      for (Index i = 0; i < s.k; ++i) {
        const Index at = (outer * s.k + i) * s.inner + inner, wanted = order[size_t(i)];
        ASSERT_EQ(indices[at], wanted) << "place " << i << " of " << s.k << " of " << s.extent;
        ASSERT_EQ(std::memcmp(&values[at], &row[wanted * s.inner], sizeof(T)), 0);
      }
    }
}

template <class T> class TopK : public testing::Test {};
using Types = testing::Types<float, double, Half, int8_t, int32_t, int64_t>;
TYPED_TEST_SUITE(TopK, Types);

TYPED_TEST(TopK, AsAStableSort) {
  using T = TypeParam;
  const Index shapes[][5] = {// outer, extent, inner, k, tasks
                             {1, 1, 1, 1, 1},    {3, 5, 1, 0, 1},      {2, 37, 1, 37, 1},
                             {2, 300, 1, 1, 2},  {3, 77, 1, 5, 3},     {2, 40, 3, 4, 2},
                             {1, 1000, 1, 8, 1}, {1, 1000, 2, 90, 1},  {5, 19, 1, 4, 9},
                             {0, 5, 1, 2, 1},    {1, 3000, 1, 700, 1}, {1, 2500, 1, 2500, 1},
                             {1, 64, 1, 16, 1}};
  for (const auto &n : shapes)
    for (Data data :
         {Data::Few, Data::Random, Data::Ascending, Data::Descending, Data::Equal, Data::Special}) {
      const Shape shape{n[0], n[1], n[2], n[3], n[4]};
      constexpr bool isInteger = !isFloat<T> && !isStorage<T>;
      check<true, false, T>(shape, data);
      check<false, isInteger, T>(shape, data); // integers as unsigned ones
      if (this->HasFatalFailure())
        return;
    }
}

TEST(SortKey, IsOrderedLikeTheValue) {
  const float floats[] = {-INFINITY, -2, -1e-40f, 0, 1e-40f, 2, INFINITY, NAN};
  for (int i = 0; i + 1 < 8; ++i)
    EXPECT_LT(sortKey(floats[i]), sortKey(floats[i + 1])) << floats[i];
  EXPECT_EQ(sortKey(0.0), sortKey(-0.0));
  EXPECT_EQ(sortKey(double(NAN)), sortKey(-double(NAN)));
  EXPECT_LT(sortKey(int8_t(-128)), sortKey(int8_t(127)));
  EXPECT_GT(sortKey<true>(int8_t(-128)), sortKey<true>(int8_t(127)));
  EXPECT_LT(sortKey(least<int64_t>), sortKey(greatest<int64_t>));
  EXPECT_GT(sortKey<true>(int64_t(-1)), sortKey<true>(greatest<int64_t>));
}

} // namespace
