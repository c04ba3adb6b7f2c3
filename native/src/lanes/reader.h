#pragma once

#include <algorithm>
#include <vector>

#include "../training/weight_factor.h"
#include "mlp/buffer.h"
#include "mlp/rows.h"
#include "network.h"

namespace mlp {

/** Copies rows and their targets into the lanes' vectors. */
class LaneReader {
 public:
  LaneReader(const Rows& rows, Index pass)
      : rows_(rows), labels_(rows.is_classification() ? pass * kLaneCount : 0), values_(pass * rows.outputs * kLaneCount),
        weights_(rows.weights.empty() ? 0 : pass * kLaneCount), weight_factor_(weight_factor(rows)) {}

  /** @param row_number (i, lane) -> the i-th row of the pass, in that lane. */
  template <class RowNumber>
  LaneTargets read(Index count, float* inputs, RowNumber row_number) {
    if (rows_.is_classification()) std::fill_n(values_.data(), count * rows_.outputs * kLaneCount, 0.0f);
    for (Index i = 0; i < count; ++i) {
      for (Index l = 0; l < kLaneCount; ++l) {
        const Index row = row_number(i, l);
        const float* const features = rows_.features.data() + row * rows_.columns;
        float* const to = inputs + i * rows_.columns * kLaneCount + l;
        for (Index c = 0; c < rows_.columns; ++c) to[c * kLaneCount] = features[c];
        read_target(row, i, l);
      }
    }
    return {values_.data(), weights_.empty() ? nullptr : weights_.data(), labels_.empty() ? nullptr : labels_.data()};
  }

 private:
  void read_target(Index row, Index i, Index l) {
    float* const to = values_.data() + i * rows_.outputs * kLaneCount + l;
    if (rows_.is_classification()) {
      to[rows_.labels[row] * kLaneCount] = 1;
      labels_[i * kLaneCount + l] = rows_.labels[row];
    } else {
      for (Index j = 0; j < rows_.outputs; ++j) to[j * kLaneCount] = rows_.values[row * rows_.outputs + j];
    }
    if (!weights_.empty()) weights_[i * kLaneCount + l] = weight_factor_ * rows_.weights[row];
  }

  const Rows& rows_;
  std::vector<std::int32_t> labels_;
  Buffer<float> values_;
  Buffer<float> weights_;
  float weight_factor_;
};

}  // namespace mlp
