#include <cmath>

#include "mlp/kernels.h"

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
    const Index best = index_of_largest(row, z.cols);
    const T shift = row[best];
    T sum = 0;
    for (Index j = 0; j < z.cols; ++j) sum += std::exp(row[j] - shift);
    // From log-sum-exp, not -log(p): p near 1 has no digits left to tell the loss from 0.
    const T log_sum = std::log(sum);
    score.loss += static_cast<double>(log_sum + (shift - row[labels[i]]));
    score.hits += best == labels[i];
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

/** @param term (z, y) -> the output's loss and its slope. */
template <class T, class Term>
Score score_by_output(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, Term term) {
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

template <class T>
struct Term {
  double loss;
  T slope;
};

}  // namespace

template <class T>
Score mean_squared_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale) {
  return score_by_output(z, targets, d, scale, [](T value, T y) {
    const T error = value - y;
    return Term<T>{static_cast<double>(error) * error, 2 * error};
  });
}

template <class T>
Score mean_absolute_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale) {
  return score_by_output(z, targets, d, scale, [](T value, T y) {
    const T error = value - y;
    // A NaN is neither above nor below 0 and stays one.
    return Term<T>{std::abs(error), error > 0 ? T(1) : error < 0 ? T(-1) : error};
  });
}

template <class T>
Score huber(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T delta) {
  return score_by_output(z, targets, d, scale, [delta](T value, T y) {
    const T error = value - y;
    if (std::abs(error) > delta) return Term<T>{delta * (std::abs(error) - delta / 2), error > 0 ? delta : -delta};
    return Term<T>{static_cast<double>(error) * error / 2, error};
  });
}

template <class T>
Score binary_cross_entropy(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing) {
  return score_by_output(z, targets, d, scale, [smoothing](T value, T y) {
    const T target = y * (T(1) - smoothing) + smoothing / 2;
    // log(1 + e^-|z|) and the sigmoid from e^-|z|, which cannot overflow.
    const T small = std::exp(-std::abs(value));
    const T share = (value < 0 ? small : T(1)) / (T(1) + small);
    return Term<T>{(value < 0 ? T(0) : value) - value * target + std::log1p(small), share - target};
  });
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
