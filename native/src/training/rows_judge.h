#pragma once

#include <algorithm>

#include "chunk_reader.h"
#include "mlp/network.h"
#include "mlp/scores.h"

namespace mlp {

/** Judges a network by all rows, a chunk at a time. */
class RowsJudge {
 public:
  RowsJudge(const Rows& rows, const Shape& shape, Index chunk) : rows_(rows), reader_(rows, chunk), judge_(rows, shape) {}

  /** @param stops is asked before each chunk; the scores are then unfinished. */
  template <class Stops>
  Scores measure(Network<float>& network, bool all, Stops stops) {
    double loss = 0;
    for (Index from = 0; from < rows_.count && !stops(); from += network.chunk()) {
      const Index count = std::min(network.chunk(), rows_.count - from);
      const Targets<float> targets = reader_.read(count, network.inputs(), [from](Index i) { return from + i; });
      const auto outputs = network.predict(count);
      loss += network.score(outputs, targets).loss;
      judge_.take(from, outputs);
    }
    return judge_.scores(loss / static_cast<double>(rows_.count), all);
  }

  /** For who has made the outputs elsewhere. */
  Judge& judge() { return judge_; }

 private:
  const Rows& rows_;
  ChunkReader reader_;
  Judge judge_;
};

}  // namespace mlp
