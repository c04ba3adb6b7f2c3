#include <algorithm>
#include <cmath>
#include <vector>

#include "columns.h"

namespace linalg {
namespace {

Index padded(Index n) { return (n + 7) / 8 * 8; }

/** Distances of all features are the root of d times as long as those of one. */
double part_length(const Kernel& kernel, Index part, Index i) {
  return part == 0 ? kernel.length_scales[i] : kernel.length_scales[i] / std::sqrt(static_cast<double>(kernel.d));
}

Index parts_of(const Kernel& kernel) { return kernel.additive_share == 0 ? 1 : 2; }

/** Features of all points, then what a mismatch adds, of one part of the kernel. */
Index part_size(const Kernel& kernel, Index n) { return kernel.d * (padded(n) + 1); }

}  // namespace

Index arranged_size(const Kernel& kernel, Index n) { return parts_of(kernel) * part_size(kernel, n); }

void arrange(const Kernel& kernel, Index n, const double* points, double* arranged) {
  const Index stride = padded(n);
  for (Index part = 0; part < parts_of(kernel); ++part, arranged += part_size(kernel, n)) {
    double* const mismatch = arranged + kernel.d * stride;
    for (Index i = 0; i < kernel.d; ++i) {
      const double length = part_length(kernel, part, i);
      const bool is_category = kernel.categorical[i] != 0;
      mismatch[i] = is_category ? 1 / (length * length) : 0;
      double* const column = arranged + i * stride;
      for (Index q = 0; q < n; ++q) column[q] = points[q * kernel.d + i] / (is_category ? 1 : length);
      std::fill(column + n, column + stride, 0.0);
    }
  }
}

std::vector<double> arranged(const Kernel& kernel, Index n, const double* points) {
  std::vector<double> numbers(arranged_size(kernel, n));
  arrange(kernel, n, points, numbers.data());
  return numbers;
}

KernelColumns columns_of(const Kernel& kernel, Index n, const double* arranged) {
  const auto part = [&](Index k, Index d, double signal) {
    const double* const numbers = arranged + k * part_size(kernel, n);
    return Columns{d, numbers, padded(n), numbers + kernel.d * padded(n), signal};
  };
  const double share = kernel.additive_share;
  const Columns joint = part(0, kernel.d, kernel.signal * (1 - share));
  if (share == 0) return {joint, {}};
  return {joint, part(1, kernel.d, kernel.signal * share / static_cast<double>(kernel.d))};
}

KernelPoint point_of(const KernelColumns& columns, Index p, double* numbers) {
  const auto gather = [&](const Columns& from, double* to) {
    for (Index i = 0; i < from.d; ++i) to[i] = from.scaled[i * from.stride + p];
    return to;
  };
  return {gather(columns.joint, numbers), gather(columns.each, numbers + columns.joint.d)};
}

Index slope_matrices(const Kernel& kernel) { return kernel.additive_share == 0 ? 1 : kernel.d; }

void covariance(const Kernel& kernel, Index n, const double* arranged, const double* noises, Index done, double* matrix) {
  const auto columns = columns_of(kernel, n, arranged);
  std::vector<double> numbers(2 * kernel.d);
  for (Index p = 0; p < n; ++p) {
    const Index from = std::max(p, done);
    double* const row = matrix + p * n;
    variant().matern_row(columns, point_of(columns, p, numbers.data()), from, n - from, row + from, nullptr, 0);
    if (p >= done) row[p] = kernel.signal + noises[p];
  }
}

void cross_covariance(const Kernel& kernel, Index n, const double* arranged_points, Index m, const double* others,
                      double* covariances) {
  const auto rows = columns_of(kernel, n, arranged_points);
  const auto numbers = arranged(kernel, m, others);
  const auto columns = columns_of(kernel, m, numbers.data());
  std::vector<double> own(2 * kernel.d);
  for (Index p = 0; p < n; ++p)
    variant().matern_row(columns, point_of(rows, p, own.data()), 0, m, covariances + p * m, nullptr, 0);
}

}  // namespace linalg
