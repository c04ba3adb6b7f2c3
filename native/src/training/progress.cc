#include "progress.h"

namespace mlp {
EpochProgress::EpochProgress(TrainingState& state, const Limits& limits) : state_(state), limits_(limits) {
  if (state.options.record_steps) step_losses_.reserve(state.options.epochs * state.steps_an_epoch());
}

void EpochProgress::begin(int epoch) {
  epoch_ = epoch;
  step_ = 0;
  sum_ = 0;
  rate_ = rate();
}

double EpochProgress::rate() const {
  const TrainingOptions& options = state_.options;
  return options.learning_rate * options.schedule.factor(epoch_, step_, state_.steps_an_epoch()) * state_.plateau.factor();
}

}  // namespace mlp
