#pragma once

// GCC 12 warns of its own header (bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif

#include "variants.h"

// Eight doubles. Static and always inlined: a copy that another unit could be linked to would stop a lesser CPU.
#define LINALG_SIMD __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#define LINALG_INLINE LINALG_SIMD __attribute__((always_inline)) static inline

namespace linalg {
namespace {

using Vector = __m512d;
using Mask = __mmask8;

LINALG_INLINE Mask first_lanes(Index count) { return count >= 8 ? Mask(0xff) : static_cast<Mask>((1u << count) - 1); }
LINALG_INLINE Vector all(double x) { return _mm512_set1_pd(x); }
LINALG_INLINE Vector load(const double* from) { return _mm512_loadu_pd(from); }
LINALG_INLINE Vector load(const double* from, Mask mask) { return _mm512_maskz_loadu_pd(mask, from); }
LINALG_INLINE void store(double* to, Vector x) { _mm512_storeu_pd(to, x); }
LINALG_INLINE void store(double* to, Mask mask, Vector x) { _mm512_mask_storeu_pd(to, mask, x); }
LINALG_INLINE Vector add(Vector a, Vector b) { return _mm512_add_pd(a, b); }
LINALG_INLINE Vector subtract(Vector a, Vector b) { return _mm512_sub_pd(a, b); }
LINALG_INLINE Vector multiply(Vector a, Vector b) { return _mm512_mul_pd(a, b); }
LINALG_INLINE Vector divide(Vector a, Vector b) { return _mm512_div_pd(a, b); }
/** a b + c, rounded once. */
LINALG_INLINE Vector fused(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
/** c - a b, rounded once. */
LINALG_INLINE Vector fused_from(Vector c, Vector a, Vector b) { return _mm512_fnmadd_pd(a, b, c); }
LINALG_INLINE Vector root(Vector x) { return _mm512_sqrt_pd(x); }
LINALG_INLINE Vector smaller(Vector a, Vector b) { return _mm512_min_pd(a, b); }
LINALG_INLINE Vector nearest_whole(Vector x) {
  return _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/** x 2^n, n a whole number from -1022 to 1. */
LINALG_INLINE Vector scale_by_power(Vector x, Vector n) { return _mm512_scalef_pd(x, n); }
/** x where a and b differ, else 0. */
LINALG_INLINE Vector where_different(Vector a, Vector b, Vector x) {
  return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ), x);
}
LINALG_INLINE void keep_in_register(Vector& x) { asm("" : "+v"(x)); }

}  // namespace
}  // namespace linalg
