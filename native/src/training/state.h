#pragma once

#include <optional>
#include <vector>

#include "mlp/average.h"
#include "mlp/trainer.h"

namespace mlp {

/** All that a training changes, and so what a checkpoint has. */
struct TrainingState {
  /** @param cancelled leaves the first weights unfinished. */
  TrainingState(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const std::atomic<bool>& cancelled);

  Index steps_an_epoch() const { return (fitted.count - 1) / options.batch_size + 1; }

  void diverge(double loss);

  const TrainingOptions& options;
  const Rows& fitted;
  /** Null where no rows judge. */
  const Rows* const judged;
  const KernelSet kernels;
  Network<float> network;
  Updater updater;
  Plateau plateau;
  Average average;
  /** That have ended. */
  int epochs = 0;
  /** That have begun. */
  std::int64_t steps = 0;
  double first_loss = 0;
  EpochRecord best;
  /** Those of the best epoch. */
  std::vector<float> kept_weights;
  std::optional<Divergence> divergence;

 private:
  void start(const std::atomic<bool>& cancelled);
};

/** Between two epochs. */
Bytes checkpoint_of(const TrainingState& state);

/** Goes on from options.checkpoint. @throws CheckpointError where that is of another training, or damaged. */
void restore(TrainingState& state);

}  // namespace mlp
