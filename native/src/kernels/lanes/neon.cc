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

struct Numbers {
  Index x[kLanes];
};

MLP_SIMD_INLINE Numbers offsets_of(const std::int32_t* rows, Index columns) {
  Numbers offsets;
  for (Index l = 0; l < kLanes; ++l) offsets.x[l] = rows[l] * columns;
  return offsets;
}
MLP_SIMD_INLINE Vector gathered(const float* from, const Numbers& offsets) {
  float out[kLanes];
  for (Index l = 0; l < kLanes; ++l) out[l] = from[offsets.x[l]];
  return load(out);
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
