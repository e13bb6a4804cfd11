/* Part of onnxcc's runtime; yours to use without conditions.
 *
 * A pool of threads for applications that have none of their own: create it once, pass its
 * environment to every call of a model. Calls from several threads at once are served one after the
 * other. */
#ifndef ONNXCC_THREADS_H
#define ONNXCC_THREADS_H

#include "runtime/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct onnxcc_threads onnxcc_threads;

/* A pool that runs a loop on `threads` threads, the caller's included; 0 means one per processor
 * that the process may use. NULL when there is no memory or no thread to be had. */
onnxcc_threads *onnxcc_threads_create(int threads);

/* Ends the threads. No model may be running on them. NULL is allowed. */
void onnxcc_threads_destroy(onnxcc_threads *pool);

/* How many threads a loop runs on. */
int onnxcc_threads_count(const onnxcc_threads *pool);

/* An environment whose parallel_for is this pool's and whose other members are 0. */
onnxcc_env onnxcc_threads_env(onnxcc_threads *pool);

#ifdef __cplusplus
}
#endif

#endif
