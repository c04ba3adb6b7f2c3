#pragma once

#include <algorithm>

#include "mlp/layer.h"

namespace mlp {

/** Where a way around the next layers begins: hands on what it is given. SkipEnd adds that again. */
template <class T>
class SkipStart final : public Layer<T> {
 public:
  SkipStart(Index width, Index rows) : derivative_(rows * width) {}

  Matrix<T> forward(const Pass<T>&, Matrix<T> in) override {
    given_ = in;
    return in;
  }

  void backward(const Pass<T>&, Matrix<T> in, Descent<T>& descent) override {
    T* __restrict d = descent.derivative(in.rows, in.cols).data;
    for (Index e = 0; e < in.rows * in.cols; ++e) d[e] += derivative_[e];
  }

  const T* given() const { return given_.data; }
  /** Of the loss by the sum at the end. */
  T* derivative() { return derivative_.data(); }

 private:
  Matrix<T> given_;
  Buffer<T> derivative_;
};

/** Where it ends: out = in + what the start was given. He et al. 2016, eq. 1. */
template <class T>
class SkipEnd final : public Layer<T> {
 public:
  SkipEnd(SkipStart<T>& start, Index width, Index rows) : start_(start), out_(rows * width) {}

  Matrix<T> forward(const Pass<T>&, Matrix<T> in) override {
    const T* const given = start_.given();
    for (Index e = 0; e < in.rows * in.cols; ++e) out_[e] = in.data[e] + given[e];
    return {out_.data(), in.rows, in.cols, in.cols};
  }

  void backward(const Pass<T>&, Matrix<T> in, Descent<T>& descent) override {
    std::copy_n(descent.derivative(in.rows, in.cols).data, in.rows * in.cols, start_.derivative());
  }

 private:
  SkipStart<T>& start_;
  Buffer<T> out_;
};

}  // namespace mlp
