#include "mlp/kernels.h"

namespace mlp {

// Broadcast-A form: the inner loop runs along a row of B and C, so the compiler can vectorize it as it stands.
template <class T>
void gemm_reference(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b, Index b_stride,
                    T* c, Index c_stride, bool accumulate) {
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

template void gemm_reference<float>(Index, Index, Index, const float*, Index, Index, const float*, Index, float*,
                                    Index, bool);
template void gemm_reference<double>(Index, Index, Index, const double*, Index, Index, const double*, Index,
                                     double*, Index, bool);

}  // namespace mlp
