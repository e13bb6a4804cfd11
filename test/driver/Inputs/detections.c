/* How many boxes are good is known after the call; more than there is room for is a code. */
#include "detections.h"

#include <stdio.h>

static unsigned char memory[DETECTIONS_ARENA_BYTES + DETECTIONS_ARENA_ALIGN];
static int failures;

static void expect(int isSo, const char *what) {
  if (!isSo)
    printf("%s\n", what);
  failures += !isSo;
}

int main(void) {
  const float boxes[5][4] = {{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}, {12, 13, 14, 15}, {16, 17, 18, 19}};
  const float scores[5] = {0.9f, 0.1f, 0.6f, 0.4f, 0.8f};
  float threshold = 0.7f, best[3][4];
  int64_t places[3], shape[2];
  unsigned char *arena =
      memory + (DETECTIONS_ARENA_ALIGN - (uintptr_t)memory % DETECTIONS_ARENA_ALIGN) % DETECTIONS_ARENA_ALIGN;
  detections_args args;
  args.boxes = &boxes[0][0];
  args.scores = scores;
  args.threshold = &threshold;
  args.best = &best[0][0];
  args.places = places;
  args.shape = shape;
  args.n = 5;
  expect(detections_run(&args, arena, NULL) == ONNXCC_OK && args.best_d0 == 2, "two are good");
  expect(best[0][0] == 0 && best[0][3] == 3 && best[1][0] == 16 && best[1][3] == 19, "the boxes");
  expect(places[0] == 0 && places[1] == 4, "the places");
  expect(shape[0] == 2 && shape[1] == 4, "the shape");
  threshold = 1;
  expect(detections_run(&args, arena, NULL) == ONNXCC_OK && args.best_d0 == 0, "none is");
  threshold = 0.5f;
  expect(detections_run(&args, arena, NULL) == ONNXCC_OK && args.best_d0 == 3, "three fit");
  /* A fourth is more than the bound: nothing is written beyond the room for three. */
  threshold = 0.2f;
  expect(detections_run(&args, arena, NULL) == ONNXCC_EEXTENT, "four do not");
  return failures;
}
