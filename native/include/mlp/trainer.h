#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mlp/checkpoint.h"
#include "mlp/network.h"
#include "mlp/rows.h"
#include "mlp/schedule.h"
#include "mlp/scores.h"
#include "mlp/updater.h"

namespace mlp {

struct TrainingOptions {
  Shape shape;
  UpdateOptions update;
  /** The highest; the schedule gives factors of it. */
  double learning_rate = 1e-3;
  Schedule schedule;
  /**
   * Decay of the weights' moving average after each step; 0 does without. With it, the average is what is judged, kept
   * and returned, while the training goes on from the weights themselves. Polyak & Juditsky 1992.
   */
  double averaging = 0;
  int epochs = 1;
  Index batch_size = 32;
  /** Epochs without a better judged loss before it stops; 0 never stops early. */
  int patience = 0;
  /** Wall-clock time after which it stops, keeping what the epochs before gave; 0 for none. */
  double seconds_most = 0;
  /** Ends the training with the epoch under way once it is true, its checkpoint kept. May be null. */
  const std::atomic<bool>* pause = nullptr;
  /** Share of a label's probability that is spread over all classes in training. Szegedy et al. 2016, section 7. */
  double label_smoothing = 0;
  /** Whether each epoch gets the scores that cost a sort of the rows, and not only the kept weights. */
  bool all_scores = false;
  std::uint64_t seed = 0;
  KernelSet kernels = best_kernels().set;
  /** Instead of seeded ones, when not empty: shape.parameter_count() of them. */
  std::vector<float> initial_weights;
  /** Instead of seeded shuffles, when not empty: epochs x fitted.count row numbers. */
  std::vector<std::int32_t> order;
  /**
   * Where to go on from, when not empty: what a training with the same options and rows left, whose epochs, time limit and
   * recording alone may differ. Training goes on to `epochs` in all, with the same bits as if it had never stopped.
   */
  Bytes checkpoint;
  /** Leaves a checkpoint at the end of the last epoch. */
  bool keep_checkpoint = false;
  /** Keeps the loss of every batch, before its step. */
  bool record_steps = false;
};

struct EpochRecord {
  /** Counts from 1. */
  int epoch = 0;
  /** Mean over the epoch's rows, each by the weights its batch started with. */
  double training_loss = 0;
  /** Of the judged rows, by the weights at the epoch's end; absent where no rows judge. */
  std::optional<Scores> judged;
};

/** A batch's loss was not finite, or a million times the first batch's. */
struct Divergence {
  double loss = 0;
  /** Both count from 1; `step` over the whole training. */
  int epoch = 0;
  std::int64_t step = 0;
  double learning_rate = 0;
};

struct Trained {
  /** shape.parameter_count() of them. */
  std::vector<float> weights;
  /** The epoch whose weights these are: that of the lowest judged loss, or the last where no rows judge. */
  EpochRecord best;
  int epochs_run = 0;
  /** Of the training without its set-up, and of judging all rows once by the kept weights. Wall-clock time. */
  double training_seconds = 0;
  double judging_seconds = 0;
  bool timed_out = false;
  /** Mean loss of each batch, in order; empty unless asked for. */
  std::vector<double> step_losses;
  KernelSet kernels = KernelSet::kReference;
  bool cancelled = false;
  /** It ended by `pause` before it was over: only `checkpoint` is of use. */
  bool paused = false;
  /** When asked for, or paused; empty when the training was cancelled, ran out of time or diverged. */
  Bytes checkpoint;
  /** Where the loss left all bounds. */
  std::optional<Divergence> divergence;
  /** Why the training cannot be used; empty when it can. */
  std::string failure;
};

using EpochListener = std::function<void(const EpochRecord&)>;

/**
 * Trains in the calling thread. The same arguments on the same CPU give the same weights to the bit.
 * Returns soon after `cancelled` turns true: it is looked at between the chunks of every batch, and of the rows that judge.
 *
 * @throws CheckpointError for a checkpoint that it cannot go on from.
 * @param judged may be null: then nothing is measured, nothing stops it early, and the last weights are kept.
 */
Trained train(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const EpochListener& on_epoch,
              const std::atomic<bool>& cancelled);

/**
 * The most bytes that a training takes beside its rows, all of them before its first epoch: 4 for each of
 *
 *   parameters   x (3 + the optimizer's memories (1 to 3) + 1 with clipping or penalties + 1 with averaging)
 *   chunk rows   x (columns + 2 x the widest layer + targets, and for each unit of a hidden layer 1, with an activation of
 *                its own 1, with a normalization 2, with dropout 2, with a skip 2; 16 for each layer that view.h spreads)
 *   rows         x 1 training, x (outputs + 1) validation
 *
 * and 16 KiB for what is small. A chunk is min(256, max(batch, validation rows)) rows; with batch norm at least the batch.
 */
std::size_t training_bytes(const TrainingOptions& options, Index fitted_rows, Index judged_rows);

/** Rows that a pass of this training takes at once. Batch norm needs all of a batch. */
Index chunk_rows(const TrainingOptions& options, Index fitted_rows, Index judged_rows);

/**
 * All scores of a trained network; unfinished where it was cancelled, which it looks for between chunks of the rows.
 *
 * @param weights shape.parameter_count() of them.
 */
Scores evaluate(const Shape& shape, const std::vector<float>& weights, const Rows& rows,
                const std::atomic<bool>& cancelled);

/**
 * Outputs of a trained network, rows x outputs: before softmax or sigmoid, those being part of the losses. Of fewer rows
 * where it was cancelled.
 */
std::vector<float> predict(const Shape& shape, const std::vector<float>& weights, const Rows& rows,
                           const std::atomic<bool>& cancelled);

}  // namespace mlp
