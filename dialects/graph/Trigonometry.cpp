// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of Trigonometry.td, all of which that file defines.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Trigonometry.cpp.inc"

void onnxcc::graph::GraphDialect::addTrigonometry() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Trigonometry.cpp.inc"
      >();
}
