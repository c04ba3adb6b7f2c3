#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "mlp/kernels.h"
#include "mlp/rows.h"
#include "weight_factor.h"

namespace mlp {

/** As std::copy_n, whose call takes longer than a short row; a long one is better off with it. */
inline void copy_row(const float* from, Index count, float* to) {
  constexpr Index kLong = 128;
  if (count >= kLong) {
    std::copy_n(from, count, to);
    return;
  }
  const auto take = [&](Index some) {
    from += some;
    to += some;
  };
  for (Index left = count; left >= 16; left -= 16, take(16)) std::memcpy(to, from, 16 * sizeof(float));
  if (count & 8) std::memcpy(to, from, 8 * sizeof(float)), take(8);
  if (count & 4) std::memcpy(to, from, 4 * sizeof(float)), take(4);
  if (count & 2) std::memcpy(to, from, 2 * sizeof(float)), take(2);
  if (count & 1) *to = *from;
}

/** Copies rows and their targets side by side, so that the kernels read them in order. */
class ChunkReader {
 public:
  ChunkReader(const Rows& rows, Index chunk)
      : rows_(rows), labels_(rows.is_classification() ? chunk : 0),
        values_(rows.is_classification() ? 0 : chunk * rows.outputs), weights_(rows.weights.empty() ? 0 : chunk), weight_factor_(weight_factor(rows)) {}

  /** @param row_number (i) -> the i-th row of the chunk. Weights are scaled so that their mean over all rows is 1. */
  template <class RowNumber>
  Targets<float> read(Index count, float* inputs, RowNumber row_number) {
    for (Index i = 0; i < count; ++i) {
      if (i + kAhead < count) fetch(row_number(i + kAhead));
      const Index row = row_number(i);
      copy_row(rows_.features.data() + row * rows_.columns, rows_.columns, inputs + i * rows_.columns);
      if (rows_.is_classification()) labels_[i] = rows_.labels[row];
      else copy_row(rows_.values.data() + row * rows_.outputs, rows_.outputs, values_.data() + i * rows_.outputs);
      if (!weights_.empty()) weights_[i] = weight_factor_ * rows_.weights[row];
    }
    return {pointer(labels_), pointer(values_), pointer(weights_)};
  }

 private:
  /** Asks for a row that will be read soon: they come in random order, so only the caller knows which. */
  // Inline, or GCC finds that it changes nothing and leaves its calls out.
  [[gnu::always_inline]] void fetch(Index row) const {
    const float* const features = rows_.features.data() + row * rows_.columns;
    const Index fetched = std::min(rows_.columns, kMostFetched);
    for (Index j = 0; j < fetched; j += kLine) __builtin_prefetch(features + j);
    __builtin_prefetch(features + fetched - 1);
    if (rows_.is_classification()) __builtin_prefetch(rows_.labels.data() + row);
    else __builtin_prefetch(rows_.values.data() + row * rows_.outputs);
  }

  /** Rows ahead of the one that is copied. */
  static constexpr Index kAhead = 8;
  /** The rest of a longer row the CPU sees coming by itself. */
  static constexpr Index kMostFetched = 128;
  static constexpr Index kLine = 16;

  template <class Value>
  static const Value* pointer(const std::vector<Value>& values) {
    return values.empty() ? nullptr : values.data();
  }

  const Rows& rows_;
  std::vector<std::int32_t> labels_;
  std::vector<float> values_;
  std::vector<float> weights_;
  float weight_factor_;
};

}  // namespace mlp
