#include "training.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "failure.h"

namespace mlp {
namespace {

bool all_finite(const std::vector<float>& weights) {
  return std::all_of(weights.begin(), weights.end(), [](float weight) { return std::isfinite(weight); });
}

}  // namespace

Training::Training(const TrainingOptions& options, const Rows& fitted, const Rows* judged,
                   const std::atomic<bool>& cancelled)
    : options_(options), limits_(cancelled, options.seconds_most), state_(options, fitted, judged, cancelled),
      progress_(state_, limits_), epoch_(state_, limits_, progress_) {
  if (judged) judge_.emplace(*judged, options.shape, state_.network.chunk());
}

Trained Training::run(const EpochListener& on_epoch) {
  start();
  while (goes_on()) run_epoch(on_epoch);
  return finish();
}

bool Training::goes_on() const { return !is_stopped_ && !is_over() && !is_paused(); }

bool Training::is_over() const { return state_.epochs >= options_.epochs || state_.divergence || is_out_of_patience(); }

bool Training::is_paused() const { return options_.pause && options_.pause->load(std::memory_order_relaxed); }

bool Training::is_out_of_patience() const {
  return options_.patience > 0 && state_.epochs - state_.best.epoch >= options_.patience;
}

void Training::run_epoch(const EpochListener& on_epoch) {
  epoch_.run(state_.epochs + 1);
  EpochRecord record{state_.epochs + 1, progress_.mean_loss(), std::nullopt};
  swap_average();
  if (judge_ && !state_.divergence) {
    record.judged = judge_->measure(state_.network, options_.all_scores, [this] { return limits_.stops(); });
  }
  close_epoch(record, [&](const EpochRecord& told) {
    swap_average();
    on_epoch(told);
  });
}

void Training::close_epoch(const EpochRecord& record, const EpochListener& on_epoch) {
  is_stopped_ = limits_.stops();
  if (is_stopped_) return;
  ++state_.epochs;
  if (state_.divergence) return;
  if (record.judged && !std::isfinite(record.judged->loss)) return state_.diverge(record.judged->loss);
  if (is_better(record)) {
    state_.best = record;
    if (keeps_weights(record.epoch)) keep_weights();
  }
  state_.plateau.observe(record.epoch, record.judged ? record.judged->loss : record.training_loss);
  on_epoch(record);
}

bool Training::would_keep(const EpochRecord& record) const {
  return !state_.divergence && is_better(record) && keeps_weights(record.epoch);
}

bool Training::is_better(const EpochRecord& record) const {
  return state_.best.epoch == 0 || !judge_ || record.judged->loss < state_.best.judged->loss;
}

/** Without judged rows only the last weights are kept, and only a time limit makes it unknown which those are. */
bool Training::keeps_weights(int epoch) const {
  return judge_ || epoch == options_.epochs || options_.seconds_most > 0;
}

void Training::keep_weights() {
  std::copy(state_.network.weights().begin(), state_.network.weights().end(), state_.kept_weights.begin());
}

/** Without judged rows, a pause makes another epoch the last one for who goes on to none. */
void Training::keep_last() {
  swap_average();
  keep_weights();
  swap_average();
}

Trained Training::finish() {
  Trained trained;
  trained.training_seconds = limits_.seconds();
  if (!limits_.is_cancelled()) conclude(trained);
  trained.cancelled = limits_.is_cancelled();  // maybe only while the kept weights were judged
  trained.weights = std::move(state_.kept_weights);
  trained.best = state_.best;
  trained.epochs_run = state_.epochs;
  trained.step_losses = std::move(progress_.step_losses());
  trained.kernels = state_.kernels;
  trained.divergence = state_.divergence;
  return trained;
}

void Training::conclude(Trained& trained) {
  trained.timed_out = limits_.is_out_of_time() && state_.epochs < options_.epochs && !state_.divergence;
  if (!judge_ && is_paused() && !trained.timed_out) keep_last();
  // Where no rows judge, only the weights can show that the last step went astray.
  if (!state_.divergence && !all_finite(state_.kept_weights)) state_.diverge(std::numeric_limits<double>::quiet_NaN());
  trained.paused = is_paused() && !is_over() && !trained.timed_out;
  const bool keeps = options_.keep_checkpoint || trained.paused;
  if (keeps && !trained.timed_out && !state_.divergence) trained.checkpoint = checkpoint_of(state_);
  if (trained.paused) return;
  if (state_.divergence) trained.failure = text_of(*state_.divergence);
  else if (state_.best.epoch == 0) trained.failure = no_epoch_ended(options_.seconds_most);
  else if (judge_) trained.judging_seconds = judge_kept();
}

/** The scores that cost more. @returns what judging takes. */
double Training::judge_kept() {
  std::copy(state_.kept_weights.begin(), state_.kept_weights.end(), state_.network.weights().begin());
  const Stopwatch watch;
  state_.best.judged = judge_->measure(state_.network, true, [this] { return limits_.is_cancelled(); });
  return watch.seconds();
}

}  // namespace mlp
