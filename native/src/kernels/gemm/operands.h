#pragma once

#include "mlp/kernels.h"

// What a tile is told, and what it asks for ahead of its use, in the words of the simd header included before. That unit
// first defines kWidest, the vectors of a tile's row.
namespace mlp {
namespace {

/** Columns of C that a panel has, and floats from one row of a block to the next. */
constexpr Index kPanel = kWidest * kLanes;

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

}  // namespace
}  // namespace mlp
