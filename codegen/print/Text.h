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

/// The same between `/*` and `*/`, which assemblers know everywhere.
std::string wrapBlockComment(llvm::StringRef text);

/// A line of code, which may be too long, as several: broken where the fewest parentheses are open.
std::string wrapCode(llvm::StringRef line);

/// Whether `name` stands in `text` as a word that is no member of anything.
bool mentions(llvm::StringRef text, llvm::StringRef name);

/// Lines in nested blocks.
class CodeBlock {
public:
  void line(const std::string &text);
  void open(const std::string &text);
  /// Braces around a single plain statement vanish; a lambda of one is one line, or two.
  void close(const std::string &text = "}");
  std::vector<std::string> take() { return std::move(lines); }

private:
  struct Block {
    size_t head;         // its line
    unsigned statements; // directly in it
    bool isPlain;        // none of them has braces
  };
  bool foldLambda(size_t head, const std::string &close);

  std::vector<std::string> lines;
  std::vector<Block> blocks;
};

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_TEXT_H
