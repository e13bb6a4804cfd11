// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The families, each of the file of its name.
#ifndef ONNXCC_KERNELS_REGISTRY_H
#define ONNXCC_KERNELS_REGISTRY_H

#include "kernels/Family.h"
#include "kernels/Launch.h"

namespace onnxcc::kernels {

#define ONNXCC_FAMILY(name) const Family &get##name();
#include "kernels/Families.def"
#undef ONNXCC_FAMILY

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_REGISTRY_H
