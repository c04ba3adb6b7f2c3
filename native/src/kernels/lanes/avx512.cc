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

/** Four neighbours of each row: the rows l, l + 4, l + 8, l + 12 beside each other, and squares of fours transposed. */
MLP_SIMD_INLINE void four_columns(const float* source, const Index* starts, Vector (&columns)[4]) {
  Vector rows[4];
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    rows[r] = _mm512_castps128_ps512(_mm_loadu_ps(source + starts[r]));
    rows[r] = _mm512_mask_broadcast_f32x4(rows[r], 0x00f0, _mm_loadu_ps(source + starts[r + 4]));
    rows[r] = _mm512_mask_broadcast_f32x4(rows[r], 0x0f00, _mm_loadu_ps(source + starts[r + 8]));
    rows[r] = _mm512_mask_broadcast_f32x4(rows[r], 0xf000, _mm_loadu_ps(source + starts[r + 12]));
  }
  const Vector low01 = _mm512_unpacklo_ps(rows[0], rows[1]);
  const Vector low23 = _mm512_unpacklo_ps(rows[2], rows[3]);
  const Vector high01 = _mm512_unpackhi_ps(rows[0], rows[1]);
  const Vector high23 = _mm512_unpackhi_ps(rows[2], rows[3]);
  columns[0] = _mm512_shuffle_ps(low01, low23, 0x44);
  columns[1] = _mm512_shuffle_ps(low01, low23, 0xee);
  columns[2] = _mm512_shuffle_ps(high01, high23, 0x44);
  columns[3] = _mm512_shuffle_ps(high01, high23, 0xee);
}

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
