#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"

namespace mlp {
namespace {

// 32 registers: the sums, a row of B, and a broadcast of A for each row, which GCC loads all before it uses them.
constexpr int kWidest = 4;
constexpr Index kNarrow = 4;
// Nobody has timed it there.
constexpr bool kSteps = false;
template <int V>
constexpr int most_rows() {
  return V == 4 ? 5 : V == 3 ? 7 : V == 2 ? 8 : 12;
}

MLP_SIMD_INLINE void activate_after(Matrix<float> z, const float* bias, Activation activation) {
  add_bias_and_activate_neon(z, bias, activation);
}

MLP_SIMD_INLINE void derive_after(Matrix<float> d, Matrix<const float> h, Activation activation) {
  multiply_by_derivative_neon(d, h, activation);
}

}  // namespace
}  // namespace mlp

#include "simd.h"

namespace mlp {

MLP_SIMD void gemm_neon(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,
                      Index b_stride, float* c, Index c_stride, bool accumulate, WeightStep<float>* step) {
  multiply_matrices({k, a, a_row, a_col, b, b_stride, c, c_stride, accumulate, Finish{}, step}, m, n);
}

MLP_SIMD void affine_neon(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                         Matrix<float> out) {
  affine_any(in, weights, bias, activation, out);
}

MLP_SIMD void descend_neon(Matrix<const float> d, const float* weights, Matrix<const float> h,
                          Activation activation, Matrix<float> below) {
  descend_any(d, weights, h, activation, below);
}

}  // namespace mlp
#endif
