/* From the start of a process to the first outputs: one call of a model, MODEL_model, on inputs of zeros. Dims are
 * at their greatest. Exits with the call's code. */
#include "model.h"
#include <stdlib.h>
#include <string.h>

extern const onnxcc_model MODEL_model;

static size_t align(size_t bytes) { return (bytes + 63) / 64 * 64 + 64; }

int main(void) {
  static const unsigned char sizes[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2};
  const onnxcc_model *model = &MODEL_model;
  char *args = calloc(1, model->args_bytes);
  for (int k = 0; k < model->argument_count; ++k)
    if (model->arguments[k].kind == ONNXCC_DIM)
      memcpy(args + model->arguments[k].offset, &model->arguments[k].max, sizeof(onnxcc_dim));
  for (int k = 0; k < model->argument_count; ++k) {
    const onnxcc_argument *argument = &model->arguments[k];
    size_t bytes = sizes[argument->element];
    for (int axis = 0; axis < argument->rank; ++axis) {
      const onnxcc_extent *extent = &argument->extents[axis];
      bytes *= extent->dim < 0 ? extent->value : extent->scale * model->arguments[extent->dim].max + extent->value;
    }
    void *data = calloc(1, align(bytes));
    if (argument->kind == ONNXCC_IN || argument->kind == ONNXCC_OUT)
      memcpy(args + argument->offset, &data, sizeof data);
  }
  void *arena = aligned_alloc(64, align(model->arena_bytes));
  return model->run(args, arena, NULL);
}
