#pragma once

#include <algorithm>

#include "mlp/buffer.h"
#include "mlp/checkpoint.h"
#include "mlp/update.h"

namespace mlp {

/**
 * The weights' moving average. Its decay starts low, so that it soon forgets the initial weights: at step t it is at
 * most (1 + t) / (10 + t), as in TensorFlow's ExponentialMovingAverage.
 */
class Average {
 public:
  Average(double decay, Index count, KernelSet kernels)
      : decay_(decay), kernels_(supported_updates(kernels)), average_(decay > 0 ? count : 0) {}

  void start(const float* weights) { std::copy_n(weights, average_.size(), average_.data()); }

  void follow(const float* weights) {
    if (average_.empty()) return;
    kernels_.move_average(static_cast<Index>(average_.size()), weights, average_.data(), next_share());
  }

  /** Counts a step. @returns how far the average goes to the weights. */
  double next_share() {
    ++steps_;
    return 1 - std::min(decay_, (1 + steps_) / (10 + steps_));
  }

  /** Empty without averaging. */
  Buffer<float>& numbers() { return average_; }

  /** Puts the average in the weights' place and back again. Without averaging they are the same. */
  void swap(float* weights) { std::swap_ranges(average_.begin(), average_.end(), weights); }

  void save(CheckpointWriter& to) const {
    to.put(steps_);
    to.put(average_);
  }

  /** @param steps that it has followed, where there is one. */
  void restore(CheckpointReader& from, std::int64_t steps) {
    steps_ = from.get<double>();
    CheckpointReader::require(steps_ == (average_.empty() ? 0 : static_cast<double>(steps)));
    from.get(average_);
  }

 private:
  double decay_;
  const UpdateKernels<float>& kernels_;
  double steps_ = 0;
  Buffer<float> average_;
};

}  // namespace mlp
