#pragma once

#include "mlp/kernels.h"

// The kernel of this folder in the words of the simd header included before it.
namespace mlp {
namespace {

/** Rows ahead of the one that is copied: they come in random order, so only who has their numbers can ask for them. */
constexpr Index kRowsAhead = 8;
/** Floats of a row that are asked for; the rest of a longer one the CPU sees coming by itself. */
constexpr Index kMostAsked = 128;

MLP_SIMD_INLINE void ask_for(const float* row, Index columns) {
  constexpr Index kLine = 16;
  const Index asked = columns < kMostAsked ? columns : kMostAsked;
  for (Index j = 0; j < asked; j += kLine) __builtin_prefetch(row + j);
  __builtin_prefetch(row + asked - 1);
}

/** Whole vectors but for the last few rows: what is written beyond a row is where the next one comes. */
MLP_SIMD_INLINE void gather_any(const float* source, Index columns, const std::int32_t* numbers, Index count,
                                float* out) {
  const Index whole = (columns - 1) / kLanes * kLanes;
  const Mask rest = first_lanes(columns - whole);
  const float* const end = out + count * columns;
  for (Index i = 0; i < count; ++i, out += columns) {
    if (i + kRowsAhead < count) ask_for(source + numbers[i + kRowsAhead] * columns, columns);
    const float* const row = source + numbers[i] * columns;
    for (Index j = 0; j < whole; j += kLanes) store(out + j, load(row + j));
    const Vector last = load(row + whole, rest);
    if (out + whole + kLanes <= end) store(out + whole, last);
    else store(out + whole, rest, last);
  }
}

}  // namespace
}  // namespace mlp
