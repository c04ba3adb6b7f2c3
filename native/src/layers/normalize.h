#pragma once

#include "mlp/layer.h"
#include "mlp/shape.h"

namespace mlp {

/**
 * out = scale * normal + shift, each column normalized over the batch: Ioffe & Szegedy 2015.
 *
 * Outside of training by the running moments, which each batch moves a tenth of the way to its own (the variance without
 * bias), as in PyTorch. A batch of one row has no variance of its own: it goes by the running moments as well, and leaves
 * them as they are. A batch must come in one chunk.
 */
template <class T>
class NormalizeBatch final : public Layer<T> {
 public:
  NormalizeBatch(const Level& level, Index rows);

  Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) override;
  void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) override;

 private:
  void follow(T* running_mean, T* running_variance, Index rows) const;

  Level level_;
  Buffer<T> normal_;
  Buffer<T> out_;
  Buffer<T> mean_;
  Buffer<T> variance_;
  Buffer<T> inverse_;
  Buffer<T> by_scale_;
  Buffer<T> by_shift_;
};

/** As above, but each row normalized over its columns, in training and outside: Ba, Kiros, Hinton 2016. */
template <class T>
class NormalizeRows final : public Layer<T> {
 public:
  NormalizeRows(const Level& level, Index rows);

  Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) override;
  void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) override;

 private:
  Level level_;
  Buffer<T> normal_;
  Buffer<T> out_;
  Buffer<T> inverse_;
  Buffer<T> by_scale_;
  Buffer<T> by_shift_;
};

}  // namespace mlp
