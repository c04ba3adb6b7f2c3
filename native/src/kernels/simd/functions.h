#pragma once

// After simd/avx2.h or simd/avx512.h, in whose words it is written. Relative errors over all floats are measured by
// test/activation_test.cc. NaN goes through.
namespace mlp {
namespace {

/** Within 1.5e-7: e^r by its Taylor sum to r^7 on |r| <= ln 2 / 2, times 2^n; ln 2 in two parts (Cody & Waite 1980). */
MLP_SIMD_INLINE Vector exp_of(Vector x) {
  // Beyond these the result is 0 or infinity in float anyway.
  x = smaller(all(88.8f), larger(all(-104.0f), x));
  const Vector n = nearest_whole(multiply(x, all(1.44269504f)));
  const Vector r = fused(n, all(2.12194440e-4f), fused(n, all(-0.693359375f), x));
  Vector sum = all(1.0f / 5040);
  sum = fused(sum, r, all(1.0f / 720));
  sum = fused(sum, r, all(1.0f / 120));
  sum = fused(sum, r, all(1.0f / 24));
  sum = fused(sum, r, all(1.0f / 6));
  sum = fused(sum, r, all(0.5f));
  sum = fused(sum, r, all(1.0f));
  sum = fused(sum, r, all(1.0f));
  return scale_by_power(sum, n);
}

/**
 * Within 3e-7: |tanh x| = -m / (2 + m) with m = e^-2|x| - 1 = 2^n 2^f - 1, which loses no digits near 0. 2^f - 1 on |f| <=
 * 1/2 is f Q(f), Q by least squares reweighted towards the least largest relative error (1.3e-8).
 */
MLP_SIMD_INLINE Vector tanh_of(Vector x) {
  // Beyond this the result is 1 in float anyway.
  const Vector size = smaller(all(9.1f), magnitude(x));
  const Vector exponent = multiply(size, all(-2.88539008f));
  const Vector n = nearest_whole(exponent);
  const Vector f = subtract(exponent, n);
  Vector sum = all(1.53822330e-4f);
  sum = fused(sum, f, all(1.33873767e-3f));
  sum = fused(sum, f, all(9.61831119e-3f));
  sum = fused(sum, f, all(5.55036739e-2f));
  sum = fused(sum, f, all(2.40226492e-1f));
  sum = fused(sum, f, all(6.93147182e-1f));
  const Vector power = power_of_two(n);
  const Vector m = fused(power, multiply(sum, f), subtract(power, all(1)));
  return with_sign(divide(m, add(all(2), m)), x);
}

/** Within 3e-7. */
MLP_SIMD_INLINE Vector sigmoid_of(Vector x) { return divide(all(1), add(all(1), exp_of(subtract(all(0), x)))); }

/** e^x - 1 within 6e-7: tanh(x / 2) (e^x + 1), which loses no digits near 0. For x <= 0. */
MLP_SIMD_INLINE Vector expm1_of(Vector x) { return multiply(tanh_of(multiply(all(0.5f), x)), add(exp_of(x), all(1))); }

/** The normal distribution's share below x, within 1e-7 absolutely: erfc by Abramowitz & Stegun 1964, 7.1.26. */
MLP_SIMD_INLINE Vector normal_share_of(Vector x) {
  const Vector size = multiply(all(0.707106781f), magnitude(x));
  const Vector t = divide(all(1), fused(all(0.3275911f), size, all(1)));
  Vector sum = all(1.061405429f);
  sum = fused(sum, t, all(-1.453152027f));
  sum = fused(sum, t, all(1.421413741f));
  sum = fused(sum, t, all(-0.284496736f));
  sum = fused(sum, t, all(0.254829592f));
  const Vector tail = multiply(multiply(all(0.5f), multiply(sum, t)), exp_of(subtract(all(0), multiply(size, size))));
  return where_less(x, all(0), tail, subtract(all(1), tail));
}

/** 2 atanh(s) / s for |s| <= 1 / 3, by its series to s^13. */
MLP_SIMD_INLINE Vector twice_atanh_over(Vector s) {
  const Vector square = multiply(s, s);
  Vector sum = all(2.0f / 13);
  sum = fused(sum, square, all(2.0f / 11));
  sum = fused(sum, square, all(2.0f / 9));
  sum = fused(sum, square, all(2.0f / 7));
  sum = fused(sum, square, all(2.0f / 5));
  sum = fused(sum, square, all(2.0f / 3));
  return fused(sum, square, all(2.0f));
}

/** Within 3e-7: max(x, 0) + log(1 + u) with u = e^-|x|; the logarithm is 2 atanh(u / (2 + u)). */
MLP_SIMD_INLINE Vector softplus_of(Vector x) {
  const Vector u = exp_of(subtract(all(0), magnitude(x)));
  const Vector s = divide(u, add(all(2), u));
  return fused(twice_atanh_over(s), s, where_less(x, all(0), all(0), x));
}

/** log(1 + u) within 3e-7, for 0 <= u <= 1. */
MLP_SIMD_INLINE Vector log1p_of(Vector u) {
  const Vector s = divide(u, add(all(2), u));
  return multiply(twice_atanh_over(s), s);
}

/** Within 3e-7, for normal x > 0: x = m 2^n, m around 1, and log m = 2 atanh((m - 1) / (m + 1)). */
MLP_SIMD_INLINE Vector log_of(Vector x) {
  Vector n = exponent_of(x);
  Vector m = scale_by_power(x, subtract(all(0), n));
  n = where_less(all(1.41421356f), m, add(n, all(1)), n);
  m = where_less(all(1.41421356f), m, multiply(all(0.5f), m), m);
  const Vector s = divide(subtract(m, all(1)), add(m, all(1)));
  const Vector rest = fused(n, all(-2.12194440e-4f), multiply(twice_atanh_over(s), s));
  return fused(n, all(0.693359375f), rest);
}

}  // namespace
}  // namespace mlp
