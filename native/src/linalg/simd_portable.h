#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "variants.h"

// Eight doubles in plain C++; the same names as in simd_avx512.h, which says what they do. std::fma is an instruction
// where the target has one (ARM), and elsewhere a slow function with the same result.
#define LINALG_SIMD
#define LINALG_INLINE static inline

namespace linalg {
namespace {

struct Vector {
  double lane[8];
};
struct Mask {
  Index count;
};

template <class F>
Vector each(F f) {
  Vector result;
  for (int i = 0; i < 8; ++i) result.lane[i] = f(i);
  return result;
}

LINALG_INLINE Mask first_lanes(Index count) { return {count < 8 ? count : 8}; }
LINALG_INLINE Vector all(double x) {
  return each([=](int) { return x; });
}
LINALG_INLINE Vector load(const double* from) {
  return each([=](int i) { return from[i]; });
}
LINALG_INLINE Vector load(const double* from, Mask mask) {
  return each([=](int i) { return i < mask.count ? from[i] : 0.0; });
}
LINALG_INLINE void store(double* to, Vector x) { std::memcpy(to, x.lane, sizeof x.lane); }
LINALG_INLINE void store(double* to, Mask mask, Vector x) {
  for (Index i = 0; i < mask.count; ++i) to[i] = x.lane[i];
}
LINALG_INLINE Vector add(const Vector& a, const Vector& b) {
  return each([&](int i) { return a.lane[i] + b.lane[i]; });
}
LINALG_INLINE Vector subtract(const Vector& a, const Vector& b) {
  return each([&](int i) { return a.lane[i] - b.lane[i]; });
}
LINALG_INLINE Vector multiply(const Vector& a, const Vector& b) {
  return each([&](int i) { return a.lane[i] * b.lane[i]; });
}
LINALG_INLINE Vector divide(const Vector& a, const Vector& b) {
  return each([&](int i) { return a.lane[i] / b.lane[i]; });
}
LINALG_INLINE Vector fused(const Vector& a, const Vector& b, const Vector& c) {
  return each([&](int i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
}
LINALG_INLINE Vector fused_from(const Vector& c, const Vector& a, const Vector& b) {
  return each([&](int i) { return std::fma(-a.lane[i], b.lane[i], c.lane[i]); });
}
LINALG_INLINE Vector root(const Vector& x) {
  return each([&](int i) { return std::sqrt(x.lane[i]); });
}
LINALG_INLINE Vector smaller(const Vector& a, const Vector& b) {
  return each([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
}
LINALG_INLINE Vector nearest_whole(const Vector& x) {
  return each([&](int i) { return std::nearbyint(x.lane[i]); });
}
LINALG_INLINE Vector scale_by_power(const Vector& x, const Vector& n) {
  return each([&](int i) {
    const std::uint64_t bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(n.lane[i]) + 1023) << 52;
    double power;
    std::memcpy(&power, &bits, sizeof power);
    return x.lane[i] * power;
  });
}
LINALG_INLINE Vector where_different(const Vector& a, const Vector& b, const Vector& x) {
  return each([&](int i) { return a.lane[i] == b.lane[i] ? 0.0 : x.lane[i]; });
}
LINALG_INLINE void keep_in_register(Vector&) {}

}  // namespace
}  // namespace linalg
