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

/** Four neighbours of each row: the rows l and l + 4 beside each other, and squares of fours transposed. */
MLP_SIMD_INLINE void four_columns(const float* source, const Index* starts, Vector (&columns)[4]) {
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    columns[r] = _mm256_castps128_ps256(_mm_loadu_ps(source + starts[r]));
    columns[r] = _mm256_insertf128_ps(columns[r], _mm_loadu_ps(source + starts[r + 4]), 1);
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

const LaneKernels kAvx2Lanes =
    lane_table(KernelSet::kAvx2, softmax_lanes, binary_lanes, shuffle_lanes, gather_lanes);

}  // namespace mlp
#endif
