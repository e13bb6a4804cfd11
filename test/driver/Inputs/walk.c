/* A walk that data ends: a wrong place fails the call, and does not go on for ever. */
#include "walk.h"

#include <stdio.h>

static unsigned char memory[WALK_ARENA_BYTES + WALK_ARENA_ALIGN];

int main(void) {
  int64_t next[4] = {2, 0, 3, 1}, start = 2, last = -1;
  unsigned char *arena = memory + (WALK_ARENA_ALIGN - (uintptr_t)memory % WALK_ARENA_ALIGN) % WALK_ARENA_ALIGN;
  walk_args args;
  int code;
  args.next = next;
  args.start = &start;
  args.last = &last;
  code = walk_run(&args, arena, NULL);
  if (code != ONNXCC_OK || last != 0)
    return printf("%d: %d\n", code, (int)last), 1;
  /* Place 4 is read as place 0, from which the walk never comes home. */
  next[0] = 2, next[3] = 4, next[2] = 3, next[1] = 1;
  code = walk_run(&args, arena, NULL);
  return code != ONNXCC_EVALUE ? printf("%d\n", code), 2 : 0;
}
