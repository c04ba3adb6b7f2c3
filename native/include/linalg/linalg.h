#pragma once

#include <cstddef>
#include <cstdint>

/**
 * The dense linear algebra of Gaussian processes, in double precision on row-major matrices.
 *
 * Every number is computed by one sequence of operations, whatever the CPU: sums run in the order of their index with
 * fused multiply-adds, or over eight interleaved partial sums where a row is reduced. So the variants give the same bits,
 * and a factor that is extended by rows is the factor of the larger matrix. src/math/linear-algebra.ts says what each
 * function computes.
 */
namespace linalg {

using Index = std::ptrdiff_t;

/** n points of d features, one after the other, and how their distances are measured. */
struct Kernel {
  Index d;
  /** 1 where a feature is the code of a category. */
  const std::uint8_t* categorical;
  const double* length_scales;
  double signal;
  /** How much of the signal is a sum of functions of one feature each. */
  double additive_share;
};

/** How many numbers `arrange` writes. */
Index arranged_size(const Kernel& kernel, Index n);
/** Puts n points as distances from them are computed: by feature, in units of the length scales. */
void arrange(const Kernel& kernel, Index n, const double* points, double* arranged);

/** Covariances of the points: rows and columns from `done` on of the symmetric n x n matrix. */
void covariance(const Kernel& kernel, Index n, const double* arranged, const double* noises, Index done, double* matrix);

/** 1, or d where the kernel is partly additive: then each feature's distances have slopes of their own. */
Index slope_matrices(const Kernel& kernel);

/** Of n points with m others: n x m; with `slopes`, what a squared distance takes off as well: slope_matrices of n x m. */
void cross_covariance(const Kernel& kernel, Index n, const double* arranged, Index m, const double* others,
                      double* covariances, double* slopes);

/**
 * Overwrites the upper triangle of A with R, A = R'R, the first `done` rows and columns being so already.
 * Below the diagonal nothing is read or written. Returns whether A is positive definite.
 */
bool cholesky(double* a, Index n, Index done);

/** Overwrites the n x m matrix X with R'^-1 X. */
void solve_transposed(const double* factor, Index n, double* x, Index m);
/** Overwrites the n x m matrix X with R^-1 X. */
void solve(const double* factor, Index n, double* x, Index m);

/** C = A'B of a k x m and a k x n matrix. */
void product(const double* a, const double* b, Index k, Index m, Index n, double* c);

/** See Likelihood in src/math/linear-algebra.ts. */
struct Evidence {
  bool positive_definite;
  double quadratic;
};
/**
 * @param extra    variance of each row besides the noise.
 * @param diagonal receives that of R, n numbers.
 * @param gradient receives d + 2 numbers, unless null: by ln length scale, ln noise, ln signal.
 */
Evidence evidence(const Kernel& kernel, Index n, const double* points, const double* values, const double* extra,
                  double noise, double* diagonal, double* gradient);

/** "avx512", "avx2", "neon" or "portable": what this CPU runs. */
const char* variant_name();
/** Whether fused multiply-adds are an instruction of this CPU: without, all of this is slower than plain TypeScript. */
bool is_fast_here();

/** For tests: takes another variant that this CPU runs. Returns whether it does. */
bool choose_variant(const char* name);

}  // namespace linalg
