#include "../variants.h"

#if MLP_HAS_NEON_VARIANTS
#include "../simd/neon.h"
#include "../activation/simd.h"
#include "../update/constants.h"

namespace mlp {
namespace {

// 32 registers: 16 sums, four vectors of B and one of A.
constexpr int kTileRows = 4;
constexpr int kTileColumns = 4;

MLP_SIMD_INLINE Vector adam_step(Vector size, Vector m, Vector v, Vector correction) {
  return divide(multiply(size, m), fused(root(v), correction, all(1e-8f)));
}

/** Four neighbours of each row. */
MLP_SIMD_INLINE void four_columns(const float* source, const Index* starts, Vector (&columns)[4]) {
  for (int r = 0; r < 4; ++r) columns[r] = load(source + starts[r]);
  transpose_square(columns);
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

const LaneKernels kNeonLanes =
    lane_table(KernelSet::kNeon, softmax_lanes, binary_lanes, shuffle_lanes, gather_lanes);

}  // namespace mlp
#endif
