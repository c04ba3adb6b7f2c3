#pragma once

#include <optional>

#include "epoch.h"
#include "rows_judge.h"

namespace mlp {

/** A training from its first epoch to its last: which weights are kept, when it ends, and what is told of it. */
class Training {
 public:
  Training(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const std::atomic<bool>& cancelled);

  Trained run(const EpochListener& on_epoch);

  /** From here on its time counts. */
  void start() { limits_.start(); }
  bool goes_on() const;
  void run_epoch(const EpochListener& on_epoch);
  Trained finish();

  // For who runs its epochs beside those of others, instead of run_epoch: the two methods below end one.

  TrainingState& state() { return state_; }
  EpochProgress& progress() { return progress_; }
  const Limits& limits() const { return limits_; }
  std::optional<RowsJudge>& judge() { return judge_; }

  /** Whether closing this epoch keeps the weights that the state has then. */
  bool would_keep(const EpochRecord& record) const;
  /** Counts the epoch and keeps its weights where they are better; then tells of it. */
  void close_epoch(const EpochRecord& record, const EpochListener& on_epoch);

 private:
  bool keeps_weights(int epoch) const;
  void keep_weights();
  void keep_last();
  bool is_over() const;
  bool is_paused() const;
  bool is_out_of_patience() const;
  bool is_better(const EpochRecord& record) const;
  void swap_average() { state_.average.swap(state_.network.weights().data()); }
  void conclude(Trained& trained);
  double judge_kept();

  const TrainingOptions& options_;
  Limits limits_;
  TrainingState state_;
  EpochProgress progress_;
  EpochRunner epoch_;
  std::optional<RowsJudge> judge_;
  bool is_stopped_ = false;
};

}  // namespace mlp
