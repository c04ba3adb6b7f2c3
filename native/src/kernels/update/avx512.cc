#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#define MLP_FUSES true
#include "avx512_rules.h"
#include "loops.h"

namespace mlp {
namespace {

/** All lanes of a vector: unlike by a mask of all, what was stored just now is read without waiting for the cache. */
struct Whole {};
MLP_SIMD_INLINE Vector load(const float* from, Whole) { return load(from); }
MLP_SIMD_INLINE void store(float* to, Whole, Vector x) { store(to, x); }

template <class Lanes>
MLP_SIMD_INLINE void move(const Momentum& by, float* weights, const float* gradient, float* velocity, Lanes lanes) {
  Vector v = load(velocity, lanes);
  store(weights, lanes, moved(by, load(weights, lanes), load(gradient, lanes), v));
  store(velocity, lanes, v);
}

template <class Lanes>
MLP_SIMD_INLINE void move(const Adam& by, float* weights, const float* gradient, float* mean, float* variance, Lanes lanes) {
  Vector m = load(mean, lanes);
  Vector v = load(variance, lanes);
  store(weights, lanes, moved(by, load(weights, lanes), load(gradient, lanes), m, v));
  store(mean, lanes, m);
  store(variance, lanes, v);
}

/** Row by row; the end of each is masked, as a small network has little else. */
template <class Rule, class... Memory>
MLP_SIMD_INLINE void by_vectors(const Part& part, const Rule& by, float* weights, const float* gradient, Memory*... memory) {
  for (Index r = 0; r < part.rows; ++r) {
    Index i = 0;
    for (; i + kLanes <= part.columns; i += kLanes) move(by, weights + i, gradient + i, memory + i..., Whole{});
    if (i < part.columns) move(by, weights + i, gradient + i, memory + i..., first_lanes(part.columns - i));
    weights += part.stride;
    gradient += part.gradient_stride;
    ((memory += part.stride), ...);
  }
}

/** As sgd_loop. */
MLP_SIMD void sgd_by_vectors(const Part& part, float* weights, const float* gradient, float* velocity, double rate,
                             double momentum) {
  by_vectors(part, Momentum{all(static_cast<float>(-rate)), all(static_cast<float>(momentum))}, weights, gradient, velocity);
}

/** As adam_loop. */
MLP_SIMD void adam_by_estimates(const Part& part, float* weights, const float* gradient, float* mean, float* variance,
                                double rate, const AdamCorrections& corrections) {
  const Adam by{all(static_cast<float>(rate / corrections.mean)), all(static_cast<float>(corrections.root))};
  by_vectors(part, by, weights, gradient, mean, variance);
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
