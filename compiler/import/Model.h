// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model between the importer's steps: the library's proto without its large tensors, and what
// belongs to it.
#ifndef ONNXCC_COMPILER_IMPORT_MODEL_H
#define ONNXCC_COMPILER_IMPORT_MODEL_H

#include "compiler/import/Import.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Diagnostics.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace onnxcc::importer {

/// The newest opset of the default domain, to which models are upgraded, and its IR version.
inline constexpr int kOpset = 28;
inline constexpr int kIrVersion = 14;

/// Tensors with more data than this are kept out of the proto.
inline constexpr size_t kInlineLimit = 1024;

/// A tensor's elements outside the proto, valid as long as `owner` lives. From liftTensors on they
/// are as ConstantView has them: types under a byte take one.
struct Payload {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<void> owner;
};

/// A dynamic dimension of the model's inputs.
struct Symbol {
  std::string name;
  int64_t min;
  int64_t max;
};

struct Model {
  Model(const ModelSource &source, const ImportOptions &options, mlir::MLIRContext &context);

  const ImportOptions &options;
  mlir::MLIRContext &context;
  const ModelSource &source;
  std::string path; // the source's
  /// The file as a location, for problems that belong to no node.
  mlir::Location file;
  std::string sha256; // of the file
  ::onnx::ModelProto proto;
  /// What the model is upgraded to.
  int64_t opset = kOpset, irVersion = kIrVersion;
  std::vector<Payload> payloads;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> externalFiles;
  /// The opsets that the file imports, by domain ("" for ai.onnx).
  std::map<std::string, int64_t> opsets;
  std::vector<Symbol> symbols;
  /// Bounds from the options for dimensions that no input has.
  std::vector<Symbol> otherDims;
  /// What each dim_param means.
  llvm::StringMap<mlir::AffineExpr> dims;

  /// "Conv, opset 13": what the node's location says of its operator.
  std::string describe(const ::onnx::NodeProto &node) const;
  mlir::Location locate(const ::onnx::NodeProto &node) const;

  /// Report a problem; `failed` is set.
  mlir::InFlightDiagnostic error();
  mlir::InFlightDiagnostic error(const ::onnx::NodeProto &node);
  /// Success if nothing has been reported.
  llvm::LogicalResult result() const { return llvm::success(!failed); }
  bool failed = false;
};

/// The default domain under its one name.
llvm::StringRef normalDomain(llvm::StringRef domain);

/// What an exception of the library says, without file names, C++ expressions and repeated context.
std::string cleanMessage(llvm::StringRef what);

/// Visits the graph's nodes, and those of its subgraphs before the node that holds them.
void forEachNode(::onnx::GraphProto &graph, llvm::function_ref<void(::onnx::NodeProto &)> visit);
/// Visits the graph and, after each, its subgraphs.
void forEachGraph(::onnx::GraphProto &graph, llvm::function_ref<void(::onnx::GraphProto &)> visit);
/// Visits the graphs that are attributes of the node itself.
void forEachSubgraph(::onnx::NodeProto &node, llvm::function_ref<void(::onnx::GraphProto &)> visit);

/// The types that are known of all values, by name: ONNX lets no graph hide a name of those around
/// it.
llvm::StringMap<::onnx::TypeProto> collectTypes(Model &model);

/// Gives each unnamed node a name: `Conv_3` for the node at index 3 of its graph,
/// `If_8/then_branch/Conv_3` in a subgraph.
void nameNodes(Model &model);

// The steps, in order (Import.cpp). Each reports all problems that it finds.
llvm::LogicalResult scan(Model &model);                              // Scan.cpp
llvm::LogicalResult liftTensors(Model &model);                       // Tensors.cpp
void restoreTensors(Model &model);                                   // Tensors.cpp
llvm::LogicalResult sort(Model &model);                              // Sort.cpp
llvm::LogicalResult check(Model &model);                             // Check.cpp
void reportUnknownOperators(Model &model);                           // Check.cpp
llvm::LogicalResult mend(Model &model);                              // Mend.cpp
llvm::LogicalResult resolveDimensions(Model &model);                 // Dimensions.cpp
llvm::LogicalResult inlineFunctions(Model &model);                   // Inline.cpp
llvm::LogicalResult upgrade(Model &model);                           // Upgrade.cpp
void inferTypes(Model &model);                                       // Upgrade.cpp
llvm::LogicalResult checkTypes(Model &model);                        // CheckTypes.cpp
llvm::LogicalResult expandFunctions(Model &model);                   // Expand.cpp
mlir::OwningOpRef<mlir::ModuleOp> build(Model &model);               // Build.cpp
llvm::LogicalResult preprocess(Model &model, mlir::ModuleOp module); // Preprocess.cpp

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_MODEL_H
