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
Score mean_squared_error(Matrix<const T> z, const T* y, Matrix<T> d, T scale) {
  Score score;
  const T factor = 2 * scale / static_cast<T>(z.cols);
  for (Index i = 0; i < z.rows; ++i) {
    const T* row = z.row(i);
    double sum = 0;
    for (Index j = 0; j < z.cols; ++j) {
      const T error = row[j] - y[i * z.cols + j];
      sum += static_cast<double>(error) * error;
      if (d.data) d.row(i)[j] = factor * error;
    }
    score.loss += sum / static_cast<double>(z.cols);
  }
  return score;
}

template Score softmax_cross_entropy<float>(Matrix<const float>, const std::int32_t*, Matrix<float>, float);
template Score softmax_cross_entropy<double>(Matrix<const double>, const std::int32_t*, Matrix<double>, double);
template Score mean_squared_error<float>(Matrix<const float>, const float*, Matrix<float>, float);
template Score mean_squared_error<double>(Matrix<const double>, const double*, Matrix<double>, double);

}  // namespace mlp
