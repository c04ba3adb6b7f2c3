#include "epoch.h"

#include <algorithm>

#include "mlp/random.h"

namespace mlp {

void arrange(const TrainingOptions& options, Index rows, int epoch, std::int32_t* order) {
  if (options.order.empty()) shuffle_rows(options.seed, static_cast<std::uint32_t>(epoch), rows, order);
  else std::copy_n(options.order.begin() + (epoch - 1) * rows, rows, order);
}

EpochRunner::EpochRunner(TrainingState& state, const Limits& limits, EpochProgress& progress)
    : state_(state), limits_(limits), progress_(progress), reader_(state.fitted, state.network.chunk(), kernels_of(state.kernels)),
      order_(state.fitted.count) {}

void EpochRunner::run(int epoch) {
  const TrainingOptions& options = state_.options;
  arrange(options, state_.fitted.count, epoch, order_.data());
  progress_.begin(epoch);
  for (Index from = 0; from < state_.fitted.count && progress_.goes_on(); from += options.batch_size) {
    const Index size = std::min(options.batch_size, state_.fitted.count - from);
    const auto rate = progress_.rate_after(run_batch(from, size), size);
    if (!rate) break;
    state_.updater.step(state_.network.weights().data(), state_.network.gradient().data(), *rate);
    state_.average.follow(state_.network.weights().data());
  }
}

/** Leaves the gradient of the batch's mean loss in the network; returns the summed loss. */
double EpochRunner::run_batch(Index from, Index size) {
  Network<float>& network = state_.network;
  const float scale = static_cast<float>(1.0 / static_cast<double>(size));
  const float smoothing = static_cast<float>(state_.options.label_smoothing);
  const auto epoch = static_cast<std::uint32_t>(progress_.epoch());
  const auto step = static_cast<std::uint32_t>(progress_.step());
  double sum = 0;
  for (Index done = 0; done < size && !limits_.is_cancelled(); done += network.chunk()) {
    const Index count = std::min(network.chunk(), size - done);
    const std::int32_t* const numbers = order_.data() + from + done;
    const Targets<float> targets = reader_.read(numbers, count, network.inputs());
    const Moment moment{state_.options.seed, epoch, step, done};
    sum += network.differentiate(count, targets, scale, done > 0, moment, smoothing).loss;
  }
  return sum;
}

}  // namespace mlp
