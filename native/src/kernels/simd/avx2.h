#pragma once

#include <cstdint>

#include "mlp/view.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Eight floats at a time; the same names as in avx512.h, which says what they do.
#define MLP_SIMD __attribute__((target("avx2,fma")))
#define MLP_SIMD_INLINE MLP_SIMD __attribute__((always_inline)) static inline

namespace mlp {
namespace {

constexpr Index kLanes = 8;
using Vector = __m256;
using Mask = __m256i;

MLP_SIMD_INLINE Mask first_lanes(Index count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count < kLanes ? count : kLanes)), lanes);
}

MLP_SIMD_INLINE Vector all(float x) { return _mm256_set1_ps(x); }
MLP_SIMD_INLINE Vector load(const float* from) { return _mm256_loadu_ps(from); }
MLP_SIMD_INLINE Vector load(const float* from, Mask mask) { return _mm256_maskload_ps(from, mask); }
MLP_SIMD_INLINE void store(float* to, Vector x) { _mm256_storeu_ps(to, x); }
MLP_SIMD_INLINE void store(float* to, Mask mask, Vector x) { _mm256_maskstore_ps(to, mask, x); }

MLP_SIMD_INLINE Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
MLP_SIMD_INLINE Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
MLP_SIMD_INLINE Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
MLP_SIMD_INLINE Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
MLP_SIMD_INLINE Vector fused(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
MLP_SIMD_INLINE Vector larger(Vector a, Vector b) { return _mm256_max_ps(a, b); }
MLP_SIMD_INLINE Vector smaller(Vector a, Vector b) { return _mm256_min_ps(a, b); }
MLP_SIMD_INLINE Vector nearest_whole(Vector x) {
  return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/** 2^n has no float for the ends of n's range, so it is multiplied in as two powers. */
MLP_SIMD_INLINE Vector scale_by_power(Vector x, Vector n) {
  const __m256i whole = _mm256_cvtps_epi32(n);
  const __m256i half = _mm256_srai_epi32(whole, 1);
  const __m256i rest = _mm256_sub_epi32(whole, half);
  const __m256i bias = _mm256_set1_epi32(127);
  const Vector first = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(half, bias), 23));
  const Vector second = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(rest, bias), 23));
  return multiply(multiply(x, first), second);
}
MLP_SIMD_INLINE Vector power_of_two(Vector n) {
  const __m256i biased = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_castsi256_ps(_mm256_slli_epi32(biased, 23));
}
MLP_SIMD_INLINE Vector exponent_of(Vector x) {
  const __m256i biased = _mm256_srli_epi32(_mm256_castps_si256(x), 23);
  return _mm256_cvtepi32_ps(_mm256_sub_epi32(biased, _mm256_set1_epi32(127)));
}
MLP_SIMD_INLINE Vector root(Vector x) { return _mm256_sqrt_ps(x); }
MLP_SIMD_INLINE Vector magnitude(Vector x) { return _mm256_andnot_ps(all(-0.0f), x); }
MLP_SIMD_INLINE Vector with_sign(Vector x, Vector y) {
  return _mm256_or_ps(magnitude(x), _mm256_and_ps(y, all(-0.0f)));
}
MLP_SIMD_INLINE Vector where_less(Vector a, Vector b, Vector x, Vector y) {
  return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
MLP_SIMD_INLINE Vector where_on(Mask mask, Vector x, Vector y) {
  return _mm256_blendv_ps(y, x, _mm256_castsi256_ps(mask));
}
MLP_SIMD_INLINE void keep_in_register(Vector& x) { asm("" : "+x"(x)); }
MLP_SIMD_INLINE void transpose_fours(Vector* x) {
  const Vector a = _mm256_unpacklo_ps(x[0], x[1]);
  const Vector b = _mm256_unpackhi_ps(x[0], x[1]);
  const Vector c = _mm256_unpacklo_ps(x[2], x[3]);
  const Vector d = _mm256_unpackhi_ps(x[2], x[3]);
  x[0] = _mm256_shuffle_ps(a, c, 0x44);
  x[1] = _mm256_shuffle_ps(a, c, 0xee);
  x[2] = _mm256_shuffle_ps(b, d, 0x44);
  x[3] = _mm256_shuffle_ps(b, d, 0xee);
}
MLP_SIMD_INLINE void transpose_square(Vector* x) {
  transpose_fours(x);
  transpose_fours(x + 4);
  for (int i = 0; i < 4; ++i) {
    const Vector low = x[i];
    x[i] = _mm256_permute2f128_ps(low, x[i + 4], 0x20);
    x[i + 4] = _mm256_permute2f128_ps(low, x[i + 4], 0x31);
  }
}
constexpr int kColumns = 4;
MLP_SIMD_INLINE void load_transposed(const float* from, Index stride, Vector* x) {
  for (int i = 0; i < 4; ++i) {
    const Vector low = _mm256_castps128_ps256(_mm_loadu_ps(from + i * stride));
    x[i] = _mm256_insertf128_ps(low, _mm_loadu_ps(from + (i + 4) * stride), 1);
  }
  transpose_fours(x);
}
MLP_SIMD_INLINE float sum_of(Vector x) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}
MLP_SIMD_INLINE float largest_of(Vector x) {
  __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  four = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

using Words = __m256i;
constexpr int kWords = 4;

MLP_SIMD_INLINE Words all_words(std::uint32_t x) { return _mm256_set1_epi64x(x); }
MLP_SIMD_INLINE Words load_words(const std::uint64_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
MLP_SIMD_INLINE Words count_words() { return _mm256_setr_epi64x(0, 1, 2, 3); }
MLP_SIMD_INLINE Words add(Words a, Words b) { return _mm256_add_epi64(a, b); }
MLP_SIMD_INLINE Words multiply(Words a, Words b) { return _mm256_mul_epu32(a, b); }
MLP_SIMD_INLINE Words differ(Words a, Words b) { return _mm256_xor_si256(a, b); }
MLP_SIMD_INLINE Words upper(Words x) { return _mm256_srli_epi64(x, 32); }
MLP_SIMD_INLINE Words join(Words low, Words high) {
  return _mm256_or_si256(_mm256_and_si256(low, _mm256_set1_epi64x(0xffffffff)), _mm256_slli_epi64(high, 32));
}
MLP_SIMD_INLINE void store(std::uint64_t* to, Words x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x);
}

}  // namespace
}  // namespace mlp
#endif
