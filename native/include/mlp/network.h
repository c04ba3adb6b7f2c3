#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "mlp/layer.h"
#include "mlp/shape.h"

namespace mlp {

/**
 * A fully connected network: a list of layers with room for `chunk` rows; larger batches are sums over chunks.
 *
 * Weights and gradient are flat: W_0, b_0, W_1, b_1, ..., each W row-major, inputs x outputs; where a hidden layer is
 * normalized, scale and shift follow its b. Behind all of them come the running mean and variance of each layer with
 * batch norm, which have no gradient. All memory is taken when it is made.
 */
template <class T>
class Network {
 public:
  Network(Shape shape, const Kernels<T>& kernels, Index chunk);

  const Shape& shape() const { return shape_; }
  Index chunk() const { return chunk_; }
  Buffer<T>& weights() { return weights_; }
  const Buffer<T>& weights() const { return weights_; }
  const Buffer<T>& gradient() const { return gradient_; }

  /** Random weights, as the shape's initializer has them. @param cancelled as below. */
  void initialize(std::uint64_t seed, const std::atomic<bool>& cancelled);

  /** Where the caller puts a chunk's features: rows x inputs. */
  T* inputs() { return inputs_.data(); }

  /** Outputs for the first `rows` rows of the inputs; they hold until the next pass. */
  Matrix<const T> predict(Index rows);

  /** Scores the outputs by the loss, without smoothing. */
  Score score(Matrix<const T> outputs, Targets<T> targets);

  /** Scores the rows in training; with batch norm, a batch must be one chunk. */
  Score score_in_training(Index rows, Targets<T> targets, T scale, const Moment& moment, T smoothing);

  /**
   * Puts `scale` times the gradient of the summed loss that was scored last into gradient(), or adds it there. The
   * gradient of a batch's mean loss is the sum over its chunks with scale = 1 / batch.
   *
   * @param steps may take matrices of it instead, where not null.
   */
  void differentiate_scored(bool accumulate, WeightSteps<T>* steps);

 private:
  void add_layers();
  void add_level(const Level& level, std::uint32_t number, bool is_joined_below, bool is_joined_above);
  /** @returns the outputs. */
  Matrix<T> forward(const Pass<T>& pass, Index rows);
  void backward(const Pass<T>& pass);

  Shape shape_;
  Kernels<T> kernels_;
  Index chunk_;
  Buffer<T> weights_;
  Buffer<T> gradient_;
  Buffer<T> inputs_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  std::vector<Matrix<T>> given_;  // what each layer was given last
  Descent<T> descent_;
};

/** Scores outputs by the shape's loss. Where d has data, the derivative, times `scale`, goes there. */
template <class T>
Score score_outputs(const Kernels<T>& kernels, const Shape& shape, Matrix<const T> outputs, Targets<T> targets,
                    Matrix<T> d, T scale, T smoothing);

/**
 * Fills shape.parameter_count() numbers: random weights; biases, shifts and running means 0, scales and variances 1.
 *
 * @param cancelled leaves what takes long, orthogonal weights, as far as they are.
 */
template <class T>
void initialize(const Shape& shape, std::uint64_t seed, T* weights, const std::atomic<bool>& cancelled);

}  // namespace mlp
