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

/** Of n points with m others: n x m. */
void cross_covariance(const Kernel& kernel, Index n, const double* arranged, Index m, const double* others,
                      double* covariances);

/**
 * Overwrites the upper triangle of A with R, A = R'R, the first `done` rows and columns being so already, and what is below
 * the diagonal with R'. Returns whether A is positive definite.
 */
bool cholesky(double* a, Index n, Index done);

/** Overwrites the n x m matrix X with R'^-1 X. */
void solve_transposed(const double* factor, Index n, double* x, Index m);
/** Overwrites the n x m matrix X with R^-1 X. */
void solve(const double* factor, Index n, double* x, Index m);

/** C = A'B of a k x m and a k x n matrix. */
void product(const double* a, const double* b, Index k, Index m, Index n, double* c);

/** A Gaussian process conditioned on n rows; its posterior is that of the function without noise. */
struct Process {
  Kernel kernel;
  Index n;
  const double* points;
  const double* arranged;
  /** By `cholesky`, of the covariance with its noises. */
  const double* factor;
  /** n x sets: K^-1 (y - mean) of each set of values. */
  const double* weights;
  Index sets;
  double mean;
};

/** At m others: means of each set, sets x m, and variances, m. */
void posterior(const Process& process, Index m, const double* others, double* means, double* variances);
/** The same, and in `solved`, m x n, what `posterior_gradients` goes on from. */
void posterior_to_differentiate(const Process& process, Index m, const double* others, double* means, double* variances,
                                double* solved);
/** Of functions of means and variances, m x d, by their derivatives: by_means is sets x m. */
void posterior_gradients(const Process& process, Index m, const double* others, const double* solved,
                         const double* by_means, const double* by_variances, double* gradients);

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
