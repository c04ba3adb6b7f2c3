#pragma once

#include "mlp/kernels.h"
#include "narrow.h"

// The product in the words of the simd header included before it. That unit first defines kWidest, the vectors of a
// tile's row; most_rows<V>(), the rows of a tile V vectors wide: as many sums as the registers hold, because each waits for
// its own last multiply-add; and kNarrow, up to how many columns narrow.h is faster. Each sum runs over p in ascending
// order, whatever the tile or block.
namespace mlp {
namespace {

/** Columns of C that a panel has, and floats from one row of a block to the next. */
constexpr Index kPanel = kWidest * kLanes;

/** Rows of B kept side by side while a panel of A goes over them: 256 x 64 floats, 64 KiB, stay in the L2 cache. */
constexpr Index kBlock = 256;

/** Rows of B that are asked for ahead of their use while they are packed: a tile spends some 24 cycles on each. */
constexpr Index kAhead = 12;

/** Rows that are needed soon: fetch_line() asks for their lines one by one, while something else is computed. */
struct Ahead {
  const float* row;
  Index stride = 0;
  Index width = 0;
  /** That are left; then the last one is asked for again, which costs nothing. */
  Index rows = 1;
  Index column = 0;
};

/** Floats of a cache line. */
constexpr Index kLine = 16;
/** Rows of B for each line: more at once would keep what a tile waits for from coming. */
constexpr Index kRowsALine = 4;

/** Of more floats than this, half of an L2 cache of 1 MiB, some are not there when they are needed. */
constexpr Index kNear = 1 << 17;

/** Into the L2 cache: the L1 cache has the block in hand. */
MLP_SIMD_INLINE void fetch_line(Ahead& ahead) {
  __builtin_prefetch(ahead.row + ahead.column, 0, 2);
  ahead.column += kLine;
  if (ahead.column < ahead.width) return;
  ahead.column = 0;
  if (ahead.rows == 1) return;
  --ahead.rows;
  ahead.row += ahead.stride;
}

/** Of each matrix that the taker of a tile wants, the line that is asked for next. */
struct Wanted {
  const float* row[TileTaker<float>::kWanted];
  Index stride;
  Index column = 0;
};

/** One of each; all of a tile's at once would keep back what it waits for. */
MLP_SIMD_INLINE void fetch_line(Wanted& wanted, Index width) {
  for (const float* row : wanted.row) __builtin_prefetch(row + wanted.column, 1);
  wanted.column += kLine;
  if (wanted.column < width) return;
  wanted.column = 0;
  for (const float*& row : wanted.row) row += wanted.stride;
}

/** In this order, each where it is asked for. All pointers are to the panel in hand. */
struct Finish {
  /** Added to each row. */
  const float* bias = nullptr;
  /** Negative sums become 0; NaN stays. */
  bool rectifies = false;
  /** Sums become 0 where this, a matrix like C, is not positive. */
  const float* gate = nullptr;
  Index gate_stride = 0;
};

struct Operands {
  Index k;
  const float* a;
  Index a_row;
  Index a_col;
  const float* b;
  Index b_stride;
  float* c;
  Index c_stride;
  bool accumulate;
  /** What happens to a finished sum while it is in a register; see Finish. */
  Finish finish;
  /** May be null. */
  TileTaker<float>* taker = nullptr;
  /** For the last vector of a row of the panel in hand. */
  Mask mask = first_lanes(kLanes);
  /** Whether there is more than stays near. */
  bool fetches = false;
  /** What comes after the block in hand; for whole panels of blocks. */
  Ahead* ahead = nullptr;
  /** Below the tile in hand; where it is taken. */
  Wanted wanted{};
};

/** What a tile asks for while it is computed: nothing, what comes ahead, or that and what its taker wants. */
enum class Fetch { kNothing, kAhead, kTaken };

template <int R, int V>
MLP_SIMD_INLINE void finish_sums(const Operands& o, Index i, Vector (&sum)[R][V]) {
  const Finish& finish = o.finish;
  if (finish.bias) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const float* const from = finish.bias + kLanes * v;
      const Vector bias = v == V - 1 ? load(from, o.mask) : load(from);
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) sum[r][v] = add(sum[r][v], bias);
    }
  }
  if (finish.rectifies) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = larger(all(0), sum[r][v]);
    }
  }
  if (finish.gate) {
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const float* const from = finish.gate + (i + r) * finish.gate_stride;
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) {
        const Vector gate = v == V - 1 ? load(from + kLanes * v, o.mask) : load(from + kLanes * v);
        sum[r][v] = where_less(all(0), gate, sum[r][v], all(0));
      }
    }
  }
}

/** Of dW, which is far when a step comes to write it again. */
template <int R, int V>
MLP_SIMD_INLINE void fetch_tile(const Operands& o, Index i) {
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) __builtin_prefetch(o.c + (i + r) * o.c_stride + kLanes * v, 1);
  }
}

/**
 * R rows x V vectors of C, from row i of the panel that b and c start at.
 *
 * @param block where not null, the rows of B are put side by side there, for the tiles that follow.
 */
template <int R, int V, Fetch kFetch = Fetch::kNothing, bool Packs = false>
MLP_SIMD_INLINE void tile(const Operands& o, Index i, float* block = nullptr) {
  const Mask mask = o.mask;
  Vector sum[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    const float* const from = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (!o.accumulate) sum[r][v] = all(0);
      else sum[r][v] = v == V - 1 ? load(from + kLanes * v, mask) : load(from + kLanes * v);
    }
  }
  const float* a = o.a + i * o.a_row;
  const float* b = o.b;
  const Index a_row = o.a_row;
  const Index a_col = o.a_col;
  const Index b_stride = o.b_stride;
  Ahead ahead{};
  Wanted wanted = o.wanted;
  if constexpr (kFetch != Fetch::kNothing) {
    ahead = *o.ahead;
    if (kFetch == Fetch::kAhead && o.a_row == 1) fetch_tile<R, V>(o, i);
  }
  for (Index p = o.k; p > 0; --p, a += a_col, b += b_stride) {
    if constexpr (kFetch == Fetch::kTaken) {
      // Towards the end, so that what the product reads does not push them out again.
      if (p % kRowsALine == 1 && p <= kRowsALine * R * V * kLanes / kLine) fetch_line(wanted, V * kLanes);
    }
    if constexpr (kFetch != Fetch::kNothing) {
      if (p % kRowsALine == 0) fetch_line(ahead);
      // Where a column of A lies along a line: the tiles after this one need the next.
      __builtin_prefetch(a + kLine);
    }
    Vector b_p[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) b_p[v] = v == V - 1 ? load(b + kLanes * v, mask) : load(b + kLanes * v);
    if constexpr (Packs) {
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) {
        store(block + kLanes * v, b_p[v]);
        __builtin_prefetch(b + kAhead * b_stride + kLanes * v);
      }
      block += kPanel;
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      Vector a_rp = all(a[r * a_row]);
      if (V > 1) keep_in_register(a_rp);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = fused(a_rp, b_p[v], sum[r][v]);
    }
  }
  if constexpr (kFetch != Fetch::kNothing) *o.ahead = ahead;
  finish_sums<R, V>(o, i, sum);
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    float* const to = o.c + (i + r) * o.c_stride;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (v == V - 1) store(to + kLanes * v, mask, sum[r][v]);
      else store(to + kLanes * v, sum[r][v]);
    }
  }
}

/** The tile of `rows` rows, at most R. */
template <int R, int V, Fetch kFetch>
MLP_SIMD_INLINE void tile_of(Index rows, const Operands& o, Index i) {
  if constexpr (R > 1) {
    if (rows < R) return tile_of<R - 1, V, kFetch>(rows, o, i);
  }
  tile<R, V, kFetch>(o, i);
}

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
template <int V, Fetch kFetch = Fetch::kNothing>
MLP_SIMD void panel(const Operands& o, Index m, Index i = 0) {
  const Split split(m - i, most_rows<V>());
  for (Index t = 0; t < split.parts; ++t) {
    tile_of<most_rows<V>(), V, kFetch>(split[t], o, i);
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
    tile_of<kRows, kWidest, Fetch::kTaken>(split[t], one, 0);
    o.taker->take(i, column, {sums, split[t], kPanel, kPanel});
    i += split[t];
  }
}

template <int V>
MLP_SIMD_INLINE void panel_of(Index vectors, const Operands& o, Index m) {
  if constexpr (V > 1) {
    if (vectors < V) return panel_of<V - 1>(vectors, o, m);
  }
  panel<V>(o, m);
}

MLP_SIMD_INLINE void whole_panel(const Operands& o, Index m, Index i = 0) {
  if (o.fetches) panel<kWidest, Fetch::kAhead>(o, m, i);
  else panel<kWidest>(o, m, i);
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
    tile<kRows, kWidest, Fetch::kNothing, true>(o, 0, block);
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
    else panel<kWidest>(o, m);
  }
  const Index taken = takes ? j : 0;
  if (j == n) return taken;
  const Index vectors = (n - j + kLanes - 1) / kLanes;
  o.mask = first_lanes(n - j - (vectors - 1) * kLanes);
  panel_of<kWidest>(vectors, o, m);
  return taken;
}

/** @returns as multiply_panels. */
MLP_SIMD_INLINE Index multiply_by_shape(const Operands& o, Index m, Index n) {
  const bool by_columns = o.a_row == 1 && o.a_col != 1;
  // Below half a vector of rows, the lanes would be as empty as those of a tile.
  const bool narrow = n <= kNarrow && 2 * m >= kLanes && (by_columns || o.a_col == 1) && o.k > 1;
  if (!narrow) return multiply_panels(o, m, n);
  const Index a_stride = by_columns ? o.a_col : o.a_row;
  narrow_of<kNarrow>(n, by_columns, {m, o.k, o.a, a_stride, o.b, o.b_stride, o.c, o.c_stride, o.accumulate,
                                    o.finish.bias, o.finish.rectifies});
  return 0;
}

MLP_SIMD_INLINE void multiply_matrices(const Operands& o, Index m, Index n) {
  const Index taken = multiply_by_shape(o, m, n);
  if (o.taker && taken < n) o.taker->take(0, taken, {o.c + taken, m, n - taken, o.c_stride});
}

/** Rows of W, at most kLanes of them, as columns of a block `k` rows long. */
MLP_SIMD_INLINE void pack_columns(const float* w, Index w_stride, Index rows, Index k, float* block) {
  for (Index p = 0; p < k; p += kLanes) {
    const Index count = k - p < kLanes ? k - p : kLanes;
    const Mask mask = first_lanes(count);
    Vector square[kLanes];
#pragma GCC unroll 16
    for (Index r = 0; r < kLanes; ++r) {
      square[r] = r < rows ? load(w + r * w_stride + p, mask) : all(0);
      __builtin_prefetch(w + r * w_stride + p + 4 * kLanes);
    }
    transpose_square(square);
    for (Index q = 0; q < count; ++q) store(block + (p + q) * kPanel, square[q]);
  }
}

/** One panel of C = A W^T, at w the first of the rows of W that are its columns; `next` more are the next panel's. */
MLP_SIMD void transposed_panel(Operands o, Index m, Index n, const float* w, Index w_stride, Index next) {
  alignas(64) float block[kBlock * kPanel];
  const Index vectors = (n + kLanes - 1) / kLanes;
  const Split split(o.k, kBlock);
  const Finish finish = o.finish;
  o.mask = first_lanes(n - (vectors - 1) * kLanes);
  o.b = block;
  o.b_stride = kPanel;
  Ahead ahead{block};
  o.ahead = &ahead;
  const float* const next_panel = w + n * w_stride;
  for (Index part = 0; part < split.parts; ++part) {
    const bool is_last = part + 1 == split.parts;
    o.k = split[part];
    o.finish = is_last ? finish : Finish{};
    for (Index j = 0; j < n; j += kLanes) {
      pack_columns(w + j * w_stride, w_stride, n - j < kLanes ? n - j : kLanes, o.k, block + j);
    }
    if (!is_last) ahead = {w + o.k, w_stride, split[part + 1], n};
    else if (next > 0) ahead = {next_panel, w_stride, split[0], next};
    if (n == kPanel) whole_panel(o, m);
    else panel_of<kWidest>(vectors, o, m);
    o.a += o.k * o.a_col;
    w += o.k;
    o.accumulate = true;
  }
}

/** C = A W^T. */
MLP_SIMD_INLINE void multiply_transposed(Operands o, Index m, Index n, const float* w, Index w_stride) {
  // A single column is a row already.
  if (o.k == 1 && w_stride == 1) {
    o.b = w;
    multiply_panels(o, m, n);
    return;
  }
  o.fetches = o.k * n > kNear;
  for (Index j = 0; j < n; j += kPanel, next_panel(o)) {
    const Index some = n - j < kPanel ? n - j : kPanel;
    const Index left = n - j - some;
    transposed_panel(o, m, some, w + j * w_stride, w_stride, left < kPanel ? left : kPanel);
  }
}

MLP_SIMD_INLINE void affine_any(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                                Matrix<float> out) {
  const bool rectifies = activation == Activation::kRelu;
  const bool finished = rectifies || activation == Activation::kIdentity;
  const Finish finish = finished ? Finish{bias, rectifies, nullptr, 0} : Finish{};
  multiply_matrices({in.cols, in.data, in.stride, 1, weights, out.cols, out.data, out.stride, false, finish}, out.rows,
                    out.cols);
  if (!finished) activate_after(out, bias, activation);
}

MLP_SIMD_INLINE void descend_any(Matrix<const float> d, const float* weights, Matrix<const float> h,
                                 Activation activation, Matrix<float> below) {
  const bool rectifies = activation == Activation::kRelu;
  const bool finished = rectifies || activation == Activation::kIdentity;
  const Finish finish = rectifies ? Finish{nullptr, false, h.data, h.stride} : Finish{};
  multiply_transposed({d.cols, d.data, d.stride, 1, nullptr, 0, below.data, below.stride, false, finish}, below.rows,
                      below.cols, weights, d.cols);
  if (!finished) derive_after(below, h, activation);
}

}  // namespace
}  // namespace mlp
