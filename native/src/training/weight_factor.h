#pragma once

#include <numeric>

#include "mlp/rows.h"

namespace mlp {

/** What rows' weights are multiplied by, so that their mean is 1. */
inline float weight_factor(const Rows& rows) {
  if (rows.weights.empty()) return 1;
  const double sum = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
  return static_cast<float>(static_cast<double>(rows.count) / sum);
}

}  // namespace mlp
