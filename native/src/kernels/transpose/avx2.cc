#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"

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

}  // namespace

MLP_SIMD void transpose_avx2(Matrix<const float> in, Matrix<float> out) {
  const Index rows = in.rows / 8 * 8;
  const Index cols = in.cols / 8 * 8;
  // Down the columns of `in`, so that each line of `out` is finished while it is in the cache.
  for (Index j = 0; j < cols; j += 8) {
    for (Index i = 0; i < rows; i += 8) {
      transpose_block(in.data + i * in.stride + j, in.stride, out.data + j * out.stride + i, out.stride);
    }
  }
  transpose_edge(in, out, rows, in.rows, 0, cols);
  transpose_edge(in, out, 0, in.rows, cols, in.cols);
}

}  // namespace mlp
#endif
