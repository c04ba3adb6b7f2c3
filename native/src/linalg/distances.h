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

LINALG_SIMD void weigh_row_all(double a_p, const double* a, const double* inverse, const double* slopes, double* weights,
                               Index count) {
  for (Index q = 0; q < count; q += kLanes) {
    const Mask mask = first_lanes(count - q);
    const Vector w = fused(all(a_p), load(a + q, mask), subtract(all(0), load(inverse + q, mask)));
    store(weights + q, mask, multiply(w, load(slopes + q, mask)));
  }
}

LINALG_SIMD void add_distances_all(const Columns& c, const double* point, Index from, Index count, const double* weights,
                                   double* sums) {
  for (Index i = 0; i < c.d; ++i) {
    const double* const others = c.scaled + i * c.stride + from;
    const Vector own = all(point[i]);
    const bool is_category = c.mismatch[i] > 0;
    Vector sum = load(sums + i * kLanes);
    for (Index q = 0; q < count; q += kLanes) {
      const Mask mask = first_lanes(count - q);
      const Vector weight = load(weights + q, mask);
      const Vector other = load(others + q, mask);
      if (is_category) {
        sum = fused(where_different(own, other, weight), all(c.mismatch[i]), sum);
      } else {
        const Vector difference = subtract(own, other);
        sum = fused(multiply(weight, difference), difference, sum);
      }
    }
    store(sums + i * kLanes, sum);
  }
}

}  // namespace
}  // namespace linalg
