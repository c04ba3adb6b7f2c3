#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "simd.h"

namespace mlp {

MLP_SIMD void gather_rows_avx2(const float* source, Index columns, const std::int32_t* numbers, Index count, float* out) {
  gather_any(source, columns, numbers, count, out);
}

}  // namespace mlp
#endif
