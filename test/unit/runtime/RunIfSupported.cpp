// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RunIfSupported ISA PROGRAM: runs the program if this processor has the ISA, else exits with 77,
// which ctest reports as skipped. A program of its own: initialisers of a test may already use the
// ISA before its main.
#include <cstdio>
#include <cstring>

#include <unistd.h>

static bool supported(const char *isa) {
  if (std::strcmp(isa, "generic") == 0)
    return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (std::strcmp(isa, "x86-64") == 0)
    return true;
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi2");
  if (std::strcmp(isa, "x86-64-v3") == 0)
    return v3;
  if (std::strcmp(isa, "x86-64-v4") == 0)
    return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512cd");
#endif
  return false;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  if (!supported(argv[1])) {
    std::printf("skipped: this processor lacks %s\n", argv[1]);
    return 77;
  }
  execv(argv[2], argv + 2);
  std::perror(argv[2]);
  return 1;
}
