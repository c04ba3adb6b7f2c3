#pragma once

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

}  // namespace
}  // namespace linalg
