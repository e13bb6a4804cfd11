// Part of onnxcc's runtime; yours to use without conditions.
//
// NAME.weights, which `--weights=file` and `--weights=pointer` write: a head of 64 bytes, then the
// weights as the kernels read them, each at a multiple of 64 bytes, padded with zeros.
#ifndef ONNXCC_RUNTIME_WEIGHTS_H
#define ONNXCC_RUNTIME_WEIGHTS_H

#include <stdint.h>

namespace onnxcc {
// All static: the compiler, which writes the file, includes this too.

struct WeightHead {
  char magic[8];  // "ONNXCCW1"
  uint64_t bytes; // of the file
  uint64_t hash;  // of what follows the head
  uint64_t reserved[5];
};

constexpr char weightMagic[] = "ONNXCCW1";

/// FNV-1a over words of 8 bytes, as the processor reads them. \pre `bytes` is a multiple of 8.
static inline uint64_t hashWeights(const void *data, uint64_t bytes,
                                   uint64_t hash = 0xcbf29ce484222325u) {
  const char *at = static_cast<const char *>(data);
  for (uint64_t k = 0; k < bytes; k += 8) {
    uint64_t word;
    __builtin_memcpy(&word, at + k, 8);
    hash = (hash ^ word) * 0x100000001b3u;
  }
  return hash;
}

/// Whether the head is that of the model's own file; cheap enough for every call.
static inline bool hasWeightHead(const void *weights, uint64_t bytes, uint64_t hash) {
  WeightHead head;
  __builtin_memcpy(&head, weights, sizeof(head));
  return __builtin_memcmp(head.magic, weightMagic, sizeof(head.magic)) == 0 &&
         head.bytes == bytes && head.hash == hash;
}

/// Whether what follows the head is unharmed: reads all of it.
static inline bool hasWeightContents(const void *weights, uint64_t bytes, uint64_t hash) {
  return hashWeights(static_cast<const char *>(weights) + sizeof(WeightHead),
                     bytes - sizeof(WeightHead)) == hash;
}

} // namespace onnxcc

#endif
