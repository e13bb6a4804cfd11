/* Part of onnxcc's runtime; yours to use without conditions.
 *
 * What a compiled model and its application say to each other, in C99 (and C++): error codes, the
 * environment that an application may pass to a call, and the table that describes a model to tools
 * that know nothing about it. */
#ifndef ONNXCC_MODEL_H
#define ONNXCC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a struct below changes its layout or meaning. */
#define ONNXCC_ABI_VERSION 5

/* An extent of a tensor: as wide as a pointer, since no tensor is larger than memory. */
typedef ptrdiff_t onnxcc_dim;

/* What NAME_run returns. */
enum {
  ONNXCC_OK = 0,
  ONNXCC_ENULL = 1,    /* args, the arena or a tensor's pointer is NULL */
  ONNXCC_EDIM = 2,     /* a dim is outside its bounds, or dims contradict one another */
  ONNXCC_EALIGN = 3,   /* the arena or a tensor is not aligned as the header says */
  ONNXCC_EARENA = 4,   /* the arena is too small */
  ONNXCC_EISA = 5,     /* the processor lacks every feature set that the model was compiled for */
  ONNXCC_EVALUE = 6,   /* the data of an input is invalid: an index out of range, a division by 0 */
  ONNXCC_EEXTENT = 7,  /* an extent that depends on data exceeds its bound */
  ONNXCC_EDEVICE = 8,  /* an accelerator reported an error */
  ONNXCC_EMEMORY = 9,  /* the application's allocator returned NULL */
  ONNXCC_EWEIGHTS = 10 /* the weights are not this model's: their size, head or contents */
};

/* One call's body of a parallel loop: tasks begin..end-1. */
typedef void (*onnxcc_body)(void *context, ptrdiff_t begin, ptrdiff_t end);

/* What only the application can give. Every member may be 0; so may the pointer to the struct. */
typedef struct {
  /* Runs `body` over 0..tasks-1, cut into any ranges, on any threads, and returns when all are
   * done. The result of a model does not depend on the cut. Without it, a model runs on the
   * caller's thread. */
  void (*parallel_for)(void *pool, ptrdiff_t tasks, onnxcc_body body, void *context);
  void *pool;

  /* Called by models compiled with --profile, on the thread that called the model, as each launch
   * begins (end = 0) and ends (end = 1). `launch` is its index in onnxcc_model.launches. A model
   * has no clock: the sink takes the time. */
  void (*profile)(void *sink, int32_t launch, int32_t end);
  void *sink;

  /* For models compiled with --heap: `allocate` returns memory aligned to 64 bytes, or NULL. */
  void *(*allocate)(void *allocator, size_t bytes);
  void (*release)(void *allocator, void *memory);
  void *allocator;

  /* A cudaStream_t for models that run on a GPU. */
  void *stream;
} onnxcc_env;

/* ONNX's numbers of element types (TensorProto.DataType). */
enum {
  ONNXCC_FLOAT = 1,
  ONNXCC_UINT8 = 2,
  ONNXCC_INT8 = 3,
  ONNXCC_UINT16 = 4,
  ONNXCC_INT16 = 5,
  ONNXCC_INT32 = 6,
  ONNXCC_INT64 = 7,
  ONNXCC_STRING = 8,
  ONNXCC_BOOL = 9,
  ONNXCC_FLOAT16 = 10,
  ONNXCC_DOUBLE = 11,
  ONNXCC_UINT32 = 12,
  ONNXCC_UINT64 = 13,
  ONNXCC_COMPLEX64 = 14,
  ONNXCC_COMPLEX128 = 15,
  ONNXCC_BFLOAT16 = 16
};

/* What a member of NAME_args is. */
enum {
  ONNXCC_IN = 0,           /* a pointer to an input tensor */
  ONNXCC_OUT = 1,          /* a pointer to an output tensor */
  ONNXCC_DIM = 2,          /* an onnxcc_dim that the caller sets, within min..max */
  ONNXCC_DIM_OUT = 3,      /* an onnxcc_dim that the call writes, at most max */
  ONNXCC_WEIGHTS = 4,      /* a pointer to the weights (--weights=pointer or file) */
  ONNXCC_WEIGHT_BYTES = 5, /* a size_t: their size (--weights=file) */
  ONNXCC_STATE = 6         /* a pointer to what onnxcc_model.prepare has filled */
};

/* An extent of an argument: `value` when dim is -1; scale * (args' dim number `dim`) + value when
 * it is 0 or more; when it is -2, any function of the dims, which onnxcc_model.extents_for computes
 * and which is `value` at most. */
typedef struct {
  onnxcc_dim value;
  onnxcc_dim scale;
  int32_t dim; /* index into onnxcc_model.arguments of a dim, or -1 or -2 */
} onnxcc_extent;

typedef struct {
  const char *name;             /* as in the ONNX model */
  int32_t kind;                 /* ONNXCC_IN … */
  int32_t element;              /* ONNXCC_FLOAT …; 0 for dims */
  int32_t rank;                 /* 0 for scalars and dims */
  const onnxcc_extent *extents; /* `rank` of them, outermost first; NULL if rank is 0 */
  onnxcc_dim min, max;          /* of a dim; 0 otherwise */
  size_t offset;                /* of the member in NAME_args */
  /* Of integers that stand for real numbers, (code - zero_point) * scale; scale is 0 otherwise. */
  float scale;
  int32_t zero_point;
} onnxcc_argument;

typedef struct {
  int32_t abi_version; /* ONNXCC_ABI_VERSION */
  int32_t argument_count;
  const char *name;
  const onnxcc_argument *arguments;
  size_t args_bytes;  /* sizeof(NAME_args) */
  size_t arena_bytes; /* at the largest dims */
  size_t arena_align;
  size_t stack_bytes; /* worst case of one call; 0 when not known */
  size_t weight_bytes;
  const char *feature_sets;                    /* "x86-64-v3,x86-64-v4": what the code may use */
  size_t (*arena_bytes_for)(const void *args); /* NAME_arena_bytes */
  int (*run)(void *args, void *arena, const onnxcc_env *env); /* NAME_run */
  const char *const *launches; /* names of the launches, NULL-terminated; NULL without --profile */
  /* Sets the extents with dim -2 of an argument, for the dims in args; NULL if no extent has it. */
  void (*extents_for)(const void *args, int32_t argument, onnxcc_dim *extents);
  /* NAME_prepare, for targets that need something done before the first call (weights on a device,
   * a permission of the operating system); NULL for all others. It fills `state`, the caller's
   * memory of state_bytes at a multiple of state_align, which every call then gets in args
   * (ONNXCC_STATE), any number of calls at once. 0, or an ONNXCC_E… code. */
  int (*prepare)(const onnxcc_env *env, void *state);
  size_t state_bytes, state_align; /* 0 without prepare */
} onnxcc_model;

#ifdef __cplusplus
}
#endif

#endif
