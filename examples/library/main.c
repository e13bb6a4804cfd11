/* Compiles a model that it has in memory: `compile model.onnx libmodel.so [option…]`. What is wrong
 * with the model is said node by node. */
#include <onnxcc/compiler.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc < 3)
    return fprintf(stderr, "usage: %s model.onnx libmodel.so [option...]\n", argv[0]), 2;
  FILE *file = fopen(argv[1], "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0)
    return perror(argv[1]), 1;
  long size = ftell(file);
  void *model = malloc((size_t)size + 1);
  rewind(file);
  if (!model || fread(model, 1, (size_t)size, file) != (size_t)size)
    return perror(argv[1]), 1;
  fclose(file);

  onnxcc_compiler *compiler = onnxcc_compiler_create();
  for (int k = 3; k < argc; ++k)
    onnxcc_compiler_add_option(compiler, argv[k]);
  /* The bytes must live as long as the compiler. */
  onnxcc_compiler_set_model_bytes(compiler, model, (size_t)size, argv[1], NULL);
  int code = onnxcc_compiler_write_library(compiler, argv[2]);
  for (size_t k = 0; k < onnxcc_compiler_get_diagnostic_count(compiler); ++k) {
    const onnxcc_diagnostic *it = onnxcc_compiler_get_diagnostic(compiler, k);
    for (size_t n = 0; n < onnxcc_diagnostic_get_node_count(it); ++n)
      printf("%s (%s): ", onnxcc_diagnostic_get_node_name(it, n),
             onnxcc_diagnostic_get_node_operator(it, n));
    printf("%s\n", onnxcc_diagnostic_get_message(it));
  }
  onnxcc_compiler_destroy(compiler);
  free(model);
  if (code == ONNXCC_COMPILE_OK)
    printf("%s is compiled\n", argv[2]);
  return code;
}
