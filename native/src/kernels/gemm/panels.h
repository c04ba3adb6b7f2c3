#pragma once

#include "tile.h"

// A product panel by panel of its columns, each of which goes over its rows tile by tile.
namespace mlp {
namespace {

/** Rows of B kept side by side while a panel of A goes over them: 256 x 64 floats, 64 KiB, stay in the L2 cache. */
constexpr Index kBlock = 256;

/** A count in parts as even as can be: 32 rows in tiles of 6 are 6, 6, 5, 5, 5, 5 and not 6, 6, 6, 6, 6, 2. */
class Split {
 public:
  Split(Index count, Index most) : parts((count + most - 1) / most), size_(count / parts), longer_(count % parts) {}

  const Index parts;
  Index operator[](Index part) const { return size_ + (part < longer_); }

 private:
  const Index size_;
  const Index longer_;
};

/** All rows of a panel from row i on. */
template <int V, bool Whole, Fetch kFetch = Fetch::kNothing>
MLP_SIMD void panel(const Operands& o, Index m, Index i = 0) {
  const Split split(m - i, most_rows<V>());
  for (Index t = 0; t < split.parts; ++t) {
    tile_of<most_rows<V>(), V, Whole, kFetch>(split[t], o, i);
    i += split[t];
  }
}

/** The same of the panel at that column, but each tile goes to the taker and never to C. */
MLP_SIMD void taken_panel(const Operands& o, Index m, Index i, Index column) {
  constexpr int kRows = most_rows<kWidest>();
  alignas(64) float sums[kRows * kPanel];
  Operands one = o;
  one.c = sums;
  one.c_stride = kPanel;
  one.wanted.stride = o.c_stride;
  const Split split(m - i, kRows);
  for (Index t = 0; t < split.parts; ++t) {
    one.a = o.a + i * o.a_row;
    for (Index n = 0; n < TileTaker<float>::kWanted; ++n) one.wanted.row[n] = o.taker->wanted[n] + i * o.c_stride + column;
    tile_of<kRows, kWidest, true, Fetch::kTaken>(split[t], one, 0);
    o.taker->take(i, column, {sums, split[t], kPanel, kPanel});
    i += split[t];
  }
}

template <int V>
MLP_SIMD_INLINE void panel_of(Index vectors, const Operands& o, Index m) {
  if constexpr (V > 1) {
    if (vectors < V) return panel_of<V - 1>(vectors, o, m);
  }
  panel<V, false>(o, m);
}

MLP_SIMD_INLINE void whole_panel(const Operands& o, Index m, Index i = 0) {
  if (o.fetches) panel<kWidest, true, Fetch::kAhead>(o, m, i);
  else panel<kWidest, true>(o, m, i);
}

/**
 * A panel whose rows of B lie far apart would miss the cache for every tile: the first one puts them side by side.
 *
 * @param next columns of B in the panel after this one.
 * @param taken the panel's first column, where its tiles are taken one by one; or -1.
 */
MLP_SIMD void packed_panel(Operands o, Index m, Index next, Index taken) {
  alignas(64) float block[kBlock * kPanel];
  constexpr int kRows = most_rows<kWidest>();
  const Split split(o.k, kBlock);
  const Finish finish = o.finish;
  const float* const next_panel = o.b + kPanel;
  for (Index part = 0; part < split.parts; ++part) {
    const bool is_last = part + 1 == split.parts;
    o.k = split[part];
    o.finish = is_last ? finish : Finish{};
    tile<kRows, kWidest, true, Fetch::kNothing, true>(o, 0, block);
    Operands rest = o;
    rest.b = block;
    rest.b_stride = kPanel;
    Ahead ahead{block};
    // What was computed lately, as the second factor of dW, is near.
    if (o.a_row != 1) {
      if (!is_last) ahead = {o.b + o.k * o.b_stride, o.b_stride, kPanel, split[part + 1]};
      else if (next > 0) ahead = {next_panel, o.b_stride, next, split[0]};
    }
    rest.ahead = &ahead;
    if (taken < 0) whole_panel(rest, m, kRows);
    else taken_panel(rest, m, kRows, taken);
    o.a += o.k * o.a_col;
    o.b += o.k * o.b_stride;
    o.accumulate = true;
  }
  if (taken >= 0) o.taker->take(0, taken, {o.c, kRows, kPanel, o.c_stride});
}

MLP_SIMD_INLINE void next_panel(Operands& o) {
  o.b += kPanel;
  o.c += kPanel;
  if (o.finish.bias) o.finish.bias += kPanel;
  if (o.finish.gate) o.finish.gate += kPanel;
}

/** @returns how many of the first columns are taken already. */
MLP_SIMD_INLINE Index multiply_panels(Operands o, Index m, Index n) {
  o.fetches = m * n > kNear || o.k * n > kNear;
  // Measured: worth the stores from this many rows that use them, when B is larger than the L1 cache.
  const bool packs = m >= 48 && o.k >= 64 && o.b_stride >= 256;
  const bool takes = o.taker && packs && o.fetches && o.k <= kBlock && !o.accumulate;
  Index j = 0;
  for (; j + kPanel <= n; j += kPanel, next_panel(o)) {
    if (packs) packed_panel(o, m, n - j < 2 * kPanel ? n - j - kPanel : kPanel, takes ? j : -1);
    else panel<kWidest, true>(o, m);
  }
  const Index taken = takes ? j : 0;
  if (j == n) return taken;
  const Index vectors = (n - j + kLanes - 1) / kLanes;
  o.mask = first_lanes(n - j - (vectors - 1) * kLanes);
  panel_of<kWidest>(vectors, o, m);
  return taken;
}

}  // namespace
}  // namespace mlp
