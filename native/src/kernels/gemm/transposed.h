#pragma once

#include "panels.h"
#include "squares.h"

// A product with the transpose of W, whose columns are packed where they are needed.
namespace mlp {
namespace {

/** Rows of a block: 128 x 64 floats, 32 KiB, are written and read again without leaving an L1 cache of 48. */
constexpr Index kSquares = 128;

/** Of rows of W, at most kLanes of them, the next `count` numbers as rows of a block. */
MLP_SIMD_INLINE void pack_square(const float* w, Index w_stride, Index rows, Index count, float* block) {
  Vector square[kLanes];
  if (rows < kLanes || count < kLanes) {
    load_part(w, w_stride, rows, count, square);
    for (Index q = 0; q < count; ++q) store(block + q * kPanel, square[q]);
    return;
  }
#pragma GCC unroll 2
  for (Index q = 0; q < kLanes; q += kColumns) load_transposed(w + q, w_stride, square + q);
#pragma GCC unroll 16
  for (Index q = 0; q < kLanes; ++q) {
    store(block + q * kPanel, square[q]);
    __builtin_prefetch(w + q * w_stride + 2 * kLanes);
  }
}

/** Rows of W, at most kPanel of them, as columns of a block `k` rows long. */
MLP_SIMD_INLINE void pack_columns(const float* w, Index w_stride, Index rows, Index k, float* block) {
  for (Index j = 0; j < rows; j += kLanes) {
    for (Index p = 0; p < k; p += kLanes) {
      const Index count = k - p < kLanes ? k - p : kLanes;
      pack_square(w + j * w_stride + p, w_stride, rows - j < kLanes ? rows - j : kLanes, count, block + p * kPanel + j);
    }
  }
}

/** One panel of C = A W^T, at w the first of the rows of W that are its columns; `next` more are the next panel's. */
MLP_SIMD void transposed_panel(Operands o, Index m, Index n, const float* w, Index w_stride, Index next) {
  alignas(64) float block[kSquares * kPanel];
  const Index vectors = (n + kLanes - 1) / kLanes;
  const Split split(o.k, kSquares);
  const Finish finish = o.finish;
  o.mask = first_lanes(n - (vectors - 1) * kLanes);
  o.b = block;
  o.b_stride = kPanel;
  Ahead ahead{block};
  o.ahead = &ahead;
  const float* const next_panel = w + n * w_stride;
  for (Index part = 0; part < split.parts; ++part) {
    const bool is_last = part + 1 == split.parts;
    o.k = split[part];
    o.finish = is_last ? finish : Finish{};
    pack_columns(w, w_stride, n, o.k, block);
    if (!is_last) ahead = {w + o.k, w_stride, split[part + 1], n};
    else if (next > 0) ahead = {next_panel, w_stride, split[0], next};
    if (n == kPanel) whole_panel<false>(o, m);
    else panel_of<kWidest>(vectors, o, m);
    o.a += o.k * o.a_col;
    w += o.k;
    o.accumulate = true;
  }
}

/** C = A W^T. */
MLP_SIMD_INLINE void multiply_transposed(Operands o, Index m, Index n, const float* w, Index w_stride) {
  // A single column is a row already.
  if (o.k == 1 && w_stride == 1) {
    o.b = w;
    multiply_panels(o, m, n);
    return;
  }
  o.fetches = o.k * n > kNear;
  for (Index j = 0; j < n; j += kPanel, next_panel(o)) {
    const Index some = n - j < kPanel ? n - j : kPanel;
    const Index left = n - j - some;
    transposed_panel(o, m, some, w + j * w_stride, w_stride, left < kPanel ? left : kPanel);
  }
}

}  // namespace
}  // namespace mlp
