#include <cmath>

#include "mlp/kernels.h"

namespace mlp {
namespace {

template <class T, class Function>
void for_each_row(Matrix<T> z, Function function) {
  for (Index i = 0; i < z.rows; ++i) function(z.row(i), i);
}

}  // namespace

template <class T>
void add_bias_and_activate(Matrix<T> z, const T* bias, Activation activation) {
  for_each_row(z, [&](T* __restrict row, Index) {
    for (Index j = 0; j < z.cols; ++j) row[j] += bias[j];
    switch (activation) {
      case Activation::kIdentity:
        break;
      case Activation::kRelu:
        // Written so that NaN stays NaN: a diverged training must not look like one with dead units.
        for (Index j = 0; j < z.cols; ++j) row[j] = row[j] < 0 ? T(0) : row[j];
        break;
      case Activation::kTanh:
        for (Index j = 0; j < z.cols; ++j) row[j] = std::tanh(row[j]);
        break;
      case Activation::kSigmoid:
        for (Index j = 0; j < z.cols; ++j) row[j] = T(1) / (T(1) + std::exp(-row[j]));
        break;
    }
  });
}

template <class T>
void multiply_by_derivative(Matrix<T> d, Matrix<const T> h, Activation activation) {
  for_each_row(d, [&](T* __restrict row, Index i) {
    const T* __restrict out = h.row(i);
    switch (activation) {
      case Activation::kIdentity:
        break;
      case Activation::kRelu:
        for (Index j = 0; j < d.cols; ++j) row[j] = out[j] > 0 ? row[j] : T(0);
        break;
      case Activation::kTanh:
        for (Index j = 0; j < d.cols; ++j) row[j] *= T(1) - out[j] * out[j];
        break;
      case Activation::kSigmoid:
        for (Index j = 0; j < d.cols; ++j) row[j] *= out[j] * (T(1) - out[j]);
        break;
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
template void multiply_by_derivative<float>(Matrix<float>, Matrix<const float>, Activation);
template void multiply_by_derivative<double>(Matrix<double>, Matrix<const double>, Activation);
template void sum_rows<float>(Matrix<const float>, float*, bool);
template void sum_rows<double>(Matrix<const double>, double*, bool);

}  // namespace mlp
