#include "mlp/kernels.h"

namespace mlp {

// Broadcast-A form: the inner loop runs along a row of B and C, so the compiler can vectorize it as it stands.
template <class T>
void gemm_reference(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b, Index b_stride,
                    T* c, Index c_stride, bool accumulate, WeightStep<T>*) {
  for (Index i = 0; i < m; ++i) {
    T* __restrict c_i = c + i * c_stride;
    if (!accumulate) {
      for (Index j = 0; j < n; ++j) c_i[j] = 0;
    }
    for (Index p = 0; p < k; ++p) {
      const T a_ip = a[i * a_row + p * a_col];
      const T* __restrict b_p = b + p * b_stride;
      for (Index j = 0; j < n; ++j) c_i[j] += a_ip * b_p[j];
    }
  }
}

template <class T>
void affine(Matrix<const T> in, const T* weights, const T* bias, Activation activation, Matrix<T> out) {
  gemm_reference<T>(out.rows, out.cols, in.cols, in.data, in.stride, 1, weights, out.cols, out.data, out.stride, false);
  add_bias_and_activate(out, bias, activation);
}

template <class T>
void descend(Matrix<const T> d, const T* weights, Matrix<const T> h, Activation activation, Matrix<T> below) {
  // Blocks of W are transposed, so that the product runs along rows here too.
  constexpr Index kBlock = 64;
  T block[kBlock * kBlock];
  for (Index j = 0; j < below.cols; j += kBlock) {
    const Index n = below.cols - j < kBlock ? below.cols - j : kBlock;
    for (Index p = 0; p < d.cols; p += kBlock) {
      const Index k = d.cols - p < kBlock ? d.cols - p : kBlock;
      for (Index r = 0; r < n; ++r) {
        for (Index q = 0; q < k; ++q) block[q * kBlock + r] = weights[(j + r) * d.cols + p + q];
      }
      gemm_reference<T>(d.rows, n, k, d.data + p, d.stride, 1, block, kBlock, below.data + j, below.stride, p > 0);
    }
  }
  multiply_by_derivative(below, h, activation);
}

template void gemm_reference<float>(Index, Index, Index, const float*, Index, Index, const float*, Index, float*,
                                    Index, bool, WeightStep<float>*);
template void gemm_reference<double>(Index, Index, Index, const double*, Index, Index, const double*, Index,
                                     double*, Index, bool, WeightStep<double>*);
#define MLP_INSTANTIATE(T)                                                                       \
  template void affine<T>(Matrix<const T>, const T*, const T*, Activation, Matrix<T>);           \
  template void descend<T>(Matrix<const T>, const T*, Matrix<const T>, Activation, Matrix<T>);
MLP_INSTANTIATE(float)
MLP_INSTANTIATE(double)
#undef MLP_INSTANTIATE

}  // namespace mlp
