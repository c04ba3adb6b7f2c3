#pragma once

#include <cstdint>

namespace mlp {

enum class ScheduleKind : std::uint8_t { kConstant, kStep, kCosine };

/** How the learning rate falls over the epochs. */
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  /** Epochs that the whole shape covers; a training may stop before its end. */
  int epochs = 1;
  /** kStep: the rate is multiplied by `step_factor` every `step_epochs` epochs. */
  int step_epochs = 1;
  double step_factor = 1;

  /** Factor of the starting rate in an epoch, counted from 1. Cosine: Loshchilov & Hutter 2017, eq. 5, no restart. */
  double factor(int epoch) const;
};

}  // namespace mlp
