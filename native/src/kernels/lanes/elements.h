#pragma once

#include "mlp/lane_kernels.h"

// What is done to each number by itself, after products.h.
namespace mlp {
namespace {

struct LaneMap {
  Index count;
  const float* z;
  float* h;

  template <Activation A>
  MLP_SIMD void rows() const {
    for (Index e = 0; e < count * kLaneCount; e += kLanes) store(h + e, activated<A>(load(z + e)));
  }
};

struct LaneDerive {
  Index count;
  float* d;
  const float* x;

  template <Activation A>
  MLP_SIMD void rows() const {
    if constexpr (A == Activation::kIdentity) return;
    for (Index e = 0; e < count * kLaneCount; e += kLanes) store(d + e, derived<A>(load(d + e), load(x + e)));
  }
};

MLP_SIMD void activate_lanes(Index count, const float* z, float* h, Activation activation) {
  run(LaneMap{count, z, h}, activation);
}

MLP_SIMD void derive_lanes(Index count, float* d, const float* x, Activation activation) {
  run(LaneDerive{count, d, x}, activation);
}

MLP_SIMD void multiply_elements(Index count, const float* x, const float* factors, float* out) {
  for (Index e = 0; e < count * kLaneCount; e += kLanes) store(out + e, multiply(load(x + e), load(factors + e)));
}

MLP_SIMD void mark_lanes(Index rows, Index columns, const float* labels, float* out) {
  for (Index i = 0; i < rows; ++i) {
    for (Index part = 0; part < kLaneCount; part += kLanes) {
      const Vector label = load(labels + i * kLaneCount + part);
      for (Index c = 0; c < columns; ++c) {
        const Vector column = all(static_cast<float>(c));
        const Vector differs = where_less(label, column, all(1), where_less(column, label, all(1), all(0)));
        store(out + (i * columns + c) * kLaneCount + part, subtract(all(1), differs));
      }
    }
  }
}

MLP_SIMD void add_elements(Index count, const float* x, float* sum) {
  for (Index e = 0; e < count * kLaneCount; e += kLanes) store(sum + e, add(load(sum + e), load(x + e)));
}

// The update rules of ../update, a vector at a time: loops.h says what they are, and in which order they are computed.


MLP_SIMD_INLINE Vector negative(Vector x) { return multiply(all(-1), x); }

/** As follow of ../update/loops.h. */
MLP_SIMD_INLINE Vector follow(float* mean, Vector g, double keep) {
  const Vector before = load(mean);
  const Vector m = fused(all(static_cast<float>(1 - keep)), subtract(g, before), before);
  store(mean, m);
  return m;
}

MLP_SIMD_INLINE Vector follow_square(float* variance, Vector g, double keep) {
  const Vector before = load(variance);
  const Vector v = fused(all(static_cast<float>(1 - keep)), fused(g, g, subtract(all(0), before)), before);
  store(variance, v);
  return v;
}

MLP_SIMD_INLINE void move_by(float* weights, Vector step) { store(weights, subtract(load(weights), step)); }

/** fused(root(variance), correction, epsilon), as Adam and those like it divide by. */
MLP_SIMD_INLINE Vector corrected_root(Vector variance, Vector correction) {
  return fused(root(variance), correction, all(1e-8f));
}

MLP_SIMD void sgd_lanes(Index count, float* weights, const float* gradient, LaneMemory memory, const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector step = negative(load(rates.rate + part));
    const Vector keep = load(rates.momentum + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector v = fused(keep, load(memory.first + e), load(gradient + e));
      store(memory.first + e, v);
      store(weights + e, fused(step, v, load(weights + e)));
    }
  }
}

MLP_SIMD void nesterov_lanes(Index count, float* weights, const float* gradient, LaneMemory memory,
                             const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector step = negative(load(rates.rate + part));
    const Vector keep = load(rates.momentum + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector v = fused(keep, load(memory.first + e), g);
      store(memory.first + e, v);
      store(weights + e, fused(step, fused(keep, v, g), load(weights + e)));
    }
  }
}

MLP_SIMD void adagrad_lanes(Index count, float* weights, const float* gradient, LaneMemory memory,
                            const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector step = load(rates.rate + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector sum = fused(g, g, load(memory.first + e));
      store(memory.first + e, sum);
      move_by(weights + e, divide(multiply(step, g), add(root(sum), all(1e-10f))));
    }
  }
}

MLP_SIMD void rmsprop_lanes(Index count, float* weights, const float* gradient, LaneMemory memory,
                            const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector step = load(rates.rate + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector v = follow_square(memory.first + e, g, kRmspropDecay);
      move_by(weights + e, divide(multiply(step, g), add(root(v), all(1e-8f))));
    }
  }
}

MLP_SIMD void adam_lanes(Index count, float* weights, const float* gradient, LaneMemory memory, const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector size = load(rates.size + part);
    const Vector correction = load(rates.correction + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector m = follow(memory.first + e, g, kBeta1);
      const Vector v = follow_square(memory.second + e, g, kBeta2);
      move_by(weights + e, adam_step(size, m, v, correction));
    }
  }
}

MLP_SIMD void amsgrad_lanes(Index count, float* weights, const float* gradient, LaneMemory memory,
                            const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector size = load(rates.size + part);
    const Vector correction = load(rates.correction + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector m = follow(memory.first + e, g, kBeta1);
      const Vector v = follow_square(memory.second + e, g, kBeta2);
      const Vector before = load(memory.third + e);
      const Vector largest = where_less(before, v, v, before);
      store(memory.third + e, largest);
      move_by(weights + e, divide(multiply(size, m), corrected_root(largest, correction)));
    }
  }
}

MLP_SIMD void nadam_lanes(Index count, float* weights, const float* gradient, LaneMemory memory, const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector of_gradient = load(rates.of_gradient + part);
    const Vector of_mean = load(rates.of_mean + part);
    const Vector correction = load(rates.correction + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector m = follow(memory.first + e, g, kBeta1);
      const Vector v = follow_square(memory.second + e, g, kBeta2);
      move_by(weights + e, divide(fused(of_gradient, g, multiply(of_mean, m)), corrected_root(v, correction)));
    }
  }
}

/** 0 and NaN stay. */
MLP_SIMD_INLINE Vector sign_of_lanes(Vector x) {
  return where_less(all(0), x, all(1), where_less(x, all(0), all(-1), x));
}

MLP_SIMD void lion_lanes(Index count, float* weights, const float* gradient, LaneMemory memory, const LaneRates& rates) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector step = load(rates.rate + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector before = load(memory.first + e);
      const Vector ahead = fused(all(static_cast<float>(kBeta1)), before, multiply(all(static_cast<float>(1 - kBeta1)), g));
      move_by(weights + e, multiply(step, sign_of_lanes(ahead)));
      follow(memory.first + e, g, kLionDecay);
    }
  }
}

MLP_SIMD void clip_lanes(Index count, const float* gradient, float* clipped, const float* limits) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector most = load(limits + part);
    const Vector least = negative(most);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector g = load(gradient + e);
      const Vector value = where_less(g, least, least, g);
      store(clipped + e, where_less(most, value, most, value));
    }
  }
}

MLP_SIMD void penalize_lanes(Index count, const float* weights, float* gradient, const float* l1, const float* l2) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector flat = load(l1 + part);
    const Vector slope = load(l2 + part);
    const Vector both = add(flat, slope);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector w = load(weights + e);
      const Vector g = load(gradient + e);
      const Vector side = where_less(all(0), w, flat, where_less(w, all(0), negative(flat), all(0)));
      store(gradient + e, where_less(all(0), both, add(g, fused(slope, w, side)), g));
    }
  }
}

MLP_SIMD void scale_lanes(Index count, float* values, const float* factors) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector by = load(factors + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) store(values + e, multiply(load(values + e), by));
  }
}

MLP_SIMD void average_lanes(Index count, const float* weights, float* average, const float* shares) {
  for (Index part = 0; part < kLaneCount; part += kLanes) {
    const Vector share = load(shares + part);
    for (Index e = part; e < count * kLaneCount; e += kLaneCount) {
      const Vector before = load(average + e);
      store(average + e, fused(share, subtract(load(weights + e), before), before));
    }
  }
}

// The sums of sum_of_squares_loop, each in every lane.
MLP_SIMD void squares_lanes(Index count, const float* values, double* sums) {
  constexpr Index kSums = 8;
  double side_by_side[kSums][kLaneCount] = {};
  const Index whole = count / kSums * kSums;
  for (Index l = 0; l < kLaneCount; ++l) sums[l] = 0;
  for (Index i = 0; i < count; ++i) {
    double* const to = i < whole ? side_by_side[i % kSums] : sums;
    for (Index l = 0; l < kLaneCount; ++l) {
      const double value = values[i * kLaneCount + l];
      to[l] += value * value;
    }
  }
  for (const auto& one : side_by_side) {
    for (Index l = 0; l < kLaneCount; ++l) sums[l] += one[l];
  }
}

}  // namespace
}  // namespace mlp
