#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "mlp/kernels.h"
#include "mlp/rows.h"

namespace mlp {

/** Copies rows and their targets side by side, so that the kernels read them in order. */
class ChunkReader {
 public:
  ChunkReader(const Rows& rows, Index chunk)
      : rows_(rows), labels_(rows.is_classification() ? chunk : 0),
        values_(rows.is_classification() ? 0 : chunk * rows.outputs), weights_(rows.weights.empty() ? 0 : chunk) {
    if (rows.weights.empty()) return;
    const double sum = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
    weight_factor_ = static_cast<float>(static_cast<double>(rows.count) / sum);
  }

  /** @param row_number (i) -> the i-th row of the chunk. Weights are scaled so that their mean over all rows is 1. */
  template <class RowNumber>
  Targets<float> read(Index count, float* inputs, RowNumber row_number) {
    for (Index i = 0; i < count; ++i) {
      if (i + kAhead < count) fetch(row_number(i + kAhead));
      const Index row = row_number(i);
      std::copy_n(rows_.features.data() + row * rows_.columns, rows_.columns, inputs + i * rows_.columns);
      if (rows_.is_classification()) labels_[i] = rows_.labels[row];
      else std::copy_n(rows_.values.data() + row * rows_.outputs, rows_.outputs, values_.data() + i * rows_.outputs);
      if (!weights_.empty()) weights_[i] = weight_factor_ * rows_.weights[row];
    }
    return {pointer(labels_), pointer(values_), pointer(weights_)};
  }

 private:
  /** Rows come in random order, so only we know which is needed next. Longer ones the CPU sees coming by itself. */
  static constexpr Index kAhead = 8;
  static constexpr Index kMostFetched = 128;
  static constexpr Index kLine = 16;

  void fetch(Index row) const {
    const float* const features = rows_.features.data() + row * rows_.columns;
    for (Index j = 0; j < std::min(rows_.columns, kMostFetched); j += kLine) __builtin_prefetch(features + j);
    if (rows_.is_classification()) __builtin_prefetch(rows_.labels.data() + row);
    else __builtin_prefetch(rows_.values.data() + row * rows_.outputs);
  }

  template <class Value>
  static const Value* pointer(const std::vector<Value>& values) {
    return values.empty() ? nullptr : values.data();
  }

  const Rows& rows_;
  std::vector<std::int32_t> labels_;
  std::vector<float> values_;
  std::vector<float> weights_;
  float weight_factor_ = 1;
};

}  // namespace mlp
