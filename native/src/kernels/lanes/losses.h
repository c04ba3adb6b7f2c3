#pragma once

#include "../loss/terms.h"
#include "mlp/lane_kernels.h"

// The losses by the output, for all lanes; each unit compiles it for its instruction set.
namespace mlp {
namespace {

/** @param term_of (parameter) -> the term of ../loss/terms.h */
template <class TermOf>
MLP_SIMD void score_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights, float* d,
                          float scale, const float* parameters, double* losses, TermOf term_of) {
  const auto width = static_cast<float>(outputs);
  for (Index i = 0; i < rows; ++i) {
    double sums[kLaneCount] = {};
    float factors[kLaneCount];
    const float* const weight = weights ? weights + i * kLaneCount : nullptr;
    for (Index l = 0; l < kLaneCount; ++l) factors[l] = (weight ? scale * weight[l] : scale) / width;
    for (Index j = 0; j < outputs; ++j) {
      const Index at = (i * outputs + j) * kLaneCount;
      for (Index l = 0; l < kLaneCount; ++l) {
        const auto [loss, slope] = term_of(parameters[l])(z[at + l], targets[at + l]);
        sums[l] += loss;
        if (d) d[at + l] = factors[l] * slope;
      }
    }
    for (Index l = 0; l < kLaneCount; ++l) {
      losses[l] += (weight ? static_cast<double>(weight[l]) * sums[l] : sums[l]) / static_cast<double>(outputs);
    }
  }
}

struct SquaredErrorOf {
  MLP_SIMD inline SquaredError<float> operator()(float) const { return {}; }
};
struct AbsoluteErrorOf {
  MLP_SIMD inline AbsoluteError<float> operator()(float) const { return {}; }
};
struct HuberErrorOf {
  MLP_SIMD inline HuberError<float> operator()(float delta) const { return {delta}; }
};

MLP_SIMD void squared_error_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights,
                                  float* d, float scale, const float* parameters, double* losses) {
  score_lanes(rows, outputs, z, targets, weights, d, scale, parameters, losses, SquaredErrorOf{});
}

MLP_SIMD void absolute_error_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights,
                                   float* d, float scale, const float* parameters, double* losses) {
  score_lanes(rows, outputs, z, targets, weights, d, scale, parameters, losses, AbsoluteErrorOf{});
}

MLP_SIMD void huber_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights, float* d,
                          float scale, const float* parameters, double* losses) {
  score_lanes(rows, outputs, z, targets, weights, d, scale, parameters, losses, HuberErrorOf{});
}

}  // namespace
}  // namespace mlp
