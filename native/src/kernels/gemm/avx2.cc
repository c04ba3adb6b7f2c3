#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"

namespace mlp {
namespace {

// 16 registers: 12 sums, a row of B, a broadcast of A.
constexpr int kWidest = 2;
constexpr Index kNarrow = 4;
// Its tiles are narrow: handed over one by one they cost 10 % at 512 wide.
constexpr bool kSteps = false;
template <int V>
constexpr int most_rows() {
  return V == 2 ? 6 : 12;
}

MLP_SIMD_INLINE void activate_after(Matrix<float> z, const float* bias, Activation activation) {
  add_bias_and_activate_avx2(z, bias, activation);
}

MLP_SIMD_INLINE void derive_after(Matrix<float> d, Matrix<const float> h, Activation activation) {
  multiply_by_derivative_avx2(d, h, activation);
}

}  // namespace
}  // namespace mlp

#include "simd.h"

namespace mlp {

MLP_SIMD void gemm_avx2(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,
                      Index b_stride, float* c, Index c_stride, bool accumulate, WeightStep<float>* step) {
  multiply_matrices({k, a, a_row, a_col, b, b_stride, c, c_stride, accumulate, Finish{}, step}, m, n);
}

MLP_SIMD void affine_avx2(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                         Matrix<float> out) {
  affine_any(in, weights, bias, activation, out);
}

MLP_SIMD void descend_avx2(Matrix<const float> d, const float* weights, Matrix<const float> h,
                          Activation activation, Matrix<float> below) {
  descend_any(d, weights, h, activation, below);
}

}  // namespace mlp
#endif
