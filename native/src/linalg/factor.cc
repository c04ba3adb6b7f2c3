#include "factor.h"

#include <algorithm>
#include <vector>

namespace linalg {
namespace {

/** Rows of a triangle that are computed at a time, from the diagonal on: a tile's columns. */
constexpr Index kSlab = 24;

Index half_of(Index n) { return (n / 2 + kSmall - 1) / kSmall * kSmall; }

/** Upper triangle of C -= A'A of a k x n matrix. */
void subtract_square(const double* a, Index k, Index n, Index stride, double* c) {
  for (Index i = 0; i < n; i += kSlab) {
    const Index rows = std::min(kSlab, n - i);
    variant().multiply(rows, n - i, k, a + i, stride, 1, a + i, stride, c + i * stride + i, stride, true);
  }
}

/** Below the diagonal what is above it, from column `done` on. */
void mirror(double* a, Index n, Index done) {
  constexpr Index kBlock = 8;
  for (Index p = done; p < n; p += kBlock)
    for (Index q = 0; q < p + kBlock; q += kBlock)
      for (Index i = p; i < std::min(p + kBlock, n); ++i)
        for (Index j = q; j < std::min(q + kBlock, i); ++j) a[i * n + j] = a[j * n + i];
}

using SolveSmall = void (*)(const double*, Index, Index, double*, Index, Index);

/** Few rows are put side by side as columns of a block. */
void solve_small_rows(SolveSmall solve, const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  constexpr Index kColumns = 8;
  double block[kSmall * kColumns];
  for (Index c = 0; c < m; c += kColumns) {
    const Index columns = std::min(kColumns, m - c);
    double* const rows = x + c * x_stride;
    for (Index j = 0; j < columns; ++j)
      for (Index i = 0; i < n; ++i) block[i * kColumns + j] = rows[j * x_stride + i];
    solve(factor, n, stride, block, columns, kColumns);
    for (Index j = 0; j < columns; ++j)
      for (Index i = 0; i < n; ++i) rows[j * x_stride + i] = block[i * kColumns + j];
  }
}

}  // namespace

bool cholesky(double* a, Index n, Index stride, Index done) {
  if (done == 0 && n <= kSmall) return variant().factor_small(a, n, stride);
  const Index first = done > 0 ? done : half_of(n);
  if (done == 0 && !cholesky(a, first, stride, 0)) return false;
  const Index rest = n - first;
  if (rest == 0) return true;
  solve_transposed(a, first, stride, a + first, rest, stride);
  double* const corner = a + first * stride + first;
  subtract_square(a + first, first, rest, stride, corner);
  return cholesky(corner, rest, stride, 0);
}

void solve_transposed(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  if (n <= kSmall) return variant().solve_transposed_small(factor, n, stride, x, m, x_stride);
  const Index first = half_of(n);
  const Index rest = n - first;
  double* const lower = x + first * x_stride;
  solve_transposed(factor, first, stride, x, m, x_stride);
  variant().multiply(rest, m, first, factor + first, stride, 1, x, x_stride, lower, x_stride, true);
  solve_transposed(factor + first * stride + first, rest, stride, lower, m, x_stride);
}

void solve(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  if (n <= kSmall) return variant().solve_small(factor, n, stride, x, m, x_stride);
  const Index first = half_of(n);
  const Index rest = n - first;
  double* const lower = x + first * x_stride;
  solve(factor + first * stride + first, rest, stride, lower, m, x_stride);
  variant().multiply(first, m, rest, factor + first, 1, stride, lower, x_stride, x, x_stride, true);
  solve(factor, first, stride, x, m, x_stride);
}

void solve_transposed_rows(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  // Each block of rows of R is read once, from its beginning to its end.
  for (Index k = 0; k < n; k += kSmall) {
    const Index rows = std::min(kSmall, n - k);
    const double* const block = factor + k * stride + k;
    solve_small_rows(variant().solve_transposed_small, block, rows, stride, x + k, m, x_stride);
    variant().multiply(m, n - k - rows, rows, x + k, 1, x_stride, block + rows, stride, x + k + rows, x_stride, true);
  }
}

void solve_rows(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride) {
  if (n <= kSmall) return solve_small_rows(variant().solve_small, factor, n, stride, x, m, x_stride);
  const Index first = half_of(n);
  const Index rest = n - first;
  solve_rows(factor + first * stride + first, rest, stride, x + first, m, x_stride);
  for (Index k = first; k < n; k += kSmall)
    variant().multiply(m, first, std::min(kSmall, n - k), x + k, 1, x_stride, factor + k * stride, stride, x, x_stride,
                       true);
  solve_rows(factor, first, stride, x, m, x_stride);
}

void invert_transposed(const double* factor, Index n, Index stride, double* y, Index y_stride) {
  if (n <= kSmall) {
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) y[i * y_stride + j] = i == j ? 1 : 0;
    return solve_transposed(factor, n, stride, y, n, y_stride);
  }
  const Index first = half_of(n);
  const Index rest = n - first;
  invert_transposed(factor, first, stride, y, y_stride);
  double* const lower = y + first * y_stride;
  invert_transposed(factor + first * stride + first, rest, stride, lower + first, y_stride);
  for (Index i = 0; i < rest; ++i) std::fill_n(lower + i * y_stride, first, 0.0);
  for (Index i = 0; i < first; ++i) std::fill_n(y + i * y_stride + first, rest, 0.0);
  // Column j of the triangle begins at its diagonal.
  for (Index j = 0; j < first; j += kSlab)
    variant().multiply(rest, std::min(kSlab, first - j), first - j, factor + j * stride + first, stride, 1,
                       y + j * y_stride + j, y_stride, lower + j, y_stride, true);
  solve_transposed(factor + first * stride + first, rest, stride, lower, first, y_stride);
}

void square_lower(const double* y, Index n, Index stride, double* c, Index c_stride) {
  for (Index j = 0; j < n; j += kSlab) {
    const Index columns = std::min(kSlab, n - j);
    for (Index i = 0; i < j + columns; ++i) std::fill_n(c + i * c_stride + j, columns, 0.0);
    const double* const from = y + j * stride;
    variant().multiply(j + columns, columns, n - j, from, stride, 1, from + j, stride, c + j, c_stride, false);
  }
}

bool cholesky(double* a, Index n, Index done) {
  if (!cholesky(a, n, n, done)) return false;
  mirror(a, n, done);
  return true;
}
void solve_transposed(const double* factor, Index n, double* x, Index m) { solve_transposed(factor, n, n, x, m, m); }
void solve(const double* factor, Index n, double* x, Index m) { solve(factor, n, n, x, m, m); }

void product(const double* a, const double* b, Index k, Index m, Index n, double* c) {
  std::fill_n(c, m * n, 0.0);
  variant().multiply(m, n, k, a, m, 1, b, n, c, n, false);
}

}  // namespace linalg
