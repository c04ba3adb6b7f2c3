#pragma once

#include <cmath>

#include "mlp/layer.h"
#include "mlp/random.h"

namespace mlp {

/** @param rate counts in steps of 2^-16. @param level whose outputs, `width` of them, are dropped. */
inline Dropping dropping_of(double rate, std::uint32_t level, Index width, const Moment& moment) {
  return {moment.seed,
          {moment.step, static_cast<std::uint32_t>(Purpose::kDropout) | level << 8, moment.epoch},
          static_cast<std::uint64_t>(moment.first_row * width),
          static_cast<std::uint32_t>(std::lround(rate * 65536))};
}

/**
 * In training, each output is left out with the chance `rate` and otherwise scaled up to make up for it: Srivastava et
 * al. 2014, in the inverted form, so that nothing is scaled outside of training. The rate counts in steps of 2^-16.
 *
 * What is left out is a function of the seed, epoch, step, level, row and column: the same on every CPU, in chunks of
 * any size, and after a pause.
 */
template <class T>
class Dropout final : public Layer<T> {
 public:
  Dropout(double rate, std::uint32_t level, Index width, Index rows)
      : rate_(rate), level_(level), width_(width), factors_(rows * width), out_(rows * width) {}

  Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) override {
    if (!pass.is_training) return in;
    const Dropping dropping = dropping_of(rate_, level_, width_, pass.moment);
    const Matrix<T> out{out_.data(), in.rows, width_, width_};
    pass.kernels.drop(constant(in), dropping, factors(in.rows), out);
    return out;
  }

  void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) override {
    pass.kernels.multiply(in.rows * width_, factors_.data(), descent.derivative(in.rows, width_).data);
  }

 private:
  Matrix<T> factors(Index rows) { return {factors_.data(), rows, width_, width_}; }

  double rate_;
  std::uint32_t level_;
  Index width_;
  Buffer<T> factors_;
  Buffer<T> out_;
};

}  // namespace mlp
