#pragma once

#include <cstdint>
#include <vector>

#include "mlp/buffer.h"
#include "mlp/checkpoint.h"
#include "mlp/layer.h"
#include "mlp/shape.h"
#include "mlp/update.h"

namespace mlp {

/**
 * How a gradient becomes a step; 0 turns a part off. In this order, PyTorch's: the gradient is clipped by value, then
 * by norm; the penalties' slopes are added; the weights decay; the optimizer steps.
 *
 * Penalties and decay are for weights alone, never for biases: a bias needs less data to be fitted, and shrinking it
 * underfits. Goodfellow, Bengio, Courville 2016, section 7.1.
 */
struct UpdateOptions {
  Optimizer optimizer = Optimizer::kAdam;
  /** kSgd and kNesterov only; 0 is plain gradient descent. */
  double momentum = 0;
  /** Largest magnitude of an element of the gradient. */
  double clip_value = 0;
  /** Largest norm of the whole gradient. Pascanu, Mikolov, Bengio 2013, algorithm 1. */
  double clip_norm = 0;
  double l1 = 0;
  double l2 = 0;
  /** Share of each weight, times the rate, lost a step; Adam with it is AdamW. Loshchilov & Hutter 2019, alg. 2. */
  double weight_decay = 0;
};

/** What an optimizer remembers from step to step. */
struct UpdateMemory {
  std::int64_t steps = 0;
  double momentum_product = 1;  // kNadam
  Buffer<float> first;     // velocity, mean of the gradient, or sum or mean of its square where that is all
  Buffer<float> second;    // mean of the square
  Buffer<float> third;     // largest mean of the square

  UpdateMemory(Optimizer optimizer, Index count);
};

/** How many of those three the rule has. */
Index memories_of(Optimizer optimizer);

/** Whether a gradient is clipped or gets a penalty's slope before it is used. */
bool shapes_gradient(const UpdateOptions& options);

/** Factor that brings a gradient's norm down to the most, as torch.nn.utils.clip_grad_norm_: never quite to it. */
double norm_factor(double sum_of_squares, double most);

/**
 * The update rule of one training and its memory, all of it taken when it is made.
 *
 * Between begin() and finish() columns of a matrix may take their step as their gradient is computed, where that is
 * faster: by momentum or Adam, on AVX-512. What comes out is the same to the bit.
 */
class Updater final : public WeightSteps<float> {
 public:
  Updater(const UpdateOptions& options, const Shape& shape, KernelSet kernels = best_kernels().set);

  void step(float* weights, const float* gradient, double rate);

  /** A step of these weights, which are to stay where they are until finish(). */
  void begin(float* weights, double rate);
  WeightStep<float>* step_of(Index offset) override;
  /** Steps all that has not; of what has, the gradient may be anything. */
  void finish(const float* gradient);

  void save(CheckpointWriter& to) const;
  /** @param steps that have been taken. */
  void restore(CheckpointReader& from, std::int64_t steps);

  UpdateMemory& memory() { return memory_; }

 private:
  struct Weights {
    Index offset;
    Index inputs;
    Index outputs;
    WeightStep<float> step;

    Index size() const { return inputs * outputs; }
    /** What has not taken its step yet. */
    Part rest() const;
    Index rest_at() const { return offset + step.taken; }
  };

  const float* shape_gradient(const float* gradient);
  /** What decay leaves of a weight. */
  double kept() const;
  void decay(Index offset, const Part& part) const;
  void move(Index offset, const Part& part, const float* gradient);

  UpdateOptions options_;
  const UpdateKernels<float>& kernels_;
  Index least_stepped_;
  std::vector<Weights> matrices_;
  UpdateMemory memory_;
  Buffer<float> shaped_;  // the gradient, clipped and with penalties
  // Of the step in hand.
  float* weights_ = nullptr;
  double rate_ = 0;
  AdamCorrections corrections_{};
};

}  // namespace mlp
