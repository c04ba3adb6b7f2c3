#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void drop_avx512(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors, Matrix<float> out) {
  drop_any(in, dropping, factors, out);
}

MLP_SIMD void multiply_avx512(Index count, const float* factors, float* d) { multiply_any(count, factors, d); }

}  // namespace mlp
#endif
