#pragma once

namespace linalg {
namespace {

/** A vector of columns of X is kept in registers from the first row to the last, or from the last to the first. */
template <bool Transposed, bool Whole>
LINALG_INLINE void solve_columns(const double* factor, Index n, Index stride, double* x, Index x_stride, Mask mask) {
  Vector row[kSmall];
#pragma GCC unroll 16
  for (int i = 0; i < kSmall; ++i)
    row[i] = Whole || i < n ? load(x + i * x_stride, mask) : all(0);
#pragma GCC unroll 16
  for (int step = 0; step < kSmall; ++step) {
    const int k = Transposed ? step : kSmall - 1 - step;
    if (!Whole && k >= n) continue;
    row[k] = divide(row[k], all(factor[k * stride + k]));
#pragma GCC unroll 16
    for (int i = Transposed ? k + 1 : 0; i < (Transposed ? kSmall : k); ++i)
      if (Whole || i < n)
        row[i] = fused_from(row[i], all(Transposed ? factor[k * stride + i] : factor[i * stride + k]), row[k]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < kSmall; ++i)
    if (Whole || i < n) store(x + i * x_stride, mask, row[i]);
}

template <bool Transposed>
LINALG_INLINE void solve_rows(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  for (Index j = 0; j < m; j += kLanes) {
    const Mask mask = first_lanes(m - j);
    if (n == kSmall) solve_columns<Transposed, true>(factor, n, stride, x + j, x_stride, mask);
    else solve_columns<Transposed, false>(factor, n, stride, x + j, x_stride, mask);
  }
}

LINALG_SIMD void solve_transposed_small_all(const double* factor, Index n, Index stride, double* x, Index m,
                                            Index x_stride) {
  solve_rows<true>(factor, n, stride, x, m, x_stride);
}

LINALG_SIMD void solve_small_all(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  solve_rows<false>(factor, n, stride, x, m, x_stride);
}

LINALG_SIMD bool factor_small_all(double* a, Index n, Index stride) {
  for (Index k = 0; k < n; ++k) {
    double* const row = a + k * stride;
    const double pivot = row[k];
    if (!(pivot > 0 && pivot < __builtin_huge_val())) return false;
    row[k] = __builtin_sqrt(pivot);
    const Vector divisor = all(row[k]);
    for (Index j = k + 1; j < n; j += kLanes) {
      const Mask mask = first_lanes(n - j);
      store(row + j, mask, divide(load(row + j, mask), divisor));
    }
    for (Index i = k + 1; i < n; ++i) {
      const Vector factor = all(row[i]);
      double* const to = a + i * stride;
      for (Index j = i; j < n; j += kLanes) {
        const Mask mask = first_lanes(n - j);
        store(to + j, mask, fused_from(load(to + j, mask), factor, load(row + j, mask)));
      }
    }
  }
  return true;
}

}  // namespace
}  // namespace linalg
