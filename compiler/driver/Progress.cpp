// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The line of progress: see Progress.h.
#include "compiler/driver/Progress.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace onnxcc {

Progress::Progress(StringRef title, int64_t steps)
    : title(title), steps(steps), isShown(errs().is_displayed() && steps > 1) {
  draw();
}

Progress::~Progress() {
  if (isShown)
    errs() << "\r\x1b[K"; // to the line's begin, and nothing right of it
}

std::string Progress::format(StringRef title, int64_t done, int64_t steps, double seconds) {
  constexpr int64_t width = 24;
  int64_t filled = width * done / steps;
  std::string bar = std::string(filled, '=') + (filled < width ? ">" : "");
  bar.resize(width, ' ');
  std::string line = formatv("{0}  [{1}] {2} of {3}", title, bar, done, steps);
  // The first steps may take longer than others, so nothing is said too early.
  if (done > 1 && done < steps && seconds > 1)
    line += formatv(", {0:f0} s left", seconds / double(done) * double(steps - done));
  return line;
}

void Progress::draw() {
  if (!isShown)
    return;
  drawn = Clock::now();
  std::chrono::duration<double> passed = drawn - start;
  errs() << "\r" << format(title, done, steps, passed.count()) << "\x1b[K";
}

void Progress::advance() {
  ++done;
  // Steps of microseconds shall not be spent on drawing.
  if (Clock::now() - drawn > std::chrono::milliseconds(50) || done == steps)
    draw();
}

} // namespace onnxcc
