#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void add_bias_and_activate_neon(Matrix<float> z, const float* bias, Activation activation) {
  run(AddBiasAndActivate{z, bias}, activation);
}

MLP_SIMD void activate_neon(Matrix<const float> z, Matrix<float> h, Activation activation) {
  run(Map{z, h}, activation);
}

MLP_SIMD void multiply_by_derivative_neon(Matrix<float> d, Matrix<const float> x, Activation activation) {
  run(Derive{d, x}, activation);
}

MLP_SIMD void sum_rows_neon(Matrix<const float> d, float* sums, bool accumulate) { sum_columns(d, sums, accumulate); }

}  // namespace mlp
#endif
