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

/** The block that each lane's stream is at, while it is drawn: its four numbers in the lower halves. See random.cc. */
struct LaneBlock {
  static constexpr int kVectors = kLaneCount / kWords;
  Words counter[4][kVectors];
  Words key[2][kVectors];
};

MLP_SIMD_INLINE void begin_block(const LaneStreams& streams, std::uint32_t number, LaneBlock& block) {
#pragma GCC unroll 8
  for (int v = 0; v < LaneBlock::kVectors; ++v) {
    block.counter[0][v] = all_words(number);
    block.counter[1][v] = load_words(streams.epochs + v * kWords);
    block.counter[2][v] = all_words(static_cast<std::uint32_t>(Purpose::kOrder));
    block.counter[3][v] = all_words(0);
    block.key[0][v] = load_words(streams.low_keys + v * kWords);
    block.key[1][v] = load_words(streams.high_keys + v * kWords);
  }
}

MLP_SIMD_INLINE void run_round(LaneBlock& block) {
#pragma GCC unroll 8
  for (int v = 0; v < LaneBlock::kVectors; ++v) {
    const Words product0 = multiply(block.counter[0][v], all_words(0xd2511f53));
    const Words product1 = multiply(block.counter[2][v], all_words(0xcd9e8d57));
    block.counter[0][v] = differ(differ(upper(product1), block.counter[1][v]), block.key[0][v]);
    block.counter[1][v] = product1;
    block.counter[2][v] = differ(differ(upper(product0), block.counter[3][v]), block.key[1][v]);
    block.counter[3][v] = product0;
    block.key[0][v] = add(block.key[0][v], all_words(0x9e3779b9));
    block.key[1][v] = add(block.key[1][v], all_words(0xbb67ae85));
  }
}

/** Which rows four rows, from `row` down, are swapped with: in the upper halves, a number for each lane. */
struct LanePlaces {
  alignas(64) std::uint64_t of[4][kLaneCount];
};

/** @param even counts numbers that could not be drawn again: those whose lower half is not less than the bound. */
MLP_SIMD_INLINE void choose_places(const LaneBlock& block, Index row, Index count, LanePlaces& places, std::uint64_t* even) {
  for (Index r = 0; r < count; ++r) {
    const auto below = static_cast<std::uint32_t>(row - r + 1);
    for (int v = 0; v < LaneBlock::kVectors; ++v) {
      const Words product = multiply(block.counter[r][v], all_words(below));
      store(places.of[r] + v * kWords, product);
      const Words is_even = upper(add(join(product, all_words(0)), all_words(-below)));
      store(even + v * kWords, add(load_words(even + v * kWords), is_even));
    }
  }
  asm("" : "+m"(places));  // or GCC takes each number out of its vector, which takes longer than to load it
}

MLP_SIMD_INLINE void swap_lanes(std::int32_t* order, std::int32_t* row, const std::uint64_t* places, Index from, Index to) {
#pragma GCC unroll 16
  for (Index l = from; l < to; ++l) {
    auto chosen = static_cast<Index>(places[l] >> 32);
    asm("" : "+r"(chosen));  // or GCC computes places in vectors, only to take them apart again
    std::int32_t* const other = order + chosen * kLaneCount + l;
    const std::int32_t mine = row[l];
    row[l] = *other;
    *other = mine;
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
  LanePlaces places;
  LaneBlock block;
  std::uint32_t number = 0;
  begin_block(streams, number, block);
  for (int round = 0; round < 10; ++round) run_round(block);
  for (Index i = rows - 1; i > 0; i -= 4) {
    const Index count = i < 4 ? i : 4;
    choose_places(block, i, count, places, even);
    // Rounds wait for one another and swaps for the cache: they go through the CPU beside each other, half a row a round.
    begin_block(streams, ++number, block);
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      run_round(block);
      const Index r = round / 2;
      const Index from = round % 2 * (kLaneCount / 2);
      if (r < count) swap_lanes(order, order + (i - r) * kLaneCount, places.of[r], from, from + kLaneCount / 2);
    }
  }
  for (Index l = 0; l < kLaneCount; ++l) {
    if (even[l] + 1 != static_cast<std::uint64_t>(rows)) shuffle_rows(seeds[l], epochs[l], rows, order + l, kLaneCount);
  }
}

}  // namespace
}  // namespace mlp
