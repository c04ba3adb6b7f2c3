#include <algorithm>
#include <vector>

#include "columns.h"
#include "factor.h"

namespace linalg {
namespace {

/** Rows begin apart by no multiple of 512 bytes: those would share few places of the cache. */
Index spread_stride(Index n) {
  const Index whole = (n + 7) / 8 * 8;
  return whole % 64 == 0 ? whole + 8 : whole;
}

double dot(const double* a, const double* b, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum = __builtin_fma(a[i], b[i], sum);
  return sum;
}

/** Kept from call to call: a fit evaluates a hundred times, and fresh pages cost as much as the arithmetic. */
struct Scratch {
  std::vector<double> covariance, slopes, inverse;

  void reserve(Index size, Index matrices) {
    for (auto* each : {&covariance, &inverse})
      if (static_cast<Index>(each->size()) < size) each->resize(size);
    if (static_cast<Index>(slopes.size()) < matrices * size) slopes.resize(matrices * size);
  }
};

/** R'^-1 of the values less their generalized mean. */
std::vector<double> whiten_residuals(const double* factor, Index n, Index stride, const double* values) {
  std::vector<double> both(2 * n);
  for (Index p = 0; p < n; ++p) {
    both[2 * p] = 1;
    both[2 * p + 1] = values[p];
  }
  solve_transposed(factor, n, stride, both.data(), 2, 2);
  std::vector<double> ones(n), whitened(n);
  for (Index p = 0; p < n; ++p) {
    ones[p] = both[2 * p];
    whitened[p] = both[2 * p + 1];
  }
  const double mean = dot(ones.data(), whitened.data(), n) / dot(ones.data(), ones.data(), n);
  for (Index p = 0; p < n; ++p) whitened[p] = __builtin_fma(-mean, ones[p], whitened[p]);
  return whitened;
}

}  // namespace

Evidence evidence(const Kernel& kernel, Index n, const double* points, const double* values, const double* extra,
                  double noise, double* diagonal, double* gradient) {
  static thread_local Scratch scratch;
  const Index d = kernel.d;
  const Index stride = spread_stride(n);
  const Index matrices = slope_matrices(kernel);
  const Index apart = n * stride;
  scratch.reserve(apart, matrices);
  double* const k = scratch.covariance.data();
  double* const slopes = scratch.slopes.data();
  double* const lower = scratch.inverse.data();

  const auto numbers = arranged(kernel, n, points);
  const auto columns = columns_of(kernel, n, numbers.data());
  std::vector<double> own(2 * d);
  for (Index p = 0; p < n; ++p) {
    double* const row = k + p * stride;
    variant().matern_row(columns, point_of(columns, p, own.data()), p, n - p, row + p,
                         gradient ? slopes + p * stride + p : nullptr, apart);
    row[p] = kernel.signal + noise + extra[p];
  }
  if (!cholesky(k, n, stride, 0)) return {false, 0};
  for (Index p = 0; p < n; ++p) diagonal[p] = k[p * stride + p];

  const auto whitened = whiten_residuals(k, n, stride, values);
  const double quadratic = dot(whitened.data(), whitened.data(), n);
  if (!gradient) return {true, quadratic};
  invert_transposed(k, n, stride, lower, stride);
  std::vector<double> solved(n);
  for (Index p = 0; p < n; ++p) variant().subtract_row(solved.data(), -whitened[p], lower + p * stride, p + 1);
  double* const inverse = k;
  square_lower(lower, n, stride, inverse, stride);

  // With W = solved solved' - K^-1: tr(W K) needs no K, being residual' solved - n.
  double trace = 0, noise_part = 0;
  std::vector<double> sums(d * 8);
  for (Index p = 0; p < n; ++p) {
    const double w = __builtin_fma(solved[p], solved[p], -inverse[p * stride + p]);
    trace += w;
    noise_part = __builtin_fma(noise + extra[p], w, noise_part);
    const Index from = p + 1, count = n - from;
    const KernelPoint point = point_of(columns, p, own.data());
    const Weighing by{solved[p], solved.data() + from, inverse + p * stride + from};
    variant().add_slopes(columns.joint, point.joint, from, count, by, slopes + p * stride + from,
                         matrices == 1 ? 0 : apart, sums.data());
  }
  for (Index i = 0; i < d; ++i) {
    double sum = 0;
    for (Index lane = 0; lane < 8; ++lane) sum += sums[i * 8 + lane];
    gradient[i] = -sum;
  }
  gradient[d] = -0.5 * (noise * trace);
  gradient[d + 1] = -0.5 * (quadratic - static_cast<double>(n) - noise_part);
  return {true, quadratic};
}

}  // namespace linalg
