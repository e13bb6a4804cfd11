// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers and tables as text, for reports that people read.
#ifndef ONNXCC_COMPILER_TEXTTABLE_H
#define ONNXCC_COMPILER_TEXTTABLE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace onnxcc {

/// Three digits: "1.23", "12.3", "123".
std::string formatDigits(double value);

/// "1.50 KiB".
std::string formatBytes(double bytes);

/// "12.3 %" for 0.123.
std::string formatPercent(double share);

/// Cut at the front, where long names repeat one another; never inside a character of UTF-8.
std::string shorten(llvm::StringRef name, size_t width);

/// Columns as wide as their widest cell; the first column left, the others right.
class TextTable {
public:
  void add(std::vector<std::string> row) { rows.push_back(std::move(row)); }
  /// \pre a row was added, and all have as many cells.
  void print(llvm::raw_ostream &out) const;

private:
  std::vector<std::vector<std::string>> rows;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_TEXTTABLE_H
