#include "mlp/random.h"

#include <array>

#include "check.h"

namespace {

const test::Register philox("philox gives the published numbers", [] {
  // Random123 1.14.0, examples/kat_vectors: philox4x32 10.
  const auto zeros = mlp::philox({0, 0, 0, 0}, 0);
  CHECK((zeros == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const auto ones = mlp::philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff);
  CHECK((ones == std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
});

}  // namespace
