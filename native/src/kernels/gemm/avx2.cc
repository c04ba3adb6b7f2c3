#include "avx2.h"

#if MLP_HAS_AVX2_UNIT

#include <immintrin.h>

// Only these functions are compiled for AVX2: no header with inline code is instantiated here under that target,
// so the linker cannot pick an AVX2 copy of something that runs everywhere.
#define MLP_AVX2 __attribute__((target("avx2,fma")))
#define MLP_AVX2_INLINE MLP_AVX2 __attribute__((always_inline)) static inline

namespace mlp {
namespace {

struct Operands {
  Index k;
  const float* a;
  Index a_row;
  Index a_col;
  const float* b;
  Index b_stride;
  float* c;
  Index c_stride;
  bool accumulate;
};

/** First `count` lanes on; count is 1 to 8. */
MLP_AVX2_INLINE __m256i lane_mask(Index count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes);
}

/** R x (V vectors of 8) elements of C; of the last vector only those under the mask when `Masked`. */
template <int R, int V, bool Masked>
MLP_AVX2_INLINE void tile(const Operands& o, Index i, Index j, __m256i mask) {
  __m256 sum[R][V];
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) {
      const float* from = o.c + (i + r) * o.c_stride + j + 8 * v;
      if (!o.accumulate) sum[r][v] = _mm256_setzero_ps();
      else sum[r][v] = Masked && v == V - 1 ? _mm256_maskload_ps(from, mask) : _mm256_loadu_ps(from);
    }
  }
  const float* a = o.a + i * o.a_row;
  const float* b = o.b + j;
  for (Index p = 0; p < o.k; ++p, a += o.a_col, b += o.b_stride) {
    __m256 b_p[V];
    for (int v = 0; v < V; ++v) {
      b_p[v] = Masked && v == V - 1 ? _mm256_maskload_ps(b + 8 * v, mask) : _mm256_loadu_ps(b + 8 * v);
    }
    for (int r = 0; r < R; ++r) {
      const __m256 a_rp = _mm256_broadcast_ss(a + r * o.a_row);
      for (int v = 0; v < V; ++v) sum[r][v] = _mm256_fmadd_ps(a_rp, b_p[v], sum[r][v]);
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) {
      float* to = o.c + (i + r) * o.c_stride + j + 8 * v;
      if (Masked && v == V - 1) _mm256_maskstore_ps(to, mask, sum[r][v]);
      else _mm256_storeu_ps(to, sum[r][v]);
    }
  }
}

/** All rows of the columns [j, j + 8 V). Six rows and two vectors are 12 sums: enough to hide the latency of FMA. */
template <int V, bool Masked>
MLP_AVX2 void panel(const Operands& o, Index m, Index j, __m256i mask) {
  Index i = 0;
  for (; i + 6 <= m; i += 6) tile<6, V, Masked>(o, i, j, mask);
  for (; i + 2 <= m; i += 2) tile<2, V, Masked>(o, i, j, mask);
  if (i < m) tile<1, V, Masked>(o, i, j, mask);
}

}  // namespace

MLP_AVX2 void gemm_avx2(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,
                        Index b_stride, float* c, Index c_stride, bool accumulate) {
  const Operands o{k, a, a_row, a_col, b, b_stride, c, c_stride, accumulate};
  Index j = 0;
  for (; j + 16 <= n; j += 16) panel<2, false>(o, m, j, __m256i{});
  const Index rest = n - j;
  if (rest > 8) panel<2, true>(o, m, j, lane_mask(rest - 8));
  else if (rest > 0) panel<1, true>(o, m, j, lane_mask(rest));
}

}  // namespace mlp
#endif
