#pragma once

#include "mlp/lane_kernels.h"

// After a unit has defined four_columns(), which takes the four neighbours at each of kLanes places.
namespace mlp {
namespace {

/** Of rows of fewer than four. */
template <Index N>
MLP_SIMD_INLINE void gather_short(Index columns, const float* source, const std::int32_t* numbers, float* out) {
  if constexpr (N > 1) {
    if (columns < N) return gather_short<N - 1>(columns, source, numbers, out);
  }
#pragma GCC unroll 16
  for (Index l = 0; l < kLaneCount; ++l) {
    const float* const from = source + numbers[l] * N;
    for (Index c = 0; c < N; ++c) out[c * kLaneCount + l] = from[c];
  }
}

/** The last four of a row may be some that are there already. */
MLP_SIMD_INLINE void gather_fours(Index columns, const float* source, const std::int32_t* numbers, float* out) {
  Index starts[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) starts[l] = numbers[l] * columns;
  for (Index c = 0; c < columns; c += 4) {
    const Index at = c + 4 <= columns ? c : columns - 4;
    for (Index part = 0; part < kLaneCount; part += kLanes) {
      Vector four[4];
      four_columns(source + at, starts + part, four);
      for (Index q = 0; q < 4; ++q) store(out + (at + q) * kLaneCount + part, four[q]);
    }
  }
}

MLP_SIMD void gather_lanes(Index rows, Index columns, const float* source, const std::int32_t* numbers, float* out) {
  for (Index i = 0; i < rows; ++i) {
    float* const to = out + i * columns * kLaneCount;
    if (columns < 4) gather_short<3>(columns, source, numbers + i * kLaneCount, to);
    else gather_fours(columns, source, numbers + i * kLaneCount, to);
  }
}

}  // namespace
}  // namespace mlp
