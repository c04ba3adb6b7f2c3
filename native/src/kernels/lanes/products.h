#pragma once

#include "mlp/lane_kernels.h"

// Products for the lanes of one vector at a time, in the words of the simd header included before it. That unit first
// defines kTileRows and kTileColumns, whose sums and operands the registers hold. Sums run over p in ascending order.
namespace mlp {
namespace {

constexpr Index kParts = kLaneCount / kLanes;

/** C = A B, or C += A B, m x n x k, strides in vectors of all lanes; C has no gaps. */
struct LaneProduct {
  Index m;
  Index n;
  Index k;
  const float* a;
  Index a_row;
  Index a_col;
  const float* b;
  Index b_row;
  Index b_col;
  float* c;
  bool accumulate;
  /** Added to each row; null for none. */
  const float* bias;
};

template <int R, int J>
MLP_SIMD_INLINE void lane_tile(const LaneProduct& o, Index i, Index j) {
  Vector sum[R][J];
  float* const c = o.c + (i * o.n + j) * kLaneCount;
#pragma GCC unroll 4
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < J; ++v) sum[r][v] = o.accumulate ? load(c + (r * o.n + v) * kLaneCount) : all(0);
  }
  const float* a = o.a + i * o.a_row * kLaneCount;
  const float* b = o.b + j * o.b_col * kLaneCount;
  const Index a_row = o.a_row * kLaneCount;
  const Index a_col = o.a_col * kLaneCount;
  const Index b_row = o.b_row * kLaneCount;
  const Index b_col = o.b_col * kLaneCount;
  for (Index p = o.k; p > 0; --p, a += a_col, b += b_row) {
    Vector of_b[J];
#pragma GCC unroll 4
    for (int v = 0; v < J; ++v) of_b[v] = load(b + v * b_col);
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
      const Vector of_a = load(a + r * a_row);
#pragma GCC unroll 4
      for (int v = 0; v < J; ++v) sum[r][v] = fused(of_a, of_b[v], sum[r][v]);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < J; ++v) {
    const Vector bias = o.bias ? load(o.bias + (j + v) * kLaneCount) : all(0);
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
      store(c + (r * o.n + v) * kLaneCount, o.bias ? add(sum[r][v], bias) : sum[r][v]);
    }
  }
}

template <int J>
MLP_SIMD void lane_columns(const LaneProduct& o, Index j) {
  Index i = 0;
  for (; i + kTileRows <= o.m; i += kTileRows) lane_tile<kTileRows, J>(o, i, j);
  for (; i < o.m; ++i) lane_tile<1, J>(o, i, j);
}

template <int J>
MLP_SIMD_INLINE void last_columns(const LaneProduct& o, Index j) {
  if constexpr (J > 1) {
    if (o.n - j < J) return last_columns<J - 1>(o, j);
  }
  lane_columns<J>(o, j);
}

MLP_SIMD_INLINE void multiply_lanes(LaneProduct o) {
  for (Index part = 0; part < kParts; ++part) {
    Index j = 0;
    for (; j + kTileColumns <= o.n; j += kTileColumns) lane_columns<kTileColumns>(o, j);
    if (j < o.n) last_columns<kTileColumns>(o, j);
    o.a += kLanes;
    o.b += kLanes;
    o.c += kLanes;
    if (o.bias) o.bias += kLanes;
  }
}

MLP_SIMD void affine_lanes(const LaneDense& size, const float* in, const float* weights, const float* bias, float* out) {
  const auto [rows, inputs, outputs] = size;
  multiply_lanes({rows, outputs, inputs, in, inputs, 1, weights, outputs, 1, out, false, bias});
}

MLP_SIMD void slope_lanes(const LaneDense& size, const float* in, const float* d, float* weights, float* bias,
                          bool accumulate) {
  const auto [rows, inputs, outputs] = size;
  multiply_lanes({inputs, outputs, rows, in, 1, inputs, d, outputs, 1, weights, accumulate, nullptr});
  const Index width = outputs * kLaneCount;
  sum_columns({d, rows, width, width}, bias, accumulate);
}

MLP_SIMD void descend_lanes(const LaneDense& size, const float* d, const float* weights, float* below) {
  const auto [rows, inputs, outputs] = size;
  multiply_lanes({rows, inputs, outputs, d, outputs, 1, weights, 1, outputs, below, false, nullptr});
}

}  // namespace
}  // namespace mlp
