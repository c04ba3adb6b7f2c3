#pragma once

#include <vector>

#include "chunk_reader.h"
#include "progress.h"

namespace mlp {

/** The rows in the order in which an epoch visits them: a fresh shuffle, or as the caller says. */
void arrange(const TrainingOptions& options, Index rows, int epoch, std::int32_t* order);

/** Visits all rows once, in batches, with a step of the weights after each. */
class EpochRunner {
 public:
  EpochRunner(TrainingState& state, const Limits& limits, EpochProgress& progress);

  /** @param epoch from 1. Unfinished when stopped or diverged. */
  void run(int epoch);

 private:
  void run_batch(Index from, Index size);
  double score_chunk(Index from, Index size, Index done);

  TrainingState& state_;
  const Limits& limits_;
  EpochProgress& progress_;
  ChunkReader reader_;
  std::vector<std::int32_t> order_;
};

}  // namespace mlp
