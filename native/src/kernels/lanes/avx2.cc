#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"
#include "../activation/simd.h"
#include "../update/constants.h"

namespace mlp {
namespace {

// 16 registers: 8 sums, two vectors of B and one of A.
constexpr int kTileRows = 4;
constexpr int kTileColumns = 2;

MLP_SIMD_INLINE Vector adam_step(Vector size, Vector m, Vector v, Vector correction) {
  return divide(multiply(size, m), fused(root(v), correction, all(1e-8f)));
}

using Numbers = __m256i;

MLP_SIMD_INLINE Numbers offsets_of(const std::int32_t* rows, Index columns) {
  const __m256i numbers = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows));
  return _mm256_mullo_epi32(numbers, _mm256_set1_epi32(static_cast<int>(columns)));
}
MLP_SIMD_INLINE Vector gathered(const float* from, Numbers offsets) { return _mm256_i32gather_ps(from, offsets, 4); }

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

const LaneKernels kAvx2Lanes =
    lane_table(KernelSet::kAvx2, softmax_lanes, binary_lanes, shuffle_lanes, gather_lanes);

}  // namespace mlp
#endif
