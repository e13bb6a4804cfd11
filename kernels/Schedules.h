// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The schedule table: rows that say how a family's launches run on a target. The rows themselves
// are in schedules.table.
#ifndef ONNXCC_KERNELS_SCHEDULES_H
#define ONNXCC_KERNELS_SCHEDULES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringMap.h"

namespace onnxcc::kernels {

/// Facts of a launch's shape and types that rows ask about, by name: "rows", "depth" …
using ShapeFacts = llvm::StringMap<int64_t>;

/// What has been chosen, by name: numbers, pairs ("tile = 6x2"), words.
class Choices {
public:
  bool has(llvm::StringRef name) const { return values.contains(name); }
  /// \pre has(name)
  llvm::ArrayRef<int64_t> numbers(llvm::StringRef name) const;
  int64_t number(llvm::StringRef name) const { return numbers(name).front(); }
  /// Whether the word `value` has been chosen.
  bool is(llvm::StringRef name, llvm::StringRef value) const;
  void set(llvm::StringRef name, llvm::ArrayRef<int64_t> numbers);
  void set(llvm::StringRef name, llvm::StringRef word);
  void erase(llvm::StringRef name) { values.erase(name); }

  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
  static Choices get(mlir::DictionaryAttr attribute);

private:
  struct Value {
    llvm::SmallVector<int64_t> numbers;
    std::string word; // if there are no numbers
  };
  llvm::StringMap<Value> values;
};

/// The choices of the table for a family's launch: of each, that of the first row that fits.
/// `target` is a name of the table of targets, `compiler` "g++" or "clang++" or empty if unknown.
Choices lookUpSchedule(llvm::StringRef family, llvm::StringRef target, llvm::StringRef compiler,
                       const ShapeFacts &facts);

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_SCHEDULES_H
