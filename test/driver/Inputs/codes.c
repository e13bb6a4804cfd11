/* Run-time errors are codes: each call here must return the one beside it. */
#include "expect.h"
#include "small.h"
#include <stdint.h>
#include <stdio.h>

static float image[4 * 36], prob[4 * 3];
static unsigned char memory[SMALL_ARENA_BYTES + 2 * SMALL_ARENA_ALIGN];

static small_args make(onnxcc_dim batch) {
  small_args args;
  args.image = image;
  args.prob = prob;
  args.batch = batch;
  return args;
}

int main(void) {
  unsigned char *arena =
      memory + (SMALL_ARENA_ALIGN - (uintptr_t)memory % SMALL_ARENA_ALIGN) % SMALL_ARENA_ALIGN;
  small_args args = make(4);
  expect("a good call", small_run(&args, arena, NULL), ONNXCC_OK);
  expect("no args", small_run(NULL, arena, NULL), ONNXCC_ENULL);
  expect("no arena", small_run(&args, NULL, NULL), ONNXCC_ENULL);
  args.image = NULL;
  expect("no input", small_run(&args, arena, NULL), ONNXCC_ENULL);
  args = make(4);
  args.prob = NULL;
  expect("no output", small_run(&args, arena, NULL), ONNXCC_ENULL);
  args = make(0);
  expect("a dim below its bounds", small_run(&args, arena, NULL), ONNXCC_EDIM);
  args = make(5);
  expect("a dim above its bounds", small_run(&args, arena, NULL), ONNXCC_EDIM);
  args = make(4);
  expect("an arena that is not aligned", small_run(&args, arena + 1, NULL), ONNXCC_EALIGN);
  args = make(1);
  size_t one = small_arena_bytes(&args);
  args = make(4);
  if (small_arena_bytes(&args) > SMALL_ARENA_BYTES || one > small_arena_bytes(&args)) {
    printf("the arena does not grow with the batch up to its bound\n");
    ++failures;
  }
  return failures;
}
