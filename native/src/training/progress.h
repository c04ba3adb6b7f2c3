#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "limits.h"
#include "state.h"

namespace mlp {

/** How an epoch of one training goes, batch by batch: what its losses come to, and the rate of each step. */
class EpochProgress {
 public:
  EpochProgress(TrainingState& state, const Limits& limits);

  /** @param epoch from 1. */
  void begin(int epoch);

  /** Whether another batch should be begun. */
  bool goes_on() const { return !state_.divergence && !limits_.stops(); }

  /** @param loss summed over the rows of the batch. @returns the rate of the step to come; none where the loss is lost. */
  std::optional<double> rate_after(double loss, Index rows);

  int epoch() const { return epoch_; }
  Index step() const { return step_; }
  /** Over the epoch's rows. */
  double mean_loss() const { return sum_ / static_cast<double>(state_.fitted.count); }

  /** Mean loss of each batch so far; empty unless asked for. */
  std::vector<double>& step_losses() { return step_losses_; }

 private:
  /** A loss of this many times the first one has left what a training comes back from, though it may never be infinite. */
  static constexpr double kExploded = 1e6;

  double rate() const;
  bool is_lost(double mean);

  TrainingState& state_;
  const Limits& limits_;
  int epoch_ = 0;
  Index step_ = 0;  // of the epoch
  double sum_ = 0;
  double rate_ = 0;
  std::vector<double> step_losses_;
};

// Here, so that sixteen of them a step are no calls.

inline std::optional<double> EpochProgress::rate_after(double loss, Index rows) {
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

inline bool EpochProgress::is_lost(double mean) {
  if (state_.steps == 1) state_.first_loss = mean;
  return !(mean <= kExploded * std::max(state_.first_loss, 1.0)) || !std::isfinite(mean);
}

}  // namespace mlp
