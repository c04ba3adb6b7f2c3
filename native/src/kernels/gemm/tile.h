#pragma once

#include "mlp/kernels.h"

// Some rows and vectors of a product, in the words of the simd header included before. That unit first defines kWidest, the
// vectors of a tile's row; most_rows<V>(), the rows of a tile V vectors wide: as many sums as the registers hold, because
// each waits for its own last multiply-add; and kSteps, whether weights take their step by the sums of a tile, which
// step_weights then does. Each sum runs over p in ascending order, whatever the tile or block.
namespace mlp {
namespace {

/** Columns of C that a panel has, and floats from one row of a block to the next. */
constexpr Index kPanel = kWidest * kLanes;

/** Rows of B that are asked for ahead of their use while they are packed: a tile spends some 24 cycles on each. */
constexpr Index kAhead = 12;

/** Rows that are needed soon: fetch_line() asks for their lines one by one, while something else is computed. */
struct Ahead {
  const float* row;
  Index stride = 0;
  Index width = 0;
  /** That are left; then the last one is asked for again, which costs nothing. */
  Index rows = 1;
  Index column = 0;
};

/** Floats of a cache line. */
constexpr Index kLine = 16;
/** Rows of B for each line: more at once would keep what a tile waits for from coming. */
constexpr Index kRowsALine = 4;

/** Of more floats than this, half of an L2 cache of 1 MiB, some are not there when they are needed. */
constexpr Index kNear = 1 << 17;

/** Into the L2 cache: the L1 cache has the block in hand. */
MLP_SIMD_INLINE void fetch_line(Ahead& ahead) {
  __builtin_prefetch(ahead.row + ahead.column, 0, 2);
  ahead.column += kLine;
  if (ahead.column < ahead.width) return;
  ahead.column = 0;
  if (ahead.rows == 1) return;
  --ahead.rows;
  ahead.row += ahead.stride;
}

/** Of each matrix that a tile's step moves, the line that is asked for next. */
struct Wanted {
  const float* rows[3];
  Index column = 0;
};

/** One of each; all of a tile's at once would keep back what it waits for. */
MLP_SIMD_INLINE void fetch_line(Wanted& wanted, Index stride, Index width) {
  for (const float* row : wanted.rows) {
    if (row) __builtin_prefetch(row + wanted.column, 1);
  }
  wanted.column += kLine;
  if (wanted.column < width) return;
  wanted.column = 0;
  for (const float*& row : wanted.rows) {
    if (row) row += stride;
  }
}

/** In this order, each where it is asked for. All pointers are to the panel in hand. */
struct Finish {
  /** Added to each row. */
  const float* bias = nullptr;
  /** Negative sums become 0; NaN stays. */
  bool rectifies = false;
  /** Sums become 0 where this, a matrix like C, is not positive. */
  const float* gate = nullptr;
  Index gate_stride = 0;
};

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
  /** What happens to a finished sum while it is in a register; see Finish. */
  Finish finish;
  /** May be null. Its weights are those of the panel in hand, too. */
  WeightStep<float>* step = nullptr;
  /** For the last vector of a row of the panel in hand. */
  Mask mask = first_lanes(kLanes);
  /** Whether there is more than stays near. */
  bool fetches = false;
  /** What comes after the block in hand; for whole panels of blocks. */
  Ahead* ahead = nullptr;
};

/** What is known of a tile when it is compiled. */
struct Kind {
  /** Whether the last vector of its rows is whole. */
  bool whole = false;
  /** Whether it asks for what comes ahead, and for what its step moves. */
  bool fetches = false;
  /** Whether weights take their step by its sums, which are not stored. */
  bool steps = false;
  /** Whether it puts the rows of B side by side, for the tiles that follow. */
  bool packs = false;
};

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
