/* Classifies held-out digits in batches, with weights mapped from a file, on the bundled thread pool. */
#include "digits.h"
#include "runtime/threads/onnxcc_threads.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { batch = 60, batches = 6 };
static unsigned char records[batch * batches][65]; /* a label, then 8x8 pixels 0..16 */
static float images[batch][64], prob[batch][10];

int main(int argc, char **argv) {
  if (argc != 3)
    return fprintf(stderr, "usage: %s digits.weights heldout.bin\n", argv[0]), 2;
  struct stat status;
  int file = open(argv[1], O_RDONLY);
  if (file < 0 || fstat(file, &status) != 0)
    return perror(argv[1]), 1;
  void *weights = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  if (weights == MAP_FAILED || digits_check_weights(weights, (size_t)status.st_size) != ONNXCC_OK)
    return fprintf(stderr, "%s does not hold the model's weights\n", argv[1]), 1;
  FILE *data = fopen(argv[2], "rb");
  if (!data || fread(records, sizeof records, 1, data) != 1)
    return perror(argv[2]), 1;
  fclose(data);

  digits_args args;
  args.image = images[0];
  args.prob = prob[0];
  args.batch = batch;
  args.weights = weights;
  args.weights_bytes = (size_t)status.st_size;
  void *arena = aligned_alloc(DIGITS_ARENA_ALIGN,
                              (DIGITS_ARENA_BYTES + DIGITS_ARENA_ALIGN - 1) / DIGITS_ARENA_ALIGN * DIGITS_ARENA_ALIGN);
  onnxcc_threads *threads = onnxcc_threads_create(0);
  if (!arena || !threads)
    return fputs("no memory\n", stderr), 1;
  onnxcc_env env = onnxcc_threads_env(threads);

  int right = 0;
  for (int first = 0; first < batch * batches; first += batch) {
    for (int k = 0; k < batch; ++k)
      for (int p = 0; p < 64; ++p)
        images[k][p] = records[first + k][1 + p];
    int code = digits_run(&args, arena, &env);
    if (code != ONNXCC_OK)
      return fprintf(stderr, "digits_run returned %d\n", code), 1;
    for (int k = 0; k < batch; ++k) {
      int best = 0;
      for (int d = 1; d < 10; ++d)
        best = prob[k][d] > prob[k][best] ? d : best;
      right += best == records[first + k][0];
    }
  }
  printf("%d of %d right\n", right, batch * batches);
  onnxcc_threads_destroy(threads);
  free(arena);
  munmap(weights, (size_t)status.st_size);
  return right < batch * batches * 95 / 100;
}
