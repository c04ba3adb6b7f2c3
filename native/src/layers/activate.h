#pragma once

#include "mlp/layer.h"

namespace mlp {

/** out = act(in), for what no dense layer does on its way; see Dense. */
template <class T>
class Activate final : public Layer<T> {
 public:
  Activate(Activation activation, Index width, Index rows) : activation_(activation), width_(width), out_(rows * width) {}

  Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) override {
    const Matrix<T> h = out(in.rows);
    pass.kernels.activate(constant(in), h, activation_);
    return h;
  }

  void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) override {
    const Matrix<T> by = derives_from_input(activation_) ? in : out(in.rows);
    pass.kernels.multiply_by_derivative(descent.derivative(in.rows, width_), constant(by), activation_);
  }

 private:
  Matrix<T> out(Index rows) { return {out_.data(), rows, width_, width_}; }

  Activation activation_;
  Index width_;
  Buffer<T> out_;
};

}  // namespace mlp
