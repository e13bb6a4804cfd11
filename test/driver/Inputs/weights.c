/* Runs the model with its weights from where WEIGHTS says (1: in the library, 2: a pointer in args, 3: and its size),
 * misuses it, and prints the probabilities of one image. argv[1] is the weights' file. */
#include "expect.h"
#include "small.h"
#include <stdint.h>
#include <stdio.h>

static float image[4 * 36], prob[4 * 3];
static unsigned char memory[SMALL_ARENA_BYTES + 2 * SMALL_ARENA_ALIGN];
static unsigned char file[SMALL_WEIGHT_BYTES + 192];

static unsigned char *align(unsigned char *memory) {
  return memory + (64 - (uintptr_t)memory % 64) % 64;
}

static small_args good(unsigned char *weights) {
  small_args args;
  args.image = image;
  args.prob = prob;
  args.batch = 1;
#if WEIGHTS > 1
  args.weights = weights;
#endif
#if WEIGHTS > 2
  args.weights_bytes = SMALL_WEIGHT_BYTES;
#endif
  (void)weights;
  return args;
}

int main(int argc, char **argv) {
  unsigned char *arena = align(memory), *weights = align(file);
  small_args args = good(weights);
  int k;
  for (k = 0; k < 36; ++k)
    image[k] = (float)k * 0.1f;
#if WEIGHTS > 1
  {
    FILE *stream = fopen(argv[1], "rb");
    size_t bytes = stream ? fread(weights, 1, SMALL_WEIGHT_BYTES + 1, stream) : 0;
    expect("the file's size", bytes == SMALL_WEIGHT_BYTES, 1);
    if (stream)
      fclose(stream);
  }
  expect("check", small_check_weights(weights, SMALL_WEIGHT_BYTES), ONNXCC_OK);
  expect("check of nothing", small_check_weights(NULL, SMALL_WEIGHT_BYTES), ONNXCC_ENULL);
  expect("check of half", small_check_weights(weights, SMALL_WEIGHT_BYTES / 2), ONNXCC_EWEIGHTS);
  expect("check, unaligned", small_check_weights(weights + 8, SMALL_WEIGHT_BYTES), ONNXCC_EALIGN);
  weights[SMALL_WEIGHT_BYTES - 1] ^= 1;
  expect("check of harmed weights", small_check_weights(weights, SMALL_WEIGHT_BYTES), ONNXCC_EWEIGHTS);
  weights[SMALL_WEIGHT_BYTES - 1] ^= 1;
  weights[16] ^= 1; /* the hash: another model's file */
  expect("another model's weights", small_run(&args, arena, NULL), ONNXCC_EWEIGHTS);
  weights[16] ^= 1;
  weights[0] ^= 1;
  expect("no file of weights", small_run(&args, arena, NULL), ONNXCC_EWEIGHTS);
  weights[0] ^= 1;
  args.weights = NULL;
  expect("no weights", small_run(&args, arena, NULL), ONNXCC_ENULL);
  args = good(weights + 4);
  expect("unaligned weights", small_run(&args, arena, NULL), ONNXCC_EALIGN);
#endif
#if WEIGHTS > 2
  args = good(weights);
  args.weights_bytes -= 64;
  expect("weights cut off", small_run(&args, arena, NULL), ONNXCC_EWEIGHTS);
#endif
  args = good(weights);
  expect("no args", small_run(NULL, arena, NULL), ONNXCC_ENULL);
  expect("no arena", small_run(&args, NULL, NULL), ONNXCC_ENULL);
  expect("an unaligned arena", small_run(&args, arena + 8, NULL), ONNXCC_EALIGN);
  args.batch = 5;
  expect("a dim above its bounds", small_run(&args, arena, NULL), ONNXCC_EDIM);
  args = good(weights);
  args.prob = NULL;
  expect("no output", small_run(&args, arena, NULL), ONNXCC_ENULL);
  args = good(weights);
  expect("a good call", small_run(&args, arena, NULL), ONNXCC_OK);
  printf("%.6f %.6f %.6f\n", prob[0], prob[1], prob[2]);
  (void)argc, (void)argv;
  return failures;
}
