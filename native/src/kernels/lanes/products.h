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
  /** For SumColumns: where the columns' sums of B go. */
  float* sums = nullptr;
};

// What happens to a finished sum while it is in a register, by what goes with its column and with its place.

struct LeaveSum {
  static constexpr bool kSumsColumns = false;
  MLP_SIMD_INLINE Vector ready(Vector sum, Vector, const float*) { return sum; }
  MLP_SIMD_INLINE Vector column(const float*) { return all(0); }
};

/** Adds up the columns of B, too: a tile has them in registers, and additions cost nothing beside its products. */
struct SumColumns : LeaveSum {
  static constexpr bool kSumsColumns = true;
};

template <Activation A>
struct ActivateSum {
  static constexpr bool kSumsColumns = false;
  MLP_SIMD_INLINE Vector ready(Vector sum, Vector bias, const float*) { return activated<A>(add(sum, bias)); }
  MLP_SIMD_INLINE Vector column(const float* bias) { return load(bias); }
};

template <Activation A>
struct DeriveSum {
  static constexpr bool kSumsColumns = false;
  MLP_SIMD_INLINE Vector ready(Vector sum, Vector, const float* x) { return derived<A>(sum, load(x)); }
  MLP_SIMD_INLINE Vector column(const float*) { return all(0); }
};

template <int R, int J, class Finish, bool SumsColumns = false>
MLP_SIMD_INLINE void lane_tile(const LaneProduct& o, const float* by, Index i, Index j) {
  Vector sum[R][J];
  Vector column_sum[J];
  if constexpr (SumsColumns) {
    for (int v = 0; v < J; ++v) column_sum[v] = o.accumulate ? load(o.sums + (j + v) * kLaneCount) : all(0);
  }
  float* const c = o.c + (i * o.n + j) * kLaneCount;
#pragma GCC unroll 8
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
    if constexpr (SumsColumns) {
#pragma GCC unroll 4
      for (int v = 0; v < J; ++v) column_sum[v] = add(column_sum[v], of_b[v]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const Vector of_a = load(a + r * a_row);
#pragma GCC unroll 4
      for (int v = 0; v < J; ++v) sum[r][v] = fused(of_a, of_b[v], sum[r][v]);
    }
  }
  if constexpr (SumsColumns) {
    for (int v = 0; v < J; ++v) store(o.sums + (j + v) * kLaneCount, column_sum[v]);
  }
#pragma GCC unroll 4
  for (int v = 0; v < J; ++v) {
    const Vector column = Finish::column(by + (j + v) * kLaneCount);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const Index place = (r * o.n + v) * kLaneCount;
      store(c + place, Finish::ready(sum[r][v], column, by + (i * o.n + j) * kLaneCount + place));
    }
  }
}

template <int J, class Finish>
MLP_SIMD void lane_columns(const LaneProduct& o, const float* by, Index j) {
  // What a tile costs beside its products is halved where the registers hold twice the rows.
  constexpr int kRows = J < kTileColumns ? 2 * kTileRows : kTileRows;
  Index i = 0;
  if constexpr (Finish::kSumsColumns) {
    if (o.m >= kRows) lane_tile<kRows, J, Finish, true>(o, by, 0, j);
    else lane_tile<1, J, Finish, true>(o, by, 0, j);
    i = o.m >= kRows ? kRows : 1;
  }
  for (; i + kRows <= o.m; i += kRows) lane_tile<kRows, J, Finish>(o, by, i, j);
  if constexpr (kRows > kTileRows) {
    if (i + kTileRows <= o.m) lane_tile<kTileRows, J, Finish>(o, by, i, j), i += kTileRows;
  }
  for (; i < o.m; ++i) lane_tile<1, J, Finish>(o, by, i, j);
}

template <int J, class Finish>
MLP_SIMD_INLINE void last_columns(const LaneProduct& o, const float* by, Index j) {
  if constexpr (J > 1) {
    if (o.n - j < J) return last_columns<J - 1, Finish>(o, by, j);
  }
  lane_columns<J, Finish>(o, by, j);
}

/** @param by what Finish reads: a vector for each column, or for each element of C. */
template <class Finish>
MLP_SIMD_INLINE void multiply_lanes(LaneProduct o, const float* by) {
  for (Index part = 0; part < kParts; ++part) {
    Index j = 0;
    for (; j + kTileColumns <= o.n; j += kTileColumns) lane_columns<kTileColumns, Finish>(o, by, j);
    if (j < o.n) last_columns<kTileColumns, Finish>(o, by, j);
    o.a += kLanes;
    o.b += kLanes;
    o.c += kLanes;
    by += kLanes;
    if constexpr (Finish::kSumsColumns) o.sums += kLanes;
  }
}

struct LaneAffine {
  LaneProduct product;
  const float* bias;

  template <Activation A>
  MLP_SIMD void rows() const {
    multiply_lanes<ActivateSum<A>>(product, bias);
  }
};

struct LaneDescent {
  LaneProduct product;
  const float* x;

  template <Activation A>
  MLP_SIMD void rows() const {
    if constexpr (A == Activation::kIdentity) multiply_lanes<LeaveSum>(product, product.c);
    else multiply_lanes<DeriveSum<A>>(product, x);
  }
};

MLP_SIMD void affine_lanes(const LaneDense& size, const float* in, const float* weights, const float* bias,
                           Activation activation, float* out) {
  const auto [rows, inputs, outputs] = size;
  run(LaneAffine{{rows, outputs, inputs, in, inputs, 1, weights, outputs, 1, out, false}, bias}, activation);
}

MLP_SIMD void slope_lanes(const LaneDense& size, const float* in, const float* d, float* weights, float* bias,
                          bool accumulate) {
  const auto [rows, inputs, outputs] = size;
  multiply_lanes<SumColumns>({inputs, outputs, rows, in, 1, inputs, d, outputs, 1, weights, accumulate, bias}, weights);
}

MLP_SIMD void descend_lanes(const LaneDense& size, const float* d, const float* weights, const float* x,
                            Activation activation, float* below) {
  const auto [rows, inputs, outputs] = size;
  run(LaneDescent{{rows, inputs, outputs, d, outputs, 1, weights, 1, outputs, below, false}, x}, activation);
}

}  // namespace
}  // namespace mlp
