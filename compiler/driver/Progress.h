// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far long work is, for who waits.
#ifndef ONNXCC_COMPILER_DRIVER_PROGRESS_H
#define ONNXCC_COMPILER_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>

namespace onnxcc {

/// A line on stderr that is drawn over, gone at the end; nothing where stderr is no terminal:
///   calibrating  [=========>          ] 46 of 100, 12 s left
class Progress {
public:
  Progress(llvm::StringRef title, int64_t steps);
  Progress(const Progress &) = delete;
  ~Progress();

  /// One step is done.
  void advance();

  /// The line after `done` of `steps` steps in `seconds`.
  static std::string format(llvm::StringRef title, int64_t done, int64_t steps, double seconds);

private:
  using Clock = std::chrono::steady_clock;
  void draw();

  std::string title;
  int64_t steps, done = 0;
  bool isShown;
  Clock::time_point start = Clock::now(), drawn;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_DRIVER_PROGRESS_H
