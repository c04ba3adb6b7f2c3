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

}  // namespace
}  // namespace mlp

#include "elements.h"
#include "entropies.h"
#include "losses.h"
#include "products.h"
#include "shuffle.h"
#include "table.h"

namespace mlp {

const LaneKernels kAvx512Lanes = lane_table(KernelSet::kAvx512, softmax_lanes, binary_lanes, shuffle_lanes);

}  // namespace mlp
#endif
