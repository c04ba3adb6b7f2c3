#pragma once

#include "mlp/lane_kernels.h"
#include "mlp/random.h"

// Shuffles of all lanes at once, their random numbers drawn side by side in the words of the simd header before it.
namespace mlp {
namespace {

/** A number of Stream's from each lane. */
struct LaneStreams {
  std::uint64_t low_keys[kLaneCount];
  std::uint64_t high_keys[kLaneCount];
  std::uint64_t epochs[kLaneCount];
};

/** Block `number` of each lane's stream: its four numbers one below the other, in the lower halves. See random.cc. */
MLP_SIMD_INLINE void draw_block(const LaneStreams& streams, std::uint32_t number, std::uint64_t (&words)[4][kLaneCount]) {
  for (Index part = 0; part < kLaneCount; part += kWords) {
    Words c0 = all_words(number);
    Words c1 = load_words(streams.epochs + part);
    Words c2 = all_words(static_cast<std::uint32_t>(Purpose::kOrder));
    Words c3 = all_words(0);
    Words key0 = load_words(streams.low_keys + part);
    Words key1 = load_words(streams.high_keys + part);
    for (int round = 0; round < 10; ++round) {
      const Words product0 = multiply(c0, all_words(0xd2511f53));
      const Words product1 = multiply(c2, all_words(0xcd9e8d57));
      c0 = differ(differ(upper(product1), c1), key0);
      c1 = product1;
      c2 = differ(differ(upper(product0), c3), key1);
      c3 = product0;
      key0 = add(key0, all_words(0x9e3779b9));
      key1 = add(key1, all_words(0xbb67ae85));
    }
    store(words[0] + part, c0);
    store(words[1] + part, c1);
    store(words[2] + part, c2);
    store(words[3] + part, c3);
  }
}

MLP_SIMD void shuffle_lanes(Index rows, const std::uint64_t* seeds, const std::uint32_t* epochs, std::int32_t* order) {
  LaneStreams streams;
  for (Index l = 0; l < kLaneCount; ++l) {
    streams.low_keys[l] = static_cast<std::uint32_t>(seeds[l]);
    streams.high_keys[l] = seeds[l] >> 32;
    streams.epochs[l] = epochs[l];
  }
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLaneCount; ++l) order[i * kLaneCount + l] = static_cast<std::int32_t>(i);
  }
  std::uint64_t even[kLaneCount] = {};
  std::uint64_t words[4][kLaneCount];
  std::uint64_t products[kLaneCount];
  std::uint32_t drawn = 0;
  for (Index i = rows; i-- > 1; ++drawn) {
    if (drawn % 4 == 0) draw_block(streams, drawn / 4, words);
    const auto below = static_cast<std::uint32_t>(i + 1);
    for (Index part = 0; part < kLaneCount; part += kWords) {
      const Words product = multiply(load_words(words[drawn % 4] + part), all_words(below));
      store(products + part, product);
      // 1 where the lower half is not less than `below`. Alone, a number that is may be drawn again: once in millions.
      const Words is_even = upper(add(join(product, all_words(0)), all_words(-below)));
      store(even + part, add(load_words(even + part), is_even));
    }
    std::int32_t* const row = order + i * kLaneCount;
#pragma GCC unroll 16
    for (Index l = 0; l < kLaneCount; ++l) {
      auto chosen = static_cast<Index>(products[l] >> 32);
      asm("" : "+r"(chosen));  // or GCC computes places in vectors, only to take them apart again
      std::int32_t* const other = order + chosen * kLaneCount + l;
      const std::int32_t mine = row[l];
      row[l] = *other;
      *other = mine;
    }
  }
  for (Index l = 0; l < kLaneCount; ++l) {
    if (even[l] != drawn) shuffle_rows(seeds[l], epochs[l], rows, order + l, kLaneCount);
  }
}

}  // namespace
}  // namespace mlp
