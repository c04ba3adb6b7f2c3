#include "variants.h"

#if LINALG_HAS_X86_VARIANTS
#include "simd_avx2.h"

namespace linalg {
namespace {

// 16 registers: 12 sums, a row of B, a broadcast of A.
constexpr int kTileRows = 6;
constexpr int kTileVectors = 1;

}  // namespace
}  // namespace linalg

#include "loops.h"

namespace linalg {

constexpr Variant kAvx2{"avx2",         multiply_all,     matern_row_all, factor_small_all, solve_transposed_small_all,
                     solve_small_all, subtract_row_all, add_slopes_all};

}  // namespace linalg
#endif
