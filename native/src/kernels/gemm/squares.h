#pragma once

#include "mlp/view.h"

// Squares of a matrix, as many rows and columns as a vector has lanes, in the words of the simd header included before.
namespace mlp {
namespace {

/** As load_transposed, with zeros where there are fewer rows or columns. */
MLP_SIMD_INLINE void load_part(const float* from, Index stride, Index rows, Index columns, Vector* square) {
  const Mask mask = first_lanes(columns);
#pragma GCC unroll 16
  for (Index r = 0; r < kLanes; ++r) square[r] = r < rows ? load(from + r * stride, mask) : all(0);
  transpose_square(square);
}

}  // namespace
}  // namespace mlp
