#include "mlp/checkpoint.h"

#include <algorithm>
#include <array>

namespace mlp {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'H', 'O', 'N', 'E', 'M', 'L', 'P', '\n'};
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kLengthAt = 12;
constexpr std::size_t kChecksumAt = 20;
constexpr std::size_t kHeader = 24;

/** CRC-32 of ISO 3309, as in zip and PNG. */
std::uint32_t crc32(const std::uint8_t* data, std::size_t size) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320 ^ value >> 1 : value >> 1;
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t sum = ~0u;
  for (std::size_t i = 0; i < size; ++i) sum = kTable[(sum ^ data[i]) & 0xff] ^ sum >> 8;
  return ~sum;
}

std::uint64_t read(const Bytes& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t byte = 0; byte < size; ++byte) value |= std::uint64_t{bytes[at + byte]} << (8 * byte);
  return value;
}

void write(Bytes& bytes, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t byte = 0; byte < size; ++byte) bytes[at + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
}

[[noreturn]] void damaged() {
  throw CheckpointError("The checkpoint is damaged: take another copy of it, or train from the start.");
}

}  // namespace

CheckpointWriter::CheckpointWriter() : bytes_(kMagic.begin(), kMagic.end()) {
  put(kVersion);
  bytes_.resize(kHeader);
}

Bytes CheckpointWriter::finish() {
  seal(bytes_);
  return std::move(bytes_);
}

void seal(Bytes& checkpoint) {
  if (checkpoint.size() < kHeader) return;
  const std::size_t length = checkpoint.size() - kHeader;
  write(checkpoint, kLengthAt, 8, length);
  write(checkpoint, kChecksumAt, 4, crc32(checkpoint.data() + kHeader, length));
}

CheckpointReader::CheckpointReader(const Bytes& bytes) : bytes_(bytes), at_(kHeader) {
  if (bytes.size() < kHeader || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    throw CheckpointError("These bytes are no checkpoint of a training.");
  }
  const std::uint64_t version = read(bytes, kMagic.size(), 4);
  if (version != kVersion) {
    throw CheckpointError("The checkpoint has format " + std::to_string(version) + ", this engine reads format " +
                          std::to_string(kVersion) + ": use the version of Hone that wrote it.");
  }
  const std::size_t length = bytes.size() - kHeader;
  const bool whole = read(bytes, kLengthAt, 8) == length;
  if (!whole || read(bytes, kChecksumAt, 4) != crc32(bytes.data() + kHeader, length)) damaged();
}

std::uint64_t CheckpointReader::bits(std::size_t size) {
  require(bytes_.size() - at_ >= size);
  at_ += size;
  return read(bytes_, at_ - size, size);
}

void CheckpointReader::require(bool condition) {
  if (!condition) damaged();
}

void CheckpointReader::finish() const { require(at_ == bytes_.size()); }

}  // namespace mlp
