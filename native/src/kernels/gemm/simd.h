#pragma once

#include "mlp/kernels.h"

// The product in the words of the simd header included before it. That unit first defines kWidest, the vectors of a
// tile's row, and most_rows<V>(), the rows of a tile V vectors wide: as many sums as the registers hold, because
// each waits for its own last multiply-add. Each sum runs over p in ascending order, whatever the tile or block.
namespace mlp {
namespace {

/** Rows of B kept side by side while a panel of A goes over them: 256 x 64 floats, 64 KiB, stay in the L2 cache. */
constexpr Index kBlock = 256;

struct Operands {
  Index k;
  const float* a;
  Index a_row;
  Index a_col;
  const float* b;
  Index b_stride;
  float* c;
  Index c_stride;
  bool accumulate;
  /** For the last vector of a row of the panel in hand. */
  Mask mask;
};

/** R rows x V vectors of C, from row i of the panel that b and c start at. */
template <int R, int V>
MLP_SIMD_INLINE void tile(const Operands& o, Index i) {
  const Mask mask = o.mask;
  Vector sum[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    const float* const from = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (!o.accumulate) sum[r][v] = all(0);
      else sum[r][v] = v == V - 1 ? load(from + kLanes * v, mask) : load(from + kLanes * v);
    }
  }
  const float* a = o.a + i * o.a_row;
  const float* b = o.b;
  const Index a_row = o.a_row;
  const Index a_col = o.a_col;
  const Index b_stride = o.b_stride;
  for (Index p = o.k; p > 0; --p, a += a_col, b += b_stride) {
    Vector b_p[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) b_p[v] = v == V - 1 ? load(b + kLanes * v, mask) : load(b + kLanes * v);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      Vector a_rp = all(a[r * a_row]);
      // Kept in a register: the compiler would else load it again for each vector.
      if (V > 1) asm("" : "+v"(a_rp));
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = fused(a_rp, b_p[v], sum[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    float* const to = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (v == V - 1) store(to + kLanes * v, mask, sum[r][v]);
      else store(to + kLanes * v, sum[r][v]);
    }
  }
}

/** The tile of `rows` rows, at most R. */
template <int R, int V>
MLP_SIMD_INLINE void tile_of(Index rows, const Operands& o, Index i) {
  if constexpr (R > 1) {
    if (rows < R) return tile_of<R - 1, V>(rows, o, i);
  }
  tile<R, V>(o, i);
}

/** All rows of a panel, in tiles as even as can be: 32 rows are 6, 6, 5, 5, 5, 5 and not 6, 6, 6, 6, 6, 2. */
template <int V>
MLP_SIMD void panel(const Operands& o, Index m) {
  constexpr Index kRows = most_rows<V>();
  const Index tiles = (m + kRows - 1) / kRows;
  const Index rows = m / tiles;
  const Index longer = m - rows * tiles;
  Index i = 0;
  for (Index t = 0; t < tiles; ++t) {
    const Index count = rows + (t < longer);
    tile_of<most_rows<V>(), V>(count, o, i);
    i += count;
  }
}

template <int V>
MLP_SIMD_INLINE void panel_of(Index vectors, const Operands& o, Index m) {
  if constexpr (V > 1) {
    if (vectors < V) return panel_of<V - 1>(vectors, o, m);
  }
  panel<V>(o, m);
}

/**
 * A panel whose rows of B lie far apart would miss the cache for every tile: each block of them is copied side by
 * side first.
 */
MLP_SIMD void packed_panel(Operands o, Index m) {
  alignas(64) float block[kBlock * kWidest * kLanes];
  const Index k = o.k;
  const Index stride = o.b_stride;
  const float* b = o.b;
  o.b = block;
  o.b_stride = kWidest * kLanes;
  for (Index from = 0; from < k; from += kBlock) {
    o.k = k - from < kBlock ? k - from : kBlock;
    for (Index p = 0; p < o.k; ++p, b += stride) {
      for (Index v = 0; v < kWidest; ++v) store(block + (p * kWidest + v) * kLanes, load(b + v * kLanes));
    }
    panel<kWidest>(o, m);
    o.a += o.k * o.a_col;
    o.accumulate = true;
  }
}

MLP_SIMD_INLINE void multiply_matrices(Operands o, Index m, Index n) {
  constexpr Index kPanel = kWidest * kLanes;
  // Measured: worth the copy from this many rows that use it, when B is larger than the L1 cache.
  const bool packs = m >= 48 && o.k >= 64 && o.b_stride >= 256;
  o.mask = first_lanes(kLanes);
  Index j = 0;
  for (; j + kPanel <= n; j += kPanel, o.b += kPanel, o.c += kPanel) {
    if (packs) packed_panel(o, m);
    else panel<kWidest>(o, m);
  }
  if (j == n) return;
  const Index vectors = (n - j + kLanes - 1) / kLanes;
  o.mask = first_lanes(n - j - (vectors - 1) * kLanes);
  panel_of<kWidest>(vectors, o, m);
}

}  // namespace
}  // namespace mlp
