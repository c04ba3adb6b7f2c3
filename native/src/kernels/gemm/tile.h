#pragma once

#include "operands.h"

// Some rows and vectors of a product. The unit that includes it first defines most_rows<V>(), the rows of a tile V vectors
// wide: as many sums as the registers hold, because each waits for its own last multiply-add; and kSteps, whether weights
// take their step by the sums of a tile, which step_weights then does. Each sum runs over p in ascending order, whatever the
// tile or block.
namespace mlp {
namespace {

/** Rows of B that are asked for ahead of their use while they are packed: a tile spends 12 to 24 cycles on each. */
constexpr Index kAhead = 12;

/** Of a row, whose last vector the mask is for; on Intel a masked load takes a place among the multiply-adds. */
template <int V, bool Whole>
MLP_SIMD_INLINE Vector load_vector(const float* row, int v, Mask mask) {
  return !Whole && v == V - 1 ? load(row + kLanes * v, mask) : load(row + kLanes * v);
}

template <int R, int V, bool Whole>
MLP_SIMD_INLINE void finish_sums(const Operands& o, Index i, Vector (&sum)[R][V]) {
  const Finish& finish = o.finish;
  if (finish.bias) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const Vector bias = load_vector<V, Whole>(finish.bias, v, o.mask);
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) sum[r][v] = add(sum[r][v], bias);
    }
  }
  if (finish.rectifies) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = larger(all(0), sum[r][v]);
    }
  }
  if (finish.gate) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const float* const from = finish.gate + (i + r) * finish.gate_stride;
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) {
        sum[r][v] = where_less(all(0), load_vector<V, Whole>(from, v, o.mask), sum[r][v], all(0));
      }
    }
  }
}

template <int R, int V, bool Whole>
MLP_SIMD_INLINE void store_sums(const Operands& o, Index i, const Vector (&sum)[R][V]) {
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    float* const to = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (!Whole && v == V - 1) store(to + kLanes * v, o.mask, sum[r][v]);
      else store(to + kLanes * v, sum[r][v]);
    }
  }
}

/** From the first of these weights and what is remembered of them. */
MLP_SIMD_INLINE Wanted wanted_of(const Operands& o, Index i) {
  const WeightStep<float>& step = *o.step;
  const Index at = i * o.c_stride;
  return {{step.weights + at, step.first + at, step.second ? step.second + at : nullptr}};
}

/** Moves the weights from `at` on by a tile's sums; defined where kSteps. */
template <int R, int V>
MLP_SIMD_INLINE void step_weights(const WeightStep<float>& step, Index at, Index stride, const Vector (&sum)[R][V]);

/** Of dW, which is far when a step comes to write it again. */
template <int R, int V>
MLP_SIMD_INLINE void fetch_tile(const Operands& o, Index i) {
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) __builtin_prefetch(o.c + (i + r) * o.c_stride + kLanes * v, 1);
  }
}

/**
 * R rows x V vectors of C, from row i of the panel that b and c start at.
 *
 * @param block where it packs, the place for the rows of B.
 */
template <int R, int V, Kind kKind>
MLP_SIMD_INLINE void tile(const Operands& o, Index i, float* block = nullptr) {
  const Mask mask = o.mask;
  Vector sum[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    const float* const from = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      sum[r][v] = !kKind.steps && o.accumulate ? load_vector<V, kKind.whole>(from, v, mask) : all(0);
    }
  }
  const float* a = o.a + i * o.a_row;
  const float* b = o.b;
  const Index a_row = o.a_row;
  const Index a_col = o.a_col;
  const Index b_stride = o.b_stride;
  Ahead ahead{};
  Wanted wanted{};
  if constexpr (kKind.fetches) {
    ahead = *o.ahead;
    if constexpr (kKind.steps) wanted = wanted_of(o, i);
    else if (o.a_row == 1) fetch_tile<R, V>(o, i);
  }
  for (Index p = o.k; p > 0; --p, a += a_col, b += b_stride) {
    if constexpr (kKind.fetches && kKind.steps) {
      // Towards the end, so that what the product reads does not push them out again.
      if (p % kRowsALine == 1 && p <= kRowsALine * R * V * kLanes / kLine) fetch_line(wanted, o.c_stride, V * kLanes);
    }
    if constexpr (kKind.fetches) {
      if (p % kRowsALine == 0) fetch_line(ahead);
      // Where a column of A lies along a line: the tiles after this one need the next.
      __builtin_prefetch(a + kLine);
    }
    Vector b_p[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) b_p[v] = load_vector<V, kKind.whole>(b, v, mask);
    if constexpr (kKind.packs) {
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) {
        store(block + kLanes * v, b_p[v]);
        __builtin_prefetch(b + kAhead * b_stride + kLanes * v);
      }
      block += kPanel;
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      Vector a_rp = all(a[r * a_row]);
      if (V > 1) keep_in_register(a_rp);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = fused(a_rp, b_p[v], sum[r][v]);
    }
  }
  if constexpr (kKind.fetches) *o.ahead = ahead;
  if constexpr (kKind.steps) {
    step_weights<R, V>(*o.step, i * o.c_stride, o.c_stride, sum);
  } else {
    finish_sums<R, V, kKind.whole>(o, i, sum);
    store_sums<R, V, kKind.whole>(o, i, sum);
  }
}

/** The tile of `rows` rows, at most R. */
template <int R, int V, Kind kKind>
MLP_SIMD_INLINE void tile_of(Index rows, const Operands& o, Index i) {
  if constexpr (R > 1) {
    if (rows < R) return tile_of<R - 1, V, kKind>(rows, o, i);
  }
  tile<R, V, kKind>(o, i);
}

}  // namespace
}  // namespace mlp
