#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void transpose_neon(Matrix<const float> in, Matrix<float> out) { transpose_by_squares(in, out); }

}  // namespace mlp
#endif
