#pragma once

#include <arm_neon.h>

#include "variants.h"

// Eight doubles in four registers; the same names as in simd_avx512.h, which says what they do.
#define LINALG_SIMD
#define LINALG_INLINE __attribute__((always_inline)) static inline

namespace linalg {
namespace {

struct Vector {
  float64x2_t pair[4];
};
/** There are no masked loads: a count of lanes says what to move. */
struct Mask {
  Index count;
};

/** @param f what becomes of pair i. */
template <class F>
LINALG_INLINE Vector each(F f) {
  return {{f(0), f(1), f(2), f(3)}};
}

LINALG_INLINE Mask first_lanes(Index count) { return {count}; }
LINALG_INLINE Vector all(double x) {
  return each([=](int) { return vdupq_n_f64(x); });
}
LINALG_INLINE Vector load(const double* from) {
  return each([=](int i) { return vld1q_f64(from + 2 * i); });
}
LINALG_INLINE Vector load(const double* from, Mask mask) {
  if (mask.count >= 8) return load(from);
  return each([=](int i) {
    const Index left = mask.count - 2 * i;
    if (left >= 2) return vld1q_f64(from + 2 * i);
    return left == 1 ? vld1q_lane_f64(from + 2 * i, vdupq_n_f64(0), 0) : vdupq_n_f64(0);
  });
}
LINALG_INLINE void store(double* to, Vector x) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) vst1q_f64(to + 2 * i, x.pair[i]);
}
LINALG_INLINE void store(double* to, Mask mask, Vector x) {
  if (mask.count >= 8) return store(to, x);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const Index left = mask.count - 2 * i;
    if (left >= 2) vst1q_f64(to + 2 * i, x.pair[i]);
    else if (left == 1) vst1q_lane_f64(to + 2 * i, x.pair[i], 0);
  }
}
LINALG_INLINE Vector add(Vector a, Vector b) {
  return each([&](int i) { return vaddq_f64(a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector subtract(Vector a, Vector b) {
  return each([&](int i) { return vsubq_f64(a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector multiply(Vector a, Vector b) {
  return each([&](int i) { return vmulq_f64(a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector divide(Vector a, Vector b) {
  return each([&](int i) { return vdivq_f64(a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector fused(Vector a, Vector b, Vector c) {
  return each([&](int i) { return vfmaq_f64(c.pair[i], a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector fused_from(Vector c, Vector a, Vector b) {
  return each([&](int i) { return vfmsq_f64(c.pair[i], a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector root(Vector x) {
  return each([&](int i) { return vsqrtq_f64(x.pair[i]); });
}
LINALG_INLINE Vector smaller(Vector a, Vector b) {
  // Not vminq, which is NaN where either is.
  return each([&](int i) { return vbslq_f64(vcltq_f64(a.pair[i], b.pair[i]), a.pair[i], b.pair[i]); });
}
LINALG_INLINE Vector nearest_whole(Vector x) {
  return each([&](int i) { return vrndnq_f64(x.pair[i]); });
}
LINALG_INLINE Vector scale_by_power(Vector x, Vector n) {
  return each([&](int i) {
    const int64x2_t biased = vaddq_s64(vcvtq_s64_f64(n.pair[i]), vdupq_n_s64(1023));
    return vmulq_f64(x.pair[i], vreinterpretq_f64_s64(vshlq_n_s64(biased, 52)));
  });
}
LINALG_INLINE Vector where_different(Vector a, Vector b, Vector x) {
  return each([&](int i) { return vbslq_f64(vceqq_f64(a.pair[i], b.pair[i]), vdupq_n_f64(0), x.pair[i]); });
}
/** A broadcast: all pairs are the same register. */
LINALG_INLINE void keep_in_register(Vector& x) {
  asm("" : "+w"(x.pair[0]));
  x = {{x.pair[0], x.pair[0], x.pair[0], x.pair[0]}};
}

}  // namespace
}  // namespace linalg
