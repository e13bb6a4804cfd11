// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The families and the routines, each of the file of its name or theme.
#ifndef ONNXCC_KERNELS_REGISTRY_H
#define ONNXCC_KERNELS_REGISTRY_H

#include "kernels/Family.h"
#include "kernels/Routine.h"

namespace onnxcc::kernels {

#define ONNXCC_FAMILY(name) const Family &get##name();
#include "kernels/Families.def"
#undef ONNXCC_FAMILY

#define ONNXCC_ROUTINE(name) const Routine &get##name();
#include "kernels/Routines.def"
#undef ONNXCC_ROUTINE

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_REGISTRY_H
