#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#include "../update/avx512_rules.h"

namespace mlp {
namespace {

// 32 registers: 24 sums, a row of B, a broadcast of A.
constexpr int kWidest = 4;
// Their sums and a square of A, again as many as the registers hold.
constexpr Index kNarrow = 12;
constexpr bool kSteps = true;
template <int V>
constexpr int most_rows() {
  return V == 4 ? 6 : V == 3 ? 8 : V == 2 ? 12 : 16;
}

MLP_SIMD_INLINE void activate_after(Matrix<float> z, const float* bias, Activation activation) {
  add_bias_and_activate_avx512(z, bias, activation);
}

MLP_SIMD_INLINE void derive_after(Matrix<float> d, Matrix<const float> h, Activation activation) {
  multiply_by_derivative_avx512(d, h, activation);
}

MLP_SIMD_INLINE Vector decayed(const WeightStep<float>& step, Index at) {
  const Vector w = load(step.weights + at);
  return step.keep == 1 ? w : multiply(w, all(step.keep));
}

MLP_SIMD_INLINE void step_by_momentum(const WeightStep<float>& step, Index at, Vector gradient) {
  Vector velocity = load(step.first + at);
  const Vector w = moved(Momentum{all(-step.rate), all(step.factor)}, decayed(step, at), gradient, velocity);
  store(step.first + at, velocity);
  store(step.weights + at, w);
}

MLP_SIMD_INLINE void step_by_adam(const WeightStep<float>& step, Index at, Vector gradient) {
  Vector mean = load(step.first + at);
  Vector variance = load(step.second + at);
  const Vector w = moved(Adam{all(step.rate), all(step.factor)}, decayed(step, at), gradient, mean, variance);
  store(step.first + at, mean);
  store(step.second + at, variance);
  store(step.weights + at, w);
}

template <int R, int V>
MLP_SIMD_INLINE void step_weights(const WeightStep<float>& step, Index at, Index stride, const Vector (&sum)[R][V]) {
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r, at += stride) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (step.second) step_by_adam(step, at + kLanes * v, sum[r][v]);
      else step_by_momentum(step, at + kLanes * v, sum[r][v]);
    }
  }
}

}  // namespace
}  // namespace mlp

#include "simd.h"

namespace mlp {

MLP_SIMD void gemm_avx512(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,
                      Index b_stride, float* c, Index c_stride, bool accumulate, WeightStep<float>* step) {
  multiply_matrices({k, a, a_row, a_col, b, b_stride, c, c_stride, accumulate, Finish{}, step}, m, n);
}

MLP_SIMD void affine_avx512(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                         Matrix<float> out) {
  affine_any(in, weights, bias, activation, out);
}

MLP_SIMD void descend_avx512(Matrix<const float> d, const float* weights, Matrix<const float> h,
                          Activation activation, Matrix<float> below) {
  descend_any(d, weights, h, activation, below);
}

}  // namespace mlp
#endif
