#include <algorithm>
#include <vector>

#include "columns.h"
#include "factor.h"

namespace linalg {
namespace {

/** Room for `size` numbers of this thread's until the next call with the same Use. */
template <int Use>
double* room_for(Index size) {
  static thread_local std::vector<double> room;
  if (static_cast<Index>(room.size()) < size) room.resize(size);
  return room.data();
}

/** signal - |R'^-1 k|^2. Rounding may take the difference below zero where the data pin the function down. */
double variance_left(double signal, double explained) { return std::max(signal - explained, 1e-12 * signal); }

// Two vectors of a row: with fewer points, most of a row of them is nothing.
constexpr Index kFew = 16;

/** The posterior, and R'^-1 k of each point as a row of `whitened`, bit by bit what columns would be. */
void whiten_rows(const Process& process, Index m, const double* others, double* means, double* variances,
                 double* whitened) {
  const Index n = process.n, sets = process.sets;
  const auto rows = columns_of(process.kernel, n, process.arranged);
  const auto numbers = arranged(process.kernel, m, others);
  const auto columns = columns_of(process.kernel, m, numbers.data());
  std::vector<double> own(2 * process.kernel.d), by_point(m * sets);
  for (Index c = 0; c < m; ++c)
    variant().matern_row(rows, point_of(columns, c, own.data()), 0, n, whitened + c * n, nullptr, 0);
  variant().multiply(m, sets, n, whitened, 1, n, process.weights, sets, by_point.data(), sets, false);
  for (Index c = 0; c < m; ++c)
    for (Index s = 0; s < sets; ++s) means[s * m + c] = by_point[c * sets + s] + process.mean;
  solve_transposed_rows(process.factor, n, n, whitened, m, n);
  for (Index c = 0; c < m; ++c) {
    double explained = 0;
    for (Index p = 0; p < n; ++p) explained += whitened[c * n + p] * whitened[c * n + p];
    variances[c] = variance_left(process.kernel.signal, explained);
  }
}

/** Derivatives by the covariances with each row: the mean's is its weight, the variance's -2 K^-1 k. */
void chain_to_covariances(const Process& process, Index m, const double* solved, const double* by_means,
                          const double* by_variances, double* by_covariances) {
  const Index n = process.n, sets = process.sets;
  const double* by_set = process.weights;
  if (sets > 1) {
    double* const to = room_for<0>(sets * n);
    for (Index p = 0; p < n; ++p)
      for (Index s = 0; s < sets; ++s) to[s * n + p] = process.weights[p * sets + s];
    by_set = to;
  }
  product(by_means, by_set, sets, m, n, by_covariances);
  for (Index c = 0; c < m; ++c) {
    const double twice = 2 * by_variances[c];
    for (Index p = 0; p < n; ++p) by_covariances[c * n + p] -= twice * solved[c * n + p];
  }
}

/** Of the steps from one point to the rows in feature i, each by what the distance takes off. */
double sum_of_steps(const Process& process, Index i, double own, const double* by_covariances, const double* slopes) {
  const Index d = process.kernel.d;
  double sum = 0;
  for (Index p = 0; p < process.n; ++p)
    sum += (by_covariances[p] * slopes[p]) * (process.points[p * d + i] - own);
  return sum;
}

}  // namespace

void posterior(const Process& process, Index m, const double* others, double* means, double* variances) {
  const Index n = process.n;
  if (m < kFew) return whiten_rows(process, m, others, means, variances, room_for<1>(n * m));
  double* const k = room_for<1>(n * m);
  cross_covariance(process.kernel, n, process.arranged, m, others, k);
  product(process.weights, k, n, process.sets, m, means);
  for (Index at = 0; at < process.sets * m; ++at) means[at] += process.mean;
  solve_transposed(process.factor, n, n, k, m, m);
  std::fill_n(variances, m, 0.0);
  for (Index p = 0; p < n; ++p)
    for (Index c = 0; c < m; ++c) variances[c] += k[p * m + c] * k[p * m + c];
  for (Index c = 0; c < m; ++c) variances[c] = variance_left(process.kernel.signal, variances[c]);
}

void posterior_to_differentiate(const Process& process, Index m, const double* others, double* means, double* variances,
                                double* solved) {
  whiten_rows(process, m, others, means, variances, solved);
  solve_rows(process.factor, process.n, process.n, solved, m, process.n);
}

void posterior_gradients(const Process& process, Index m, const double* others, const double* solved,
                         const double* by_means, const double* by_variances, double* gradients) {
  const Kernel& kernel = process.kernel;
  const Index n = process.n, d = kernel.d, matrices = slope_matrices(kernel);
  double* const by_covariances = room_for<2>(m * n);
  chain_to_covariances(process, m, solved, by_means, by_variances, by_covariances);
  const auto rows = columns_of(kernel, n, process.arranged);
  const auto numbers = arranged(kernel, m, others);
  const auto columns = columns_of(kernel, m, numbers.data());
  std::vector<double> own(2 * d), totals(m);
  double* const k = room_for<3>((1 + matrices) * n);
  double* const slopes = k + n;
  for (Index c = 0; c < m; ++c) {
    variant().matern_row(rows, point_of(columns, c, own.data()), 0, n, k, slopes, n);
    double* const by = by_covariances + c * n;
    if (matrices > 1) {
      for (Index i = 0; i < d; ++i)
        gradients[c * d + i] = sum_of_steps(process, i, others[c * d + i], by, slopes + i * n);
    } else {
      for (Index p = 0; p < n; ++p) totals[c] += by[p] *= slopes[p];
    }
  }
  if (matrices == 1) {
    std::fill_n(gradients, m * d, 0.0);
    variant().multiply(m, d, n, by_covariances, 1, n, process.points, d, gradients, d, false);
    for (Index at = 0; at < m * d; ++at) gradients[at] -= totals[at / d] * others[at];
  }
  for (Index at = 0; at < m * d; ++at) {
    const double length = kernel.length_scales[at % d];
    gradients[at] = kernel.categorical[at % d] ? 0 : gradients[at] / (length * length);
  }
}

}  // namespace linalg
