#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#define MLP_FUSES true
#include "loops.h"

namespace mlp {
namespace {

/** As sgd_loop, its end masked: a small network has little else. */
MLP_SIMD void sgd_by_vectors(Index count, float* weights, const float* gradient, float* velocity, double rate,
                             double momentum) {
  const Vector step = all(static_cast<float>(-rate));
  const Vector keep = all(static_cast<float>(momentum));
  for (Index i = 0; i < count; i += kLanes) {
    const Mask mask = first_lanes(count - i);
    const Vector v = fused(keep, load(velocity + i, mask), load(gradient + i, mask));
    store(velocity + i, mask, v);
    store(weights + i, mask, fused(step, v, load(weights + i, mask)));
  }
}

// As follow and follow_square.
MLP_SIMD_INLINE Vector followed(Vector mean, Vector g, Vector share) { return fused(share, subtract(g, mean), mean); }
MLP_SIMD_INLINE Vector followed_square(Vector mean, Vector g, Vector share) {
  return fused(share, fused(g, g, subtract(all(0), mean)), mean);
}

/** As adam_loop; the root and the quotient by an estimate and a Newton step, which halves the time of both. */
MLP_SIMD void adam_by_estimates(Index count, float* weights, const float* gradient, float* mean, float* variance,
                                double rate, std::int64_t step) {
  const Vector share1 = all(static_cast<float>(1 - kBeta1));
  const Vector share2 = all(static_cast<float>(1 - kBeta2));
  const AdamCorrections corrections = AdamCorrections::at(step);
  const Vector size = all(static_cast<float>(rate / corrections.mean));
  const Vector correction = all(static_cast<float>(corrections.root));
  const Vector epsilon = all(1e-8f);
  for (Index i = 0; i < count; i += kLanes) {
    const Mask mask = first_lanes(count - i);
    const Vector g = load(gradient + i, mask);
    const Vector m = followed(load(mean + i, mask), g, share1);
    const Vector v = followed_square(load(variance + i, mask), g, share2);
    const Vector divisor = fused(root_by_estimate(v), correction, epsilon);
    const Vector moved = multiply(multiply(size, m), reciprocal_by_estimate(divisor));
    store(mean + i, mask, m);
    store(variance + i, mask, v);
    store(weights + i, mask, subtract(load(weights + i, mask), moved));
  }
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
