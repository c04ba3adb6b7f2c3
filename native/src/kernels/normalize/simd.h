#pragma once

#include "mlp/kernels.h"

// Normalization over a batch, in the words of the simd header included before it: vectors of columns side by side, each
// column's sums over the rows in ascending order, as in the definition.
namespace mlp {
namespace {

/** V vectors, the last of them masked. */
template <int V>
MLP_SIMD_INLINE void take(const float* from, Mask rest, Vector (&x)[V]) {
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) x[v] = v == V - 1 ? load(from + v * kLanes, rest) : load(from + v * kLanes);
}

template <int V>
MLP_SIMD_INLINE void put(const Vector (&x)[V], Mask rest, float* to) {
#pragma GCC unroll 4
  for (int v = 0; v < V - 1; ++v) store(to + v * kLanes, x[v]);
  store(to + (V - 1) * kLanes, rest, x[V - 1]);
}

template <int V>
MLP_SIMD_INLINE void clear(Vector (&x)[V]) {
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) x[v] = all(0);
}

template <int V>
MLP_SIMD_INLINE void normalize_columns(const NormalizedBatch<float>& to, Matrix<const float> x, Index j) {
  const Mask rest = first_lanes(x.cols - j - (V - 1) * kLanes);
  const Vector share = all(1.0f / static_cast<float>(x.rows));
  Vector row[V];
  Vector mean[V];
  Vector variance[V];
  Vector inverse[V];
  Vector scale[V];
  Vector shift[V];
  clear(mean);
  clear(variance);
  for (Index i = 0; i < x.rows; ++i) {
    take(x.data + i * x.stride + j, rest, row);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) mean[v] = add(mean[v], row[v]);
  }
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) mean[v] = multiply(mean[v], share);
  for (Index i = 0; i < x.rows; ++i) {
    take(x.data + i * x.stride + j, rest, row);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const Vector apart = subtract(row[v], mean[v]);
      variance[v] = fused(apart, apart, variance[v]);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    variance[v] = multiply(variance[v], share);
    inverse[v] = divide(all(1), root(add(variance[v], all(static_cast<float>(kNormalizationEpsilon)))));
  }
  put(mean, rest, to.mean + j);
  put(variance, rest, to.variance + j);
  put(inverse, rest, to.inverse + j);
  take(to.scale + j, rest, scale);
  take(to.shift + j, rest, shift);
  for (Index i = 0; i < x.rows; ++i) {
    take(x.data + i * x.stride + j, rest, row);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) row[v] = multiply(subtract(row[v], mean[v]), inverse[v]);
    put(row, rest, to.normal.data + i * to.normal.stride + j);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) row[v] = fused(scale[v], row[v], shift[v]);
    put(row, rest, to.out.data + i * to.out.stride + j);
  }
}

template <int V>
MLP_SIMD_INLINE void normalize_columns_back(Matrix<float> d, Matrix<const float> normal, const float* scale,
                                            const float* inverse, float* by_scale, float* by_shift, Index j) {
  const Mask rest = first_lanes(d.cols - j - (V - 1) * kLanes);
  const Vector share = all(1.0f / static_cast<float>(d.rows));
  Vector row[V];
  Vector by[V];
  Vector products[V];
  Vector sums[V];
  Vector factor[V];
  clear(products);
  clear(sums);
  for (Index i = 0; i < d.rows; ++i) {
    take(d.data + i * d.stride + j, rest, row);
    take(normal.data + i * normal.stride + j, rest, by);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      products[v] = fused(row[v], by[v], products[v]);
      sums[v] = add(sums[v], row[v]);
    }
  }
  put(products, rest, by_scale + j);
  put(sums, rest, by_shift + j);
  take(scale + j, rest, factor);
  take(inverse + j, rest, by);
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) factor[v] = multiply(factor[v], by[v]);
  for (Index i = 0; i < d.rows; ++i) {
    take(d.data + i * d.stride + j, rest, row);
    take(normal.data + i * normal.stride + j, rest, by);
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const Vector mean = multiply(share, fused(by[v], products[v], sums[v]));
      row[v] = multiply(factor[v], subtract(row[v], mean));
    }
    put(row, rest, d.data + i * d.stride + j);
  }
}

/** As many as an addition takes cycles, so that none waits for another. */
constexpr int kColumnVectors = 4;

MLP_SIMD_INLINE void normalize_any(Matrix<const float> x, const NormalizedBatch<float>& to) {
  constexpr Index kWide = kColumnVectors * kLanes;
  Index j = 0;
  for (; j + kWide - kLanes < x.cols; j += kWide) normalize_columns<kColumnVectors>(to, x, j);
  for (; j < x.cols; j += kLanes) normalize_columns<1>(to, x, j);
}

MLP_SIMD_INLINE void normalize_back_any(Matrix<float> d, Matrix<const float> normal, const float* scale,
                                        const float* inverse, float* by_scale, float* by_shift) {
  constexpr Index kWide = kColumnVectors * kLanes;
  Index j = 0;
  for (; j + kWide - kLanes < d.cols; j += kWide) {
    normalize_columns_back<kColumnVectors>(d, normal, scale, inverse, by_scale, by_shift, j);
  }
  for (; j < d.cols; j += kLanes) normalize_columns_back<1>(d, normal, scale, inverse, by_scale, by_shift, j);
}

}  // namespace
}  // namespace mlp
