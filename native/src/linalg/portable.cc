#include "simd_portable.h"

namespace linalg {
namespace {

// Small: without wide registers the sums would be spilled.
constexpr int kTileRows = 2;
constexpr int kTileVectors = 1;

}  // namespace
}  // namespace linalg

#include "loops.h"

namespace linalg {

constexpr Variant kPortable{"portable",         multiply_all,     matern_row_all, factor_small_all, solve_transposed_small_all,
                     solve_small_all, subtract_row_all, add_slopes_all};

}  // namespace linalg
