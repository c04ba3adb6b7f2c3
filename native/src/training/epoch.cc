#include "epoch.h"

#include <algorithm>

#include "mlp/random.h"

namespace mlp {

void arrange(const TrainingOptions& options, Index rows, int epoch, std::int32_t* order) {
  if (options.order.empty()) shuffle_rows(options.seed, static_cast<std::uint32_t>(epoch), rows, order);
  else std::copy_n(options.order.begin() + (epoch - 1) * rows, rows, order);
}

EpochRunner::EpochRunner(TrainingState& state, const Limits& limits, EpochProgress& progress)
    : state_(state), limits_(limits), progress_(progress),
      reader_(state.fitted, state.network.chunk(), supported_kernels(state.kernels)),
      order_(state.fitted.count) {}

void EpochRunner::run(int epoch) {
  const TrainingOptions& options = state_.options;
  arrange(options, state_.fitted.count, epoch, order_.data());
  progress_.begin(epoch);
  for (Index from = 0; from < state_.fitted.count && progress_.goes_on(); from += options.batch_size) {
    run_batch(from, std::min(options.batch_size, state_.fitted.count - from));
  }
}

/** Takes the step of a batch, unless its loss is lost: the last chunk's gradient and the step go together. */
void EpochRunner::run_batch(Index from, Index size) {
  Network<float>& network = state_.network;
  float* const weights = network.weights().data();
  double loss = 0;
  Index done = 0;
  for (; size - done > network.chunk(); done += network.chunk()) {
    loss += score_chunk(from, size, done);
    network.differentiate_scored(done > 0, nullptr);
    if (limits_.is_cancelled()) return;
  }
  loss += score_chunk(from, size, done);
  const auto rate = progress_.rate_after(loss, size);
  if (!rate) return;
  state_.updater.begin(weights, *rate);
  network.differentiate_scored(done > 0, &state_.updater);
  state_.updater.finish(network.gradient().data());
  state_.average.follow(weights);
}

/** @returns the summed loss of the chunk that starts with the batch's row `done`. */
double EpochRunner::score_chunk(Index from, Index size, Index done) {
  Network<float>& network = state_.network;
  const Index count = std::min(network.chunk(), size - done);
  const Targets<float> targets = reader_.read(order_.data() + from + done, count, network.inputs());
  const float scale = static_cast<float>(1.0 / static_cast<double>(size));
  const float smoothing = static_cast<float>(state_.options.label_smoothing);
  const Moment moment{state_.options.seed, static_cast<std::uint32_t>(progress_.epoch()),
                      static_cast<std::uint32_t>(progress_.step()), done};
  return network.score_in_training(count, targets, scale, moment, smoothing).loss;
}

}  // namespace mlp
