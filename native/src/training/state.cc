#include "state.h"

#include <algorithm>

namespace mlp {

TrainingState::TrainingState(const TrainingOptions& options, const Rows& fitted, const Rows* judged)
    : options(options), fitted(fitted), is_judged(judged != nullptr), kernels(kernels_of(options.kernels).set),
      network(options.shape, kernels_of(options.kernels), chunk_rows(options, fitted.count, judged ? judged->count : 1)),
      updater(options.update, options.shape, options.kernels), plateau(options.schedule),
      average(options.averaging, options.shape.parameter_count(), options.kernels),
      kept_weights(options.shape.parameter_count()) {
  if (options.initial_weights.empty()) network.initialize(options.seed);
  else std::copy(options.initial_weights.begin(), options.initial_weights.end(), network.weights().begin());
  average.start(network.weights().data());
  if (!options.checkpoint.empty()) restore(*this);
}

void TrainingState::diverge(double loss) {
  const auto epoch = static_cast<int>((steps - 1) / steps_an_epoch() + 1);
  divergence = {loss, epoch, steps, options.learning_rate};
}

}  // namespace mlp
