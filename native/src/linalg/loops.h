#pragma once

// The inner loops in the words of the simd header included before it; that unit also says how many sums its registers
// hold: kTileRows x kTileVectors. No a * b + c is written but as fused(): what the compiler would contract in one variant
// and not in another would give other bits.
namespace linalg {
namespace {

constexpr Index kLanes = 8;
constexpr Index kTileColumns = kTileVectors * kLanes;
/** Rows of A and B that are kept side by side: a panel of B is 256 x 24 doubles, 48 KiB. */
constexpr Index kBlock = 256;

struct Tile {
  Index k;
  const double* a;
  Index a_k;
  Index a_i;
  const double* b;
  Index b_k;
  double* c;
  Index c_i;
  /** Lanes of the last vector of the tile's rows. */
  Index last;
};

template <int R, int V, bool Subtract>
LINALG_INLINE void tile(const Tile& t) {
  const Mask mask = first_lanes(t.last);
  Vector sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const double* const from = t.c + r * t.c_i + v * kLanes;
      sum[r][v] = v == V - 1 ? load(from, mask) : load(from);
    }
  const double* a = t.a;
  const double* b = t.b;
  for (Index p = t.k; p > 0; --p, a += t.a_k, b += t.b_k) {
    Vector row[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) row[v] = v == V - 1 ? load(b + v * kLanes, mask) : load(b + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      Vector factor = all(a[r * t.a_i]);
      if (V > 1) keep_in_register(factor);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v)
        sum[r][v] = Subtract ? fused_from(sum[r][v], factor, row[v]) : fused(factor, row[v], sum[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      double* const to = t.c + r * t.c_i + v * kLanes;
      if (v == V - 1) store(to, mask, sum[r][v]);
      else store(to, sum[r][v]);
    }
}

template <int V, bool Subtract>
LINALG_INLINE void tile_of_rows(Index rows, const Tile& t) {
  switch (rows) {
    case 1: return tile<1, V, Subtract>(t);
    case 2: return tile<2, V, Subtract>(t);
    case 3: return tile<3, V, Subtract>(t);
    case 4: return tile<4, V, Subtract>(t);
    case 5: return tile<5, V, Subtract>(t);
    case 6: return tile<6, V, Subtract>(t);
    case 7: return tile<(kTileRows < 7 ? 1 : 7), V, Subtract>(t);
    default: return tile<(kTileRows < 8 ? 1 : 8), V, Subtract>(t);
  }
}

template <bool Subtract>
LINALG_SIMD void tile_of(Index rows, Index columns, Tile t) {
  const Index vectors = (columns + kLanes - 1) / kLanes;
  t.last = columns - (vectors - 1) * kLanes;
  if (vectors == 1) return tile_of_rows<1, Subtract>(rows, t);
  if (vectors == 2) return tile_of_rows<(kTileVectors < 2 ? 1 : 2), Subtract>(rows, t);
  tile_of_rows<kTileVectors, Subtract>(rows, t);
}

LINALG_SIMD void pack_strips(Index m, Index k, const double* a, Index a_k, Index a_i, double* to) {
  for (Index i = 0; i < m; i += kTileRows) {
    const Index rows = m - i < kTileRows ? m - i : kTileRows;
    for (Index p = 0; p < k; ++p)
      for (Index r = 0; r < rows; ++r) *to++ = a[p * a_k + (i + r) * a_i];
  }
}

LINALG_SIMD void pack_panel(Index k, Index columns, const double* b, Index b_k, double* to) {
  for (Index p = 0; p < k; ++p, to += kTileColumns)
    for (Index j = 0; j < columns; j += kLanes) {
      const Mask mask = first_lanes(columns - j);
      store(to + j, load(b + p * b_k + j, mask));
    }
}

/** What is used again is first put side by side: rows far apart would push one another out of the cache. */
LINALG_SIMD void multiply_all(Index m, Index n, Index k, const double* a, Index a_k, Index a_i, const double* b, Index b_k,
                              double* c, Index c_i, bool subtract) {
  const bool packs_a = n > kTileColumns;
  const bool packs_b = m > kTileRows;
  double* const panel = packing_space(kBlock * kTileColumns + (packs_a ? m * (k < kBlock ? k : kBlock) : 0));
  double* const strips = panel + kBlock * kTileColumns;
  for (Index p = 0; p < k; p += kBlock) {
    const Index depth = k - p < kBlock ? k - p : kBlock;
    if (packs_a) pack_strips(m, depth, a + p * a_k, a_k, a_i, strips);
    for (Index j = 0; j < n; j += kTileColumns) {
      const Index columns = n - j < kTileColumns ? n - j : kTileColumns;
      if (packs_b) pack_panel(depth, columns, b + p * b_k + j, b_k, panel);
      for (Index i = 0; i < m; i += kTileRows) {
        const Index rows = m - i < kTileRows ? m - i : kTileRows;
        const Tile t{depth,
                     packs_a ? strips + i * depth : a + p * a_k + i * a_i,
                     packs_a ? rows : a_k,
                     packs_a ? 1 : a_i,
                     packs_b ? panel : b + p * b_k + j,
                     packs_b ? kTileColumns : b_k,
                     c + i * c_i + j,
                     c_i,
                     0};
        if (subtract) tile_of<true>(rows, columns, t);
        else tile_of<false>(rows, columns, t);
      }
    }
  }
}

/** e^x of x <= 0 to about one unit in the last place: Taylor's sum to r^13, ln 2 in two parts (Cody and Waite 1980). */
LINALG_INLINE Vector exp_of_negative(Vector minus_x) {
  // Beyond 708 the result is no normal number.
  const Vector x = subtract(all(0), smaller(minus_x, all(708)));
  const Vector n = nearest_whole(multiply(x, all(1.4426950408889634)));
  const Vector r = fused_from(fused_from(x, n, all(6.93147180369123816490e-01)), n, all(1.90821492927058770002e-10));
  Vector sum = all(1.0 / 6227020800.0);
  constexpr double kTerms[] = {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                               1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0,
                               1.0};
#pragma GCC unroll 16
  for (double term : kTerms) sum = fused(sum, r, all(term));
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

LINALG_SIMD void matern_row_all(const Columns& c, const double* point, Index from, Index count, double* covariances,
                                double* slopes) {
  for (Index q = 0; q < count; q += kLanes) {
    const Mask mask = first_lanes(count - q);
    const Vector r = root(multiply(all(5), squared_distance(c, point, from + q, mask)));
    const Vector decay = multiply(all(c.signal), exp_of_negative(r));
    const Vector polynomial = fused(fused(r, all(1.0 / 3), all(1)), r, all(1));
    store(covariances + q, mask, multiply(polynomial, decay));
    if (slopes) store(slopes + q, mask, multiply(multiply(all(5.0 / 3), add(all(1), r)), decay));
  }
}

LINALG_SIMD void subtract_row_all(double* to, double factor, const double* from, Index count) {
  const Vector f = all(factor);
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    store(to + j, mask, fused_from(load(to + j, mask), f, load(from + j, mask)));
  }
}

LINALG_SIMD void divide_row_all(double* row, double divisor, Index count) {
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    store(row + j, mask, divide(load(row + j, mask), all(divisor)));
  }
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
