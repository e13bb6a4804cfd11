// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scattered updates and running sums against plain loops; indices that are out of range.
#include "runtime/scatter.h"
#include "Support.h"
#include "runtime/cumulate.h"

using namespace test;

namespace {

struct Elements {
  Index outer[2], outerData[2], inner[2], innerData[2];
  Index extent, count, tasks;
};

template <class C, class T> T combined(T old, T update) {
  T result = old;
  combineInto<C>(&result, &update, 1);
  return result;
}

template <class C, class T> void checkElements(Index tasks) {
  const Elements s{{2, 3}, {3, 3}, {3, 2}, {4, 5}, 6, 4, tasks};
  Guarded<T> data(3 * 3 * 6 * 4 * 5), updates(2 * 3 * 4 * 3 * 2);
  Guarded<int32_t> indices(updates.size());
  data.randomize();
  updates.randomize();
  for (Index i = 0; i < indices.size(); ++i)
    indices[i] = int32_t(randomIn(-6, 5));
  std::vector<T> wanted(data.data(), data.data() + data.size());
  Index u = 0;
  for (Index a = 0; a < 2; ++a)
    for (Index b = 0; b < 3; ++b)
      for (Index i = 0; i < 4; ++i)
        for (Index c = 0; c < 3; ++c)
          for (Index d = 0; d < 2; ++d, ++u) {
            const Index at = indices[u] < 0 ? indices[u] + 6 : indices[u];
            T &element = wanted[size_t((((a * 3 + b) * 6 + at) * 4 + c) * 5 + d)];
            element = combined<C>(element, updates[u]);
          }
  Call call{nullptr};
  scatterElements<C>(call, s, indices.data(), updates.data(), data.data());
  EXPECT_EQ(call.code, ONNXCC_OK);
  EXPECT_EQ(std::memcmp(wanted.data(), data.data(), wanted.size() * sizeof(T)), 0);
}

TEST(ScatterElements, AsPlainLoops) {
  for (Index tasks : {1, 3, 100}) {
    checkElements<Replace, float>(tasks);
    checkElements<Sum, float>(tasks);
    checkElements<Prod, double>(tasks);
    checkElements<Max, int8_t>(tasks);
    checkElements<UnsignedMin, int16_t>(tasks);
    checkElements<Replace, int64_t>(tasks);
  }
}

struct Tuples {
  Index extents[2];
  Index count, slice, tasks;
};

TEST(ScatterNd, AsPlainLoops) {
  for (Index slice : {1, 7, 200})
    for (Index tasks : {1, 3}) {
      const Tuples s{{4, 3}, 9, slice, tasks};
      Guarded<float> data(12 * slice), updates(9 * slice);
      Guarded<int64_t> indices(18);
      data.randomize();
      updates.randomize();
      std::vector<float> wanted(data.data(), data.data() + data.size());
      for (Index i = 0; i < 9; ++i) {
        indices[2 * i] = randomIn(-4, 3);
        indices[2 * i + 1] = randomIn(-3, 2);
        const Index place = (indices[2 * i] + 4) % 4 * 3 + (indices[2 * i + 1] + 3) % 3;
        for (Index k = 0; k < slice; ++k)
          wanted[size_t(place * slice + k)] += updates[i * slice + k];
      }
      Call call{nullptr};
      scatterNd<Sum>(call, s, indices.data(), updates.data(), data.data());
      EXPECT_EQ(call.code, ONNXCC_OK);
      EXPECT_EQ(std::memcmp(wanted.data(), data.data(), wanted.size() * sizeof(float)), 0);
    }
}

TEST(Scatter, LeavesOutWhatIsOutOfRange) {
  Guarded<float> data(6), updates(2);
  data.fill(1);
  updates.fill(5);
  for (int64_t bad : {int64_t(3), int64_t(-4), greatest<int64_t>, least<int64_t>}) {
    int64_t indices[] = {bad, 1};
    Call call{nullptr};
    struct {
      Index outer[1] = {1}, outerData[1] = {1}, inner[1] = {1}, innerData[1] = {2};
      Index extent = 3, count = 2, tasks = 1;
    } s;
    scatterElements<Replace>(call, s, indices, updates.data(), data.data());
    EXPECT_EQ(call.code, ONNXCC_EVALUE);
    EXPECT_EQ(data[2], 5);
    EXPECT_EQ(data[0], 1);
    Call other{nullptr};
    struct {
      Index extents[2] = {3, 2};
      Index count = 1, slice = 1, tasks = 1;
    } nd;
    scatterNd<Replace>(other, nd, indices, updates.data(), data.data());
    EXPECT_EQ(other.code, ONNXCC_EVALUE);
    EXPECT_EQ(data[0], 1);
  }
  // Of an axis without elements every index is.
  Call call{nullptr};
  struct {
    Index extents[1] = {0};
    Index count = 1, slice = 2, tasks = 1;
  } none;
  const int64_t zero[] = {0};
  scatterNd<Replace>(call, none, zero, updates.data(), data.data());
  EXPECT_EQ(call.code, ONNXCC_EVALUE);
}

struct Along {
  Index outer, extent, inner, tasks;
};
template <bool Exclusive, bool Reverse> struct Running : Along {
  static constexpr bool exclusive = Exclusive, reverse = Reverse;
};

template <class C, class T, bool Exclusive, bool Reverse> void checkRunning(const Along &shape) {
  const Running<Exclusive, Reverse> s{shape};
  Guarded<T> x(s.outer * s.extent * s.inner), out(x.size());
  x.randomize();
  std::vector<T> wanted(size_t(x.size()));
  for (Index outer = 0; outer < s.outer; ++outer)
    for (Index inner = 0; inner < s.inner; ++inner) {
      T running = C::template identity<T>();
      for (Index i = 0; i < s.extent; ++i) {
        const Index at = (outer * s.extent + (Reverse ? s.extent - 1 - i : i)) * s.inner + inner;
        const T next = C::combine(running, x[at]);
        wanted[size_t(at)] = Exclusive ? running : next;
        running = next;
      }
    }
  Call call{nullptr};
  cumulate<C>(call, s, x.data(), out.data());
  EXPECT_EQ(std::memcmp(wanted.data(), out.data(), wanted.size() * sizeof(T)), 0);
  cumulate<C>(call, s, x.data(), x.data()); // in place
  EXPECT_EQ(std::memcmp(wanted.data(), x.data(), wanted.size() * sizeof(T)), 0);
}

TEST(Cumulate, AsPlainLoops) {
  for (const Along &shape :
       {Along{3, 17, 1, 2}, Along{2, 5, 70, 3}, Along{1, 1, 64, 1}, Along{2, 9, 130, 100}}) {
    checkRunning<Sum, float, false, false>(shape);
    checkRunning<Sum, float, true, true>(shape);
    checkRunning<Prod, double, true, false>(shape);
    checkRunning<Sum, int32_t, false, true>(shape);
    checkRunning<Sum, int64_t, false, false>(shape);
  }
}

} // namespace
