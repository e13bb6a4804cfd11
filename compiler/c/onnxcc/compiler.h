/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * onnxcc as a library, in C: a model and options in; a library, sources or their text out; what is
 * wrong as data. `find_package(onnxcc)` in CMake gives the target onnxcc::compiler.
 *
 *   onnxcc_compiler *compiler = onnxcc_compiler_create();
 *   onnxcc_compiler_add_option(compiler, "--dim=batch=1..8");
 *   onnxcc_compiler_set_model_file(compiler, "model.onnx");
 *   if (onnxcc_compiler_write_library(compiler, "libmodel.so") != ONNXCC_COMPILE_OK)
 *     for (size_t k = 0; k < onnxcc_compiler_get_diagnostic_count(compiler); ++k)
 *       puts(onnxcc_diagnostic_get_text(onnxcc_compiler_get_diagnostic(compiler, k)));
 *   onnxcc_compiler_destroy(compiler);
 *
 * A compiler object is one compilation. Objects share nothing: threads may each have one and work
 * at once. One object is for one thread at a time. Nothing is printed and no signal handled; the
 * host compiler runs in processes of its own, its files in a folder under the system's temporary
 * one. ONNX's protobuf classes register by name with libprotobuf: a program that has them too, on
 * the same libprotobuf.so, cannot load this. A lack of memory ends the process, after the handler
 * of std::set_new_handler if there is one.
 *
 * Whatever a function returns by pointer belongs to the compiler object and lives until it is
 * destroyed, but files and diagnostics only until the next call that compiles. Texts are UTF-8 and
 * end in a zero. Handles are opaque, and functions are only ever added: a program runs with any
 * later library whose onnxcc_compiler_get_api_version() is not less than its own
 * ONNXCC_COMPILER_API_VERSION.
 */
#ifndef ONNXCC_COMPILER_H
#define ONNXCC_COMPILER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ONNXCC_COMPILER_API_VERSION 1

#if defined(__GNUC__)
#define ONNXCC_COMPILER_API __attribute__((visibility("default")))
#else
#define ONNXCC_COMPILER_API
#endif

typedef struct onnxcc_compiler onnxcc_compiler;
typedef struct onnxcc_diagnostic onnxcc_diagnostic;

/* What functions return. Of every code but EUSE diagnostics say more. */
enum {
  ONNXCC_COMPILE_OK = 0,
  ONNXCC_COMPILE_EUSE = 1,   /* a null pointer, no model, an index or extension that there is not */
  ONNXCC_COMPILE_EMODEL = 2, /* the model is invalid, or not supported */
  ONNXCC_COMPILE_EOPTION = 3, /* an option is wrong */
  ONNXCC_COMPILE_EFILE = 4,   /* an output cannot be written, or would replace what is not ours */
  ONNXCC_COMPILE_EHOST = 5    /* the host compiler failed or is not there */
};

/* The API version that the library has, and onnxcc's own: "0.1.0". */
ONNXCC_COMPILER_API int onnxcc_compiler_get_api_version(void);
ONNXCC_COMPILER_API const char *onnxcc_compiler_get_version(void);

/* Never null. */
ONNXCC_COMPILER_API onnxcc_compiler *onnxcc_compiler_create(void);
/* Null is allowed. */
ONNXCC_COMPILER_API void onnxcc_compiler_destroy(onnxcc_compiler *compiler);

/* Adds one word of the command line that says how a model is compiled: "-O2", "--dim=batch=1..8",
 * "--shape=x=1x3x8x8", "-march=native", "--target=generic", "--weights=file", "--name=net",
 * "--cxx=clang++", "-Werror"; `onnxcc --help` explains them. Words are judged when a model is
 * compiled. The text is copied. */
ONNXCC_COMPILER_API int onnxcc_compiler_add_option(onnxcc_compiler *compiler, const char *word);

/* The model: a file of ONNX's binary form, or of its text form if the name ends in .onnxtxt. */
ONNXCC_COMPILER_API int onnxcc_compiler_set_model_file(onnxcc_compiler *compiler, const char *path);

/* The model: bytes, which are not copied and must live until the compiler is destroyed. `name` is
 * what diagnostics call it; ".onnxtxt" at its end means the text form. `folder` is where its
 * external data lie; null: it may have none. */
ONNXCC_COMPILER_API int onnxcc_compiler_set_model_bytes(onnxcc_compiler *compiler,
                                                        const void *bytes, size_t size,
                                                        const char *name, const char *folder);

/* Compiles the model, anew each time. What was written before stays; on an error nothing new does.
 *
 * A library with the header beside it, and NAME.weights with --weights=file or pointer. The path's
 * end says which: .a, .o or .so. Without --name it also gives the model its name: libnet.so is net.
 */
ONNXCC_COMPILER_API int onnxcc_compiler_write_library(onnxcc_compiler *compiler, const char *path);
/* The sources, in a folder that any C++17 compiler takes; it is made if need be (one level). */
ONNXCC_COMPILER_API int onnxcc_compiler_write_sources(onnxcc_compiler *compiler,
                                                      const char *folder);
/* The sources in memory, as the files below. Needs no host compiler. */
ONNXCC_COMPILER_API int onnxcc_compiler_emit(onnxcc_compiler *compiler);

/* The files of the last onnxcc_compiler_emit: "net.h", "net.cpp", "runtime/simd.h". Null for an
 * index that there is not. */
ONNXCC_COMPILER_API size_t onnxcc_compiler_get_file_count(const onnxcc_compiler *compiler);
ONNXCC_COMPILER_API const char *onnxcc_compiler_get_file_name(const onnxcc_compiler *compiler,
                                                              size_t index);
/* `size` gets the number of bytes; may be null. */
ONNXCC_COMPILER_API const void *onnxcc_compiler_get_file_bytes(const onnxcc_compiler *compiler,
                                                               size_t index, size_t *size);

/* What was said in the last compilation, in order; warnings and remarks also where it succeeded.
 * Null for an index that there is not. */
ONNXCC_COMPILER_API size_t onnxcc_compiler_get_diagnostic_count(const onnxcc_compiler *compiler);
ONNXCC_COMPILER_API const onnxcc_diagnostic *
onnxcc_compiler_get_diagnostic(const onnxcc_compiler *compiler, size_t index);

enum {
  ONNXCC_SEVERITY_ERROR = 0,
  ONNXCC_SEVERITY_WARNING = 1,
  ONNXCC_SEVERITY_REMARK = 2,
  ONNXCC_SEVERITY_NOTE = 3
};
ONNXCC_COMPILER_API int onnxcc_diagnostic_get_severity(const onnxcc_diagnostic *diagnostic);
/* ONNXCC_COMPILE_EMODEL, EOPTION, EFILE or EHOST: what is to be mended. */
ONNXCC_COMPILER_API int onnxcc_diagnostic_get_subject(const onnxcc_diagnostic *diagnostic);
/* The message alone: "inner dimensions differ: [1,128] x [256,128]". */
ONNXCC_COMPILER_API const char *onnxcc_diagnostic_get_message(const onnxcc_diagnostic *diagnostic);
/* All of it as `onnxcc` prints it, its notes included, with line breaks. */
ONNXCC_COMPILER_API const char *onnxcc_diagnostic_get_text(const onnxcc_diagnostic *diagnostic);
/* Lines that the host compiler printed; empty if there are none. */
ONNXCC_COMPILER_API const char *onnxcc_diagnostic_get_details(const onnxcc_diagnostic *diagnostic);
/* The model's name; empty if the diagnostic is about no model. Line and column, from 1, where they
 * are known (in text form), else 0. */
ONNXCC_COMPILER_API const char *onnxcc_diagnostic_get_file(const onnxcc_diagnostic *diagnostic);
ONNXCC_COMPILER_API unsigned onnxcc_diagnostic_get_line(const onnxcc_diagnostic *diagnostic);
ONNXCC_COMPILER_API unsigned onnxcc_diagnostic_get_column(const onnxcc_diagnostic *diagnostic);
/* The nodes that it is about: none, one, or those of a fused operation. The operator is as in
 * "MatMul, opset 13", and may be empty. Null for an index that there is not. */
ONNXCC_COMPILER_API size_t onnxcc_diagnostic_get_node_count(const onnxcc_diagnostic *diagnostic);
ONNXCC_COMPILER_API const char *onnxcc_diagnostic_get_node_name(const onnxcc_diagnostic *diagnostic,
                                                                size_t index);
ONNXCC_COMPILER_API const char *
onnxcc_diagnostic_get_node_operator(const onnxcc_diagnostic *diagnostic, size_t index);
/* Further diagnostics that explain it. Null for an index that there is not. */
ONNXCC_COMPILER_API size_t onnxcc_diagnostic_get_note_count(const onnxcc_diagnostic *diagnostic);
ONNXCC_COMPILER_API const onnxcc_diagnostic *
onnxcc_diagnostic_get_note(const onnxcc_diagnostic *diagnostic, size_t index);

#ifdef __cplusplus
}
#endif

#endif
