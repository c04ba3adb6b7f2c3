#pragma once

#include <cstdint>

#include "mlp/buffer.h"
#include "mlp/kernels.h"

namespace mlp {

/** Which masks dropout draws: each row of each step of a training has its own. */
struct Moment {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  /** Of the epoch. */
  std::uint32_t step = 0;
  /** The batch's row that the chunk starts with. */
  Index first_row = 0;
};

/** Steps of matrices of weights as their gradient is computed. */
template <class T>
class WeightSteps {
 public:
  /** Of the matrix that starts there; null where all of its gradient is to go to memory. */
  virtual WeightStep<T>* step_of(Index offset) = 0;

 protected:
  ~WeightSteps() = default;
};

/** What a pass over the layers runs with; the pointers are to the network's flat vectors. */
template <class T>
struct Pass {
  const Kernels<T>& kernels;
  T* weights;
  T* gradient;
  /** Whether the gradient is added to what is there. */
  bool accumulate;
  /** Whether dropout drops and batch norm looks at the batch. */
  bool is_training;
  Moment moment;
  /** By the gradient that this pass completes; may be null. */
  WeightSteps<T>* steps = nullptr;
};

/**
 * The derivative of the loss on its way down, and the memory that it takes: shared by all layers, as only one of them
 * is at work at a time.
 */
template <class T>
class Descent {
 public:
  /** @param widest of all layers. */
  Descent(Index rows, Index widest) : current_(rows * widest), next_(rows * widest) {}

  /** By what the layer in hand gave. */
  Matrix<T> derivative(Index rows, Index width) { return {current_.data(), rows, width, width}; }

  /** Room for the derivative by what the layer in hand was given; `step` makes it the current one. */
  Matrix<T> below(Index rows, Index width) { return {next_.data(), rows, width, width}; }
  void step() { current_.swap(next_); }

 private:
  Buffer<T> current_;
  Buffer<T> next_;
};

/** One step of a network's forward pass, and its way back. All memory is taken when it is made. */
template <class T>
class Layer {
 public:
  virtual ~Layer() = default;

  /** @returns the layer's own memory, which holds until its next forward pass, or `in` itself. */
  virtual Matrix<T> forward(const Pass<T>& pass, Matrix<T> in) = 0;

  /**
   * Puts the gradient of the layer's weights in its place and takes the derivative one layer down.
   *
   * @param in what forward() was given, unchanged since.
   */
  virtual void backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) = 0;
};

template <class T>
Matrix<const T> constant(Matrix<T> m) {
  return {m.data, m.rows, m.cols, m.stride};
}

}  // namespace mlp
