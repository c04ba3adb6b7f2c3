#pragma once

#include <cstdint>

#include "mlp/checkpoint.h"

namespace mlp {

enum class ScheduleKind : std::uint8_t {
  kConstant,
  kStep,
  kExponential,
  kPolynomial,
  kCosine,
  kCosineRestarts,
  kOneCycle,
  kPlateau
};

/** How the learning rate changes over the epochs: linear warm-up, then the schedule over the epochs that are left. */
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  /** Epochs that the whole shape covers, warm-up included; a training may stop before its end. */
  int epochs = 1;
  /** kStep: the rate is multiplied by `step_factor` every `step_epochs` epochs. kPlateau: at every drop. */
  int step_epochs = 1;
  double step_factor = 1;
  /** kExponential, kPolynomial, kCosine, kCosineRestarts: the rate changes with each step, not once an epoch. */
  bool every_step = false;
  /** Epochs in which the rate rises to the full one, step by step. Goyal et al. 2017, section 2.2. */
  int warmup_epochs = 0;
  /** kExponential: factor of the last epoch, or of the last step. */
  double final_factor = 0.01;
  /** kPolynomial. */
  double power = 1;
  /** kCosineRestarts: epochs of the first cycle, and how many times longer each next one is. */
  int restart_epochs = 10;
  int restart_factor = 2;
  /** kPlateau: epochs without a better loss before a drop. */
  int plateau_epochs = 5;

  /**
   * Factor of the learning rate in one step. It changes once an epoch, but from step to step in warm-up, in one cycle
   * and where `every_step` says so. For kPlateau, it is what the drops are applied to.
   *
   * @param epoch from 1.
   * @param step  within the epoch, from 0.
   * @param steps an epoch has.
   */
  double factor(int epoch, std::int64_t step, std::int64_t steps) const;

  /** Whether the steps of that epoch have different factors. */
  bool changes_within(int epoch) const {
    const bool can_fall = kind != ScheduleKind::kConstant && kind != ScheduleKind::kStep && kind != ScheduleKind::kPlateau;
    return epoch <= warmup_epochs || kind == ScheduleKind::kOneCycle || (every_step && can_fall);
  }

 private:
  double after_warmup(int epoch, int covered, std::int64_t step, std::int64_t steps) const;
  double exponential(double passed, double last) const;
  double restarted_cosine(int epoch, double within) const;
};

/** The drops of kPlateau: one whenever the loss has not become better for `plateau_epochs` epochs; 1 for the others. */
class Plateau {
 public:
  explicit Plateau(const Schedule& schedule) : schedule_(schedule) {}

  double factor() const { return factor_; }

  /** @param loss at the end of the epoch. Those of the warm-up do not count. */
  void observe(int epoch, double loss);

  void save(CheckpointWriter& to) const;
  void restore(CheckpointReader& from);

 private:
  const Schedule& schedule_;
  double factor_ = 1;
  double best_ = 0;
  std::int32_t waited_ = -1;  // epochs since the best or the last drop; -1 before the first epoch
};

}  // namespace mlp
