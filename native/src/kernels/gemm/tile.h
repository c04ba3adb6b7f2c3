#pragma once

#include "mlp/kernels.h"

// Some rows and vectors of a product, in the words of the simd header included before. That unit first defines kWidest, the
// vectors of a tile's row; and most_rows<V>(), the rows of a tile V vectors wide: as many sums as the registers hold, because
// each waits for its own last multiply-add. Each sum runs over p in ascending order, whatever the tile or block.
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

/** Of each matrix that the taker of a tile wants, the line that is asked for next. */
struct Wanted {
  const float* row[TileTaker<float>::kWanted];
  Index stride;
  Index column = 0;
};

/** One of each; all of a tile's at once would keep back what it waits for. */
MLP_SIMD_INLINE void fetch_line(Wanted& wanted, Index width) {
  for (const float* row : wanted.row) __builtin_prefetch(row + wanted.column, 1);
  wanted.column += kLine;
  if (wanted.column < width) return;
  wanted.column = 0;
  for (const float*& row : wanted.row) row += wanted.stride;
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
  /** May be null. */
  TileTaker<float>* taker = nullptr;
  /** For the last vector of a row of the panel in hand. */
  Mask mask = first_lanes(kLanes);
  /** Whether there is more than stays near. */
  bool fetches = false;
  /** What comes after the block in hand; for whole panels of blocks. */
  Ahead* ahead = nullptr;
  /** Below the tile in hand; where it is taken. */
  Wanted wanted{};
};

/** What a tile asks for while it is computed: nothing, what comes ahead, or that and what its taker wants. */
enum class Fetch { kNothing, kAhead, kTaken };

/** Of a row, whose last vector the mask is for; a masked load costs a place among the multiply-adds. */
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
 * R rows x V vectors of C, from row i of the panel that b and c start at; Whole where the last vector is, too.
 *
 * @param block where not null, the rows of B are put side by side there, for the tiles that follow.
 */
template <int R, int V, bool Whole, Fetch kFetch = Fetch::kNothing, bool Packs = false>
MLP_SIMD_INLINE void tile(const Operands& o, Index i, float* block = nullptr) {
  const Mask mask = o.mask;
  Vector sum[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    const float* const from = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      sum[r][v] = o.accumulate ? load_vector<V, Whole>(from, v, mask) : all(0);
    }
  }
  const float* a = o.a + i * o.a_row;
  const float* b = o.b;
  const Index a_row = o.a_row;
  const Index a_col = o.a_col;
  const Index b_stride = o.b_stride;
  Ahead ahead{};
  Wanted wanted = o.wanted;
  if constexpr (kFetch != Fetch::kNothing) {
    ahead = *o.ahead;
    if (kFetch == Fetch::kAhead && o.a_row == 1) fetch_tile<R, V>(o, i);
  }
  for (Index p = o.k; p > 0; --p, a += a_col, b += b_stride) {
    if constexpr (kFetch == Fetch::kTaken) {
      // Towards the end, so that what the product reads does not push them out again.
      if (p % kRowsALine == 1 && p <= kRowsALine * R * V * kLanes / kLine) fetch_line(wanted, V * kLanes);
    }
    if constexpr (kFetch != Fetch::kNothing) {
      if (p % kRowsALine == 0) fetch_line(ahead);
      // Where a column of A lies along a line: the tiles after this one need the next.
      __builtin_prefetch(a + kLine);
    }
    Vector b_p[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) b_p[v] = load_vector<V, Whole>(b, v, mask);
    if constexpr (Packs) {
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
  if constexpr (kFetch != Fetch::kNothing) *o.ahead = ahead;
  finish_sums<R, V, Whole>(o, i, sum);
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    float* const to = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (!Whole && v == V - 1) store(to + kLanes * v, mask, sum[r][v]);
      else store(to + kLanes * v, sum[r][v]);
    }
  }
}

/** The tile of `rows` rows, at most R. */
template <int R, int V, bool Whole, Fetch kFetch>
MLP_SIMD_INLINE void tile_of(Index rows, const Operands& o, Index i) {
  if constexpr (R > 1) {
    if (rows < R) return tile_of<R - 1, V, Whole, kFetch>(rows, o, i);
  }
  tile<R, V, Whole, kFetch>(o, i);
}

}  // namespace
}  // namespace mlp
