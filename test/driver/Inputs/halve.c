/* How many steps a loop takes is known after the call; more than there is room for is a code. */
#include "halve.h"

#include <stdio.h>

static unsigned char memory[HALVE_ARENA_BYTES + HALVE_ARENA_ALIGN];
static int failures;

static void expect(int isSo, const char *what) {
  if (!isSo)
    printf("%s\n", what);
  failures += !isSo;
}

int main(void) {
  const float x[3] = {8, 2, -4};
  float least, last[3], history[4][3];
  int64_t limit, shape[2];
  unsigned char *arena = memory + (HALVE_ARENA_ALIGN - (uintptr_t)memory % HALVE_ARENA_ALIGN) % HALVE_ARENA_ALIGN;
  int k, found = 0;
  halve_args args;
  args.x = x;
  args.least = &least;
  args.limit = &limit;
  args.last = last;
  args.history = &history[0][0];
  args.shape = shape;
  args.n = 3;
  /* What the caller sets as the dim does not matter. */
  args.history_d0 = 99;

  least = 1, limit = 100;
  expect(halve_run(&args, arena, NULL) == ONNXCC_OK && args.history_d0 == 3, "as long as data says");
  expect(history[0][0] == 4 && history[1][2] == -1 && history[2][1] == 0.25f && last[0] == 1, "three steps");
  expect(shape[0] == 3 && shape[1] == 3, "the shape");
  limit = 2;
  expect(halve_run(&args, arena, NULL) == ONNXCC_OK && args.history_d0 == 2 && last[0] == 2, "up to the limit");
  limit = 0;
  expect(halve_run(&args, arena, NULL) == ONNXCC_OK && args.history_d0 == 0 && last[0] == 8, "no step");
  least = 0.5f, limit = 100;
  expect(halve_run(&args, arena, NULL) == ONNXCC_OK && args.history_d0 == 4, "four steps fit");
  /* A fifth is more than the bound: nothing is written beyond the room for four. */
  least = 0.25f;
  expect(halve_run(&args, arena, NULL) == ONNXCC_EEXTENT, "five do not");
  limit = 4;
  expect(halve_run(&args, arena, NULL) == ONNXCC_OK && args.history_d0 == 4, "four at most do");

  for (k = 0; k < halve_model.argument_count; ++k) {
    const onnxcc_argument *argument = &halve_model.arguments[k];
    if (argument->kind == ONNXCC_DIM_OUT)
      found += argument->max == 4 && argument->min == 0;
    if (argument->kind == ONNXCC_OUT && argument->rank == 2)
      expect(halve_model.arguments[argument->extents[0].dim].kind == ONNXCC_DIM_OUT, "the extent's dim");
  }
  expect(found == 1, "one dim that the call writes");
  return failures;
}
