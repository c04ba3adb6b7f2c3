#pragma once

#include "squares.h"

// Products with few columns, in the words of the simd header included before: one vector holds a column's sums for
// kLanes rows of C, where a tile of tile.h would leave most lanes empty. Sums run over p in ascending order here too.
namespace mlp {
namespace {

struct NarrowOperands {
  Index m;
  Index k;
  const float* a;
  /** Elements from one row of A to the next, or from one column where its rows are side by side. */
  Index a_stride;
  const float* b;
  Index b_stride;
  float* c;
  Index c_stride;
  bool accumulate;
  /** Added to each row where not null. */
  const float* bias;
  /** Negative sums become 0 after that; NaN stays. */
  bool rectifies;
};

/** Columns of C in vectors: `rows` rows from row i. */
template <int N>
MLP_SIMD_INLINE void load_columns(const NarrowOperands& o, Index i, Index rows, Vector* sums) {
  if (!o.accumulate) {
#pragma GCC unroll 16
    for (int j = 0; j < N; ++j) sums[j] = all(0);
    return;
  }
  if (N == 1 && o.c_stride == 1) {
    sums[0] = load(o.c + i, first_lanes(rows));
    return;
  }
  alignas(64) float columns[N][kLanes] = {};
  for (Index r = 0; r < rows; ++r) {
    for (int j = 0; j < N; ++j) columns[j][r] = o.c[(i + r) * o.c_stride + j];
  }
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) sums[j] = load(columns[j]);
}

/** Up to here each number is stored by itself; more columns are transposed into rows first. */
constexpr Index kFew = 4;

template <int N>
MLP_SIMD_INLINE void store_columns(const NarrowOperands& o, Index i, Index rows, Vector* sums) {
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) {
    if (o.bias) sums[j] = add(sums[j], all(o.bias[j]));
    if (o.rectifies) sums[j] = larger(all(0), sums[j]);
  }
  float* const c = o.c + i * o.c_stride;
  if (N == 1 && o.c_stride == 1) {
    store(c, first_lanes(rows), sums[0]);
  } else if constexpr (N <= kFew) {
    alignas(64) float columns[N][kLanes];
    for (int j = 0; j < N; ++j) store(columns[j], sums[j]);
    for (Index r = 0; r < rows; ++r) {
      for (int j = 0; j < N; ++j) c[r * o.c_stride + j] = columns[j][r];
    }
  } else {
    const Mask mask = first_lanes(N);
    Vector square[kLanes];
#pragma GCC unroll 16
    for (int j = 0; j < kLanes; ++j) square[j] = j < N ? sums[j] : all(0);
    transpose_square(square);
#pragma GCC unroll 16
    for (Index r = 0; r < kLanes; ++r) {
      if (r < rows) store(c + r * o.c_stride, mask, square[r]);
    }
  }
}

template <int N>
MLP_SIMD_INLINE void add_products(Vector column, const float* b, Vector* sums) {
#pragma GCC unroll 16
  for (int j = 0; j < N; ++j) sums[j] = fused(column, all(b[j]), sums[j]);
}

/**
 * The products of kLanes whole rows of A, kColumns at a time, while the next ones are transposed: shuffles would wait
 * behind a square's multiply-adds.
 *
 * @returns how many columns of A are done.
 */
template <int N>
MLP_SIMD_INLINE Index add_whole(const NarrowOperands& o, const float* a, Vector* sums) {
  if (o.k < kColumns) return 0;
  const float* b = o.b;
  Vector columns[kColumns];
  load_transposed(a, o.a_stride, columns);
  for (Index done = kColumns;; done += kColumns) {
    const bool is_last = done + kColumns > o.k;
    Vector next[kColumns] = {};  // the last time unused, which GCC does not see
    if (!is_last) load_transposed(a + done, o.a_stride, next);
#pragma GCC unroll 8
    for (int p = 0; p < kColumns; ++p, b += o.b_stride) add_products<N>(columns[p], b, sums);
    if (is_last) return done;
#pragma GCC unroll 8
    for (int p = 0; p < kColumns; ++p) columns[p] = next[p];
  }
}

/** The rows of A lie one below the other: squares of them are transposed in registers. */
template <int N>
MLP_SIMD void narrow_by_rows(const NarrowOperands& o) {
  for (Index i = 0; i < o.m; i += kLanes) {
    const Index rows = o.m - i < kLanes ? o.m - i : kLanes;
    const float* const a = o.a + i * o.a_stride;
    Vector sums[N];
    load_columns<N>(o, i, rows, sums);
    for (Index done = rows == kLanes ? add_whole<N>(o, a, sums) : 0; done < o.k; done += kLanes) {
      const Index count = o.k - done < kLanes ? o.k - done : kLanes;
      Vector square[kLanes];
      load_part(a + done, o.a_stride, rows, count, square);
      for (Index p = 0; p < count; ++p) add_products<N>(square[p], o.b + (done + p) * o.b_stride, sums);
    }
    store_columns<N>(o, i, rows, sums);
  }
}

/** The rows of A lie side by side, as those of a transposed matrix do: V vectors of them at a time. */
template <int N, int V>
MLP_SIMD_INLINE void narrow_tile(const NarrowOperands& o, Index i, Index rows) {
  Vector sums[V][N];
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    const Index left = rows - v * kLanes;
    load_columns<N>(o, i + v * kLanes, left < kLanes ? left : kLanes, sums[v]);
  }
  const Mask mask = first_lanes(rows - (V - 1) * kLanes);
  const float* a = o.a + i;
  const float* b = o.b;
  for (Index p = 0; p < o.k; ++p, a += o.a_stride, b += o.b_stride) {
    Vector of_a[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) of_a[v] = v == V - 1 ? load(a + v * kLanes, mask) : load(a + v * kLanes);
#pragma GCC unroll 16
    for (int j = 0; j < N; ++j) {
      const Vector of_b = all(b[j]);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sums[v][j] = fused(of_a[v], of_b, sums[v][j]);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    const Index left = rows - v * kLanes;
    store_columns<N>(o, i + v * kLanes, left < kLanes ? left : kLanes, sums[v]);
  }
}

template <int N>
MLP_SIMD void narrow_by_columns(const NarrowOperands& o) {
  // A sum waits for its own last product: four vectors where there are few sums in each.
  constexpr int kMost = N <= 2 ? 4 : 2;
  constexpr Index kTall = kMost * kLanes;
  Index i = 0;
  for (; i + kTall <= o.m; i += kTall) narrow_tile<N, kMost>(o, i, kTall);
  if constexpr (kMost > 2) {
    if (o.m - i >= 2 * kLanes) narrow_tile<N, 2>(o, i, 2 * kLanes), i += 2 * kLanes;
  }
  if (o.m - i > kLanes) narrow_tile<N, 2>(o, i, o.m - i);
  else if (i < o.m) narrow_tile<N, 1>(o, i, o.m - i);
}

template <int N>
MLP_SIMD_INLINE void narrow_of(Index n, bool by_columns, const NarrowOperands& o) {
  if constexpr (N > 1) {
    if (n < N) return narrow_of<N - 1>(n, by_columns, o);
  }
  if (by_columns) narrow_by_columns<N>(o);
  else narrow_by_rows<N>(o);
}

}  // namespace
}  // namespace mlp
