// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of Gates.td, for who makes them: the import and raise-composites. To all else they are
// elementwise ops like any other, so that Graph.h does without.
#ifndef ONNXCC_DIALECTS_GRAPH_GATES_H
#define ONNXCC_DIALECTS_GRAPH_GATES_H

#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Gates.h.inc"

#endif // ONNXCC_DIALECTS_GRAPH_GATES_H
