/* Indices that are data: negative ones count from the end, others out of range are an error, and nothing outside is read. */
#include "lookup.h"
#include <stdint.h>
#include <stdio.h>

static int64_t ids[3] = {2, -4, 3}, places[6] = {0, 4, -1, -5, 1, 2};
static float rows[15], picked[6];
static unsigned char memory[LOOKUP_ARENA_BYTES + LOOKUP_ARENA_ALIGN];

static int failures;

static void check(const char *what, int isRight) {
  if (!isRight) {
    printf("%s\n", what);
    ++failures;
  }
}

static int run(void) {
  unsigned char *arena = memory + (LOOKUP_ARENA_ALIGN - (uintptr_t)memory % LOOKUP_ARENA_ALIGN) % LOOKUP_ARENA_ALIGN;
  lookup_args args;
  args.ids = ids;
  args.places = places;
  args.rows = rows;
  args.picked = picked;
  args.n = 3;
  return lookup_run(&args, arena, NULL);
}

int main(void) {
  check("good indices are refused", run() == ONNXCC_OK);
  check("the rows are others", rows[0] == 2.0f && rows[9] == 0.4f && rows[10] == 3.0f);
  check("the elements are others", picked[1] == 0.4f && picked[2] == 0.4f && picked[3] == 1.0f && picked[5] == 1.2f);
  static const int64_t bad[] = {4, -5, INT64_MAX, INT64_MIN};
  for (int k = 0; k < 4; ++k) {
    ids[1] = bad[k];
    check("an index out of range is taken", run() == ONNXCC_EVALUE);
  }
  ids[1] = 0;
  check("an error outlives its call", run() == ONNXCC_OK);
  places[5] = 5;
  check("an element's index out of range is taken", run() == ONNXCC_EVALUE);
  return failures;
}
