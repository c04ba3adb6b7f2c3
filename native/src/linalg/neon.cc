#include "variants.h"

#if LINALG_HAS_NEON_VARIANT
#include "simd_neon.h"

namespace linalg {
namespace {

// 32 registers: 20 sums, a row of B, a broadcast of A for each row.
constexpr int kTileRows = 5;
constexpr int kTileVectors = 1;

}  // namespace
}  // namespace linalg

#include "loops.h"

namespace linalg {

constexpr Variant kNeon{"neon",         multiply_all,     matern_row_all, factor_small_all, solve_transposed_small_all,
                     solve_small_all, subtract_row_all, add_slopes_all};

}  // namespace linalg
#endif
