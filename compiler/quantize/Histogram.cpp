// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counting values by size: see Histogram.h.
#include "compiler/quantize/Histogram.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <numeric>

namespace onnxcc {

static constexpr unsigned floatMantissaBits = 23;

void Histogram::add(llvm::ArrayRef<float> values) {
  total += values.size();
  for (float value : values) {
    if (value == 0) {
      ++zeros;
      continue;
    }
    uint32_t key = llvm::bit_cast<uint32_t>(value) >> (floatMantissaBits - mantissaBits);
    std::vector<int64_t> &block = blocks[key / blockBins];
    if (block.empty())
      block.resize(blockBins);
    ++block[key % blockBins];
  }
}

std::vector<Histogram::Bin> Histogram::getBins(llvm::ArrayRef<unsigned> signs) const {
  std::vector<Bin> bins;
  auto getBound = [](uint32_t key) {
    // What follows the last bin is infinite as a float.
    return std::min(double(llvm::bit_cast<float>(key << (floatMantissaBits - mantissaBits))),
                    0x1p128);
  };
  for (unsigned exponent = 0; exponent < exponents; ++exponent)
    for (unsigned k = 0; k < blockBins; ++k) {
      int64_t count = 0;
      for (unsigned sign : signs)
        if (const auto &block = blocks[sign * exponents + exponent]; !block.empty())
          count += block[k];
      uint32_t key = exponent * blockBins + k;
      if (count)
        bins.push_back({getBound(key), getBound(key + 1), count});
    }
  return bins;
}

static int64_t countAll(llvm::ArrayRef<Histogram::Bin> bins) {
  return std::accumulate(bins.begin(), bins.end(), int64_t(0),
                         [](int64_t sum, const Histogram::Bin &bin) { return sum + bin.count; });
}

/// The magnitude below which `wanted` of the values lie.
static double findMagnitude(llvm::ArrayRef<Histogram::Bin> bins, double wanted) {
  for (const Histogram::Bin &bin : bins) {
    if (wanted <= double(bin.count))
      return bin.low + (bin.high - bin.low) * wanted / double(bin.count);
    wanted -= double(bin.count);
  }
  return bins.empty() ? 0 : bins.back().high;
}

double Histogram::getQuantile(double share) const {
  double wanted = share * double(total);
  std::vector<Bin> negative = getNegative();
  double negatives = double(countAll(negative));
  if (wanted < negatives)
    return -findMagnitude(negative, negatives - wanted);
  wanted -= negatives + double(zeros);
  return wanted <= 0 ? 0 : findMagnitude(getPositive(), wanted);
}

double Histogram::getMagnitudeQuantile(double share) const {
  double wanted = share * double(total) - double(zeros);
  return wanted <= 0 ? 0 : findMagnitude(getMagnitudes(), wanted);
}

} // namespace onnxcc
