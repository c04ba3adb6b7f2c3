#pragma once

#include "mlp/kernels.h"

// The definition's numbers, a draw of many blocks at a time, in the words of the simd header included before this one.
namespace mlp {
namespace {

constexpr int kGroups = 2;  // their products do not wait for one another
constexpr int kBlocks = kGroups * kWords;
constexpr int kNumbers = 8 * kBlocks;

/** One round of Philox in each group; see random.cc. */
MLP_SIMD_INLINE void philox_round(Words (&x)[kGroups][4], Words key0, Words key1) {
#pragma GCC unroll 2
  for (int g = 0; g < kGroups; ++g) {
    const Words product0 = multiply(x[g][0], all_words(0xd2511f53));
    const Words product1 = multiply(x[g][2], all_words(0xcd9e8d57));
    x[g][0] = differ(differ(upper(product1), x[g][1]), key0);
    x[g][1] = product1;
    x[g][2] = differ(differ(upper(product0), x[g][3]), key1);
    x[g][3] = product0;
  }
}

/** The numbers of block `first` and those after it, one after the other, as a little-endian CPU stores them. */
MLP_SIMD_INLINE void draw(const Dropping& dropping, std::uint32_t first, std::uint64_t (&numbers)[kNumbers / 4]) {
  Words x[kGroups][4];
  for (int g = 0; g < kGroups; ++g) {
    x[g][0] = add(all_words(first + static_cast<std::uint32_t>(g * kWords)), count_words());
    for (int w = 1; w < 4; ++w) x[g][w] = all_words(dropping.counter[w - 1]);
  }
  auto key0 = static_cast<std::uint32_t>(dropping.key);
  auto key1 = static_cast<std::uint32_t>(dropping.key >> 32);
  for (int round = 0; round < 10; ++round) {
    philox_round(x, all_words(key0), all_words(key1));
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  std::uint64_t halves[2][kBlocks];
  for (int g = 0; g < kGroups; ++g) {
    store(halves[0] + g * kWords, join(x[g][0], x[g][1]));
    store(halves[1] + g * kWords, join(x[g][2], x[g][3]));
  }
  for (int b = 0; b < kBlocks; ++b) {
    numbers[2 * b] = halves[0][b];
    numbers[2 * b + 1] = halves[1][b];
  }
}

MLP_SIMD inline void drop_run(Index count, const float* __restrict in, const std::uint16_t* __restrict numbers,
                              std::uint32_t threshold, float kept, float* __restrict factors, float* __restrict out) {
  for (Index e = 0; e < count; ++e) {
    const float factor = numbers[e] < threshold ? 0.0f : kept;
    factors[e] = factor;
    out[e] = in[e] * factor;
  }
}

/** Runs of elements whose numbers lie in one draw and which lie in one row. */
MLP_SIMD inline void drop_any(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors,
                              Matrix<float> out) {
  constexpr float kWhole = 1 << 16;
  const float kept = kWhole / (kWhole - static_cast<float>(dropping.threshold));
  std::uint64_t drawn[kNumbers / 4];
  std::uint16_t numbers[kNumbers];
  Index left = 0;  // of the numbers
  std::uint64_t element = dropping.first;
  for (Index i = 0; i < in.rows; ++i) {
    for (Index j = 0; j < in.cols;) {
      if (left == 0) {
        // A block holds eight numbers; the first draw may start within one.
        draw(dropping, static_cast<std::uint32_t>(element / 8), drawn);
        __builtin_memcpy(numbers, drawn, sizeof numbers);
        left = kNumbers - static_cast<Index>(element % 8);
      }
      const Index count = left < in.cols - j ? left : in.cols - j;
      drop_run(count, in.data + i * in.stride + j, numbers + kNumbers - left, dropping.threshold, kept,
               factors.data + i * factors.stride + j, out.data + i * out.stride + j);
      left -= count;
      j += count;
      element += static_cast<std::uint64_t>(count);
    }
  }
}

MLP_SIMD inline void multiply_any(Index count, const float* __restrict factors, float* __restrict d) {
  for (Index e = 0; e < count; ++e) d[e] *= factors[e];
}

}  // namespace
}  // namespace mlp
