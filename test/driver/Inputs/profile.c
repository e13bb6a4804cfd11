// Prints what a profile sink is told: "+INDEX" as a launch begins, "-INDEX" as it ends.
#include "small.h"
#include <stdio.h>

static void sink(void *file, int32_t launch, int32_t end) {
  fprintf((FILE *)file, " %c%d", end ? '-' : '+', launch);
}

int main(void) {
  static _Alignas(SMALL_ARENA_ALIGN) unsigned char arena[SMALL_ARENA_BYTES];
  static float image[36];
  float prob[3];
  small_args args = {.image = image, .prob = prob};
  onnxcc_env env = {.profile = sink, .sink = stdout};
  if (small_run(&args, arena, &env) || small_run(&args, arena, NULL))
    return 1;
  printf(" end\n");
  for (int k = 0; small_model.launches && small_model.launches[k]; ++k)
    printf("%d %s\n", k, small_model.launches[k]);
  return 0;
}
