/* Of branches only the one taken runs: an index that is out of range in the other does no harm. */
#include "guard.h"
#include <stdint.h>
#include <stdio.h>

static unsigned char memory[GUARD_ARENA_BYTES + GUARD_ARENA_ALIGN];
static int failures;

static void check(int64_t place, float first, float last) {
  static const float table[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, other[3] = {-1, 20, 30};
  unsigned char *arena = memory + (GUARD_ARENA_ALIGN - (uintptr_t)memory % GUARD_ARENA_ALIGN) % GUARD_ARENA_ALIGN;
  float found[3], twice[3];
  guard_args args;
  args.table = table;
  args.place = &place;
  args.other = other;
  args.found = found;
  args.twice = twice;
  if (guard_run(&args, arena, NULL) != ONNXCC_OK || found[0] != first || found[2] != last || twice[2] != 2 * last) {
    printf("at %d\n", (int)place);
    ++failures;
  }
}

int main(void) {
  check(2, 6, 8);
  check(0, 0, 2);
  check(99, 0, 60);
  check(-7, 2, -60);
  check(3, 9, 11);
  return failures;
}
