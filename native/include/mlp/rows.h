#pragma once

#include <cstdint>
#include <vector>

#include "mlp/buffer.h"
#include "mlp/view.h"

namespace mlp {

/**
 * Rows to learn from or to be judged by, standardized. Immutable, so any number of trainings read it at once.
 * Exactly one of `labels` and `values` is filled: class numbers below `outputs`, or rows x outputs values, which are from
 * 0 to 1 where a row can have several labels.
 */
struct Rows {
  Index count = 0;
  Index columns = 0;
  Index outputs = 0;
  /** count x columns; rows are visited in random order, and large pages are found faster. */
  Buffer<float> features;
  std::vector<std::int32_t> labels;
  std::vector<float> values;
  /** What each row's loss counts, at least 0 and not all 0; empty where all count the same. Only their ratios matter. */
  std::vector<float> weights;

  bool is_classification() const { return !labels.empty(); }
};

}  // namespace mlp
