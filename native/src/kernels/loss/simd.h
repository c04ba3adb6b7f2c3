#pragma once

#include "../simd/functions.h"
#include "mlp/kernels.h"

// The cross-entropy of this folder in the words of the simd header included before it.
namespace mlp {
namespace {

constexpr float kLowest = -3.40282347e38f;

/** NaN in a row may be missed here; it comes back in the sum of the exponentials. */
MLP_SIMD_INLINE float largest_in(const float* row, Index count) {
  Vector most = all(kLowest);
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    most = larger(most, where_on(mask, load(row + j, mask), all(kLowest)));
  }
  return largest_of(most);
}

/** Sum of exp(row - shift); the terms go to `out` unless that is null. */
MLP_SIMD_INLINE float sum_of_exponentials(const float* row, Index count, float shift, float* out) {
  Vector sum = all(0);
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    const Vector term = where_on(mask, exp_of(subtract(load(row + j, mask), all(shift))), all(0));
    if (out) store(out + j, mask, term);
    sum = add(sum, term);
  }
  return sum_of(sum);
}

MLP_SIMD_INLINE void multiply_row(float* row, Index count, float factor) {
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    store(row + j, mask, multiply(load(row + j, mask), all(factor)));
  }
}

/** Whether the label is the first of the largest outputs, as the definition has it. */
MLP_SIMD_INLINE bool is_hit(const float* row, Index label, float most) {
  if (!(row[label] == most)) return false;
  for (Index j = 0; j < label; ++j) {
    if (row[j] == most) return false;
  }
  return true;
}

MLP_SIMD_INLINE Score score_rows(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale) {
  Score score;
  for (Index i = 0; i < z.rows; ++i) {
    const float* const row = z.data + i * z.stride;
    const Index label = labels[i];
    const float most = largest_in(row, z.cols);
    const float chosen = row[label];  // before d, which may be z, is written
    score.hits += is_hit(row, label, most);
    float* const out = d.data ? d.data + i * d.stride : nullptr;
    const float sum = sum_of_exponentials(row, z.cols, most, out);
    // From log-sum-exp, not -log(p): p near 1 has no digits left to tell the loss from 0.
    score.loss += static_cast<double>(__builtin_logf(sum) + (most - chosen));
    if (!out) continue;
    multiply_row(out, z.cols, scale / sum);
    out[label] -= scale;
  }
  return score;
}

}  // namespace
}  // namespace mlp
