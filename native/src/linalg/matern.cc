#include <algorithm>
#include <cmath>
#include <vector>

#include "columns.h"

namespace linalg {
namespace {

Kernel joint_part(const Kernel& kernel) {
  return {kernel.d, kernel.categorical, kernel.length_scales, kernel.signal * (1 - kernel.additive_share), 0};
}

}  // namespace

ScaledColumns::ScaledColumns(const Kernel& kernel, Index count, const double* points)
    : stride_((count + 7) / 8 * 8), scaled_(kernel.d * stride_), mismatch_(kernel.d), rows_(count * kernel.d) {
  for (Index i = 0; i < kernel.d; ++i) {
    const double length = kernel.length_scales[i];
    const bool is_category = kernel.categorical[i] != 0;
    mismatch_[i] = is_category ? 1 / (length * length) : 0;
    for (Index q = 0; q < count; ++q) {
      const double value = points[q * kernel.d + i];
      scaled_[i * stride_ + q] = rows_[q * kernel.d + i] = is_category ? value : value / length;
    }
  }
  view_ = {kernel.d, scaled_.data(), stride_, mismatch_.data(), kernel.signal};
}

Columns ScaledColumns::feature(Index i) const {
  return {1, view_.scaled + i * stride_, stride_, view_.mismatch + i, view_.signal};
}

KernelColumns::KernelColumns(const Kernel& kernel, Index count, const double* points)
    : joint_(joint_part(kernel), count, points) {
  if (kernel.additive_share == 0) return;
  parts_.reserve(kernel.d);
  std::vector<double> column(count);
  for (Index i = 0; i < kernel.d; ++i) {
    for (Index q = 0; q < count; ++q) column[q] = points[q * kernel.d + i];
    // Distances of all features are the root of d times as long as those of one.
    const double length = kernel.length_scales[i] / std::sqrt(static_cast<double>(kernel.d));
    const double signal = kernel.signal * kernel.additive_share / static_cast<double>(kernel.d);
    parts_.emplace_back(Kernel{1, kernel.categorical + i, &length, signal, 0}, count, column.data());
  }
}

void covariance_row(const KernelColumns& rows, Index p, const KernelColumns& columns, Index from, Index count,
                    double* covariances, double* slopes, Index apart) {
  variant().matern_row(columns.joint().view(), rows.joint().row(p), from, count, covariances, slopes);
  static thread_local std::vector<double> part, part_slopes;
  const Index d = static_cast<Index>(columns.parts().size());
  if (d == 0) return;
  part.resize(count);
  part_slopes.resize(count);
  // The first matrix holds the joint part's slopes until the others have them.
  for (Index i = d - 1; i >= 0; --i) {
    variant().matern_row(columns.parts()[i].view(), rows.parts()[i].row(p), from, count, part.data(),
                         slopes ? part_slopes.data() : nullptr);
    variant().subtract_row(covariances, -1, part.data(), count);
    if (!slopes) continue;
    std::copy_n(slopes, i == 0 ? 0 : count, slopes + i * apart);
    variant().subtract_row(slopes + i * apart, -static_cast<double>(d), part_slopes.data(), count);
  }
}

Index slope_matrices(const Kernel& kernel) { return kernel.additive_share == 0 ? 1 : kernel.d; }

void covariance(const Kernel& kernel, Index n, const double* points, const double* noises, Index done, double* matrix) {
  const KernelColumns columns(kernel, n, points);
  for (Index p = 0; p < n; ++p) {
    const Index from = std::max(p, done);
    double* const row = matrix + p * n;
    covariance_row(columns, p, columns, from, n - from, row + from, nullptr, 0);
    if (p >= done) row[p] = kernel.signal + noises[p];
  }
}

namespace {

// Two vectors of a row: with fewer of the others, most of a row of m is nothing.
constexpr Index kFew = 16;

/** The same by the others' rows of n, bit by bit: a distance is the same both ways. */
void cross_covariance_with_few(const KernelColumns& points, Index n, const KernelColumns& others, Index m,
                               Index matrices, double* covariances, double* slopes) {
  static thread_local std::vector<double> row, row_slopes;
  row.resize(n);
  row_slopes.resize(matrices * n);
  for (Index c = 0; c < m; ++c) {
    covariance_row(others, c, points, 0, n, row.data(), slopes ? row_slopes.data() : nullptr, n);
    for (Index p = 0; p < n; ++p) covariances[p * m + c] = row[p];
    for (Index at = 0; slopes && at < matrices * n; ++at) slopes[at * m + c] = row_slopes[at];
  }
}

}  // namespace

void cross_covariance(const Kernel& kernel, Index n, const double* points, Index m, const double* others,
                      double* covariances, double* slopes) {
  const KernelColumns rows(kernel, n, points);
  const KernelColumns columns(kernel, m, others);
  if (m < kFew && m < n) {
    cross_covariance_with_few(rows, n, columns, m, slope_matrices(kernel), covariances, slopes);
    return;
  }
  for (Index p = 0; p < n; ++p)
    covariance_row(rows, p, columns, 0, m, covariances + p * m, slopes ? slopes + p * m : nullptr, n * m);
}

}  // namespace linalg
