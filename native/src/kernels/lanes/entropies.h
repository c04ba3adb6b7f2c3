#pragma once

#include "../loss/simd.h"
#include "mlp/lane_kernels.h"

// The entropies for all lanes, in the words of the simd header included before it; the functions are those of ../loss.
namespace mlp {
namespace {

MLP_SIMD_INLINE void add_to(double* losses, Vector row) {
  alignas(64) float each[kLanes];
  store(each, row);
  for (Index l = 0; l < kLanes; ++l) losses[l] += static_cast<double>(each[l]);
}

/** From here on it is no constant. */
constexpr Index kUsualOutputs = 6;

/** R rows a step at a time: by itself each would wait for its own maximum, sum and quotient. Pointers are to the first. */
template <Index R, Index Most>
MLP_SIMD_INLINE void softmax_some(Index outputs, const float* z, const float* targets, float* d, float scale,
                                  double* losses) {
  const Index row = outputs * kLaneCount;
  Vector most[R];
  Vector chosen[R];
  Vector terms[R][Most];
  Vector sum[R];
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) {
    most[r] = all(kLowest);
    chosen[r] = all(0);
#pragma GCC unroll 8
    for (Index j = 0; j < outputs; ++j) {
      const Vector x = load(z + r * row + j * kLaneCount);
      most[r] = larger(most[r], x);
      chosen[r] = where_less(all(0), load(targets + r * row + j * kLaneCount), x, chosen[r]);
    }
  }
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) {
#pragma GCC unroll 8
    for (Index j = 0; j < outputs; ++j) terms[r][j] = exp_of(subtract(load(z + r * row + j * kLaneCount), most[r]));
  }
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) sum[r] = sum_as_one_row(outputs, terms[r]);
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) most[r] = add(log_of(sum[r]), subtract(most[r], chosen[r]));
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) add_to(losses, most[r]);
  if (!d) return;
#pragma GCC unroll 4
  for (Index r = 0; r < R; ++r) {
    const Vector factor = divide(all(scale), sum[r]);
#pragma GCC unroll 8
    for (Index j = 0; j < outputs; ++j) {
      const Vector wanted = multiply(all(scale), load(targets + r * row + j * kLaneCount));
      store(d + r * row + j * kLaneCount, subtract(multiply(terms[r][j], factor), wanted));
    }
  }
}

/** With the number of outputs as a constant, up to what is usual: their terms then stay in registers. */
template <Index N>
MLP_SIMD void softmax_rows(Index rows, Index outputs, const float* z, const float* targets, float* d, float scale,
                           double* losses) {
  if constexpr (N > 1) {
    if (outputs < N) return softmax_rows<N - 1>(rows, outputs, z, targets, d, scale, losses);
  }
  const Index width = N == kUsualOutputs ? outputs : N;
  constexpr Index kMost = N == kUsualOutputs ? kMostSoftmaxOutputs : N;
  constexpr Index kTogether = N == kUsualOutputs ? 1 : 4;
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    Index i = 0;
    for (; i + kTogether <= rows; i += kTogether) {
      const Index at = i * width * kLaneCount + part;
      softmax_some<kTogether, kMost>(width, z + at, targets + at, d ? d + at : nullptr, scale, losses + part);
    }
    for (; i < rows; ++i) {
      const Index at = i * width * kLaneCount + part;
      softmax_some<1, kMost>(width, z + at, targets + at, d ? d + at : nullptr, scale, losses + part);
    }
  }
}

MLP_SIMD void softmax_lanes(Index rows, Index outputs, const float* z, const float* targets, const float*, float* d,
                            float scale, const float*, double* losses) {
  softmax_rows<kUsualOutputs>(rows, outputs, z, targets, d, scale, losses);
}

MLP_SIMD void binary_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights, float* d,
                           float scale, const float* parameters, double* losses) {
  const auto width = static_cast<float>(outputs);
  for (Index i = 0; i < rows; ++i) {
    for (Index part = 0; part < kLaneCount; part += kLanes) {
      const Vector weight = weights ? load(weights + i * kLaneCount + part) : all(1);
      const Vector factor = divide(multiply(all(scale), weight), all(width));
      const Vector smoothing = load(parameters + part);
      double sums[kLanes] = {};
#pragma GCC unroll 8
      for (Index j = 0; j < outputs; ++j) {
        const Index at = (i * outputs + j) * kLaneCount + part;
        const BinaryTerm term = binary_term(load(z + at), load(targets + at), smoothing);
        add_to(sums, term.loss);
        if (d) store(d + at, multiply(factor, term.slope));
      }
      alignas(64) float each[kLanes];
      store(each, weight);
      for (Index l = 0; l < kLanes; ++l) {
        losses[part + l] += static_cast<double>(each[l]) * sums[l] / static_cast<double>(outputs);
      }
    }
  }
}

}  // namespace
}  // namespace mlp
