// Part of onnxcc's runtime; yours to use without conditions.
//
// The places of what holds, and how many there are.
#ifndef ONNXCC_RUNTIME_PLACES_H
#define ONNXCC_RUNTIME_PLACES_H

#include "call.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// What shapes of places inherit. They have `size`, the number of flags.
struct PlacesShape {};

/// out[0 .. *count) become the numbers of those of the `size` flags that hold, ascending.
/// \pre out has room for `size`: what is beyond the count may be written too.
template <class S>
inline void places(Call &, const S &s, const bool *flags, int64_t *out, int64_t *count) {
  const Index size = s.size;
  int64_t *end = out;
  // Without branches: each number is written, and stays if its flag holds. Few hold where it
  // matters, so eight that do not are passed over at once.
  Index k = 0;
  for (; k + 8 <= size; k += 8) {
    uint64_t eight;
    __builtin_memcpy(&eight, flags + k, sizeof(eight));
    if (eight)
      for (Index j = 0; j < 8; ++j) {
        *end = k + j;
        end += flags[k + j];
      }
  }
  for (; k < size; ++k) {
    *end = k;
    end += flags[k];
  }
  *count = end - out;
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
