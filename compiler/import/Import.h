// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From an ONNX model to a module of the `onnx` dialect. The one header of the importer that others
// include: nothing of the onnx library shows through it.
#ifndef ONNXCC_COMPILER_IMPORT_IMPORT_H
#define ONNXCC_COMPILER_IMPORT_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

/// The values that a dynamic dimension takes; equal ones pin it.
struct DimBounds {
  int64_t min = 1;
  int64_t max = 1;
};

/// Where a model comes from: a file, or bytes in memory.
struct ModelSource {
  /// A file; the folder around it has the external data.
  ModelSource(std::string path);
  /// Bytes, which must live as long as the module. `path` is what messages call the model; as with
  /// files, `.onnxtxt` at its end means the text form. Without a `folder` the model may have no
  /// external data.
  ModelSource(llvm::StringRef bytes, std::string path, std::optional<std::string> folder);

  std::string path;
  std::optional<llvm::StringRef> bytes; // instead of the file's
  std::optional<std::string> folder;    // of external data
};

/// How pixels, 0 to 255, become an input: (pixel - mean) * scale, one number for all channels or
/// one a channel.
struct ImageOptions {
  enum class Layout { Unsaid, Nchw, Nhwc };

  std::vector<double> mean = {0}, scale = {1};
  Layout layout = Layout::Unsaid;
};

struct ImportOptions {
  /// The entry function's name; empty: the file's stem, legalised.
  std::string modelName;
  /// `--dim batch=1..8`: bounds by the dimension's name; that of an unnamed one is INPUT_dK.
  std::map<std::string, DimBounds> dims;
  /// `--shape x=1x3x224x224`: extents by the input's name. They pin the dimensions that the model
  /// leaves open.
  std::map<std::string, std::vector<int64_t>> shapes;
  /// `--input=image:u8,nhwc`: inputs by name, "" for the only one, that become images of bytes in
  /// that layout, or in the model's own if it is unsaid.
  std::map<std::string, ImageOptions> images;
  /// Whether an unbounded dimension is an error; otherwise its symbol's maximum is INT64_MAX.
  bool requireBounds = false;
  /// Where the paths of the files that were read go (for depfiles): the model first, then external
  /// data.
  std::vector<std::string> *filesRead = nullptr;
  /// What later phases have against an operator (domain, name, whether it has subgraphs), or "".
  /// Asked where the import fails, so that one run tells of all problems, and for operators that
  /// ONNX defines as functions of others, which then take their place; may be empty.
  std::function<std::string(llvm::StringRef, llvm::StringRef, bool)> explainUnknown;
};

/// Imports a model: ONNX's protobuf form, or its text form if the name ends in `.onnxtxt`.
/// \returns null after having reported every problem that was found through the context's
/// diagnostics. Large weights stay in the mapped file as long as attributes of `context` refer to
/// them.
mlir::OwningOpRef<mlir::ModuleOp>
importModel(const ModelSource &source, const ImportOptions &options, mlir::MLIRContext &context);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_IMPORT_IMPORT_H
