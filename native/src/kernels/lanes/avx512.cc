#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"
#include "../activation/simd.h"
#include "../update/avx512_rules.h"

namespace mlp {
namespace {

// 32 registers: 16 sums, four vectors of B and one of A.
constexpr int kTileRows = 4;
constexpr int kTileColumns = 4;

/** Four neighbours of each row: the rows l, l + 4, l + 8, l + 12 beside each other, and squares of fours transposed. */
MLP_SIMD_INLINE void four_columns(const float* source, const Index* starts, Vector (&columns)[4]) {
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    columns[r] = _mm512_castps128_ps512(_mm_loadu_ps(source + starts[r]));
    columns[r] = _mm512_mask_broadcast_f32x4(columns[r], 0x00f0, _mm_loadu_ps(source + starts[r + 4]));
    columns[r] = _mm512_mask_broadcast_f32x4(columns[r], 0x0f00, _mm_loadu_ps(source + starts[r + 8]));
    columns[r] = _mm512_mask_broadcast_f32x4(columns[r], 0xf000, _mm_loadu_ps(source + starts[r + 12]));
  }
  transpose_fours(columns);
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
