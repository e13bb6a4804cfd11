// Part of onnxcc's runtime; yours to use without conditions.
//
// All that generated code includes.
#ifndef ONNXCC_RUNTIME_CONTRACT_H
#define ONNXCC_RUNTIME_CONTRACT_H

#include "attention.h"
#include "call.h"
#include "conv2d.h"
#include "depthwise.h"
#include "gemm.h"
#include "launch.h"
#include "map.h"
#include "math.h"
#include "model.h"
#include "parallel.h"
#include "pool.h"
#include "quantize.h"
#include "rows.h"
#include "simd.h"
#include "sums.h"

#endif
