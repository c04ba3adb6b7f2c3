#pragma once

#include <cstdint>

#include "mlp/view.h"

#if defined(__aarch64__)
#include <arm_neon.h>

// Four floats at a time; the same names as in avx512.h, which says what they do. Every 64-bit ARM has these instructions,
// so there is nothing to guard against.
#define MLP_SIMD
#define MLP_SIMD_INLINE __attribute__((always_inline)) static inline

namespace mlp {
namespace {

constexpr Index kLanes = 4;
using Vector = float32x4_t;
/** There are no masked loads: a count of lanes says what to move. */
struct Mask {
  Index count;
};

MLP_SIMD_INLINE Mask first_lanes(Index count) { return {count}; }

MLP_SIMD_INLINE Vector all(float x) { return vdupq_n_f32(x); }
MLP_SIMD_INLINE Vector load(const float* from) { return vld1q_f32(from); }
MLP_SIMD_INLINE Vector load(const float* from, Mask mask) {
  if (mask.count >= kLanes) return vld1q_f32(from);
  if (mask.count == 1) return vld1q_lane_f32(from, all(0), 0);
  const Vector two = vcombine_f32(vld1_f32(from), vdup_n_f32(0));
  return mask.count == 2 ? two : vld1q_lane_f32(from + 2, two, 2);
}
MLP_SIMD_INLINE void store(float* to, Vector x) { vst1q_f32(to, x); }
MLP_SIMD_INLINE void store(float* to, Mask mask, Vector x) {
  if (mask.count >= kLanes) return vst1q_f32(to, x);
  if (mask.count == 1) return vst1q_lane_f32(to, x, 0);
  vst1_f32(to, vget_low_f32(x));
  if (mask.count == 3) vst1q_lane_f32(to + 2, x, 2);
}

MLP_SIMD_INLINE Vector add(Vector a, Vector b) { return vaddq_f32(a, b); }
MLP_SIMD_INLINE Vector subtract(Vector a, Vector b) { return vsubq_f32(a, b); }
MLP_SIMD_INLINE Vector multiply(Vector a, Vector b) { return vmulq_f32(a, b); }
MLP_SIMD_INLINE Vector divide(Vector a, Vector b) { return vdivq_f32(a, b); }
MLP_SIMD_INLINE Vector fused(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
MLP_SIMD_INLINE Vector where_less(Vector a, Vector b, Vector x, Vector y) { return vbslq_f32(vcltq_f32(a, b), x, y); }
// Not vmaxq and vminq, which are NaN where either is.
MLP_SIMD_INLINE Vector larger(Vector a, Vector b) { return where_less(b, a, a, b); }
MLP_SIMD_INLINE Vector smaller(Vector a, Vector b) { return where_less(a, b, a, b); }
MLP_SIMD_INLINE Vector nearest_whole(Vector x) { return vrndnq_f32(x); }
/** As two powers, as in avx2.h. */
MLP_SIMD_INLINE Vector scale_by_power(Vector x, Vector n) {
  const int32x4_t whole = vcvtq_s32_f32(n);
  const int32x4_t half = vshrq_n_s32(whole, 1);
  const int32x4_t rest = vsubq_s32(whole, half);
  const int32x4_t bias = vdupq_n_s32(127);
  const Vector first = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(half, bias), 23));
  const Vector second = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(rest, bias), 23));
  return multiply(multiply(x, first), second);
}
MLP_SIMD_INLINE Vector power_of_two(Vector n) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23));
}
MLP_SIMD_INLINE Vector exponent_of(Vector x) {
  const uint32x4_t biased = vshrq_n_u32(vreinterpretq_u32_f32(x), 23);
  return vcvtq_f32_s32(vsubq_s32(vreinterpretq_s32_u32(biased), vdupq_n_s32(127)));
}
MLP_SIMD_INLINE Vector root(Vector x) { return vsqrtq_f32(x); }
MLP_SIMD_INLINE Vector magnitude(Vector x) { return vabsq_f32(x); }
MLP_SIMD_INLINE Vector with_sign(Vector x, Vector y) { return vbslq_f32(vdupq_n_u32(0x80000000), y, x); }
MLP_SIMD_INLINE Vector where_on(Mask mask, Vector x, Vector y) {
  constexpr std::uint32_t kLaneNumbers[kLanes] = {0, 1, 2, 3};
  const std::uint32_t count = static_cast<std::uint32_t>(mask.count < kLanes ? mask.count : kLanes);
  return vbslq_f32(vcltq_u32(vld1q_u32(kLaneNumbers), vdupq_n_u32(count)), x, y);
}
MLP_SIMD_INLINE void keep_in_register(Vector& x) { asm("" : "+w"(x)); }
MLP_SIMD_INLINE void transpose_square(Vector* x) {
  const auto pairs = [](Vector a, Vector b) { return vreinterpretq_f64_f32(vtrn1q_f32(a, b)); };
  const auto other_pairs = [](Vector a, Vector b) { return vreinterpretq_f64_f32(vtrn2q_f32(a, b)); };
  const float64x2_t even_low = pairs(x[0], x[1]);
  const float64x2_t odd_low = other_pairs(x[0], x[1]);
  const float64x2_t even_high = pairs(x[2], x[3]);
  const float64x2_t odd_high = other_pairs(x[2], x[3]);
  x[0] = vreinterpretq_f32_f64(vtrn1q_f64(even_low, even_high));
  x[1] = vreinterpretq_f32_f64(vtrn1q_f64(odd_low, odd_high));
  x[2] = vreinterpretq_f32_f64(vtrn2q_f64(even_low, even_high));
  x[3] = vreinterpretq_f32_f64(vtrn2q_f64(odd_low, odd_high));
}
constexpr int kColumns = 4;
MLP_SIMD_INLINE void load_transposed(const float* from, Index stride, Vector* x) {
  for (int i = 0; i < 4; ++i) x[i] = load(from + i * stride);
  transpose_square(x);
}
/** Halves added to halves, as in the other sets: lanes/entropies.h counts on it. */
MLP_SIMD_INLINE float sum_of(Vector x) { return vpadds_f32(vadd_f32(vget_low_f32(x), vget_high_f32(x))); }
MLP_SIMD_INLINE float largest_of(Vector x) { return vmaxvq_f32(x); }

using Words = uint64x2_t;
constexpr int kWords = 2;

MLP_SIMD_INLINE Words all_words(std::uint32_t x) { return vdupq_n_u64(x); }
MLP_SIMD_INLINE Words load_words(const std::uint64_t* from) { return vld1q_u64(from); }
MLP_SIMD_INLINE Words count_words() { return vcombine_u64(vcreate_u64(0), vcreate_u64(1)); }
MLP_SIMD_INLINE Words add(Words a, Words b) { return vaddq_u64(a, b); }
MLP_SIMD_INLINE Words multiply(Words a, Words b) { return vmull_u32(vmovn_u64(a), vmovn_u64(b)); }
MLP_SIMD_INLINE Words differ(Words a, Words b) { return veorq_u64(a, b); }
MLP_SIMD_INLINE Words upper(Words x) { return vshrq_n_u64(x, 32); }
MLP_SIMD_INLINE Words join(Words low, Words high) { return vsliq_n_u64(low, high, 32); }
MLP_SIMD_INLINE void store(std::uint64_t* to, Words x) { vst1q_u64(to, x); }

}  // namespace
}  // namespace mlp
#endif
