#pragma once

#include <algorithm>

#include "mlp/network.h"
#include "mlp/rows.h"
#include "mlp/scores.h"
#include "weight_factor.h"

namespace mlp {

/** Calls take(from, outputs) with the outputs for the rows from `from` on, a chunk at a time, until stops(). */
template <class Stops, class Take>
void predict_rows(Network<float>& network, const Rows& rows, Stops stops, Take take) {
  for (Index from = 0; from < rows.count && !stops(); from += network.chunk()) {
    const Index count = std::min(network.chunk(), rows.count - from);
    std::copy_n(rows.features.data() + from * rows.columns, count * rows.columns, network.inputs());
    take(from, network.predict(count));
  }
}

/** Judges a network by all rows. */
class RowsJudge {
 public:
  RowsJudge(const Rows& rows, const Shape& shape, Index chunk)
      : rows_(rows), weights_(rows.weights.empty() ? 0 : chunk), weight_factor_(weight_factor(rows)),
        judge_(rows, shape) {}

  /** @param stops is asked before each chunk; the scores are then unfinished. */
  template <class Stops>
  Scores measure(Network<float>& network, bool all, Stops stops) {
    double loss = 0;
    predict_rows(network, rows_, stops, [&](Index from, Matrix<const float> outputs) {
      loss += network.score(outputs, targets_from(from, outputs.rows)).loss;
      judge_.take(from, outputs);
    });
    return judge_.scores(loss / static_cast<double>(rows_.count), all);
  }

  /** For who has made the outputs elsewhere. */
  Judge& judge() { return judge_; }

 private:
  /** Weights scaled so that their mean over all rows is 1. */
  Targets<float> targets_from(Index first, Index count) {
    Targets<float> targets;
    if (rows_.is_classification()) targets.labels = rows_.labels.data() + first;
    else targets.values = rows_.values.data() + first * rows_.outputs;
    if (weights_.empty()) return targets;
    for (Index i = 0; i < count; ++i) weights_[i] = weight_factor_ * rows_.weights[first + i];
    targets.weights = weights_.data();
    return targets;
  }

  const Rows& rows_;
  std::vector<float> weights_;
  float weight_factor_;
  Judge judge_;
};

}  // namespace mlp
