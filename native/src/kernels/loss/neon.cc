#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "simd.h"

namespace mlp {

MLP_SIMD Score softmax_cross_entropy_neon(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d,
                                        float scale) {
  return score_rows(z, labels, d, scale);
}

}  // namespace mlp
#endif
