#pragma once

#include "variants.h"

/** Triangular factors in place, by halves: most of the work is products of large blocks. Strides are those of rows. */
namespace linalg {

bool cholesky(double* a, Index n, Index stride, Index done);
void solve_transposed(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
void solve(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
/**
 * The same of right-hand sides that are rows of X, m x n, bit by bit, which is quicker where they are few. R' is below the
 * diagonal too, as `mirror` leaves it.
 */
void solve_transposed_rows(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
void solve_rows(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
/** Y = R'^-1, lower; what is above the diagonal is zero. */
void invert_transposed(const double* factor, Index n, Index stride, double* y, Index y_stride);
/** The upper triangle of C = Y'Y = (R'R)^-1. */
void square_lower(const double* y, Index n, Index stride, double* c, Index c_stride);

}  // namespace linalg
