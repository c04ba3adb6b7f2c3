#pragma once

#include "panels.h"

// A product with the transpose of W, whose columns are packed where they are needed.
namespace mlp {
namespace {

/** Rows of W, at most kLanes of them, as columns of a block `k` rows long. */
MLP_SIMD_INLINE void pack_columns(const float* w, Index w_stride, Index rows, Index k, float* block) {
  for (Index p = 0; p < k; p += kLanes) {
    const Index count = k - p < kLanes ? k - p : kLanes;
    const Mask mask = first_lanes(count);
    Vector square[kLanes];
#pragma GCC unroll 16
    for (Index r = 0; r < kLanes; ++r) {
      square[r] = r < rows ? load(w + r * w_stride + p, mask) : all(0);
      __builtin_prefetch(w + r * w_stride + p + 4 * kLanes);
    }
    transpose_square(square);
    for (Index q = 0; q < count; ++q) store(block + (p + q) * kPanel, square[q]);
  }
}

/** One panel of C = A W^T, at w the first of the rows of W that are its columns; `next` more are the next panel's. */
MLP_SIMD void transposed_panel(Operands o, Index m, Index n, const float* w, Index w_stride, Index next) {
  alignas(64) float block[kBlock * kPanel];
  const Index vectors = (n + kLanes - 1) / kLanes;
  const Split split(o.k, kBlock);
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
    for (Index j = 0; j < n; j += kLanes) {
      pack_columns(w + j * w_stride, w_stride, n - j < kLanes ? n - j : kLanes, o.k, block + j);
    }
    if (!is_last) ahead = {w + o.k, w_stride, split[part + 1], n};
    else if (next > 0) ahead = {next_panel, w_stride, split[0], next};
    if (n == kPanel) whole_panel(o, m);
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
