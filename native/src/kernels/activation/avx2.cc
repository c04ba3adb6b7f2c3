#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void add_bias_and_activate_avx2(Matrix<float> z, const float* bias, Activation activation) {
  run(AddBiasAndActivate{z, bias}, activation);
}

MLP_SIMD void activate_avx2(Matrix<const float> z, Matrix<float> h, Activation activation) {
  run(Map{z, h}, activation);
}

MLP_SIMD void multiply_by_derivative_avx2(Matrix<float> d, Matrix<const float> x, Activation activation) {
  run(Derive{d, x}, activation);
}

MLP_SIMD void sum_rows_avx2(Matrix<const float> d, float* sums, bool accumulate) { sum_columns(d, sums, accumulate); }

}  // namespace mlp
#endif
