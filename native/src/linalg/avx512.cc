#include "variants.h"

#if LINALG_HAS_X86_VARIANTS
#include "simd_avx512.h"

namespace linalg {
namespace {

// 32 registers: 24 sums, a row of B, a broadcast of A.
constexpr int kTileRows = 8;
constexpr int kTileVectors = 3;

}  // namespace
}  // namespace linalg

#include "loops.h"

namespace linalg {

constexpr Variant kAvx512{"avx512",         multiply_all,     matern_row_all, factor_small_all, solve_transposed_small_all,
                     solve_small_all, subtract_row_all, add_slopes_all};

}  // namespace linalg
#endif
