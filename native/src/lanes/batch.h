#pragma once

#include <memory>
#include <vector>

#include "../training/training.h"
#include "mlp/lanes.h"
#include "network.h"
#include "reader.h"
#include "updater.h"

namespace mlp {

/** Rows a pass: what one layer gives to the next should stay in the cache. */
constexpr Index kPassRows = 32;

/**
 * Trainings of one shape as the lanes of one network. Each is a Training of its own, which says when it ends and what is
 * kept of it; only its numbers are among those of the others while it has a lane.
 */
class LaneBatch {
 public:
  /** @param tasks all of which can be trained together. */
  explicit LaneBatch(const std::vector<const TrainingTask*>& tasks);

  void run();

 private:
  struct Lane {
    const TrainingTask* task = nullptr;
    std::unique_ptr<Training> training;
    /** Takes no further part in this epoch. */
    bool rests = true;
    /** Whether its numbers are in the network, and not in the training's own. */
    bool is_in = false;
  };

  const TrainingTask& first() const { return *tasks_.front(); }
  void fill();
  void begin(Lane& lane, const TrainingTask& task);
  Index count_open() const;
  void enter(Index l);
  void leave(Index l);
  void abandon(Lane& lane);
  void vacate(Index l);
  void end(Lane& lane);
  template <class Work>
  void guard(Lane& lane, Work work);

  void run_epoch();
  void arrange_all();
  void run_batch(Index from, Index size);
  void step(Index size, const double (&losses)[kLaneCount]);
  void close();
  void close(Index l, double loss);
  void judge_rows(double (&losses)[kLaneCount]);
  bool all_rest() const;
  void swap_averages();
  void run_epochs_alone();

  std::vector<const TrainingTask*> tasks_;
  std::size_t next_ = 0;
  Index chunk_;
  LaneNetwork network_;
  LaneUpdater updater_;
  Buffer<float> average_;
  const LaneKernels& kernels_;
  LaneReader fitted_;
  Buffer<std::int32_t> order_;  // of the rows of this epoch, in all lanes
  std::unique_ptr<LaneReader> judged_;
  Buffer<std::int32_t> judged_order_;
  Buffer<float> outputs_;  // of one lane
  Lane lanes_[kLaneCount];
};

}  // namespace mlp
