// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of convolutions of other types than float.
#ifndef ONNXCC_TEST_UNIT_RUNTIME_PRODUCTCONVCHECK_H
#define ONNXCC_TEST_UNIT_RUNTIME_PRODUCTCONVCHECK_H

#include "test/unit/runtime/Conv2DCheck.h"
#include "test/unit/runtime/ProductCheck.h"

namespace test {

template <int Group> struct ConvShapeOf : Shape<> {
  static constexpr Packing packing{16, Group};
};
template <int Group, int... Extents> struct ConstantOf : Constant<Extents...> {
  static constexpr Packing packing{16, Group};
};

/// Rows of taps as one run each: taps lie side by side.
struct JoinedShape : Shape<> {
  static constexpr Packing packing{16, 4, true};
};
template <int... Extents> struct JoinedConstant : Constant<Extents...> {
  static constexpr Packing packing{16, 4, true};
};
inline JoinedShape randomJoined() {
  auto s = randomShape<JoinedShape>();
  const Index wide = (s.kernelWidth - 1) * (s.dilationWidth - 1);
  s.dilationWidth = 1; // the image is as much narrower
  s.inWidth = larger(Index(1), s.inWidth - wide);
  return s;
}

template <class In, class W, class S, class F> void checkConvs(F makeShape) {
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    const S s = makeShape();
    checkConv<In, W>(s);
    if (testing::Test::HasFatalFailure())
      return;
  }
}

template <class In, class W, int Group> void checkConvs() {
  checkConvs<In, W, ConvShapeOf<Group>>(randomShape<ConvShapeOf<Group>>);
}

} // namespace test

#endif
