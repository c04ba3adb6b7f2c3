#include "state.h"

#include <algorithm>

namespace mlp {

TrainingState::TrainingState(const TrainingOptions& options, const Rows& fitted, const Rows* judged,
                             const std::atomic<bool>& cancelled)
    : options(options), fitted(fitted), judged(judged), kernels(supported_kernels(options.kernels).set),
      network(options.shape, supported_kernels(options.kernels), chunk_rows(options, fitted.count, judged ? judged->count : 1)),
      updater(options.update, options.shape, options.kernels), plateau(options.schedule),
      average(options.averaging, options.shape.parameter_count(), options.kernels),
      kept_weights(options.shape.parameter_count()) {
  if (options.checkpoint.empty()) start(cancelled);
  else restore(*this);
}

void TrainingState::start(const std::atomic<bool>& cancelled) {
  const auto& given = options.initial_weights;
  if (given.empty()) network.initialize(options.seed, cancelled);
  else std::copy(given.begin(), given.end(), network.weights().begin());
  average.start(network.weights().data());
}

void TrainingState::diverge(double loss) {
  const auto epoch = static_cast<int>((steps - 1) / steps_an_epoch() + 1);
  divergence = {loss, epoch, steps, options.learning_rate};
}

}  // namespace mlp
