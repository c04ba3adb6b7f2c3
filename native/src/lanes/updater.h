#pragma once

#include <utility>
#include <vector>

#include "mlp/average.h"
#include "mlp/lane_kernels.h"
#include "mlp/updater.h"

namespace mlp {

/** The update rule of all lanes and their memories, each lane with rates and constants of its own. */
class LaneUpdater {
 public:
  LaneUpdater(const Shape& shape, Optimizer optimizer, KernelSet set);

  /** Takes over the training's memory, and gives it back. */
  void take(Index lane, const UpdateOptions& options, const UpdateMemory& memory);
  void give(Index lane, UpdateMemory& memory) const;

  /** The lane's numbers are of no use from here on. */
  void leave(Index lane) { set(lane, {}); }

  /** A step of all lanes, of which those that rest get rate 0. */
  void step(float* weights, const float* gradient, const double (&rates)[kLaneCount], const bool (&rests)[kLaneCount]);

 private:
  void set(Index lane, const UpdateOptions& options);
  const float* shape_gradient(const float* weights, const float* gradient);
  void decay(float* weights, const double (&rates)[kLaneCount]);
  LaneRates rates_of(const double (&rates)[kLaneCount]);

  template <class Of>
  bool any(Of of) const {
    for (const UpdateOptions& options : options_) {
      if (of(options)) return true;
    }
    return false;
  }

  Optimizer optimizer_;
  const LaneKernels& kernels_;
  Index count_;
  std::vector<std::pair<Index, Index>> matrices_;  // offset and size of each W
  UpdateOptions options_[kLaneCount];
  bool shapes_ = false;  // whether any lane's gradient is clipped or penalized
  bool decays_ = false;  // and whether any lane's weights decay
  std::int64_t steps_[kLaneCount] = {};
  double momentum_products_[kLaneCount] = {};
  Buffer<float> first_;
  Buffer<float> second_;
  Buffer<float> third_;
  Buffer<float> shaped_;
};

/** Puts one lane's numbers in place, or reads them. */
void put_lane(Index lane, const float* from, std::size_t count, float* lanes);
void get_lane(Index lane, const float* lanes, std::size_t count, float* to);

}  // namespace mlp
