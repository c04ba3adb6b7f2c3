#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "simd.h"

namespace mlp {

MLP_SIMD Score softmax_cross_entropy_neon(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d,
                                        float scale) {
  return score_rows(z, labels, d, scale);
}

MLP_SIMD Score binary_cross_entropy_neon(Matrix<const float> z, Targets<float> targets, Matrix<float> d, float scale,
                                         float smoothing) {
  return score_binary(z, targets, d, scale, smoothing);
}

}  // namespace mlp
#endif
