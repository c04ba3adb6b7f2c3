#pragma once

#include "../simd/functions.h"
#include "mlp/kernels.h"

// The kernels of this folder in the words of the simd header included before it.
namespace mlp {
namespace {

struct Pass {
  MLP_SIMD_INLINE Vector activate(Vector z, Activation activation) {
    switch (activation) {
      case Activation::kRelu:
        return where_less(z, all(0), all(0), z);  // NaN stays
      case Activation::kTanh:
        return tanh_of(z);
      case Activation::kSigmoid:
        return sigmoid_of(z);
      default:
        return z;
    }
  }

  MLP_SIMD_INLINE Vector derive(Vector d, Vector h, Activation activation) {
    switch (activation) {
      case Activation::kRelu:
        return where_less(all(0), h, d, all(0));
      case Activation::kTanh:
        return multiply(d, subtract(all(1), multiply(h, h)));
      case Activation::kSigmoid:
        return multiply(d, multiply(h, subtract(all(1), h)));
      default:
        return d;
    }
  }
};

/** One loop for each activation, so that the choice is not made again for each vector. */
template <Activation A>
MLP_SIMD void activate_rows(Matrix<float> z, const float* bias) {
  const Index whole = z.cols / kLanes * kLanes;
  const Mask rest = first_lanes(z.cols - whole);
  for (Index i = 0; i < z.rows; ++i) {
    float* const row = z.data + i * z.stride;
    for (Index j = 0; j < whole; j += kLanes) store(row + j, Pass::activate(add(load(row + j), load(bias + j)), A));
    if (whole == z.cols) continue;
    store(row + whole, rest, Pass::activate(add(load(row + whole, rest), load(bias + whole, rest)), A));
  }
}

template <Activation A>
MLP_SIMD void derive_rows(Matrix<float> d, Matrix<const float> h) {
  const Index whole = d.cols / kLanes * kLanes;
  const Mask rest = first_lanes(d.cols - whole);
  for (Index i = 0; i < d.rows; ++i) {
    float* const row = d.data + i * d.stride;
    const float* const out = h.data + i * h.stride;
    for (Index j = 0; j < whole; j += kLanes) store(row + j, Pass::derive(load(row + j), load(out + j), A));
    if (whole == d.cols) continue;
    store(row + whole, rest, Pass::derive(load(row + whole, rest), load(out + whole, rest), A));
  }
}

MLP_SIMD void activate_any(Matrix<float> z, const float* bias, Activation activation) {
  switch (activation) {
    case Activation::kIdentity:
      return activate_rows<Activation::kIdentity>(z, bias);
    case Activation::kRelu:
      return activate_rows<Activation::kRelu>(z, bias);
    case Activation::kTanh:
      return activate_rows<Activation::kTanh>(z, bias);
    case Activation::kSigmoid:
      return activate_rows<Activation::kSigmoid>(z, bias);
  }
}

MLP_SIMD void derive_any(Matrix<float> d, Matrix<const float> h, Activation activation) {
  switch (activation) {
    case Activation::kIdentity:
      return;
    case Activation::kRelu:
      return derive_rows<Activation::kRelu>(d, h);
    case Activation::kTanh:
      return derive_rows<Activation::kTanh>(d, h);
    case Activation::kSigmoid:
      return derive_rows<Activation::kSigmoid>(d, h);
  }
}

/** Columns side by side, each summed over the rows in ascending order, as the definition does. */
MLP_SIMD void sum_columns(Matrix<const float> d, float* sums, bool accumulate) {
  for (Index j = 0; j < d.cols; j += kLanes) {
    const Mask mask = first_lanes(d.cols - j);
    Vector sum = accumulate ? load(sums + j, mask) : all(0);
    for (Index i = 0; i < d.rows; ++i) sum = add(sum, load(d.data + i * d.stride + j, mask));
    store(sums + j, mask, sum);
  }
}

}  // namespace
}  // namespace mlp
