/* A "compiled model" with every fault that a runner can find: the first element of its input says which. */
#include "runtime/model.h"
#include <string.h>

typedef struct {
  float *x;
  float *y;
} faulty_args;

static int run(void *given, void *arena, const onnxcc_env *env) {
  faulty_args *args = (faulty_args *)given;
  (void)env;
#ifdef INVALID
  return ONNXCC_EVALUE;
#endif
  int fault = (int)args->x[0];
  args->y[0] = args->x[0];
  args->y[1] = args->x[1];
  if (fault == 1)
    args->y[2] = 0;
  if (fault == 2)
    memset(arena, 0, 65);
  if (fault == 3)
    args->x[-1] = 0;
  return fault == 4 ? ONNXCC_EVALUE : ONNXCC_OK;
}

static size_t arenaBytes(const void *args) {
#ifdef GREEDY
  return ((void)args, 128);
#else
  return ((void)args, 64);
#endif
}

static const onnxcc_extent extents[] = {{2, 0, -1}};
static const onnxcc_argument arguments[] = {
    {"x", ONNXCC_IN, ONNXCC_FLOAT, 1, extents, 0, 0, offsetof(faulty_args, x), 0, 0},
    {"y", ONNXCC_OUT, ONNXCC_FLOAT, 1, extents, 0, 0, offsetof(faulty_args, y), 0, 0},
#ifdef MAPPED
    {"weights", ONNXCC_WEIGHTS, 0, 0, NULL, 0, 0, 0},
#endif
};

/* It does not tell of them. */
static const char *const launches[] = {"launch", NULL};

/* Faults that do not wait for a call. */
#ifdef CONSTRUCTOR
#include <signal.h>
#include <unistd.h>
__attribute__((constructor)) static void start(void) { CONSTRUCTOR; }
#endif

#ifndef VERSION
#define VERSION ONNXCC_ABI_VERSION
#endif
const onnxcc_model faulty_model = {
    .abi_version = VERSION,
    .argument_count = sizeof arguments / sizeof *arguments,
    .name = "faulty",
    .arguments = arguments,
    .args_bytes = sizeof(faulty_args),
    .arena_bytes = 64,
    .arena_align = 64,
    .feature_sets = "generic",
    .arena_bytes_for = arenaBytes,
    .launches = launches,
    .run = run,
};
