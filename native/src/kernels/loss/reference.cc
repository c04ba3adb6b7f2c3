#include <cmath>

#include "mlp/kernels.h"

#define MLP_SIMD
#include "terms.h"

namespace mlp {
namespace {

template <class T>
Index index_of_largest(const T* row, Index count) {
  Index best = 0;
  for (Index j = 1; j < count; ++j) {
    if (row[j] > row[best]) best = j;
  }
  return best;
}

}  // namespace

template <class T>
Score softmax_cross_entropy(Matrix<const T> z, const std::int32_t* labels, Matrix<T> d, T scale) {
  Score score;
  for (Index i = 0; i < z.rows; ++i) {
    const T* row = z.row(i);
    const T shift = row[index_of_largest(row, z.cols)];
    T sum = 0;
    for (Index j = 0; j < z.cols; ++j) sum += std::exp(row[j] - shift);
    // From log-sum-exp, not -log(p): p near 1 has no digits left to tell the loss from 0.
    const T log_sum = std::log(sum);
    score.loss += static_cast<double>(log_sum + (shift - row[labels[i]]));
    if (!d.data) continue;
    T* out = d.row(i);
    for (Index j = 0; j < z.cols; ++j) {
      out[j] = scale * (std::exp(row[j] - shift - log_sum) - (j == labels[i] ? T(1) : T(0)));
    }
  }
  return score;
}

template <class T>
Score smoothed_cross_entropy(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing) {
  Score score;
  const T share = smoothing / static_cast<T>(z.cols);
  for (Index i = 0; i < z.rows; ++i) {
    const T* row = z.row(i);
    const Index label = targets.labels[i];
    const T weight = targets.weights ? targets.weights[i] : T(1);
    const T shift = row[index_of_largest(row, z.cols)];
    T sum = 0;
    T total = 0;
    for (Index j = 0; j < z.cols; ++j) {
      sum += std::exp(row[j] - shift);
      total += row[j] - shift;
    }
    const T log_sum = std::log(sum);
    const T chosen = row[label] - shift;
    score.loss += static_cast<double>(weight * (log_sum - (T(1) - smoothing) * chosen - share * total));
    if (!d.data) continue;
    T* out = d.row(i);
    for (Index j = 0; j < z.cols; ++j) {
      const T target = (j == label ? T(1) - smoothing : T(0)) + share;
      out[j] = scale * weight * (std::exp(row[j] - shift - log_sum) - target);
    }
  }
  return score;
}

namespace {

/** As below, of one value a row that counts 1: its sum, its mean and its weight are the loss itself. */
template <class T, class Term>
Score score_values(Matrix<const T> z, const T* values, Matrix<T> d, T scale, Term term) {
  Score score;
  for (Index i = 0; i < z.rows; ++i) {
    const auto [loss, slope] = term(*z.row(i), values[i]);
    score.loss += loss;
    if (d.data) *d.row(i) = scale * slope;
  }
  return score;
}

/** @param term (z, y) -> the output's loss and its slope. */
template <class T, class Term>
Score score_by_output(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, Term term) {
  if (z.cols == 1 && targets.values && !targets.weights) return score_values(z, targets.values, d, scale, term);
  Score score;
  for (Index i = 0; i < z.rows; ++i) {
    const T weight = targets.weights ? targets.weights[i] : T(1);
    const T factor = scale * weight / static_cast<T>(z.cols);
    double sum = 0;
    for (Index j = 0; j < z.cols; ++j) {
      const T y = targets.values ? targets.values[i * z.cols + j] : static_cast<T>(targets.labels[i] == j);
      const auto [loss, slope] = term(z.row(i)[j], y);
      sum += loss;
      if (d.data) d.row(i)[j] = factor * slope;
    }
    score.loss += static_cast<double>(weight) * sum / static_cast<double>(z.cols);
  }
  return score;
}

}  // namespace

template <class T>
Score mean_squared_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale) {
  return score_by_output(z, targets, d, scale, SquaredError<T>{});
}

template <class T>
Score mean_absolute_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale) {
  return score_by_output(z, targets, d, scale, AbsoluteError<T>{});
}

template <class T>
Score huber(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T delta) {
  return score_by_output(z, targets, d, scale, HuberError<T>{delta});
}

template <class T>
Score binary_cross_entropy(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing) {
  return score_by_output(z, targets, d, scale, BinaryEntropy<T>{smoothing});
}

template Score softmax_cross_entropy<float>(Matrix<const float>, const std::int32_t*, Matrix<float>, float);
template Score softmax_cross_entropy<double>(Matrix<const double>, const std::int32_t*, Matrix<double>, double);
template Score smoothed_cross_entropy<float>(Matrix<const float>, Targets<float>, Matrix<float>, float, float);
template Score mean_squared_error<float>(Matrix<const float>, Targets<float>, Matrix<float>, float);
template Score mean_absolute_error<float>(Matrix<const float>, Targets<float>, Matrix<float>, float);
template Score huber<float>(Matrix<const float>, Targets<float>, Matrix<float>, float, float);
template Score binary_cross_entropy<float>(Matrix<const float>, Targets<float>, Matrix<float>, float, float);
template Score smoothed_cross_entropy<double>(Matrix<const double>, Targets<double>, Matrix<double>, double, double);
template Score mean_squared_error<double>(Matrix<const double>, Targets<double>, Matrix<double>, double);
template Score mean_absolute_error<double>(Matrix<const double>, Targets<double>, Matrix<double>, double);
template Score huber<double>(Matrix<const double>, Targets<double>, Matrix<double>, double, double);
template Score binary_cross_entropy<double>(Matrix<const double>, Targets<double>, Matrix<double>, double, double);

}  // namespace mlp
