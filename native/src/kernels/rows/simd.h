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

/** Fewer than two vectors; not by a mask, as what reads the row next would wait until that is in the cache. */
MLP_SIMD_INLINE void copy_few(const float* from, Index count, float* to) {
  for (; count >= 8; count -= 8, from += 8, to += 8) __builtin_memcpy(to, from, 8 * sizeof(float));
  if (count & 4) __builtin_memcpy(to, from, 4 * sizeof(float)), from += 4, to += 4;
  if (count & 2) __builtin_memcpy(to, from, 2 * sizeof(float)), from += 2, to += 2;
  if (count & 1) *to = *from;
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
    if (out + whole + kLanes <= end) store(out + whole, load(row + whole, rest));
    else copy_few(row + whole, columns - whole, out + whole);
  }
}

}  // namespace
}  // namespace mlp
