#pragma once

#include <cstdint>
#include <vector>

#include "mlp/kernels.h"
#include "mlp/rows.h"
#include "weight_factor.h"

namespace mlp {

/** Puts rows and their targets side by side, so that the kernels read them in order. */
class ChunkReader {
 public:
  ChunkReader(const Rows& rows, Index chunk, const Kernels<float>& kernels)
      : rows_(rows), kernels_(kernels), labels_(rows.is_classification() ? chunk : 0),
        values_(rows.is_classification() ? 0 : chunk * rows.outputs), weights_(rows.weights.empty() ? 0 : chunk),
        weight_factor_(weight_factor(rows)) {}

  /** Of the rows with these numbers, in this order. Weights are scaled so that their mean over all rows is 1. */
  Targets<float> read(const std::int32_t* numbers, Index count, float* inputs) {
    kernels_.gather_rows(rows_.features.data(), rows_.columns, numbers, count, inputs);
    if (rows_.is_classification()) take(rows_.labels, numbers, count, labels_);
    else if (rows_.outputs == 1) take(rows_.values, numbers, count, values_);
    else kernels_.gather_rows(rows_.values.data(), rows_.outputs, numbers, count, values_.data());
    if (!weights_.empty()) {
      take(rows_.weights, numbers, count, weights_);
      for (Index i = 0; i < count; ++i) weights_[i] *= weight_factor_;
    }
    return {pointer(labels_), pointer(values_), pointer(weights_)};
  }

 private:
  template <class Value>
  static void take(const std::vector<Value>& from, const std::int32_t* numbers, Index count, std::vector<Value>& to) {
    for (Index i = 0; i < count; ++i) to[i] = from[numbers[i]];
  }

  template <class Value>
  static const Value* pointer(const std::vector<Value>& values) {
    return values.empty() ? nullptr : values.data();
  }

  const Rows& rows_;
  const Kernels<float>& kernels_;
  std::vector<std::int32_t> labels_;
  std::vector<float> values_;
  std::vector<float> weights_;
  float weight_factor_;
};

}  // namespace mlp
