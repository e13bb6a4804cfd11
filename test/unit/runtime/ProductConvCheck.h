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

template <class In, class W, int Group> void checkConvs() {
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    checkConv<In, W>(randomShape<ConvShapeOf<Group>>());
    if (testing::Test::HasFatalFailure())
      return;
  }
}

} // namespace test

#endif
