#pragma once

#include "linalg/linalg.h"

#if defined(__x86_64__)
#define LINALG_HAS_X86_VARIANTS 1
#elif defined(__aarch64__)
#define LINALG_HAS_NEON_VARIANT 1
#endif

/** The inner loops, once for each kind of CPU; dispatch.cc chooses. */
namespace linalg {

/** Points side by side: feature i of point q, divided by its length scale unless a category, at i * stride + q. */
struct Columns {
  Index d;
  const double* scaled;
  Index stride;
  /** What a mismatch adds to the squared distance; 0 for a number. */
  const double* mismatch;
  double signal;
};

/** As each part of a kernel measures them: all features at once, and one after the other where it is additive too. */
struct KernelColumns {
  Columns joint;
  /** Of no features where nothing is additive. */
  Columns each;
};

/** One point's features, scaled in the same ways. */
struct KernelPoint {
  const double* joint;
  const double* each;
};

/** a_p a[q] - inverse[q] of column q. */
struct Weighing {
  double a_p;
  const double* a;
  const double* inverse;
};

/** Up to so many rows of a triangle are solved in registers. */
constexpr Index kSmall = 16;

struct Variant {
  const char* name;
  /** C += A'B, or C -= A'B, with a(k, i) = a[k * a_k + i * a_i]. */
  void (*multiply)(Index m, Index n, Index k, const double* a, Index a_k, Index a_i, const double* b, Index b_k, double* c,
                   Index c_i, bool subtract);
  /**
   * Covariances, and slopes unless null, of one point with `count` columns from `from` on; `apart` are the slopes of one
   * feature from those of the next.
   */
  void (*matern_row)(const KernelColumns& columns, const KernelPoint& point, Index from, Index count, double* covariances,
                     double* slopes, Index apart);
  /** R in the upper triangle of up to kSmall rows and columns; returns whether A is positive definite. */
  bool (*factor_small)(double* a, Index n, Index stride);
  /** R'^-1 X and R^-1 X of up to kSmall rows. */
  void (*solve_transposed_small)(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
  void (*solve_small)(const double* factor, Index n, Index stride, double* x, Index m, Index x_stride);
  /** to -= factor * from. */
  void (*subtract_row)(double* to, double factor, const double* from, Index count);
  /**
   * sums[i * 8 + lane] += what `by` makes of column from + q times its slope times its squared distance in feature i, for
   * `count` q. The slopes of each feature are `apart`; 0 where they are those of all.
   */
  void (*add_slopes)(const Columns& columns, const double* point, Index from, Index count, const Weighing& by,
                     const double* slopes, Index apart, double* sums);
};

extern const Variant kPortable;
#if LINALG_HAS_X86_VARIANTS
extern const Variant kAvx2;
extern const Variant kAvx512;
#elif LINALG_HAS_NEON_VARIANT
extern const Variant kNeon;
#endif

const Variant& variant();

/** Room for `size` numbers, this thread's until the next call. Outside the variants, which may define no weak symbol. */
double* packing_space(Index size);

}  // namespace linalg
