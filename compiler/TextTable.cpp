// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers and tables as text: see TextTable.h.
#include "compiler/TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace onnxcc {

std::string formatDigits(double value) {
  char text[32];
  snprintf(text, sizeof(text), value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  return text;
}

std::string formatBytes(double bytes) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
  unsigned unit = 0;
  for (; bytes >= 1024 && unit < 3; ++unit)
    bytes /= 1024;
  return (unit ? formatDigits(bytes) : std::to_string(int64_t(bytes))) + " " + units[unit];
}

std::string formatPercent(double share) { return formatv("{0:f1} %", 100 * share); }

std::string shorten(StringRef name, size_t width) {
  if (name.size() <= width)
    return name.str();
  name = name.take_back(width - 3);
  return "..." + name.drop_while([](char c) { return (c & 0xc0) == 0x80; }).str();
}

void TextTable::print(raw_ostream &out) const {
  std::vector<size_t> widths(rows.front().size());
  for (const auto &row : rows)
    for (auto [index, cell] : enumerate(row))
      widths[index] = std::max(widths[index], cell.size());
  for (const auto &row : rows) {
    std::string line;
    for (auto [index, cell] : enumerate(row)) {
      std::string gap(widths[index] - cell.size(), ' ');
      line += "  " + (index ? gap + cell : cell + gap);
    }
    out << StringRef(line).rtrim() << "\n";
  }
}

} // namespace onnxcc
