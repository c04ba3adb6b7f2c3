#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void normalize_batch_avx2(Matrix<const float> x, const NormalizedBatch<float>& to) { normalize_any(x, to); }

MLP_SIMD void normalize_batch_back_avx2(Matrix<float> d, Matrix<const float> normal, const float* scale,
                                         const float* inverse, float* by_scale, float* by_shift) {
  normalize_back_any(d, normal, scale, inverse, by_scale, by_shift);
}

}  // namespace mlp
#endif
