// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the programs run when they are themselves built with ONNXCC_SANITIZE=address.

#if defined(__SANITIZE_ADDRESS__)
/// LLVM's and the onnx library are not instrumented: they know nothing of what LLVM's headers
/// poison, and vectors grow on both sides. MLIR keeps what it has until the process ends.
extern "C" const char *__asan_default_options();
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0";
}
#endif
