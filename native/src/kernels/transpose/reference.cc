#include "mlp/kernels.h"

namespace mlp {

template <class T>
void transpose(Matrix<const T> in, Matrix<T> out) {
  for (Index i = 0; i < in.rows; ++i) {
    for (Index j = 0; j < in.cols; ++j) out.data[j * out.stride + i] = in.data[i * in.stride + j];
  }
}

template void transpose<float>(Matrix<const float>, Matrix<float>);
template void transpose<double>(Matrix<const double>, Matrix<double>);

}  // namespace mlp
