#include "mlp/random.h"

#include <utility>

namespace mlp {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t key) {
  auto [c0, c1, c2, c3] = counter;
  auto key0 = static_cast<std::uint32_t>(key);
  auto key1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xd2511f53} * c0;
    const std::uint64_t product1 = std::uint64_t{0xcd9e8d57} * c2;
    c0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ key0;
    c1 = static_cast<std::uint32_t>(product1);
    c2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ key1;
    c3 = static_cast<std::uint32_t>(product0);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  return {c0, c1, c2, c3};
}

std::uint32_t Stream::bits() {
  const std::uint32_t lane = drawn_ & 3;
  if (lane == 0) block_ = philox({drawn_ >> 2, index_, purpose_, 0}, seed_);
  ++drawn_;
  return block_[lane];
}

namespace {

// Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.

/** Whether a number's product with `count` is one of the few that would favour some results, so that it is drawn again. */
bool is_rejected(std::uint64_t product, std::uint32_t count) {
  const auto low = static_cast<std::uint32_t>(product);
  return low < count && low < -count % count;
}

}  // namespace

std::uint32_t Stream::below(std::uint32_t count) {
  std::uint64_t product = 0;
  do product = std::uint64_t{bits()} * count;
  while (is_rejected(product, count));
  return static_cast<std::uint32_t>(product >> 32);
}

double Stream::symmetric() { return (bits() >> 8) * 0x1p-23 - 1.0; }

/** Swaps by the numbers of Stream::below, a block of them at a time. */
void shuffle_rows(std::uint64_t seed, std::uint32_t epoch, std::ptrdiff_t count, std::int32_t* order,
                  std::ptrdiff_t stride) {
  for (std::ptrdiff_t i = 0; i < count; ++i) order[i * stride] = static_cast<std::int32_t>(i);
  std::ptrdiff_t i = count - 1;
  for (std::uint32_t number = 0; i > 0; ++number) {
    for (const std::uint32_t bits : philox({number, epoch, static_cast<std::uint32_t>(Purpose::kOrder), 0}, seed)) {
      const auto below = static_cast<std::uint32_t>(i + 1);
      const std::uint64_t product = std::uint64_t{bits} * below;
      if (is_rejected(product, below)) continue;
      std::swap(order[i * stride], order[static_cast<std::ptrdiff_t>(product >> 32) * stride]);
      if (--i <= 0) break;
    }
  }
}

}  // namespace mlp
