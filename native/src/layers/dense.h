#pragma once

#include "mlp/layer.h"
#include "mlp/shape.h"

namespace mlp {

/**
 * out = act(in W + b), the activation being one whose derivative its output tells.
 *
 * Where a dense layer lies on another, it applies the other's derivative as well: while what it hands down is at hand.
 */
template <class T>
class Dense final : public Layer<T> {
 public:
  struct Options {
    Level level;
    Activation activation;
    /** Nothing below needs the derivative by the inputs. */
    bool is_first;
    /** What is above applies the derivative of `activation`. */
    bool is_derived_above;
    /** Activation of the dense layer right below, if there is one: its derivative is ours to apply. */
    Activation below;
  };

  Dense(const Options& options, Index rows);

  Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) override;
  void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) override;

 private:
  Matrix<T> out(Index rows) { return {out_.data(), rows, options_.level.outputs, stride_}; }

  Options options_;
  Index stride_;
  Buffer<T> out_;
};

}  // namespace mlp
