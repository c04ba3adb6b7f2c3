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

// Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
std::uint32_t Stream::below(std::uint32_t count) {
  std::uint64_t product = std::uint64_t{bits()} * count;
  if (static_cast<std::uint32_t>(product) < count) {
    const std::uint32_t threshold = -count % count;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{bits()} * count;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double Stream::symmetric() { return (bits() >> 8) * 0x1p-23 - 1.0; }

void shuffle_rows(std::uint64_t seed, std::uint32_t epoch, std::ptrdiff_t count, std::int32_t* order,
                  std::ptrdiff_t stride) {
  for (std::ptrdiff_t i = 0; i < count; ++i) order[i * stride] = static_cast<std::int32_t>(i);
  Stream stream(seed, Purpose::kOrder, epoch);
  for (std::ptrdiff_t i = count; i-- > 1;) {
    std::swap(order[i * stride], order[stream.below(static_cast<std::uint32_t>(i + 1)) * stride]);
  }
}

}  // namespace mlp
