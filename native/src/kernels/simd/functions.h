#pragma once

// After simd/avx2.h or simd/avx512.h, in whose words it is written. Relative errors over all floats are measured by
// test/kernels_test.cc. NaN goes through.
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

/** Within 3e-7: an odd polynomial below 0.625 (Cephes tanhf), 1 - 2 / (e^2|x| + 1) above it. */
MLP_SIMD_INLINE Vector tanh_of(Vector x) {
  const Vector size = magnitude(x);
  const Vector square = multiply(x, x);
  Vector sum = all(-5.70498872745e-3f);
  sum = fused(sum, square, all(2.06390887954e-2f));
  sum = fused(sum, square, all(-5.37397155531e-2f));
  sum = fused(sum, square, all(1.33314422036e-1f));
  sum = fused(sum, square, all(-3.33332819422e-1f));
  const Vector near = fused(multiply(sum, square), x, x);
  const Vector rest = divide(all(2), add(exp_of(add(size, size)), all(1)));
  return where_less(size, all(0.625f), near, with_sign(subtract(all(1), rest), x));
}

/** Within 3e-7. */
MLP_SIMD_INLINE Vector sigmoid_of(Vector x) { return divide(all(1), add(all(1), exp_of(subtract(all(0), x)))); }

}  // namespace
}  // namespace mlp
