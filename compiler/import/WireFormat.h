// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads protobuf's wire format just far enough to take large tensors out of a model: protobuf
// itself would copy them.
#ifndef ONNXCC_COMPILER_IMPORT_WIREFORMAT_H
#define ONNXCC_COMPILER_IMPORT_WIREFORMAT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace onnxcc::importer {

/// A serialised ModelProto like `model` in which each raw_data over kInlineLimit is replaced by a
/// marker, an external_data entry, whose number `keep` gives for the bytes that were left out.
/// \returns an error, worded to follow "not an ONNX model: ", if `model` is not in the wire format.
llvm::Expected<std::string> stripLargeTensors(llvm::StringRef model,
                                              llvm::function_ref<size_t(llvm::StringRef)> keep);

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_WIREFORMAT_H
