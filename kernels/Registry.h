// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The families, each of the file of its name.
#ifndef ONNXCC_KERNELS_REGISTRY_H
#define ONNXCC_KERNELS_REGISTRY_H

#include "kernels/Family.h"
#include "kernels/Launch.h"

namespace onnxcc::kernels {

const Family &getAttention();
const Family &getConv2d();
const Family &getDepthwise();
const Family &getGemm();
const Family &getLoops();
const Family &getMap();
const Family &getPool();
const Family &getRows();

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_REGISTRY_H
