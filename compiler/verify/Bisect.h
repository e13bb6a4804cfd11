// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which node is it? What `onnxcc verify --bisect` does when outputs differ.
#ifndef ONNXCC_COMPILER_VERIFY_BISECT_H
#define ONNXCC_COMPILER_VERIFY_BISECT_H

#include "compiler/verify/DataSets.h"

namespace onnxcc {

/// Prints the first node, in the order of the model's file, whose output differs from the
/// reference's, and saves it with its data. `folder` takes intermediate files.
/// \returns failure only when the search itself could not be made.
llvm::LogicalResult bisect(const Options &options, const DataSet &set, llvm::StringRef folder);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_BISECT_H
