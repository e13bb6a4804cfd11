// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model as ONNX's own proto, for who changes it and writes it again.
#ifndef ONNXCC_COMPILER_IMPORT_PROTO_H
#define ONNXCC_COMPILER_IMPORT_PROTO_H

#include "compiler/import/Import.h"

#include <memory>

namespace onnx {
class ModelProto;
} // namespace onnx

namespace onnxcc {

/// Reads a model with the importer's care: nodes are sorted and have names, functions are inlined,
/// all data lie in `raw_data` of their tensors, and the types of inner values, as far as the
/// library infers them, in `value_info`. Dims stay as they are. A model below `leastOpset` is
/// raised to opset 21, which has all that the upgrade writes; others keep theirs.
/// \returns null after having reported every problem through the context's diagnostics.
std::unique_ptr<::onnx::ModelProto> importProto(const ModelSource &source,
                                                const ImportOptions &options, int64_t leastOpset,
                                                mlir::MLIRContext &context);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_IMPORT_PROTO_H
