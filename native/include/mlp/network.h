#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mlp/layer.h"
#include "mlp/shape.h"

namespace mlp {

/** What the rows of a chunk should give: labels or values, whichever the loss needs. */
template <class T>
struct Targets {
  const std::int32_t* labels = nullptr;
  const T* values = nullptr;
};

/**
 * A fully connected network: a list of layers with room for `chunk` rows; larger batches are sums over chunks.
 *
 * Weights and gradient are flat: W_0, b_0, W_1, b_1, ..., each W row-major, inputs x outputs. All memory is taken when
 * it is made.
 */
template <class T>
class Network {
 public:
  Network(Shape shape, const Kernels<T>& kernels, Index chunk);

  const Shape& shape() const { return shape_; }
  Index chunk() const { return chunk_; }
  std::vector<T>& weights() { return weights_; }
  const std::vector<T>& gradient() const { return gradient_; }

  /** Random weights, as the shape's initializer has them. */
  void initialize(std::uint64_t seed);

  /** Where the caller puts a chunk's features: rows x inputs. */
  T* inputs() { return inputs_.data(); }

  /** Scores the first `rows` rows of the inputs. */
  Score evaluate(Index rows, Targets<T> targets);

  /**
   * Scores the rows and puts `scale` times the gradient of their summed loss into gradient(), or adds it there.
   * The gradient of a batch's mean loss is the sum over its chunks with scale = 1 / batch.
   */
  Score differentiate(Index rows, Targets<T> targets, T scale, bool accumulate);

 private:
  void add_layers();
  Pass<T> pass(bool accumulate);
  /** @returns the outputs. */
  Matrix<T> forward(const Pass<T>& pass, Index rows);
  void backward(const Pass<T>& pass);
  Score score(Matrix<T> outputs, Targets<T> targets, Matrix<T> derivative, T scale);

  Shape shape_;
  Kernels<T> kernels_;
  Index chunk_;
  std::vector<T> weights_;
  std::vector<T> gradient_;
  std::vector<T> inputs_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  std::vector<Matrix<T>> given_;  // what each layer was given last
  Descent<T> descent_;
};

/** Fills the weights of all levels; biases are 0. */
template <class T>
void initialize(const Shape& shape, std::uint64_t seed, T* weights);

}  // namespace mlp
