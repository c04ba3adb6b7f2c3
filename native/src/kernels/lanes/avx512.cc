#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#include "../activation/simd.h"
#include "../update/constants.h"

namespace mlp {
namespace {

// 32 registers: 16 sums, four vectors of B and one of A.
constexpr int kTileRows = 4;
constexpr int kTileColumns = 4;

/** As adam_by_estimates of ../update. */
MLP_SIMD_INLINE Vector adam_step(Vector size, Vector m, Vector v, Vector correction) {
  const Vector divisor = fused(root_by_estimate(v), correction, all(1e-8f));
  return multiply(multiply(size, m), reciprocal_by_estimate(divisor));
}

using Numbers = __m512i;

MLP_SIMD_INLINE Numbers offsets_of(const std::int32_t* rows, Index columns) {
  return _mm512_mullo_epi32(_mm512_loadu_si512(rows), _mm512_set1_epi32(static_cast<int>(columns)));
}
MLP_SIMD_INLINE Vector gathered(const float* from, Numbers offsets) { return _mm512_i32gather_ps(offsets, from, 4); }

}  // namespace
}  // namespace mlp

#include "elements.h"
#include "entropies.h"
#include "gather.h"
#include "losses.h"
#include "products.h"
#include "shuffle.h"
#include "table.h"

namespace mlp {

const LaneKernels kAvx512Lanes =
    lane_table(KernelSet::kAvx512, softmax_lanes, binary_lanes, shuffle_lanes, gather_lanes);

}  // namespace mlp
#endif
