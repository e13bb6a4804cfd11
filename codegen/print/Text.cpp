// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Breaking long lines: see Text.h.
#include "codegen/print/Text.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace onnxcc {

std::string wrapList(StringRef head, ArrayRef<std::string> items, StringRef tail) {
  std::string text = head.str();
  // Under a short head the items are aligned; under a longer one that would waste the lines.
  size_t indent = head.size() < 24 ? head.size() : head.size() - head.ltrim().size() + 4,
         column = head.size();
  for (size_t k = 0; k < items.size(); ++k) {
    bool last = k + 1 == items.size();
    size_t length = items[k].size() + (last ? tail.size() : 1);
    if (k && column + 1 + length > kLineWidth) {
      text += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (k) {
      text += ' ';
      ++column;
    }
    text += items[k] + (last ? "" : ",");
    column += length;
  }
  return text + tail.str();
}

std::string wrapComment(StringRef text) {
  SmallVector<StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  std::string out = "//";
  size_t column = 2;
  for (StringRef word : words) {
    if (column + 1 + word.size() > kLineWidth && column > 4) {
      out += "\n//  ";
      column = 4;
    }
    out += " " + word.str();
    column += 1 + word.size();
  }
  return out + "\n";
}

} // namespace onnxcc
