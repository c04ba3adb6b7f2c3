#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void drop_neon(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors, Matrix<float> out) {
  drop_any(in, dropping, factors, out);
}

MLP_SIMD void multiply_neon(Index count, const float* factors, float* d) { multiply_any(count, factors, d); }

}  // namespace mlp
#endif
