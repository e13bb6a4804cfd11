// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of Activation.td, all of which that file defines, and the registration of those of
// Gates.td.
#include "dialects/graph/Gates.h"

#define GET_OP_CLASSES
#include "dialects/graph/Activation.cpp.inc"

void onnxcc::graph::GraphDialect::addActivation() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Activation.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Gates.cpp.inc"
      >();
}
