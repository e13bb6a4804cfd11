// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of Gates.td, all of which that file defines.
#include "dialects/graph/Gates.h"

#define GET_OP_CLASSES
#include "dialects/graph/Gates.cpp.inc"
