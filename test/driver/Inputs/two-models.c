/* Runs two models from two threads at once, many times, and compares every result with the first.
 */
#include "other.h"
#include "small.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { calls = 2000 };

static float image[4 * 36], small_first[4 * 3], other_first[4 * 72];

static int run_small(float *prob) {
  static _Thread_local _Alignas(SMALL_ARENA_ALIGN) unsigned char arena[SMALL_ARENA_BYTES + 1];
  small_args args = {.image = image, .prob = prob, .batch = 4};
  return small_run(&args, arena, NULL);
}

static int run_other(float *y) {
  static _Thread_local _Alignas(OTHER_ARENA_ALIGN) unsigned char arena[OTHER_ARENA_BYTES + 1];
  other_args args = {.image = image, .y = y, .batch = 4};
  return other_run(&args, arena, NULL);
}

static void *work(void *result) {
  float prob[4 * 3], y[4 * 72];
  int bad = 0;
  for (int call = 0; call < calls; ++call) {
    bad += run_small(prob) != 0 || memcmp(prob, small_first, sizeof prob) != 0;
    bad += run_other(y) != 0 || memcmp(y, other_first, sizeof y) != 0;
  }
  *(int *)result = bad;
  return NULL;
}

int main(void) {
  for (int k = 0; k < 4 * 36; ++k)
    image[k] = (float)(k % 7) * 0.25f - 0.5f;
  if (run_small(small_first) || run_other(other_first))
    return puts("a call failed"), 1;
  pthread_t threads[2];
  int bad[2];
  for (int k = 0; k < 2; ++k)
    pthread_create(&threads[k], NULL, work, &bad[k]);
  for (int k = 0; k < 2; ++k)
    pthread_join(threads[k], NULL);
  if (bad[0] + bad[1])
    return printf("%d and %d calls differed\n", bad[0], bad[1]), 1;
  return 0;
}
