#pragma once

// The inner loops in the words of the simd header included before it; that unit also says how many sums its registers
// hold: kTileRows x kTileVectors. No a * b + c is written but as fused(): what the compiler would contract in one variant
// and not in another would give other bits.
#include "tiles.h"
#include "triangles.h"
#include "distances.h"

namespace linalg {
namespace {

LINALG_SIMD void subtract_row_all(double* to, double factor, const double* from, Index count) {
  const Vector f = all(factor);
  for (Index j = 0; j < count; j += kLanes) {
    const Mask mask = first_lanes(count - j);
    store(to + j, mask, fused_from(load(to + j, mask), f, load(from + j, mask)));
  }
}

}  // namespace
}  // namespace linalg
