// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/driver/Progress.h"

#include <gtest/gtest.h>

namespace {
using onnxcc::Progress;

TEST(Progress, ShowsWhatIsDone) {
  EXPECT_EQ(Progress::format("work", 0, 10, 0), "work  [>                       ] 0 of 10");
  EXPECT_EQ(Progress::format("work", 5, 10, 20),
            "work  [============>           ] 5 of 10, 20 s left");
  EXPECT_EQ(Progress::format("work", 10, 10, 40), "work  [========================] 10 of 10");
}

TEST(Progress, IsSilentWithoutATerminal) {
  testing::internal::CaptureStderr();
  {
    Progress progress("work", 3);
    progress.advance();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace
