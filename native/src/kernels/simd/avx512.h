#pragma once

#include <cstdint>

#include "mlp/view.h"

#if defined(__x86_64__)
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

// Sixteen floats at a time. Everything is static and always inlined: a copy that another unit could be linked to would
// stop a CPU without AVX-512.
#if defined(__clang__)
// It knows no preferred width here, and ignores all of a target of which it does not know a part.
#define MLP_SIMD __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"), min_vector_width(512)))
#else
#define MLP_SIMD __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")))
#endif
#define MLP_SIMD_INLINE MLP_SIMD __attribute__((always_inline)) static inline

namespace mlp {
namespace {

constexpr Index kLanes = 16;
using Vector = __m512;
using Mask = __mmask16;

/** First `count` lanes on; count is 1 or more, and all are on from 16. */
MLP_SIMD_INLINE Mask first_lanes(Index count) {
  return count >= kLanes ? Mask(0xffff) : static_cast<Mask>((1u << count) - 1);
}

MLP_SIMD_INLINE Vector all(float x) { return _mm512_set1_ps(x); }
MLP_SIMD_INLINE Vector load(const float* from) { return _mm512_loadu_ps(from); }
/** Lanes that are off are 0. */
MLP_SIMD_INLINE Vector load(const float* from, Mask mask) { return _mm512_maskz_loadu_ps(mask, from); }
MLP_SIMD_INLINE void store(float* to, Vector x) { _mm512_storeu_ps(to, x); }
MLP_SIMD_INLINE void store(float* to, Mask mask, Vector x) { _mm512_mask_storeu_ps(to, mask, x); }

MLP_SIMD_INLINE Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
MLP_SIMD_INLINE Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
MLP_SIMD_INLINE Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
MLP_SIMD_INLINE Vector divide(Vector a, Vector b) { return _mm512_div_ps(a, b); }
/** a b + c, rounded once. */
MLP_SIMD_INLINE Vector fused(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
/** b where a or b is NaN. */
MLP_SIMD_INLINE Vector larger(Vector a, Vector b) { return _mm512_max_ps(a, b); }
MLP_SIMD_INLINE Vector smaller(Vector a, Vector b) { return _mm512_min_ps(a, b); }
MLP_SIMD_INLINE Vector nearest_whole(Vector x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/** x 2^n, n a whole number from -150 to 128. */
MLP_SIMD_INLINE Vector scale_by_power(Vector x, Vector n) { return _mm512_scalef_ps(x, n); }
/** 2^n, n a whole number from -126 to 127. */
MLP_SIMD_INLINE Vector power_of_two(Vector n) { return _mm512_scalef_ps(all(1), n); }
/** The whole number n with 2^n <= x < 2^(n + 1), for normal x > 0. */
MLP_SIMD_INLINE Vector exponent_of(Vector x) { return _mm512_getexp_ps(x); }
MLP_SIMD_INLINE Vector root(Vector x) { return _mm512_sqrt_ps(x); }
/** Square root within 1.2e-7; 0 and NaN stay, and infinity becomes NaN. */
MLP_SIMD_INLINE Vector root_by_estimate(Vector x) {
  // The estimate of 0 is infinite; of the least normal number it is not.
  const Vector estimate = _mm512_rsqrt14_ps(larger(all(1.17549435e-38f), x));
  const Vector root = multiply(x, estimate);
  return fused(_mm512_fnmadd_ps(root, root, x), multiply(all(0.5f), estimate), root);
}
/** 1 / x within 1.2e-7. */
MLP_SIMD_INLINE Vector reciprocal_by_estimate(Vector x) {
  const Vector estimate = _mm512_rcp14_ps(x);
  return fused(estimate, _mm512_fnmadd_ps(x, estimate, all(1)), estimate);
}
MLP_SIMD_INLINE Vector magnitude(Vector x) { return _mm512_abs_ps(x); }
/** |x| with the sign of y. */
MLP_SIMD_INLINE Vector with_sign(Vector x, Vector y) {
  const Vector sign = _mm512_and_ps(y, all(-0.0f));
  return _mm512_or_ps(_mm512_andnot_ps(all(-0.0f), x), sign);
}
/** x where a < b, else y. */
MLP_SIMD_INLINE Vector where_less(Vector a, Vector b, Vector x, Vector y) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), y, x);
}
/** x where the mask is on, else y. */
MLP_SIMD_INLINE Vector where_on(Mask mask, Vector x, Vector y) { return _mm512_mask_blend_ps(mask, y, x); }
/** Keeps the compiler from loading a broadcast number again for each of its uses. */
MLP_SIMD_INLINE void keep_in_register(Vector& x) { asm("" : "+v"(x)); }
/** Of four vectors, each quarter as a square: number j of quarter q of vector i changes places with number i of that of j. */
MLP_SIMD_INLINE void transpose_fours(Vector* x) {
  const Vector a = _mm512_unpacklo_ps(x[0], x[1]);
  const Vector b = _mm512_unpackhi_ps(x[0], x[1]);
  const Vector c = _mm512_unpacklo_ps(x[2], x[3]);
  const Vector d = _mm512_unpackhi_ps(x[2], x[3]);
  x[0] = _mm512_shuffle_ps(a, c, 0x44);
  x[1] = _mm512_shuffle_ps(a, c, 0xee);
  x[2] = _mm512_shuffle_ps(b, d, 0x44);
  x[3] = _mm512_shuffle_ps(b, d, 0xee);
}
/** Of a and b the first and third quarters in `even`, the others in `odd`. */
MLP_SIMD_INLINE void deal_quarters(Vector a, Vector b, Vector& even, Vector& odd) {
  even = _mm512_shuffle_f32x4(a, b, 0x88);
  odd = _mm512_shuffle_f32x4(a, b, 0xdd);
}
/** Lane j of vector i changes places with lane i of vector j: single lanes first, then pairs, quadruples, halves. */
MLP_SIMD_INLINE void transpose_square(Vector* x) {
  Vector y[16];
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) transpose_fours(x + i);
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    deal_quarters(x[k], x[k + 4], y[k], y[k + 4]);
    deal_quarters(x[k + 8], x[k + 12], y[k + 8], y[k + 12]);
  }
#pragma GCC unroll 8
  for (int k = 0; k < 8; ++k) deal_quarters(y[k], y[k + 8], x[k], x[k + 8]);
}
/** Numbers of a row that load_transposed takes. */
constexpr int kColumns = 8;
/** As vectors, that many columns of kLanes rows, which are `stride` apart: halves come to their places as they are loaded. */
MLP_SIMD_INLINE void load_transposed(const float* from, Index stride, Vector* x) {
  Vector y[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    const float* const row = from + (i < 4 ? i : i + 4) * stride;
    const Vector low = _mm512_castps256_ps512(_mm256_loadu_ps(row));
    y[i] = _mm512_insertf32x8(low, _mm256_loadu_ps(row + 4 * stride), 1);
  }
  transpose_fours(y);
  transpose_fours(y + 4);
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) deal_quarters(y[k], y[k + 4], x[k], x[k + 4]);
}
MLP_SIMD_INLINE float sum_of(Vector x) { return _mm512_reduce_add_ps(x); }
MLP_SIMD_INLINE float largest_of(Vector x) { return _mm512_reduce_max_ps(x); }

/** Whole numbers of 64 bits, of which products take the lower 32. */
using Words = __m512i;
constexpr int kWords = 8;

MLP_SIMD_INLINE Words all_words(std::uint32_t x) { return _mm512_set1_epi64(x); }
MLP_SIMD_INLINE Words load_words(const std::uint64_t* from) { return _mm512_loadu_si512(from); }
MLP_SIMD_INLINE Words count_words() { return _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7); }
MLP_SIMD_INLINE Words add(Words a, Words b) { return _mm512_add_epi64(a, b); }
MLP_SIMD_INLINE Words multiply(Words a, Words b) { return _mm512_mul_epu32(a, b); }
MLP_SIMD_INLINE Words differ(Words a, Words b) { return _mm512_xor_si512(a, b); }
MLP_SIMD_INLINE Words upper(Words x) { return _mm512_srli_epi64(x, 32); }
/** The lower half of `low` below that of `high`. */
MLP_SIMD_INLINE Words join(Words low, Words high) {
  return _mm512_or_si512(_mm512_and_si512(low, _mm512_set1_epi64(0xffffffff)), _mm512_slli_epi64(high, 32));
}
MLP_SIMD_INLINE void store(std::uint64_t* to, Words x) { _mm512_storeu_si512(to, x); }

}  // namespace
}  // namespace mlp
#endif
