#pragma once

#include "narrow.h"
#include "panels.h"
#include "transposed.h"

// The products of a network in the words of the simd header included before it. That unit first defines what tile.h asks
// for, and kNarrow, up to how many columns narrow.h is faster.
namespace mlp {
namespace {

MLP_SIMD_INLINE void multiply_matrices(const Operands& o, Index m, Index n) {
  const bool by_columns = o.a_row == 1 && o.a_col != 1;
  // Below half a vector of rows, the lanes would be as empty as those of a tile.
  const bool narrow = n <= kNarrow && 2 * m >= kLanes && (by_columns || o.a_col == 1) && o.k > 1;
  if (!narrow) return multiply_panels(o, m, n);
  const Index a_stride = by_columns ? o.a_col : o.a_row;
  narrow_of<kNarrow>(n, by_columns, {m, o.k, o.a, a_stride, o.b, o.b_stride, o.c, o.c_stride, o.accumulate,
                                    o.finish.bias, o.finish.rectifies});
}

MLP_SIMD_INLINE void affine_any(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                                Matrix<float> out) {
  const bool rectifies = activation == Activation::kRelu;
  const bool finished = rectifies || activation == Activation::kIdentity;
  const Finish finish = finished ? Finish{bias, rectifies, nullptr, 0} : Finish{};
  multiply_matrices({in.cols, in.data, in.stride, 1, weights, out.cols, out.data, out.stride, false, finish}, out.rows,
                    out.cols);
  if (!finished) activate_after(out, bias, activation);
}

MLP_SIMD_INLINE void descend_any(Matrix<const float> d, const float* weights, Matrix<const float> h,
                                 Activation activation, Matrix<float> below) {
  const bool rectifies = activation == Activation::kRelu;
  const bool finished = rectifies || activation == Activation::kIdentity;
  const Finish finish = rectifies ? Finish{nullptr, false, h.data, h.stride} : Finish{};
  multiply_transposed({d.cols, d.data, d.stride, 1, nullptr, 0, below.data, below.stride, false, finish}, below.rows,
                      below.cols, weights, d.cols);
  if (!finished) derive_after(below, h, activation);
}

}  // namespace
}  // namespace mlp
