#pragma once

#include <vector>

#include "../training/weight_factor.h"
#include "mlp/buffer.h"
#include "mlp/rows.h"
#include "network.h"

namespace mlp {

/** Copies rows and their targets into the lanes' vectors. */
class LaneReader {
 public:
  LaneReader(const Rows& rows, Index pass, const LaneKernels& kernels)
      : rows_(rows), kernels_(kernels), labels_(rows.labels.begin(), rows.labels.end()), weights_(rows.weights),
        values_(pass * rows.outputs * kLaneCount), each_(pass * kLaneCount), counts_(rows.weights.empty() ? 0 : each_.size()) {
    const float factor = weight_factor(rows);
    for (float& weight : weights_) weight *= factor;
  }

  /** @param numbers of the rows, of all lanes for each row of the pass. */
  LaneTargets read(Index count, const std::int32_t* numbers, float* inputs) {
    kernels_.gather(count, rows_.columns, rows_.features.data(), numbers, inputs);
    if (labels_.empty()) {
      kernels_.gather(count, rows_.outputs, rows_.values.data(), numbers, values_.data());
    } else {
      kernels_.gather(count, 1, labels_.data(), numbers, each_.data());
      kernels_.mark(count, rows_.outputs, each_.data(), values_.data());
    }
    if (!weights_.empty()) kernels_.gather(count, 1, weights_.data(), numbers, counts_.data());
    return {values_.data(), weights_.empty() ? nullptr : counts_.data()};
  }

 private:
  const Rows& rows_;
  const LaneKernels& kernels_;
  std::vector<float> labels_;
  std::vector<float> weights_;  // with a mean of 1
  Buffer<float> values_;
  Buffer<float> each_;  // the label of each row
  Buffer<float> counts_;
};

}  // namespace mlp
