#pragma once

namespace linalg {
namespace {

/** e^-x of x >= 0 to about one unit in the last place: Taylor's sum to r^13, ln 2 in two parts (Cody and Waite 1980). */
LINALG_INLINE Vector exp_of_negative(Vector x) {
  // Beyond 708 the result is no normal number.
  const Vector bounded = smaller(x, all(708));
  const Vector n = nearest_whole(multiply(bounded, all(-1.4426950408889634)));
  const Vector r =
      fused(n, all(1.90821492927058770002e-10), fused(n, all(6.93147180369123816490e-01), bounded));
  Vector sum = all(1.0 / 6227020800.0);
  constexpr double kTerms[] = {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                               1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0,
                               1.0};
#pragma GCC unroll 16
  for (double term : kTerms) sum = fused_from(all(term), sum, r);
  return scale_by_power(sum, n);
}

LINALG_INLINE Vector squared_distance(const Columns& c, const double* point, Index q, Mask mask) {
  Vector distance = all(0);
  for (Index i = 0; i < c.d; ++i) {
    const Vector other = load(c.scaled + i * c.stride + q, mask);
    const Vector own = all(point[i]);
    if (c.mismatch[i] > 0) {
      distance = add(distance, where_different(own, other, all(c.mismatch[i])));
    } else {
      const Vector difference = subtract(own, other);
      distance = fused(difference, difference, distance);
    }
  }
  return distance;
}

/** (1 + r + r^2/3) exp(-r) of r^2 = 5 D, and -2 d/dD of it. */
template <bool Slopes>
LINALG_INLINE void matern(Vector distance, Vector signal, Vector& covariance, Vector& slope) {
  const Vector r = root(multiply(all(5), distance));
  const Vector decay = multiply(signal, exp_of_negative(r));
  const Vector polynomial = fused(fused(r, all(1.0 / 3), all(1)), r, all(1));
  covariance = multiply(polynomial, decay);
  if (Slopes) slope = multiply(multiply(all(5.0 / 3), add(all(1), r)), decay);
}

LINALG_INLINE Vector own_distance(const Columns& c, const double* point, Index i, Index q, Mask mask) {
  const Vector other = load(c.scaled + i * c.stride + q, mask);
  const Vector own = all(point[i]);
  if (c.mismatch[i] > 0) return where_different(own, other, all(c.mismatch[i]));
  const Vector difference = subtract(own, other);
  return multiply(difference, difference);
}

template <bool Slopes>
LINALG_INLINE void matern_rows(const KernelColumns& c, const KernelPoint& point, Index from, Index count,
                               double* covariances, double* slopes, Index apart) {
  const Vector d = all(static_cast<double>(c.each.d));
  for (Index q = 0; q < count; q += kLanes) {
    const Mask mask = first_lanes(count - q);
    Vector sum, slope;
    matern<Slopes>(squared_distance(c.joint, point.joint, from + q, mask), all(c.joint.signal), sum, slope);
    for (Index i = c.each.d - 1; i >= 0; --i) {
      Vector own, own_slope;
      matern<Slopes>(own_distance(c.each, point.each, i, from + q, mask), all(c.each.signal), own, own_slope);
      sum = add(sum, own);
      if (Slopes) store(slopes + i * apart + q, mask, fused(d, own_slope, slope));
    }
    store(covariances + q, mask, sum);
    if (Slopes && c.each.d == 0) store(slopes + q, mask, slope);
  }
}

LINALG_SIMD void matern_row_all(const KernelColumns& c, const KernelPoint& point, Index from, Index count,
                                double* covariances, double* slopes, Index apart) {
  if (slopes) matern_rows<true>(c, point, from, count, covariances, slopes, apart);
  else matern_rows<false>(c, point, from, count, covariances, nullptr, 0);
}

/** Of N features from the first on, their sums in registers. */
template <int N>
LINALG_INLINE void add_slopes(const Columns& c, const double* point, Index from, Index count, const Weighing& by,
                              const double* slopes, Index apart, double* sums) {
  Vector sum[N];
#pragma GCC unroll 4
  for (int i = 0; i < N; ++i) sum[i] = load(sums + i * kLanes);
  for (Index q = 0; q < count; q += kLanes) {
    const Mask mask = first_lanes(count - q);
    const Vector w =
        fused(all(by.a_p), load(by.a + q, mask), subtract(all(0), load(by.inverse + q, mask)));
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) {
      const Vector weight = multiply(w, load(slopes + i * apart + q, mask));
      const Vector other = load(c.scaled + i * c.stride + from + q, mask);
      const Vector own = all(point[i]);
      if (c.mismatch[i] > 0) {
        sum[i] = fused(where_different(own, other, weight), all(c.mismatch[i]), sum[i]);
      } else {
        const Vector difference = subtract(own, other);
        sum[i] = fused(multiply(weight, difference), difference, sum[i]);
      }
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < N; ++i) store(sums + i * kLanes, sum[i]);
}

LINALG_SIMD void add_slopes_all(const Columns& c, const double* point, Index from, Index count, const Weighing& by,
                                const double* slopes, Index apart, double* sums) {
  for (Index i = 0; i < c.d; i += 4) {
    const Columns part{c.d - i, c.scaled + i * c.stride, c.stride, c.mismatch + i, c.signal};
    const double* const own = point + i;
    const double* const their = slopes + i * apart;
    double* const to = sums + i * kLanes;
    switch (part.d) {
      case 1: add_slopes<1>(part, own, from, count, by, their, apart, to); break;
      case 2: add_slopes<2>(part, own, from, count, by, their, apart, to); break;
      case 3: add_slopes<3>(part, own, from, count, by, their, apart, to); break;
      default: add_slopes<4>(part, own, from, count, by, their, apart, to);
    }
  }
}

}  // namespace
}  // namespace linalg
