#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void transpose_avx2(Matrix<const float> in, Matrix<float> out) { transpose_by_squares(in, out); }

}  // namespace mlp
#endif
