#pragma once

#include <vector>

#include "mlp/buffer.h"
#include "mlp/lane_kernels.h"
#include "mlp/layer.h"
#include "mlp/shape.h"

namespace mlp {

/** What the rows of a pass should give, a vector of lanes for each number. */
struct LaneTargets {
  /** Values, or 1 for the label and 0 elsewhere. */
  const float* values;
  /** Null where all rows count 1. */
  const float* weights;
};

/** Which masks the dropout of a lane draws. */
struct LaneDropout {
  double rate = 0;
  Moment moment;
};

/**
 * kLaneCount networks of one shape as one network of vectors: the layers of Network, without normalization. Weights and
 * gradient are flat as there, a vector for each number. All memory is taken when it is made.
 */
class LaneNetwork {
 public:
  /** @param rows of a pass. */
  LaneNetwork(const Shape& shape, KernelSet set, Index rows);

  Index rows() const { return rows_; }
  Buffer<float>& weights() { return weights_; }
  Buffer<float>& gradient() { return gradient_; }
  /** Where the caller puts the features: rows x inputs vectors. */
  float* inputs() { return inputs_.data(); }

  /** Of the loss: huber's delta, or how much labels are smoothed; a number for each lane. */
  float* parameters() { return parameters_; }

  /** @returns the outputs: rows x outputs vectors, which hold until the next pass. */
  const float* predict(Index rows);

  /** Adds each row's loss, without smoothing, to its lane's. */
  void score(Index rows, const LaneTargets& targets, double* losses);

  /** The gradient of the rows' loss in training, as Network has it, or adds it there; adds to `losses` as well. */
  void differentiate(Index rows, const LaneTargets& targets, float scale, bool accumulate, const LaneDropout* dropouts,
                     double* losses);

 private:
  struct Layer {
    Level level;
    /** act(in W + b); where the activation's derivative needs its input, that, and the output is apart. */
    Buffer<float> sums;
    Buffer<float> active;
    Buffer<float> factors;
    Buffer<float> dropped;
    Buffer<float> skipped;
    Buffer<float> around;  // the derivative that takes the skip
  };

  void forward(Index rows, const LaneDropout* dropouts);
  void backward(Index rows, bool accumulate, const LaneDropout* dropouts);
  const float* drop(Layer& layer, Index rows, const float* in, const LaneDropout* dropouts);
  void draw_factors(Layer& layer, Index rows, const LaneDropout* dropouts);
  void score(Index rows, const LaneTargets& targets, float* d, float scale, const float* parameters, double* losses);
  LaneLoss loss_kernel(bool is_plain) const;
  void score_one_by_one(Index rows, const LaneTargets& targets, float* d, float scale, const float* parameters,
                        double* losses);

  Shape shape_;
  const LaneKernels& kernels_;
  const Kernels<float>& alone_;
  Index rows_;
  Buffer<float> weights_;
  Buffer<float> gradient_;
  Buffer<float> inputs_;
  Buffer<float> d_;
  Buffer<float> below_;
  Buffer<float> one_lane_;  // room for what has no kernel for all lanes
  std::vector<Layer> layers_;
  std::vector<const float*> given_;  // what each layer was given last
  const float* outputs_ = nullptr;
  alignas(64) float parameters_[kLaneCount] = {};
};

}  // namespace mlp
