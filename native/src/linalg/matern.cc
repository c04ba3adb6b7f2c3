#include <algorithm>
#include <vector>

#include "columns.h"

namespace linalg {

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

void covariance(const Kernel& kernel, Index n, const double* points, const double* noises, Index done, double* matrix) {
  const ScaledColumns columns(kernel, n, points);
  for (Index p = 0; p < n; ++p) {
    const Index from = std::max(p, done);
    double* const row = matrix + p * n;
    variant().matern_row(columns.view(), columns.row(p), from, n - from, row + from, nullptr);
    if (p >= done) row[p] = kernel.signal + noises[p];
  }
}

void cross_covariance(const Kernel& kernel, Index n, const double* points, Index m, const double* others,
                      double* covariances, double* slopes) {
  const ScaledColumns rows(kernel, n, points);
  const ScaledColumns columns(kernel, m, others);
  for (Index p = 0; p < n; ++p)
    variant().matern_row(columns.view(), rows.row(p), 0, m, covariances + p * m, slopes ? slopes + p * m : nullptr);
}

}  // namespace linalg
