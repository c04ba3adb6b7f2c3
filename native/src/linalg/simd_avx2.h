#pragma once

#include <immintrin.h>

#include "variants.h"

// Eight doubles in two registers; the same names as in simd_avx512.h, which says what they do.
#define LINALG_SIMD __attribute__((target("avx2,fma")))
#define LINALG_INLINE LINALG_SIMD __attribute__((always_inline)) static inline

namespace linalg {
namespace {

struct Vector {
  __m256d low, high;
};
struct Mask {
  __m256i low, high;
};

LINALG_INLINE Mask first_lanes(Index count) {
  const __m256i lanes = _mm256_setr_epi64x(0, 1, 2, 3);
  const __m256i limit = _mm256_set1_epi64x(count);
  return {_mm256_cmpgt_epi64(limit, lanes),
          _mm256_cmpgt_epi64(limit, _mm256_add_epi64(lanes, _mm256_set1_epi64x(4)))};
}
LINALG_INLINE Vector all(double x) { return {_mm256_set1_pd(x), _mm256_set1_pd(x)}; }
LINALG_INLINE Vector load(const double* from) { return {_mm256_loadu_pd(from), _mm256_loadu_pd(from + 4)}; }
LINALG_INLINE Vector load(const double* from, Mask mask) {
  return {_mm256_maskload_pd(from, mask.low), _mm256_maskload_pd(from + 4, mask.high)};
}
LINALG_INLINE void store(double* to, Vector x) {
  _mm256_storeu_pd(to, x.low);
  _mm256_storeu_pd(to + 4, x.high);
}
LINALG_INLINE void store(double* to, Mask mask, Vector x) {
  _mm256_maskstore_pd(to, mask.low, x.low);
  _mm256_maskstore_pd(to + 4, mask.high, x.high);
}
LINALG_INLINE Vector add(Vector a, Vector b) { return {_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)}; }
LINALG_INLINE Vector subtract(Vector a, Vector b) {
  return {_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)};
}
LINALG_INLINE Vector multiply(Vector a, Vector b) {
  return {_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)};
}
LINALG_INLINE Vector divide(Vector a, Vector b) {
  return {_mm256_div_pd(a.low, b.low), _mm256_div_pd(a.high, b.high)};
}
LINALG_INLINE Vector fused(Vector a, Vector b, Vector c) {
  return {_mm256_fmadd_pd(a.low, b.low, c.low), _mm256_fmadd_pd(a.high, b.high, c.high)};
}
LINALG_INLINE Vector fused_from(Vector c, Vector a, Vector b) {
  return {_mm256_fnmadd_pd(a.low, b.low, c.low), _mm256_fnmadd_pd(a.high, b.high, c.high)};
}
LINALG_INLINE Vector root(Vector x) { return {_mm256_sqrt_pd(x.low), _mm256_sqrt_pd(x.high)}; }
LINALG_INLINE Vector smaller(Vector a, Vector b) {
  return {_mm256_min_pd(a.low, b.low), _mm256_min_pd(a.high, b.high)};
}
LINALG_INLINE Vector nearest_whole(Vector x) {
  constexpr int kMode = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  return {_mm256_round_pd(x.low, kMode), _mm256_round_pd(x.high, kMode)};
}
LINALG_INLINE __m256d power_of_two(__m256d n) {
  const __m256i whole = _mm256_cvtepi32_epi64(_mm256_cvtpd_epi32(n));
  return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_add_epi64(whole, _mm256_set1_epi64x(1023)), 52));
}
LINALG_INLINE Vector scale_by_power(Vector x, Vector n) {
  return {_mm256_mul_pd(x.low, power_of_two(n.low)), _mm256_mul_pd(x.high, power_of_two(n.high))};
}
LINALG_INLINE Vector where_different(Vector a, Vector b, Vector x) {
  return {_mm256_and_pd(_mm256_cmp_pd(a.low, b.low, _CMP_NEQ_UQ), x.low),
          _mm256_and_pd(_mm256_cmp_pd(a.high, b.high, _CMP_NEQ_UQ), x.high)};
}
LINALG_INLINE void keep_in_register(Vector& x) {
  asm("" : "+x"(x.low));
  x.high = x.low;
}

}  // namespace
}  // namespace linalg
