#pragma once

#include <vector>

#include "chunk_reader.h"
#include "limits.h"
#include "state.h"

namespace mlp {

/** Visits all rows once, in batches, with a step of the weights after each. */
class EpochRunner {
 public:
  EpochRunner(TrainingState& state, const Limits& limits);

  /** @param epoch from 1. @returns the mean loss; unfinished when stopped or diverged. */
  double run(int epoch);

  /** Mean loss of each batch so far; empty unless asked for. */
  std::vector<double>& step_losses() { return step_losses_; }

 private:
  void arrange(int epoch);
  double rate_at(int epoch, Index step) const;
  bool is_lost(double mean);
  double run_batch(Index from, Index size, int epoch, Index step);

  TrainingState& state_;
  const Limits& limits_;
  ChunkReader reader_;
  std::vector<std::int32_t> order_;
  std::vector<double> step_losses_;
};

}  // namespace mlp
