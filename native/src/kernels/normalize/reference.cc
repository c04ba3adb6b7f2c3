#include <cmath>

#include "mlp/kernels.h"

namespace mlp {
namespace {

template <class T>
void add_squares(Matrix<const T> x, const T* mean, T* sums) {
  for (Index i = 0; i < x.rows; ++i) {
    const T* __restrict row = x.row(i);
    for (Index j = 0; j < x.cols; ++j) sums[j] += (row[j] - mean[j]) * (row[j] - mean[j]);
  }
}

template <class T>
T inverse_deviation(T variance) {
  return T(1) / std::sqrt(variance + static_cast<T>(kNormalizationEpsilon));
}

}  // namespace

template <class T>
void normalize_batch(Matrix<const T> x, const NormalizedBatch<T>& to) {
  const T share = T(1) / static_cast<T>(x.rows);
  sum_rows(x, to.mean, false);
  for (Index j = 0; j < x.cols; ++j) {
    to.mean[j] *= share;
    to.variance[j] = 0;
  }
  add_squares(x, to.mean, to.variance);
  for (Index j = 0; j < x.cols; ++j) {
    to.variance[j] *= share;
    to.inverse[j] = inverse_deviation(to.variance[j]);
  }
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) {
      const T normal = (x.row(i)[j] - to.mean[j]) * to.inverse[j];
      to.normal.row(i)[j] = normal;
      to.out.row(i)[j] = to.scale[j] * normal + to.shift[j];
    }
  }
}

template <class T>
void normalize_batch_back(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse, T* by_scale, T* by_shift) {
  const T share = T(1) / static_cast<T>(d.rows);
  for (Index j = 0; j < d.cols; ++j) by_scale[j] = by_shift[j] = 0;
  for (Index i = 0; i < d.rows; ++i) {
    for (Index j = 0; j < d.cols; ++j) {
      by_scale[j] += d.row(i)[j] * normal.row(i)[j];
      by_shift[j] += d.row(i)[j];
    }
  }
  for (Index i = 0; i < d.rows; ++i) {
    const T* __restrict from = normal.row(i);
    T* __restrict row = d.row(i);
    for (Index j = 0; j < d.cols; ++j) {
      row[j] = scale[j] * inverse[j] * (row[j] - share * (by_shift[j] + from[j] * by_scale[j]));
    }
  }
}

template <class T>
void normalize_rows(Matrix<const T> x, T* inverse, Matrix<T> normal) {
  const T share = T(1) / static_cast<T>(x.cols);
  for (Index i = 0; i < x.rows; ++i) {
    const T* __restrict from = x.row(i);
    T* __restrict to = normal.row(i);
    T mean = 0;
    for (Index j = 0; j < x.cols; ++j) mean += from[j];
    mean *= share;
    T variance = 0;
    for (Index j = 0; j < x.cols; ++j) variance += (from[j] - mean) * (from[j] - mean);
    inverse[i] = inverse_deviation(variance * share);
    for (Index j = 0; j < x.cols; ++j) to[j] = (from[j] - mean) * inverse[i];
  }
}

template <class T>
void normalize_rows_back(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse) {
  const T share = T(1) / static_cast<T>(d.cols);
  for (Index i = 0; i < d.rows; ++i) {
    const T* __restrict from = normal.row(i);
    T* __restrict row = d.row(i);
    T sum = 0;
    T product = 0;
    for (Index j = 0; j < d.cols; ++j) {
      row[j] *= scale[j];
      sum += row[j];
      product += row[j] * from[j];
    }
    for (Index j = 0; j < d.cols; ++j) row[j] = inverse[i] * (row[j] - share * (sum + from[j] * product));
  }
}

template void normalize_batch<float>(Matrix<const float>, const NormalizedBatch<float>&);
template void normalize_batch<double>(Matrix<const double>, const NormalizedBatch<double>&);
template void normalize_batch_back<float>(Matrix<float>, Matrix<const float>, const float*, const float*, float*, float*);
template void normalize_batch_back<double>(Matrix<double>, Matrix<const double>, const double*, const double*, double*,
                                           double*);
template void normalize_rows<float>(Matrix<const float>, float*, Matrix<float>);
template void normalize_rows<double>(Matrix<const double>, double*, Matrix<double>);
template void normalize_rows_back<float>(Matrix<float>, Matrix<const float>, const float*, const float*);
template void normalize_rows_back<double>(Matrix<double>, Matrix<const double>, const double*, const double*);

}  // namespace mlp
