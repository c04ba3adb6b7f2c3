#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void add_bias_and_activate_avx2(Matrix<float> z, const float* bias, Activation activation) {
  activate_any(z, bias, activation);
}

MLP_SIMD void multiply_by_derivative_avx2(Matrix<float> d, Matrix<const float> h, Activation activation) {
  derive_any(d, h, activation);
}

MLP_SIMD void sum_rows_avx2(Matrix<const float> d, float* sums, bool accumulate) { sum_columns(d, sums, accumulate); }

}  // namespace mlp
#endif
