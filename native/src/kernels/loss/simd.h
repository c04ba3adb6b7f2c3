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

/** The sum that sum_of_exponentials makes of them: one for each lane of a vector, then halves added to halves. */
MLP_SIMD_INLINE Vector sum_as_one_row(Index count, const Vector* terms) {
  Vector sums[kLanes];
  const Index wide = count < kLanes ? count : kLanes;
  sums[0] = terms[0];
  for (Index j = 1; j < wide; ++j) sums[j] = terms[j];
  for (Index j = kLanes; j < count; ++j) sums[j % kLanes] = add(sums[j % kLanes], terms[j]);
#pragma GCC unroll 4
  for (Index half = kLanes / 2; half > 0; half /= 2) {
    for (Index j = 0; j < half && j + half < wide; ++j) sums[j] = add(sums[j], sums[j + half]);
  }
  return sums[0];
}

/** Largest output, sum of the exponentials and gap to the label's output, of up to kLanes rows. */
struct RowSums {
  alignas(64) float sums[kLanes];
  alignas(64) float gaps[kLanes];
};

/** Row by row. */
MLP_SIMD_INLINE void score_each(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale,
                                RowSums& of) {
  for (Index i = 0; i < kLanes; ++i) of.sums[i] = 1;
  for (Index i = 0; i < z.rows; ++i) {
    const float* const row = z.data + i * z.stride;
    const float most = largest_in(row, z.cols);
    of.gaps[i] = most - row[labels[i]];  // before d, which may be z, is written
    float* const out = d.data ? d.data + i * d.stride : nullptr;
    of.sums[i] = sum_of_exponentials(row, z.cols, most, out);
    if (!out) continue;
    multiply_row(out, z.cols, scale / of.sums[i]);
    out[labels[i]] -= scale;
  }
}

/** Whose label is the column: x there, y elsewhere. */
MLP_SIMD_INLINE Vector where_label(Vector label, Index column, Vector x, Vector y) {
  return where_less(magnitude(subtract(label, all(static_cast<float>(column)))), all(0.5f), x, y);
}

/** The same of N columns, a row in each lane: N is known here, so that columns stay in registers. */
template <int N>
MLP_SIMD void score_transposed(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale,
                               RowSums& of) {
  const Mask mask = first_lanes(N);
  Vector square[kLanes];
#pragma GCC unroll 16
  for (Index i = 0; i < kLanes; ++i) square[i] = i < z.rows ? load(z.data + i * z.stride, mask) : all(0);
  transpose_square(square);
  alignas(64) float numbers[kLanes] = {};
  for (Index i = 0; i < z.rows; ++i) numbers[i] = static_cast<float>(labels[i]);
  const Vector label = load(numbers);
  Vector most = all(kLowest);
  Vector chosen = all(0);
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) {
    most = larger(most, square[j]);
    chosen = where_label(label, j, square[j], chosen);
  }
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) square[j] = exp_of(subtract(square[j], most));
  const Vector sum = sum_as_one_row(N, square);
  store(of.sums, sum);
  store(of.gaps, subtract(most, chosen));
  if (!d.data) return;
  const Vector factor = divide(all(scale), sum);
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) {
    square[j] = subtract(multiply(square[j], factor), where_label(label, j, all(scale), all(0)));
  }
  transpose_square(square);
#pragma GCC unroll 16
  for (Index i = 0; i < kLanes; ++i) {
    if (i < z.rows) store(d.data + i * d.stride, mask, square[i]);
  }
}

/** No more columns than there are lanes. */
template <int N = kLanes>
MLP_SIMD_INLINE void score_narrow(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale,
                                  RowSums& of) {
  if constexpr (N > 1) {
    if (z.cols < N) return score_narrow<N - 1>(z, labels, d, scale, of);
  }
  score_transposed<N>(z, labels, d, scale, of);
}

MLP_SIMD_INLINE Score score_rows(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale) {
  Score score;
  RowSums of{};
  alignas(64) float losses[kLanes];
  for (Index from = 0; from < z.rows; from += kLanes) {
    const Index count = z.rows - from < kLanes ? z.rows - from : kLanes;
    const Matrix<const float> some{z.data + from * z.stride, count, z.cols, z.stride};
    const Matrix<float> slopes{d.data ? d.data + from * d.stride : nullptr, count, z.cols, d.stride};
    if (z.cols <= kLanes) score_narrow(some, labels + from, slopes, scale, of);
    else score_each(some, labels + from, slopes, scale, of);
    // From log-sum-exp, not -log(p): p near 1 has no digits left to tell the loss from 0.
    store(losses, first_lanes(count), add(log_of(load(of.sums)), load(of.gaps, first_lanes(count))));
    for (Index i = 0; i < count; ++i) score.loss += static_cast<double>(losses[i]);
  }
  return score;
}

/** What binary_cross_entropy says of one output. */
struct BinaryTerm {
  Vector loss;
  Vector slope;
};

MLP_SIMD_INLINE BinaryTerm binary_term(Vector z, Vector y, Vector smoothing) {
  const Vector target = fused(y, subtract(all(1), smoothing), multiply(smoothing, all(0.5f)));
  const Vector small = exp_of(subtract(all(0), magnitude(z)));
  const Vector share = divide(where_less(z, all(0), small, all(1)), add(all(1), small));
  const Vector apart = subtract(where_less(z, all(0), all(0), z), multiply(z, target));
  return {add(apart, log1p_of(small)), subtract(share, target)};
}

/** As the definition, outputs of all rows one after the other: most rows have few. */
MLP_SIMD_INLINE Score score_binary(Matrix<const float> z, Targets<float> targets, Matrix<float> d, float scale,
                                   float smoothing) {
  Score score;
  const auto cols = static_cast<double>(z.cols);
  alignas(64) float outputs[kLanes] = {};
  alignas(64) float wanted[kLanes] = {};
  alignas(64) float losses[kLanes];
  alignas(64) float slopes[kLanes];
  const Index all_of_them = z.rows * z.cols;
  Index row = 0;
  Index col = 0;
  double sum = 0;
  for (Index from = 0; from < all_of_them; from += kLanes) {
    const Index count = all_of_them - from < kLanes ? all_of_them - from : kLanes;
    Index i = row;
    Index j = col;
    for (Index e = 0; e < count; ++e) {
      outputs[e] = z.data[i * z.stride + j];
      wanted[e] = targets.values ? targets.values[from + e] : static_cast<float>(targets.labels[i] == j);
      if (++j == z.cols) ++i, j = 0;
    }
    const BinaryTerm term = binary_term(load(outputs), load(wanted), all(smoothing));
    store(losses, term.loss);
    store(slopes, term.slope);
    for (Index e = 0; e < count; ++e) {
      const float weight = targets.weights ? targets.weights[row] : 1;
      sum += static_cast<double>(losses[e]);
      if (d.data) d.data[row * d.stride + col] = scale * weight / static_cast<float>(z.cols) * slopes[e];
      if (++col < z.cols) continue;
      score.loss += static_cast<double>(weight) * sum / cols;
      sum = 0;
      ++row, col = 0;
    }
  }
  return score;
}

}  // namespace
}  // namespace mlp
