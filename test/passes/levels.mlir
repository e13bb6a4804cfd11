// The passes of each level: the tables in passes/*/README.md say the same.
// RUN: onnxcc-opt --optimize=level=0 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=O0
// RUN: onnxcc-opt --optimize=level=1 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=O1
// RUN: onnxcc-opt --optimize=level=2 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=O2
// RUN: onnxcc-opt --optimize=level=3 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=O2
// RUN: onnxcc-opt --layout=level=0 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=LAYOUT0
// RUN: onnxcc-opt --layout=level=1 --dump-pass-pipeline %s 2>&1 | FileCheck %s --check-prefix=LAYOUT1

// O0: func.func(
// O0-NEXT: verify-optimized
// O1: func.func(
// O1-NEXT: fold-constants
// O1-NEXT: canonicalize-graph
// O1-NEXT: fold-constants
// O1-NEXT: cse
// O1-NEXT: verify-optimized
// O2: cse
// O2-NEXT: raise-composites,
// O2-NEXT: fold-batch-norm,
// O2-NEXT: canonicalize-graph,
// O2-NEXT: fold-scales,
// O2-NEXT: fold-pads,
// O2-NEXT: fold-constants
// O2-NEXT: canonicalize-graph
// O2-NEXT: fold-constants
// O2-NEXT: cse
// O2-NEXT: verify-optimized
// LAYOUT0: channels-last
// LAYOUT0-NEXT: verify-layout
// LAYOUT1: channels-last
// LAYOUT1-NEXT: sink-transposes
// LAYOUT1-NEXT: fold-constants
// LAYOUT1-NEXT: canonicalize-graph
// LAYOUT1-NEXT: cse
// LAYOUT1-NEXT: verify-layout
module {}
