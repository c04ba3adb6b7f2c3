#include "normalize.h"

#include <cmath>

namespace mlp {
namespace {

// PyTorch's momentum of BatchNorm1d.
constexpr double kFollow = 0.1;

template <class T>
void scale_and_shift(Matrix<const T> normal, const T* scale, const T* shift, Matrix<T> out) {
  for (Index i = 0; i < normal.rows; ++i) {
    const T* __restrict from = normal.row(i);
    T* __restrict to = out.row(i);
    for (Index j = 0; j < normal.cols; ++j) to[j] = scale[j] * from[j] + shift[j];
  }
}

template <class T>
void normalize_by(Matrix<const T> x, const T* mean, const T* inverse, Matrix<T> normal) {
  for (Index i = 0; i < x.rows; ++i) {
    const T* __restrict from = x.row(i);
    T* __restrict to = normal.row(i);
    for (Index j = 0; j < x.cols; ++j) to[j] = (from[j] - mean[j]) * inverse[j];
  }
}

/** Column sums of d * normal and of d. */
template <class T>
void sum_products(Matrix<const T> d, Matrix<const T> normal, T* products, T* sums) {
  for (Index j = 0; j < d.cols; ++j) products[j] = sums[j] = 0;
  for (Index i = 0; i < d.rows; ++i) {
    const T* __restrict row = d.row(i);
    const T* __restrict by = normal.row(i);
    for (Index j = 0; j < d.cols; ++j) {
      products[j] += row[j] * by[j];
      sums[j] += row[j];
    }
  }
}

template <class T>
void put(const Pass<T>& pass, Index offset, const Buffer<T>& sums) {
  T* const to = pass.gradient + offset;
  for (std::size_t j = 0; j < sums.size(); ++j) to[j] = pass.accumulate ? to[j] + sums[j] : sums[j];
}

}  // namespace

template <class T>
NormalizeBatch<T>::NormalizeBatch(const Level& level, Index rows)
    : level_(level), normal_(rows * level.outputs), out_(rows * level.outputs), mean_(level.outputs),
      variance_(level.outputs), inverse_(level.outputs), by_scale_(level.outputs), by_shift_(level.outputs) {}

template <class T>
Matrix<T> NormalizeBatch<T>::forward(const Pass<T>& pass, Matrix<T> in) {
  const Matrix<T> normal{normal_.data(), in.rows, in.cols, in.cols};
  const Matrix<T> out{out_.data(), in.rows, in.cols, in.cols};
  T* const mean = pass.weights + level_.mean;
  T* const variance = pass.weights + level_.variance;
  const T* const scale = pass.weights + level_.scale;
  const T* const shift = pass.weights + level_.shift;
  if (pass.is_training && in.rows > 1) {
    pass.kernels.normalize_batch(constant(in), {scale, shift, mean_.data(), variance_.data(), inverse_.data(), normal, out});
    follow(mean, variance, in.rows);
  } else {
    for (Index j = 0; j < in.cols; ++j) inverse_[j] = T(1) / std::sqrt(variance[j] + static_cast<T>(kNormalizationEpsilon));
    normalize_by(constant(in), mean, inverse_.data(), normal);
    scale_and_shift(constant(normal), scale, shift, out);
  }
  return out;
}

template <class T>
void NormalizeBatch<T>::follow(T* mean, T* variance, Index rows) const {
  const T unbiased = static_cast<T>(static_cast<double>(rows) / static_cast<double>(rows - 1));
  const T share = static_cast<T>(kFollow);
  for (Index j = 0; j < level_.outputs; ++j) {
    mean[j] += share * (mean_[j] - mean[j]);
    variance[j] += share * (unbiased * variance_[j] - variance[j]);
  }
}

template <class T>
void NormalizeBatch<T>::backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) {
  const Matrix<T> d = descent.derivative(in.rows, in.cols);
  const Matrix<const T> normal{normal_.data(), in.rows, in.cols, in.cols};
  const T* const scale = pass.weights + level_.scale;
  if (in.rows > 1) {
    pass.kernels.normalize_batch_back(d, normal, scale, inverse_.data(), by_scale_.data(), by_shift_.data());
  } else {
    sum_products(constant(d), normal, by_scale_.data(), by_shift_.data());
    for (Index j = 0; j < in.cols; ++j) d.data[j] *= scale[j] * inverse_[j];
  }
  put(pass, level_.scale, by_scale_);
  put(pass, level_.shift, by_shift_);
}

template <class T>
NormalizeRows<T>::NormalizeRows(const Level& level, Index rows)
    : level_(level), normal_(rows * level.outputs), out_(rows * level.outputs), inverse_(rows),
      by_scale_(level.outputs), by_shift_(level.outputs) {}

template <class T>
Matrix<T> NormalizeRows<T>::forward(const Pass<T>& pass, Matrix<T> in) {
  const Matrix<T> normal{normal_.data(), in.rows, in.cols, in.cols};
  const Matrix<T> out{out_.data(), in.rows, in.cols, in.cols};
  pass.kernels.normalize_rows(constant(in), inverse_.data(), normal);
  scale_and_shift(constant(normal), pass.weights + level_.scale, pass.weights + level_.shift, out);
  return out;
}

template <class T>
void NormalizeRows<T>::backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) {
  const Matrix<T> d = descent.derivative(in.rows, in.cols);
  const Matrix<const T> normal{normal_.data(), in.rows, in.cols, in.cols};
  sum_products(constant(d), normal, by_scale_.data(), by_shift_.data());
  put(pass, level_.scale, by_scale_);
  put(pass, level_.shift, by_shift_);
  pass.kernels.normalize_rows_back(d, normal, pass.weights + level_.scale, inverse_.data());
}

template class NormalizeBatch<float>;
template class NormalizeBatch<double>;
template class NormalizeRows<float>;
template class NormalizeRows<double>;

}  // namespace mlp
