#pragma once

#include <cstdint>
#include <vector>

#include "mlp/kernels.h"

namespace mlp {

enum class Loss : std::uint8_t { kCrossEntropy, kMeanSquaredError };

struct Shape {
  /** Inputs, hidden layers from first to last (there may be none), outputs. */
  std::vector<Index> layers;
  /** Of the hidden layers; the outputs are linear, softmax being part of the loss. */
  Activation activation = Activation::kRelu;
  Loss loss = Loss::kCrossEntropy;

  /** Weights and biases of all layers. */
  Index weight_count() const;
};

/** What the rows of a chunk should give: labels or values, whichever the loss needs. */
template <class T>
struct Targets {
  const std::int32_t* labels = nullptr;
  const T* values = nullptr;
};

/**
 * A fully connected network with room for `chunk` rows of activations; larger batches are sums over chunks.
 *
 *   l    layer, from 0                      h_0  inputs, rows x n_0
 *   n_l  width                              h_l+1 = act(h_l W_l + b_l), rows x n_l+1
 *   W_l  n_l x n_l+1                        d_l  derivative of the loss by layer l's sums, rows x n_l+1
 *
 * Weights and gradient are flat: W_0, b_0, W_1, b_1, ..., each W row-major. All memory is taken when it is made.
 */
template <class T>
class Network {
 public:
  Network(Shape shape, const Kernels<T>& kernels, Index chunk);

  const Shape& shape() const { return shape_; }
  Index chunk() const { return chunk_; }
  std::vector<T>& weights() { return weights_; }
  const std::vector<T>& gradient() const { return gradient_; }

  /** Uniform He (before relu) or Glorot weights, biases 0. He et al. 2015; Glorot & Bengio 2010, eq. 16. */
  void initialize(std::uint64_t seed);

  /** Where the caller puts a chunk's features: rows x n_0. */
  T* inputs() { return activations_.front().data(); }

  /** Scores the first `rows` rows of the inputs. */
  Score evaluate(Index rows, Targets<T> targets);

  /**
   * Scores the rows and puts `scale` times the gradient of their summed loss into gradient(), or adds it there.
   * The gradient of a batch's mean loss is the sum over its chunks with scale = 1 / batch.
   */
  Score differentiate(Index rows, Targets<T> targets, T scale, bool accumulate);

 private:
  struct Layer {
    Index inputs;
    Index outputs;
    Index weights;  // offset of W; b follows it
    Index bias;
    Activation activation;
  };

  Matrix<T> activation(std::size_t level, Index rows);
  void forward(Index rows);
  Score score(Index rows, Targets<T> targets, Matrix<T> derivative, T scale);
  void backward(Index rows, bool accumulate);

  Shape shape_;
  Kernels<T> kernels_;
  Index chunk_;
  std::vector<Layer> layers_;
  std::vector<T> weights_;
  std::vector<T> gradient_;
  std::vector<std::vector<T>> activations_;  // h_0 .. h_L, chunk rows each
  std::vector<T> derivative_;                // d_l of the layer in hand
  std::vector<T> previous_;                  // d_l-1, being made
  std::vector<T> transposed_;                // W_l, transposed
};

}  // namespace mlp
