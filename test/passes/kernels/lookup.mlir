// RUN: onnxcc-opt %s --lower-graph | FileCheck %s

// A table is an input, read where it begins; it is looked up in by the bits of the code.
// CHECK-DAG:   #[[O2:.*]] = affine_map<(d0, d1) -> (0)>
// CHECK-LABEL: func.func @sine
// CHECK-SAME:  %[[X:[^:]*]]: tensor<5x7xi8>
// CHECK:       %[[T:.*]] = arith.constant dense<{{.*}}> : tensor<256xi8>
// CHECK:       kernel.map over #{{.*}} [#[[W:.*]], #[[O2]], #[[W]]] ins(%[[X]], %[[T]] :
// CHECK:       ^bb0(%[[C:.*]]: i8, %[[E:.*]]: i8
// CHECK:         %[[R:.*]] = kernel.lookup %[[C]] in %[[E]] : i8
// CHECK:         kernel.yield %[[R]]
func.func @sine(%x: tensor<5x7xui8>) -> tensor<5x7xi8> {
  %y = graph.lookup %x {table = dense<"0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"> : tensor<256xi8>} : (tensor<5x7xui8>) -> tensor<5x7xi8>
  return %y : tensor<5x7xi8>
}

// One entry all over has been read when compiling.
// CHECK-LABEL: func.func @same
// CHECK:         %[[C:.*]] = arith.constant 9 : i8
// CHECK:         kernel.yield %[[C]]
func.func @same(%x: tensor<5xi8>) -> tensor<5xui8> {
  %y = graph.lookup %x {table = dense<9> : tensor<256xui8>} : (tensor<5xi8>) -> tensor<5xui8>
  return %y : tensor<5xui8>
}
