#pragma once

#include "constants.h"

// Rules of mlp/update.h, a vector of weights at a time, after simd/avx512.h.
namespace mlp {
namespace {

struct Momentum {
  /** Times -1. */
  Vector rate;
  Vector keep;
};

/** @returns the weights after their step; the velocity becomes what it is then. */
MLP_SIMD_INLINE Vector moved(const Momentum& by, Vector weights, Vector gradient, Vector& velocity) {
  velocity = fused(by.keep, velocity, gradient);
  return fused(by.rate, velocity, weights);
}

struct Adam {
  /** The rate over the mean's correction. */
  Vector size;
  /** Of the variance's root. */
  Vector correction;
};

/** What Adam moves weights by; the root and the quotient by an estimate and a Newton step, which halves the time of both. */
MLP_SIMD_INLINE Vector adam_step(Vector size, Vector mean, Vector variance, Vector correction) {
  const Vector divisor = fused(root_by_estimate(variance), correction, all(1e-8f));
  return multiply(multiply(size, mean), reciprocal_by_estimate(divisor));
}

/** As adam_loop. */
MLP_SIMD_INLINE Vector moved(const Adam& by, Vector weights, Vector gradient, Vector& mean, Vector& variance) {
  // As follow and follow_square.
  mean = fused(all(static_cast<float>(1 - kBeta1)), subtract(gradient, mean), mean);
  variance = fused(all(static_cast<float>(1 - kBeta2)), _mm512_fmsub_ps(gradient, gradient, variance), variance);
  return subtract(weights, adam_step(by.size, mean, variance, by.correction));
}

}  // namespace
}  // namespace mlp
