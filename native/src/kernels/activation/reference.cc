#include "functions.h"

namespace mlp {
template <class T>
void add_bias_and_activate(Matrix<T> z, const T* bias, Activation activation) {
  with_activation(activation, [&]<Activation A>() {
    for (Index i = 0; i < z.rows; ++i) {
      T* __restrict row = z.row(i);
      for (Index j = 0; j < z.cols; ++j) row[j] = activated<A>(row[j] + bias[j]);
    }
  });
}

template <class T>
void activate(Matrix<const T> z, Matrix<T> h, Activation activation) {
  with_activation(activation, [&]<Activation A>() {
    for (Index i = 0; i < z.rows; ++i) {
      const T* __restrict in = z.row(i);
      T* __restrict out = h.row(i);
      for (Index j = 0; j < z.cols; ++j) out[j] = activated<A>(in[j]);
    }
  });
}

template <class T>
void multiply_by_derivative(Matrix<T> d, Matrix<const T> x, Activation activation) {
  with_activation(activation, [&]<Activation A>() {
    if constexpr (A == Activation::kIdentity) return;
    for (Index i = 0; i < d.rows; ++i) {
      const T* __restrict by = x.row(i);
      T* __restrict row = d.row(i);
      for (Index j = 0; j < d.cols; ++j) {
        // A product would make NaN of infinity times 0.
        if constexpr (A == Activation::kRelu) row[j] = by[j] > 0 ? row[j] : T(0);
        else row[j] *= slope<A>(by[j]);
      }
    }
  });
}

template <class T>
void sum_rows(Matrix<const T> d, T* __restrict sums, bool accumulate) {
  if (!accumulate) {
    for (Index j = 0; j < d.cols; ++j) sums[j] = 0;
  }
  for (Index i = 0; i < d.rows; ++i) {
    const T* __restrict row = d.row(i);
    for (Index j = 0; j < d.cols; ++j) sums[j] += row[j];
  }
}

template void add_bias_and_activate<float>(Matrix<float>, const float*, Activation);
template void add_bias_and_activate<double>(Matrix<double>, const double*, Activation);
template void activate<float>(Matrix<const float>, Matrix<float>, Activation);
template void activate<double>(Matrix<const double>, Matrix<double>, Activation);
template void multiply_by_derivative<float>(Matrix<float>, Matrix<const float>, Activation);
template void multiply_by_derivative<double>(Matrix<double>, Matrix<const double>, Activation);
template void sum_rows<float>(Matrix<const float>, float*, bool);
template void sum_rows<double>(Matrix<const double>, double*, bool);

}  // namespace mlp
