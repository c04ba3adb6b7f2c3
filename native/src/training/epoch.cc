#include "epoch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mlp/random.h"

namespace mlp {
namespace {

// A loss of this many times the first one has left what a training comes back from, though it may never become infinite.
constexpr double kExploded = 1e6;

}  // namespace

EpochRunner::EpochRunner(TrainingState& state, const Limits& limits)
    : state_(state), limits_(limits), reader_(state.fitted, state.network.chunk()), order_(state.fitted.count) {
  if (state.options.record_steps) step_losses_.reserve(state.options.epochs * state.steps_an_epoch());
}

double EpochRunner::run(int epoch) {
  const TrainingOptions& options = state_.options;
  arrange(epoch);
  double rate = rate_at(epoch, 0);
  double sum = 0;
  Index step = 0;
  for (Index from = 0; from < state_.fitted.count && !limits_.stops(); from += options.batch_size, ++step) {
    const Index size = std::min(options.batch_size, state_.fitted.count - from);
    const double loss = run_batch(from, size, epoch, step);
    ++state_.steps;
    sum += loss;
    const double mean = loss / static_cast<double>(size);
    if (options.record_steps) step_losses_.push_back(mean);
    if (is_lost(mean) && !limits_.stops()) {
      state_.diverge(mean);
      break;
    }
    if (options.schedule.changes_within(epoch)) rate = rate_at(epoch, step);
    state_.updater.step(state_.network.weights().data(), state_.network.gradient().data(), rate);
    state_.average.follow(state_.network.weights().data());
  }
  return sum / static_cast<double>(state_.fitted.count);
}

/** The rows in the order in which an epoch visits them: a fresh Fisher-Yates shuffle, or as the caller says. */
void EpochRunner::arrange(int epoch) {
  const TrainingOptions& options = state_.options;
  if (!options.order.empty()) {
    std::copy_n(options.order.begin() + (epoch - 1) * state_.fitted.count, state_.fitted.count, order_.begin());
    return;
  }
  std::iota(order_.begin(), order_.end(), 0);
  Stream stream(options.seed, Purpose::kOrder, static_cast<std::uint32_t>(epoch));
  for (std::size_t i = order_.size(); i-- > 1;) {
    std::swap(order_[i], order_[stream.below(static_cast<std::uint32_t>(i + 1))]);
  }
}

double EpochRunner::rate_at(int epoch, Index step) const {
  const TrainingOptions& options = state_.options;
  return options.learning_rate * options.schedule.factor(epoch, step, state_.steps_an_epoch()) * state_.plateau.factor();
}

bool EpochRunner::is_lost(double mean) {
  if (state_.steps == 1) state_.first_loss = mean;
  return !(mean <= kExploded * std::max(state_.first_loss, 1.0)) || !std::isfinite(mean);
}

/** Leaves the gradient of the batch's mean loss in the network; returns the summed loss. */
double EpochRunner::run_batch(Index from, Index size, int epoch, Index step) {
  Network<float>& network = state_.network;
  const float scale = static_cast<float>(1.0 / static_cast<double>(size));
  const float smoothing = static_cast<float>(state_.options.label_smoothing);
  double sum = 0;
  for (Index done = 0; done < size && !limits_.is_cancelled(); done += network.chunk()) {
    const Index count = std::min(network.chunk(), size - done);
    const std::int32_t* const numbers = order_.data() + from + done;
    const Targets<float> targets = reader_.read(count, network.inputs(), [numbers](Index i) { return numbers[i]; });
    const Moment moment{state_.options.seed, static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(step), done};
    sum += network.differentiate(count, targets, scale, done > 0, moment, smoothing).loss;
  }
  return sum;
}

}  // namespace mlp
