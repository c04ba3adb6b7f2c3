#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mlp {

/**
 * One block of Philox4x32-10, the same function as src/math/random.ts.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t key);

/** What a stream of random numbers is for: streams of one seed never overlap. */
enum class Purpose : std::uint32_t { kWeights = 1, kOrder = 2, kDropout = 3 };

/**
 * The random numbers of one purpose and index (a layer, an epoch). Counter-based: adding a draw to one stream
 * changes no other, and an epoch's order can be made without those before it.
 */
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::uint32_t index)
      : seed_(seed), purpose_(static_cast<std::uint32_t>(purpose)), index_(index) {}

  /** 32 random bits. */
  std::uint32_t bits();

  /** Uniform in 0 .. count - 1, without bias. */
  std::uint32_t below(std::uint32_t count);

  /** Uniform in [-1, 1), a multiple of 2^-23, so exact in float and double alike. */
  double symmetric();

 private:
  std::uint64_t seed_;
  std::uint32_t purpose_;
  std::uint32_t index_;
  std::uint32_t drawn_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

/**
 * The rows 0 .. count - 1 in the order in which an epoch visits them: Fisher and Yates's shuffle by its own stream.
 *
 * @param stride from one number of the order to the next.
 */
void shuffle_rows(std::uint64_t seed, std::uint32_t epoch, std::ptrdiff_t count, std::int32_t* order,
                  std::ptrdiff_t stride = 1);

}  // namespace mlp
