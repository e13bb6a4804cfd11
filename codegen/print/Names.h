// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Legal, readable, unique identifiers for C and C++ from ONNX names, which may hold any character.
#ifndef ONNXCC_CODEGEN_PRINT_NAMES_H
#define ONNXCC_CODEGEN_PRINT_NAMES_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace onnxcc {

/// A legal identifier: other characters become '_', a leading digit gets a prefix, keywords a
/// suffix. A legal name stays as it is, unless it is reserved.
std::string toIdentifier(llvm::StringRef name);

/// What all of a model's names begin with, and its files': `resnet50` for `resnet50_run` in
/// resnet50.h. So it may be a keyword or a name of emitted code; it is no header's of C, and does
/// not begin as the names do that all models share.
std::string toModelName(llvm::StringRef name);

/// An identifier that an application sees as a member of a structure: none of Windows' macros
/// either.
std::string toMemberName(llvm::StringRef name);

/// A short identifier of a value or node: "/layer1/layer1.0/relu/Relu_output_0" gives
/// "layer1_0_relu".
/// A last component that only repeats the node's operator `op` is left out.
std::string toShortIdentifier(llvm::StringRef name, llvm::StringRef op = {});

/// The function that a launch becomes: its first node's short name; its value's where nodes have no
/// names.
std::string getLaunchName(mlir::Location loc);

/// What a launch or call computes, as the name of its value number `result`; empty if unknown.
std::string getResultName(mlir::Location loc, unsigned result = 0);

/// The nodes of a launch for a comment: "conv1/Conv + relu1/Relu, layout for conv2/Conv".
std::string describeNodes(mlir::Location loc);

/// The name of a dim as a variable: not one that emitted functions use for parameters and indices.
std::string toLocalName(llvm::StringRef name);

/// "conv1" to "Conv1", "mat_mul_28" to "MatMul_28": the struct beside a function. Differs from
/// `name` always.
std::string toTypeName(llvm::StringRef name);

/// Names that must not clash: those of an enclosing scope are taken too.
class NameScope {
public:
  explicit NameScope(const NameScope *outer = nullptr) : outer(outer) {}

  /// `wanted`, an identifier, or `wanted` with a number. The result is taken from now on.
  std::string add(llvm::StringRef wanted);
  bool has(llvm::StringRef name) const {
    return names.contains(name) || (outer && outer->has(name));
  }

private:
  const NameScope *outer;
  llvm::StringSet<> names;
};

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_NAMES_H
