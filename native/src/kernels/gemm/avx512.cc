#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx512.h"

namespace mlp {
namespace {

// 32 registers: 24 sums, a row of B, a broadcast of A.
constexpr int kWidest = 4;
template <int V>
constexpr int most_rows() {
  return V == 4 ? 6 : V == 3 ? 8 : V == 2 ? 12 : 16;
}

}  // namespace
}  // namespace mlp

#include "simd.h"

namespace mlp {

MLP_SIMD void gemm_avx512(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,
                      Index b_stride, float* c, Index c_stride, bool accumulate) {
  multiply_matrices({k, a, a_row, a_col, b, b_stride, c, c_stride, accumulate, Mask{}}, m, n);
}

}  // namespace mlp
#endif
