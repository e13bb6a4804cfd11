/* Indices of several axes and of updates: each is one of its own axis, or the call fails and nothing outside is touched. */
#include "scatter.h"
#include <stdint.h>
#include <stdio.h>

static int64_t points[4] = {0, 3, -1, 1}, places[8] = {0, 1, 2, -1, 1, 2, 0, 0};
static float x[12], results[3][14], picked[2];
static unsigned char memory[SCATTER_ARENA_BYTES + SCATTER_ARENA_ALIGN];

static int failures;

static void check(const char *what, int isRight) {
  if (!isRight) {
    printf("%s\n", what);
    ++failures;
  }
}

static int run(void) {
  unsigned char *arena = memory + (SCATTER_ARENA_ALIGN - (uintptr_t)memory % SCATTER_ARENA_ALIGN) % SCATTER_ARENA_ALIGN;
  scatter_args args;
  args.points = points;
  args.places = places;
  args.x = x;
  args.replaced = results[0] + 1;
  args.largest = results[1] + 1;
  args.moved = results[2] + 1;
  args.picked = picked;
  return scatter_run(&args, arena, NULL);
}

int main(void) {
  for (int k = 0; k < 12; ++k)
    x[k] = (float)(k + 8);
  check("good indices are refused", run() == ONNXCC_OK);
  check("replaced", results[0][1 + 3] == 10 && results[0][1 + 9] == 20 && results[0][1 + 4] == 12);
  check("largest", results[1][1 + 3] == 11 && results[1][1 + 9] == 20);
  check("moved", results[2][1] == 1 && results[2][1 + 5] == 2 && results[2][1 + 10] == 3 && results[2][1 + 11] == 4 &&
                     results[2][1 + 4] == 5 && results[2][1 + 9] == 6 && results[2][1 + 2] == 7 && results[2][1 + 3] == 8);
  check("picked", picked[0] == 11 && picked[1] == 17);
  /* 4 of the first axis' 3, -4 of them, 4 of the second's 4, -5 of those: of all 12 elements most would be in range. */
  static const int64_t bad[] = {3, 0, -4, 0, 0, 4, 1, -5, INT64_MAX, 0, 0, INT64_MIN};
  for (int k = 0; k < 12; k += 2) {
    points[0] = bad[k], points[1] = bad[k + 1];
    check("a point out of range is taken", run() == ONNXCC_EVALUE);
  }
  points[0] = points[1] = 0;
  check("an error outlives its call", run() == ONNXCC_OK);
  static const int64_t badPlaces[] = {3, -4, 1000000, INT64_MIN};
  for (int k = 0; k < 4; ++k) {
    places[7] = badPlaces[k];
    check("an update's index out of range is taken", run() == ONNXCC_EVALUE);
  }
  for (int k = 0; k < 3; ++k)
    check("an element outside is written", results[k][0] == 0 && results[k][13] == 0);
  return failures;
}
