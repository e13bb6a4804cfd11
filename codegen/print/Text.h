// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lines of emitted source: at most kLineWidth columns, two spaces a level.
#ifndef ONNXCC_CODEGEN_PRINT_TEXT_H
#define ONNXCC_CODEGEN_PRINT_TEXT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace onnxcc {

inline constexpr size_t kLineWidth = 120;

/// head + "a, b, c" + tail, broken between items; further lines are aligned with the first item, or
/// with four spaces more than the head's indentation if that leaves too little room.
std::string wrapList(llvm::StringRef head, llvm::ArrayRef<std::string> items, llvm::StringRef tail);

/// `text` as `//` comment lines.
std::string wrapComment(llvm::StringRef text);

/// Lines in nested blocks.
class CodeBlock {
public:
  void line(const std::string &text) { lines.push_back(std::string(2 * depth, ' ') + text); }
  void open(const std::string &text) {
    line(text);
    ++depth;
  }
  void close(const std::string &text = "}") {
    --depth;
    line(text);
  }
  std::vector<std::string> take() { return std::move(lines); }

private:
  std::vector<std::string> lines;
  unsigned depth = 0;
};

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_TEXT_H
