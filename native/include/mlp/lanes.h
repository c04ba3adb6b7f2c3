#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

#include "mlp/lane_kernels.h"
#include "mlp/trainer.h"

namespace mlp {

/** One of the trainings that a call does; what it points to must outlive the call. */
struct TrainingTask {
  const TrainingOptions* options = nullptr;
  const Rows* fitted = nullptr;
  /** May be null, as in train(). */
  const Rows* judged = nullptr;
  const std::atomic<bool>* cancelled = nullptr;
  EpochListener on_epoch;
  /** Called once, as soon as this one has ended: with the exception that train() would throw, or with its result. */
  std::function<void(Trained)> on_end;
  std::function<void(std::exception_ptr)> on_error;
};

/**
 * Whether the two can be lanes of one batch: networks of the same layers, small enough to gain by it and without
 * normalization, that learn the same rows in batches of the same size by the same loss and optimizer. All else may differ:
 * rates, momentum, decay, penalties, clipping, schedules, averaging, dropout, seeds, first weights, checkpoints to go on
 * from, epochs, patience, time limits.
 */
bool can_train_together(const TrainingTask& one, const TrainingTask& other);

/**
 * Does all trainings in the calling thread, up to kLaneCount side by side where they can be lanes of one batch, the others
 * one after the other. Each gets, reports and ends as if train() did it, to the bit; one that ends or is cancelled leaves
 * the others as they are, and another takes its place.
 */
void train_together(const std::vector<TrainingTask>& tasks);

/**
 * The most bytes that trainings side by side take beside their rows: training_bytes() of each that has a lane, of more than
 * kLaneCount the largest, and for all lanes 64 for each of
 *
 *   weights      x (3 + the optimizer's memories (1 to 3) + 1 with averaging)
 *   pass rows    x (columns + 2 x the widest layer + outputs + 2 x (outputs + 2) targets, and for each unit of a hidden layer
 *                3, with an activation of its own 1, with a skip 2)
 *   rows         x 1
 *
 * and 4 for each of rows x 2 and of pass rows x 4 x the widest layer, and 48 KiB for what is small. A pass is min(32, chunk)
 * rows, a chunk as in trainer.h.
 *
 * @param tasks one or more, all of which can be trained together.
 */
std::size_t lanes_bytes(const std::vector<TrainingTask>& tasks);

}  // namespace mlp
