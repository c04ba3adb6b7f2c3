#pragma once

#include "mlp/view.h"

// The transpose in the words of the simd header included before it.
namespace mlp {
namespace {

MLP_SIMD_INLINE void transpose_block(const float* in, Index in_stride, float* out, Index out_stride) {
  Vector rows[kLanes];
  for (Index i = 0; i < kLanes; ++i) rows[i] = load(in + i * in_stride);
  transpose_square(rows);
  for (Index i = 0; i < kLanes; ++i) store(out + i * out_stride, rows[i]);
}

MLP_SIMD_INLINE void transpose_edge(Matrix<const float> in, Matrix<float> out, Index from_row, Index to_row,
                                    Index from_col, Index to_col) {
  for (Index j = from_col; j < to_col; ++j) {
    for (Index i = from_row; i < to_row; ++i) out.data[j * out.stride + i] = in.data[i * in.stride + j];
  }
}

MLP_SIMD_INLINE void transpose_by_squares(Matrix<const float> in, Matrix<float> out) {
  const Index rows = in.rows / kLanes * kLanes;
  const Index cols = in.cols / kLanes * kLanes;
  // Down the columns of `in`, so that each line of `out` is finished while it is in the cache.
  for (Index j = 0; j < cols; j += kLanes) {
    for (Index i = 0; i < rows; i += kLanes) {
      transpose_block(in.data + i * in.stride + j, in.stride, out.data + j * out.stride + i, out.stride);
    }
  }
  transpose_edge(in, out, rows, in.rows, 0, cols);
  transpose_edge(in, out, 0, in.rows, cols, in.cols);
}

}  // namespace
}  // namespace mlp
