// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs scalar code (arith and math ops in a block) on the host, over many elements at a time. Graph
// ops evaluate themselves with it, and kernels' regions can be tested with it.
#ifndef ONNXCC_DIALECTS_SUPPORT_SCALARINTERPRETER_H
#define ONNXCC_DIALECTS_SUPPORT_SCALARINTERPRETER_H

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ValueRange.h"
#include <functional>
#include <memory>
#include <vector>

namespace onnxcc {

/// The values of one scalar at many points. f64 lies in `doubles`, narrower floats in `floats`
/// (rounded to their type), integers in `integers`: sign-extended, but i1 as 0 or 1. The other
/// vectors are empty.
struct Column {
  mlir::Type type;
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<int64_t> integers;

  void resize(int64_t count);
};

/// `value` rounded to nearest even as a float of `type`, no wider than 32 bits.
float roundToFloat(double value, mlir::FloatType type);

/// A block of scalar ops, translated for running. Each type is computed as itself: f32 with float
/// operations, narrower floats as f32 and rounded after each op, integers wrapping by their width.
/// What arith leaves open: dividing an integer by zero gives 0, fptosi and fptoui saturate and turn
/// NaN into 0.
class ScalarProgram {
public:
  /// Translates `block`, whose ops compute `results` from its arguments; a terminator is left out.
  /// Fails at an op that it does not know.
  static mlir::FailureOr<ScalarProgram> compile(mlir::Block &block, mlir::ValueRange results);

  /// The argument's column, to be filled with `count` values before `run(count)`.
  Column &getArgument(unsigned index) { return columns[index]; }
  const Column &getResult(unsigned index) const { return columns[resultColumns[index]]; }
  void run(int64_t count);

private:
  using Step = std::function<void(int64_t count)>;
  using Columns = std::vector<Column>;
  friend class ScalarTranslator;

  /// Reached by the steps, so it must not move.
  std::unique_ptr<Columns> owned;
  llvm::MutableArrayRef<Column> columns;
  std::vector<unsigned> resultColumns;
  std::vector<Step> steps;
};

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_SCALARINTERPRETER_H
