#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#define MLP_FUSES true
#include "loops.h"

namespace mlp {
namespace {

/** All lanes of a vector: unlike by a mask of all, what was stored just now is read without waiting for the cache. */
struct Whole {};
MLP_SIMD_INLINE Vector load(const float* from, Whole) { return load(from); }
MLP_SIMD_INLINE void store(float* to, Whole, Vector x) { store(to, x); }

struct Momentum {
  float* weights;
  const float* gradient;
  float* velocity;
  Vector rate;
  Vector keep;
};

template <class Lanes>
MLP_SIMD_INLINE void move(const Momentum& by, Index i, Lanes lanes) {
  const Vector v = fused(by.keep, load(by.velocity + i, lanes), load(by.gradient + i, lanes));
  store(by.velocity + i, lanes, v);
  store(by.weights + i, lanes, fused(by.rate, v, load(by.weights + i, lanes)));
}

// As follow and follow_square.
MLP_SIMD_INLINE Vector followed(Vector mean, Vector g, Vector share) { return fused(share, subtract(g, mean), mean); }
MLP_SIMD_INLINE Vector followed_square(Vector mean, Vector g, Vector share) {
  return fused(share, _mm512_fmsub_ps(g, g, mean), mean);
}

struct Adam {
  float* weights;
  const float* gradient;
  float* mean;
  float* variance;
  Vector size;
  Vector correction;
  Vector share1;
  Vector share2;
  Vector epsilon;
};

template <class Lanes>
MLP_SIMD_INLINE void move(const Adam& by, Index i, Lanes lanes) {
  const Vector g = load(by.gradient + i, lanes);
  const Vector m = followed(load(by.mean + i, lanes), g, by.share1);
  const Vector v = followed_square(load(by.variance + i, lanes), g, by.share2);
  const Vector divisor = fused(root_by_estimate(v), by.correction, by.epsilon);
  const Vector moved = multiply(multiply(by.size, m), reciprocal_by_estimate(divisor));
  store(by.mean + i, lanes, m);
  store(by.variance + i, lanes, v);
  store(by.weights + i, lanes, subtract(load(by.weights + i, lanes), moved));
}

template <class Rule>
MLP_SIMD_INLINE void by_vectors(Index count, const Rule& by) {
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) move(by, i, Whole{});
  if (i < count) move(by, i, first_lanes(count - i));
}

/** As sgd_loop, its end masked: a small network has little else. */
MLP_SIMD void sgd_by_vectors(const Part& part, float* weights, const float* gradient, float* velocity, double rate,
                             double momentum) {
  Momentum row{weights, gradient, velocity, all(static_cast<float>(-rate)), all(static_cast<float>(momentum))};
  for (Index r = 0; r < part.rows; ++r) {
    by_vectors(part.columns, row);
    row.weights += part.stride;
    row.velocity += part.stride;
    row.gradient += part.gradient_stride;
  }
}

/** As adam_loop; the root and the quotient by an estimate and a Newton step, which halves the time of both. */
MLP_SIMD void adam_by_estimates(Index count, float* weights, const float* gradient, float* mean, float* variance,
                                double rate, std::int64_t step) {
  const AdamCorrections corrections = AdamCorrections::at(step);
  by_vectors(count, Adam{weights, gradient, mean, variance, all(static_cast<float>(rate / corrections.mean)),
                        all(static_cast<float>(corrections.root)), all(static_cast<float>(1 - kBeta1)),
                        all(static_cast<float>(1 - kBeta2)), all(1e-8f)});
}

}  // namespace
}  // namespace mlp

namespace mlp {

const UpdateKernels<float> kAvx512Updates{
    sgd_by_vectors,      nesterov_loop<float>, adagrad_loop<float>,        rmsprop_loop<float>, adam_by_estimates,
    amsgrad_loop<float>, nadam_loop<float>,    lion_loop<float>,           sum_of_squares_loop<float>,
    clip_loop<float>,    add_penalty_loop<float>, scale_loop<float>, move_average_loop<float>};

}  // namespace mlp
#endif
