#pragma once

#include "mlp/lane_kernels.h"

// After a unit has defined Numbers, row numbers times a row's length, and gathered(), a vector from there.
namespace mlp {
namespace {

MLP_SIMD void gather_lanes(Index rows, Index columns, const float* source, const std::int32_t* numbers, float* out) {
  for (Index i = 0; i < rows; ++i) {
    for (Index part = 0; part < kLaneCount; part += kLanes) {
      const Numbers offsets = offsets_of(numbers + i * kLaneCount + part, columns);
      float* const to = out + i * columns * kLaneCount + part;
      for (Index c = 0; c < columns; ++c) store(to + c * kLaneCount, gathered(source + c, offsets));
    }
  }
}

}  // namespace
}  // namespace mlp
