#include "progress.h"

#include <algorithm>
#include <cmath>

namespace mlp {
namespace {

// A loss of this many times the first one has left what a training comes back from, though it may never become infinite.
constexpr double kExploded = 1e6;

}  // namespace

EpochProgress::EpochProgress(TrainingState& state, const Limits& limits) : state_(state), limits_(limits) {
  if (state.options.record_steps) step_losses_.reserve(state.options.epochs * state.steps_an_epoch());
}

void EpochProgress::begin(int epoch) {
  epoch_ = epoch;
  step_ = 0;
  sum_ = 0;
  rate_ = rate();
}

std::optional<double> EpochProgress::rate_after(double loss, Index rows) {
  ++state_.steps;
  sum_ += loss;
  const double mean = loss / static_cast<double>(rows);
  if (state_.options.record_steps) step_losses_.push_back(mean);
  if (is_lost(mean) && !limits_.stops()) {
    state_.diverge(mean);
    return std::nullopt;
  }
  if (state_.options.schedule.changes_within(epoch_)) rate_ = rate();
  ++step_;
  return rate_;
}

double EpochProgress::rate() const {
  const TrainingOptions& options = state_.options;
  return options.learning_rate * options.schedule.factor(epoch_, step_, state_.steps_an_epoch()) * state_.plateau.factor();
}

bool EpochProgress::is_lost(double mean) {
  if (state_.steps == 1) state_.first_loss = mean;
  return !(mean <= kExploded * std::max(state_.first_loss, 1.0)) || !std::isfinite(mean);
}

}  // namespace mlp
