/* Classifies the held-out digits with the library that onnxcc made of digits.onnx. */
#include "digits.h"
#include <stdio.h>
#include <time.h>

static unsigned char records[360][65]; /* a label, then 8x8 pixels 0..16 */
static _Alignas(DIGITS_ARENA_ALIGN) unsigned char arena[DIGITS_ARENA_BYTES + 1];

int main(int argc, char **argv) {
  FILE *file = fopen(argc > 1 ? argv[1] : "heldout.bin", "rb");
  if (!file || fread(records, sizeof records, 1, file) != 1) return fputs("cannot read the images\n", stderr), 1;
  int right = 0, count = sizeof records / sizeof *records;
  clock_t ticks = 0;
  for (int k = 0; k < count; ++k) {
    float image[64], prob[10];
    for (int p = 0; p < 64; ++p) image[p] = records[k][1 + p];
    digits_args args = {.image = image, .prob = prob};
    ticks -= clock();
    int best = 0, code = digits_run(&args, arena, NULL);
    ticks += clock();
    if (code) return fprintf(stderr, "digits_run returned %d\n", code), 1;
    for (int d = 1; d < 10; ++d) best = prob[d] > prob[best] ? d : best;
    right += best == records[k][0];
    for (int p = 0; k < 3 && p < 64; ++p) printf("%s%c%c", p % 8 ? "" : "  ", " .:+#"[(int)image[p] / 4], p % 8 == 7 ? '\n' : ' ');
    if (k < 3) printf("  -> %d (probability %.3f), label %d\n\n", best, prob[best], records[k][0]);
  }
  printf("%d of %d held-out images right: accuracy %.1f %%\nlatency %.1f us, arena %d bytes, stack %d bytes, weights %d bytes\n", right, count,
         100.0 * right / count, 1e6 * ticks / CLOCKS_PER_SEC / count, DIGITS_ARENA_BYTES, DIGITS_STACK_BYTES, DIGITS_WEIGHT_BYTES);
  return right < count * 95 / 100;
}
