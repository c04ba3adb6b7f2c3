#pragma once

#include <cstdint>
#include <vector>

#include "check.h"
#include "mlp/kernels.h"
#include "mlp/random.h"

/** What tests of the kernels share. */
namespace test {

using mlp::Index;

inline std::vector<float> noise(Index count, std::uint32_t index) {
  mlp::Stream stream(7, mlp::Purpose::kWeights, index);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(stream.symmetric());
  return values;
}

/** Every set that this CPU runs, the definitions first. */
inline std::vector<const mlp::Kernels<float>*> every_set() {
  std::vector<const mlp::Kernels<float>*> sets;
  for (const auto set : mlp::kKernelSets) {
    const auto& kernels = mlp::supported_kernels(set);
    if (kernels.set == set) sets.push_back(&kernels);
  }
  return sets;
}

inline constexpr mlp::Activation kActivations[] = {
    mlp::Activation::kIdentity, mlp::Activation::kRelu, mlp::Activation::kTanh,
    mlp::Activation::kSigmoid,  mlp::Activation::kLeakyRelu, mlp::Activation::kElu,
    mlp::Activation::kGelu,     mlp::Activation::kSilu, mlp::Activation::kSoftplus};

inline bool all_close(const std::vector<float>& actual, const std::vector<float>& expected, double relative, double absolute) {
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (!test::close(actual[i], expected[i], relative, absolute)) return false;
  }
  return actual.size() == expected.size();
}

}  // namespace test
