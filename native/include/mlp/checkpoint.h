#pragma once

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace mlp {

using Bytes = std::vector<std::uint8_t>;

/** Bytes that no training can go on from; its message says why, and what to do. */
class CheckpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/**
 * A training between two epochs, as bytes: "HONEMLP\n", format version (u32), length of what follows the checksum (u64),
 * its CRC-32 (u32), and then numbers in the order in which they are put. All are little-endian on every machine; lists of
 * numbers have their length (u64) before them.
 */
class CheckpointWriter {
 public:
  CheckpointWriter();

  template <class Number>
  void put(Number value) {
    put_bits(std::bit_cast<Bits<Number>>(value));
  }

  template <class Allocator>
  void put(const std::vector<float, Allocator>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    for (const float value : values) put(value);
  }

  /** Ends it. */
  Bytes finish();

 private:
  template <class Number>
  using Bits = std::conditional_t<sizeof(Number) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint8_t>>;

  template <class Unsigned>
  void put_bits(Unsigned bits) {
    for (std::size_t byte = 0; byte < sizeof(Unsigned); ++byte) {
      bytes_.push_back(static_cast<std::uint8_t>(std::uint64_t{bits} >> (8 * byte)));
    }
  }

  Bytes bytes_;
};

/** Reads what a writer wrote. No bytes make it read beyond their end, or allocate. */
class CheckpointReader {
 public:
  /** @throws CheckpointError for what is no checkpoint, damaged, or of a format that this engine does not know. */
  explicit CheckpointReader(const Bytes& bytes);

  template <class Number>
  Number get() {
    if constexpr (sizeof(Number) == 8) return std::bit_cast<Number>(bits(8));
    else if constexpr (sizeof(Number) == 4) return std::bit_cast<Number>(static_cast<std::uint32_t>(bits(4)));
    else return static_cast<Number>(bits(1));
  }

  /** @throws CheckpointError unless there are as many as `values` has room for. */
  template <class Allocator>
  void get(std::vector<float, Allocator>& values) {
    require(get<std::uint64_t>() == values.size());
    for (float& value : values) value = get<float>();
  }

  /** @throws CheckpointError unless the condition holds: numbers that no training writes. */
  static void require(bool condition);

  /** @throws CheckpointError when something is left. */
  void finish() const;

 private:
  std::uint64_t bits(std::size_t size);

  const Bytes& bytes_;
  std::size_t at_ = 0;
};

/** Puts the length and checksum of what follows the header in their places. */
void seal(Bytes& checkpoint);

}  // namespace mlp
