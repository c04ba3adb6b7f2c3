#pragma once

#include "tile.h"

// A product panel by panel of its columns, each of which goes over its rows tile by tile.
namespace mlp {
namespace {

/** Rows of B kept side by side while a panel of A goes over them: 256 x 64 floats, 64 KiB, stay in the L2 cache. */
constexpr Index kBlock = 256;
/** Of more rows than those, in several blocks: 48 KiB, most of which stay in an L1 cache of that size. */
constexpr Index kDeepBlock = 192;

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
template <int V, Kind kKind>
MLP_SIMD void panel(const Operands& o, Index m, Index i = 0) {
  const Split split(m - i, most_rows<V>());
  for (Index t = 0; t < split.parts; ++t) {
    tile_of<most_rows<V>(), V, kKind>(split[t], o, i);
    i += split[t];
  }
}

template <int V>
MLP_SIMD_INLINE void panel_of(Index vectors, const Operands& o, Index m) {
  if constexpr (V > 1) {
    if (vectors < V) return panel_of<V - 1>(vectors, o, m);
  }
  panel<V, Kind{}>(o, m);
}

/** @tparam kStepping whether weights take their step by it. */
template <bool kStepping>
MLP_SIMD_INLINE void whole_panel(const Operands& o, Index m, Index i = 0) {
  if (o.fetches) panel<kWidest, Kind{.whole = true, .fetches = true, .steps = kStepping}>(o, m, i);
  else panel<kWidest, Kind{.whole = true, .steps = kStepping}>(o, m, i);
}

/**
 * A panel whose rows of B lie far apart would miss the cache for every tile: the first one puts them side by side.
 *
 * @param next columns of B in the panel after this one.
 */
template <bool kStepping>
MLP_SIMD void packed_panel(Operands o, Index m, Index next) {
  alignas(64) float block[kBlock * kPanel];
  constexpr int kRows = most_rows<kWidest>();
  const Split split(o.k, o.k > kBlock ? kDeepBlock : kBlock);
  const Finish finish = o.finish;
  const float* const next_panel = o.b + kPanel;
  for (Index part = 0; part < split.parts; ++part) {
    const bool is_last = part + 1 == split.parts;
    o.k = split[part];
    o.finish = is_last ? finish : Finish{};
    tile<kRows, kWidest, Kind{.whole = true, .steps = kStepping, .packs = true}>(o, 0, block);
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
    whole_panel<kStepping>(rest, m, kRows);
    o.a += o.k * o.a_col;
    o.b += o.k * o.b_stride;
    o.accumulate = true;
  }
}

MLP_SIMD_INLINE void next_panel(Operands& o) {
  o.b += kPanel;
  o.c += kPanel;
  if (o.finish.bias) o.finish.bias += kPanel;
  if (o.finish.gate) o.finish.gate += kPanel;
  if (!o.step) return;
  o.step->weights += kPanel;
  o.step->first += kPanel;
  if (o.step->second) o.step->second += kPanel;
}

/** Whole panels of C. */
template <bool kStepping>
MLP_SIMD_INLINE void multiply_whole(Operands& o, Index m, Index n, bool packs) {
  for (; n >= kPanel; n -= kPanel, next_panel(o)) {
    if (packs) packed_panel<kStepping>(o, m, n < 2 * kPanel ? n - kPanel : kPanel);
    else whole_panel<kStepping>(o, m);
  }
}

/** The same, but weights take their step by its sums: where C is all of their gradient, and one block. */
MLP_SIMD_INLINE bool step_whole(Operands& o, Index m, Index n, bool packs) {
  if constexpr (kSteps) {
    WeightStep<float>* const given = o.step;
    if (!given || o.accumulate || o.k > kBlock) return false;
    WeightStep<float> step = *given;
    o.step = &step;
    multiply_whole<true>(o, m, n, packs);
    given->taken = n - n % kPanel;
    return true;
  }
  return false;
}

MLP_SIMD_INLINE void multiply_panels(Operands o, Index m, Index n) {
  // Measured: worth the stores from this many rows that use them, when B is larger than the L1 cache.
  const bool packs = m >= 48 && o.k >= 64 && o.b_stride >= 256;
  Ahead nothing{o.b};
  o.ahead = &nothing;
  o.fetches = m * n > kNear || o.k * n > kNear;
  if (!step_whole(o, m, n, packs)) {
    o.step = nullptr;
    o.fetches = o.fetches && packs;
    multiply_whole<false>(o, m, n, packs);
  }
  const Index left = n % kPanel;
  if (left == 0) return;
  const Index vectors = (left + kLanes - 1) / kLanes;
  o.mask = first_lanes(left - (vectors - 1) * kLanes);
  panel_of<kWidest>(vectors, o, m);
}

}  // namespace
}  // namespace mlp
