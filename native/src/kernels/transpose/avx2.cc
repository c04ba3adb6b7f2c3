#include "../variants.h"

#if MLP_HAS_X86_VARIANTS
#include "../simd/avx2.h"

namespace mlp {
namespace {

/** 8 x 8 in registers: pairs, then quadruples, then halves change places. */
MLP_SIMD_INLINE void transpose_block(const float* in, Index in_stride, float* out, Index out_stride) {
  __m256 row[8];
  __m256 pair[8];
  for (int i = 0; i < 8; ++i) row[i] = _mm256_loadu_ps(in + i * in_stride);
  for (int i = 0; i < 8; i += 2) {
    pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
    pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    row[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
    row[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
    row[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
    row[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    _mm256_storeu_ps(out + i * out_stride, _mm256_permute2f128_ps(row[i], row[i + 4], 0x20));
    _mm256_storeu_ps(out + (i + 4) * out_stride, _mm256_permute2f128_ps(row[i], row[i + 4], 0x31));
  }
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
