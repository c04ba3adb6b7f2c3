#pragma once

#include "../simd/functions.h"
#include "mlp/kernels.h"

// The kernels of this folder in the words of the simd header included before it.
namespace mlp {
namespace {

/** Of functions.h, which says what they are. */
template <Activation A>
MLP_SIMD_INLINE Vector activated(Vector z) {
  if constexpr (A == Activation::kRelu) return larger(all(0), z);  // NaN stays
  if constexpr (A == Activation::kLeakyRelu) return where_less(z, all(0), multiply(all(0.01f), z), z);
  if constexpr (A == Activation::kElu) return where_less(z, all(0), expm1_of(z), z);
  if constexpr (A == Activation::kGelu) return multiply(z, normal_share_of(z));
  if constexpr (A == Activation::kSilu) return multiply(z, sigmoid_of(z));
  if constexpr (A == Activation::kTanh) return tanh_of(z);
  if constexpr (A == Activation::kSigmoid) return sigmoid_of(z);
  if constexpr (A == Activation::kSoftplus) return softplus_of(z);
  if constexpr (A == Activation::kIdentity) return z;
}

template <Activation A>
MLP_SIMD_INLINE Vector derived(Vector d, Vector x) {
  if constexpr (A == Activation::kRelu) return where_less(all(0), x, d, all(0));
  if constexpr (A == Activation::kLeakyRelu) return where_less(x, all(0), multiply(d, all(0.01f)), d);
  if constexpr (A == Activation::kElu) return where_less(x, all(0), multiply(d, add(x, all(1))), d);
  if constexpr (A == Activation::kGelu) {
    const Vector density = multiply(all(0.398942280f), exp_of(multiply(all(-0.5f), multiply(x, x))));
    return multiply(d, fused(x, density, normal_share_of(x)));
  }
  if constexpr (A == Activation::kSilu) {
    const Vector share = sigmoid_of(x);
    return multiply(d, multiply(share, fused(x, subtract(all(1), share), all(1))));
  }
  if constexpr (A == Activation::kTanh) return multiply(d, subtract(all(1), multiply(x, x)));
  if constexpr (A == Activation::kSigmoid) return multiply(d, multiply(x, subtract(all(1), x)));
  if constexpr (A == Activation::kSoftplus) return multiply(d, subtract(all(0), expm1_of(subtract(all(0), x))));
  if constexpr (A == Activation::kIdentity) return d;
}

// One loop for each activation, so that the choice is not made again for each vector.

struct AddBiasAndActivate {
  Matrix<float> z;
  const float* bias;

  template <Activation A>
  MLP_SIMD void rows() const {
    if (2 * z.cols <= kLanes && z.cols == z.stride && z.rows > 1) return narrow_rows<A>();
    const Index whole = z.cols / kLanes * kLanes;
    const Mask rest = first_lanes(z.cols - whole);
    for (Index i = 0; i < z.rows; ++i) {
      float* const row = z.data + i * z.stride;
      for (Index j = 0; j < whole; j += kLanes) store(row + j, activated<A>(add(load(row + j), load(bias + j))));
      if (whole == z.cols) continue;
      store(row + whole, rest, activated<A>(add(load(row + whole, rest), load(bias + whole, rest))));
    }
  }

  /** Several rows a vector: the biases follow each other again and again. */
  template <Activation A>
  MLP_SIMD void narrow_rows() const {
    float biases[2 * kLanes];
    for (Index e = 0; e < kLanes + z.cols; ++e) biases[e] = e < z.cols ? bias[e] : biases[e - z.cols];
    const Index count = z.rows * z.cols;
    Index column = 0;
    for (Index e = 0; e < count; e += kLanes) {
      const Mask mask = first_lanes(count - e);
      store(z.data + e, mask, activated<A>(add(load(z.data + e, mask), load(biases + column))));
      column = (column + kLanes) % z.cols;
    }
  }
};

struct Map {
  Matrix<const float> z;
  Matrix<float> h;

  template <Activation A>
  MLP_SIMD void rows() const {
    for (Index i = 0; i < z.rows; ++i) {
      const float* const from = z.data + i * z.stride;
      float* const to = h.data + i * h.stride;
      for (Index j = 0; j < z.cols; j += kLanes) {
        const Mask mask = first_lanes(z.cols - j);
        store(to + j, mask, activated<A>(load(from + j, mask)));
      }
    }
  }
};

struct Derive {
  Matrix<float> d;
  Matrix<const float> x;

  template <Activation A>
  MLP_SIMD void rows() const {
    if constexpr (A == Activation::kIdentity) return;
    // Rows without gaps are one.
    const bool joins = d.cols == d.stride && x.cols == x.stride;
    const Index rows = joins ? 1 : d.rows;
    const Index cols = joins ? d.rows * d.cols : d.cols;
    const Index whole = cols / kLanes * kLanes;
    const Mask rest = first_lanes(cols - whole);
    for (Index i = 0; i < rows; ++i) {
      float* const row = d.data + i * d.stride;
      const float* const by = x.data + i * x.stride;
      for (Index j = 0; j < whole; j += kLanes) store(row + j, derived<A>(load(row + j), load(by + j)));
      if (whole == cols) continue;
      store(row + whole, rest, derived<A>(load(row + whole, rest), load(by + whole, rest)));
    }
  }
};

template <class Work>
MLP_SIMD void run(const Work& work, Activation activation) {
  switch (activation) {
    case Activation::kIdentity:
      return work.template rows<Activation::kIdentity>();
    case Activation::kRelu:
      return work.template rows<Activation::kRelu>();
    case Activation::kLeakyRelu:
      return work.template rows<Activation::kLeakyRelu>();
    case Activation::kElu:
      return work.template rows<Activation::kElu>();
    case Activation::kGelu:
      return work.template rows<Activation::kGelu>();
    case Activation::kSilu:
      return work.template rows<Activation::kSilu>();
    case Activation::kTanh:
      return work.template rows<Activation::kTanh>();
    case Activation::kSigmoid:
      return work.template rows<Activation::kSigmoid>();
    case Activation::kSoftplus:
      return work.template rows<Activation::kSoftplus>();
  }
}

template <int V>
MLP_SIMD_INLINE void sum_vectors(Matrix<const float> d, float* sums, bool accumulate, Index j) {
  const Mask rest = first_lanes(d.cols - j - (V - 1) * kLanes);
  Vector sum[V];
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    float* const from = sums + j + v * kLanes;
    sum[v] = !accumulate ? all(0) : v == V - 1 ? load(from, rest) : load(from);
  }
  for (Index i = 0; i < d.rows; ++i) {
    const float* const row = d.data + i * d.stride + j;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sum[v] = add(sum[v], v == V - 1 ? load(row + v * kLanes, rest) : load(row + v * kLanes));
  }
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    if (v == V - 1) store(sums + j + v * kLanes, rest, sum[v]);
    else store(sums + j + v * kLanes, sum[v]);
  }
}

/**
 * Columns side by side, each summed over the rows in ascending order, as the definition does: four vectors of them, as one
 * would wait for itself.
 */
MLP_SIMD inline void sum_columns(Matrix<const float> d, float* sums, bool accumulate) {
  constexpr int kSums = 4;
  Index j = 0;
  for (; j + (kSums - 1) * kLanes < d.cols; j += kSums * kLanes) sum_vectors<kSums>(d, sums, accumulate, j);
  for (; j < d.cols; j += kLanes) sum_vectors<1>(d, sums, accumulate, j);
}

}  // namespace
}  // namespace mlp
