/* A program that compiles models through the C API: `api CASE FILE.onnxtxt… FOLDER`. */
#include "onnxcc/compiler.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition))                                                                              \
      return printf("line %d: not %s\n", __LINE__, #condition), 1;                                 \
  } while (0)

/* The arguments of the test's models, whose input and output follow each other: see NAME.h. */
typedef struct {
  const float *x;
  float *y;
} args;

static char *readFile(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(1 << 20);
  if (!file || !bytes)
    exit(2);
  *size = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static int printAll(const onnxcc_compiler *compiler) {
  for (size_t k = 0; k < onnxcc_compiler_get_diagnostic_count(compiler); ++k)
    fputs(onnxcc_diagnostic_get_text(onnxcc_compiler_get_diagnostic(compiler, k)), stdout);
  return 1;
}

/* Calls NAME_run of a library on x = 1, 2, … and prints y. */
static int runLibrary(const char *path, const char *name, int inputs, int outputs) {
  static float x[64], y[64];
  static char arena[1 << 16];
  char symbol[64];
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return printf("%s\n", dlerror()), 1;
  snprintf(symbol, sizeof symbol, "%s_run", name);
  int (*run)(const void *, void *, const void *);
  *(void **)&run = dlsym(library, symbol);
  CHECK(run);
  for (int k = 0; k < inputs; ++k)
    x[k] = (float)(k + 1);
  args a = {x, y};
  int code = run(&a, arena + 64 - (size_t)arena % 64, NULL);
  printf("%s: %d", name, code);
  for (int k = 0; k < outputs; ++k)
    printf(" %g", y[k]);
  printf("\n");
  return dlclose(library) | code;
}

/* From memory to a shared library that is loaded and run; its header lies beside it. */
static int compileFromMemory(const char *path, const char *folder) {
  size_t size;
  char *bytes = readFile(path, &size), library[512], header[512];
  snprintf(library, sizeof library, "%s/libdouble.so", folder);
  snprintf(header, sizeof header, "%s/double.h", folder);
  onnxcc_compiler *compiler = onnxcc_compiler_create();
  CHECK(onnxcc_compiler_add_option(compiler, "--target=generic") == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_add_option(compiler, "--dim=n=4") == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_set_model_bytes(compiler, bytes, size, "given.onnxtxt", NULL) ==
        ONNXCC_COMPILE_OK);
  if (onnxcc_compiler_write_library(compiler, library) != ONNXCC_COMPILE_OK)
    return printAll(compiler);
  free(readFile(header, &size));
  /* Once more, over its own files; then to text in memory, which needs no host compiler. */
  CHECK(onnxcc_compiler_add_option(compiler, "--cxx=no-such-compiler") == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_get_file_count(compiler) > 3);
  CHECK(strcmp(onnxcc_compiler_get_file_name(compiler, 0), "given.h") == 0);
  CHECK(onnxcc_compiler_get_file_bytes(compiler, 0, &size) && size > 100);
  CHECK(!onnxcc_compiler_get_file_name(compiler, 1000));
  CHECK(onnxcc_compiler_write_library(compiler, library) == ONNXCC_COMPILE_EHOST);
  printAll(compiler);
  onnxcc_compiler_destroy(compiler);
  free(bytes);
  return runLibrary(library, "double", 4, 4);
}

/* What is wrong with a model, as data. */
static int diagnose(const char *path) {
  onnxcc_compiler *compiler = onnxcc_compiler_create();
  CHECK(onnxcc_compiler_set_model_file(compiler, path) == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_EMODEL);
  CHECK(onnxcc_compiler_get_file_count(compiler) == 0);
  for (size_t k = 0; k < onnxcc_compiler_get_diagnostic_count(compiler); ++k) {
    const onnxcc_diagnostic *it = onnxcc_compiler_get_diagnostic(compiler, k);
    const char *file = strrchr(onnxcc_diagnostic_get_file(it), '/');
    printf("severity %d, subject %d, file %s:%u:%u, nodes", onnxcc_diagnostic_get_severity(it),
           onnxcc_diagnostic_get_subject(it), file ? file + 1 : "", onnxcc_diagnostic_get_line(it),
           onnxcc_diagnostic_get_column(it));
    for (size_t n = 0; n < onnxcc_diagnostic_get_node_count(it); ++n)
      printf(" '%s' (%s)", onnxcc_diagnostic_get_node_name(it, n),
             onnxcc_diagnostic_get_node_operator(it, n));
    printf(": %s\n", onnxcc_diagnostic_get_message(it));
    CHECK(!onnxcc_diagnostic_get_node_name(it, 9));
    CHECK(!onnxcc_diagnostic_get_note(it, 9));
    CHECK(onnxcc_diagnostic_get_note_count(it) == 0);
    CHECK(*onnxcc_diagnostic_get_details(it) == 0);
  }
  CHECK(!onnxcc_compiler_get_diagnostic(compiler, 1000));
  onnxcc_compiler_destroy(compiler);
  return 0;
}

typedef struct {
  const char *path, *option;
  char library[512];
  int code;
  char *text; /* of all emitted files, one after the other */
} job;

static void *compileJob(void *data) {
  job *it = data;
  onnxcc_compiler *compiler = onnxcc_compiler_create();
  onnxcc_compiler_add_option(compiler, "--target=generic");
  onnxcc_compiler_add_option(compiler, it->option);
  onnxcc_compiler_set_model_file(compiler, it->path);
  it->text = calloc(1, 1 << 21);
  it->code = onnxcc_compiler_emit(compiler);
  size_t at = 0, size;
  for (size_t k = 0; k < onnxcc_compiler_get_file_count(compiler); ++k) {
    const void *bytes = onnxcc_compiler_get_file_bytes(compiler, k, &size);
    if (at + size < 1 << 21)
      memcpy(it->text + at, bytes, size);
    at += size;
  }
  if (it->library[0] && it->code == ONNXCC_COMPILE_OK)
    it->code = onnxcc_compiler_write_library(compiler, it->library);
  if (it->code != ONNXCC_COMPILE_OK)
    printAll(compiler);
  onnxcc_compiler_destroy(compiler);
  return NULL;
}

/* Two models at once, again and again, give what each gives alone; a third of them fails. */
static int compileInThreads(const char *first, const char *second, const char *bad,
                            const char *folder) {
  const char *paths[3] = {first, second, bad}, *options[3] = {"--dim=n=4", "-O2", "-O1"};
  job alone[3], jobs[3];
  memset(alone, 0, sizeof alone);
  for (int k = 0; k < 3; ++k) {
    alone[k].path = paths[k];
    alone[k].option = options[k];
    compileJob(&alone[k]);
  }
  for (int round = 0; round < 4; ++round) {
    pthread_t threads[3];
    memset(jobs, 0, sizeof jobs);
    for (int k = 0; k < 3; ++k) {
      jobs[k].path = paths[k];
      jobs[k].option = options[k];
      if (round == 3 && k < 2)
        snprintf(jobs[k].library, sizeof jobs[k].library, "%s/lib%s.so", folder,
                 k ? "second" : "first");
      CHECK(pthread_create(&threads[k], NULL, compileJob, &jobs[k]) == 0);
    }
    for (int k = 0; k < 3; ++k) {
      CHECK(pthread_join(threads[k], NULL) == 0);
      CHECK(jobs[k].code == (k < 2 ? ONNXCC_COMPILE_OK : ONNXCC_COMPILE_EMODEL));
      CHECK(memcmp(jobs[k].text, alone[k].text, 1 << 21) == 0);
      free(jobs[k].text);
    }
  }
  for (int k = 0; k < 3; ++k)
    free(alone[k].text);
  return runLibrary(jobs[0].library, "first", 4, 4) | runLibrary(jobs[1].library, "second", 4, 2);
}

/* Every other code that there is. */
static int misuse(const char *path, const char *folder) {
  char place[512];
  CHECK(onnxcc_compiler_get_api_version() == ONNXCC_COMPILER_API_VERSION);
  CHECK(strchr(onnxcc_compiler_get_version(), '.'));
  onnxcc_compiler_destroy(NULL);
  onnxcc_compiler *compiler = onnxcc_compiler_create();
  CHECK(onnxcc_compiler_emit(NULL) == ONNXCC_COMPILE_EUSE);
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_EUSE);
  CHECK(onnxcc_compiler_add_option(compiler, NULL) == ONNXCC_COMPILE_EUSE);
  CHECK(onnxcc_compiler_set_model_bytes(compiler, NULL, 1, "x", NULL) == ONNXCC_COMPILE_EUSE);
  CHECK(onnxcc_compiler_set_model_file(compiler, path) == ONNXCC_COMPILE_OK);
  CHECK(onnxcc_compiler_write_library(compiler, "library") == ONNXCC_COMPILE_EUSE);
  snprintf(place, sizeof place, "%s/none/lib.a", folder);
  CHECK(onnxcc_compiler_write_library(compiler, place) == ONNXCC_COMPILE_EFILE);
  printAll(compiler);
  onnxcc_compiler_add_option(compiler, "-O7");
  onnxcc_compiler_add_option(compiler, "-v");
  onnxcc_compiler_add_option(compiler, "--dim=n=1");
  onnxcc_compiler_add_option(compiler, "--dim=n=2");
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_EOPTION);
  printAll(compiler);
  onnxcc_compiler_destroy(compiler);
  compiler = onnxcc_compiler_create();
  onnxcc_compiler_set_model_file(compiler, path);
  onnxcc_compiler_add_option(compiler, "-march=z80");
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_EOPTION);
  printAll(compiler);
  onnxcc_compiler_destroy(compiler);
  compiler = onnxcc_compiler_create();
  const char text[] = "<ir_version: 8, opset_import: [\"\" : 17]>\n"
                      "g (float[2] x) => (float[2] y)\n"
                      "<float[2] w = [\"location\": \"w.bin\"]> { y = Add (x, w) }\n";
  onnxcc_compiler_set_model_bytes(compiler, text, strlen(text), "bytes.onnxtxt", NULL);
  CHECK(onnxcc_compiler_emit(compiler) == ONNXCC_COMPILE_EMODEL);
  printAll(compiler);
  onnxcc_compiler_destroy(compiler);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "memory") == 0)
    return compileFromMemory(argv[2], argv[3]);
  if (argc == 3 && strcmp(argv[1], "diagnose") == 0)
    return diagnose(argv[2]);
  if (argc == 6 && strcmp(argv[1], "threads") == 0)
    return compileInThreads(argv[2], argv[3], argv[4], argv[5]);
  if (argc == 4 && strcmp(argv[1], "misuse") == 0)
    return misuse(argv[2], argv[3]);
  return 2;
}
