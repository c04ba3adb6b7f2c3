#pragma once

#include "constants.h"
#include "mlp/update.h"

// The rules of mlp/update.h as plain loops, each compiled once for every instruction set: the unit that includes this
// defines MLP_SIMD, and MLP_FUSES, before. Nothing from the standard library may be instantiated here; see variants.h.
namespace mlp {
namespace {

/** a b + c; rounded once where the instruction set has that. */
MLP_SIMD inline float fused_of(float a, float b, float c) { return MLP_FUSES ? __builtin_fmaf(a, b, c) : a * b + c; }
MLP_SIMD inline double fused_of(double a, double b, double c) { return a * b + c; }

/** (1 - share) mean + share g, by one product less: the addition goes beside it. */
template <class T>
MLP_SIMD inline void follow(T& mean, T g, T share) {
  mean = fused_of(share, g - mean, mean);
}

/** The same of the square of g. */
template <class T>
MLP_SIMD inline void follow_square(T& mean, T g, T share) {
  mean = fused_of(share, fused_of(g, g, -mean), mean);
}

MLP_SIMD inline float root_of(float x) { return __builtin_sqrtf(x); }
MLP_SIMD inline double root_of(double x) { return __builtin_sqrt(x); }

// PyTorch's form: the rate stands outside the velocity, so a schedule acts at once.
template <class T>
MLP_SIMD void sgd_loop(const Part& part, T* __restrict weights, const T* __restrict gradient, T* __restrict velocity,
                double rate, double momentum) {
  const T step = static_cast<T>(rate);
  const T keep = static_cast<T>(momentum);
  for (Index r = 0; r < part.rows; ++r) {
    for (Index i = 0; i < part.columns; ++i) {
      velocity[i] = fused_of(keep, velocity[i], gradient[i]);
      weights[i] = fused_of(-step, velocity[i], weights[i]);
    }
    weights += part.stride;
    velocity += part.stride;
    gradient += part.gradient_stride;
  }
}

template <class T>
MLP_SIMD void nesterov_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict velocity,
                     double rate, double momentum) {
  const T step = static_cast<T>(rate);
  const T keep = static_cast<T>(momentum);
  for (Index i = 0; i < count; ++i) {
    velocity[i] = fused_of(keep, velocity[i], gradient[i]);
    weights[i] = fused_of(-step, fused_of(keep, velocity[i], gradient[i]), weights[i]);
  }
}

// The two comparisons leave 0 and NaN as they are: a NaN must be seen, not become a step.
template <class T>
MLP_SIMD inline T sign_of(T value) {
  return value > 0 ? T(1) : value < 0 ? T(-1) : value;
}

template <class T>
MLP_SIMD void lion_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean, double rate) {
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T share2 = static_cast<T>(1 - kLionDecay);
  const T step = static_cast<T>(rate);
  for (Index i = 0; i < count; ++i) {
    weights[i] -= step * sign_of(fused_of(keep1, mean[i], add1 * gradient[i]));
    follow(mean[i], gradient[i], share2);
  }
}

template <class T>
MLP_SIMD void adagrad_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict sum, double rate) {
  const T step = static_cast<T>(rate);
  const T epsilon = static_cast<T>(1e-10);
  for (Index i = 0; i < count; ++i) {
    sum[i] = fused_of(gradient[i], gradient[i], sum[i]);
    weights[i] -= step * gradient[i] / (root_of(sum[i]) + epsilon);
  }
}

template <class T>
MLP_SIMD void rmsprop_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict variance,
                    double rate) {
  const T share = static_cast<T>(1 - kRmspropDecay);
  const T step = static_cast<T>(rate);
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    follow_square(variance[i], gradient[i], share);
    weights[i] -= step * gradient[i] / (root_of(variance[i]) + epsilon);
  }
}

template <class T>
MLP_SIMD void adam_loop(const Part& part, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                 T* __restrict variance, double rate, const AdamCorrections& corrections) {
  const T share1 = static_cast<T>(1 - kBeta1);
  const T share2 = static_cast<T>(1 - kBeta2);
  const T size = static_cast<T>(rate / corrections.mean);
  const T correction = static_cast<T>(corrections.root);
  const T epsilon = static_cast<T>(1e-8);
  for (Index r = 0; r < part.rows; ++r) {
    for (Index i = 0; i < part.columns; ++i) {
      follow(mean[i], gradient[i], share1);
      follow_square(variance[i], gradient[i], share2);
      weights[i] -= size * mean[i] / fused_of(root_of(variance[i]), correction, epsilon);
    }
    weights += part.stride;
    mean += part.stride;
    variance += part.stride;
    gradient += part.gradient_stride;
  }
}

template <class T>
MLP_SIMD void amsgrad_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                    T* __restrict variance, T* __restrict largest, double rate, const AdamCorrections& corrections) {
  const T share1 = static_cast<T>(1 - kBeta1);
  const T share2 = static_cast<T>(1 - kBeta2);
  const T size = static_cast<T>(rate / corrections.mean);
  const T correction = static_cast<T>(corrections.root);
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    follow(mean[i], gradient[i], share1);
    follow_square(variance[i], gradient[i], share2);
    // A NaN variance compares as not larger; the mean is then NaN too, and so the weight.
    largest[i] = variance[i] > largest[i] ? variance[i] : largest[i];
    weights[i] -= size * mean[i] / fused_of(root_of(largest[i]), correction, epsilon);
  }
}

template <class T>
MLP_SIMD void nadam_loop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                  T* __restrict variance, double rate, const AdamCorrections& corrections, const NadamMomentum& momentum) {
  const T share1 = static_cast<T>(1 - kBeta1);
  const T share2 = static_cast<T>(1 - kBeta2);
  const T of_gradient = static_cast<T>(momentum.of_gradient(rate));
  const T of_mean = static_cast<T>(momentum.of_mean(rate));
  const T correction = static_cast<T>(corrections.root);
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    follow(mean[i], gradient[i], share1);
    follow_square(variance[i], gradient[i], share2);
    weights[i] -= fused_of(of_gradient, gradient[i], of_mean * mean[i]) / fused_of(root_of(variance[i]), correction, epsilon);
  }
}

// Eight sums side by side, so that the additions need not wait for one another; their order is fixed.
template <class T>
MLP_SIMD double sum_of_squares_loop(Index count, const T* values) {
  constexpr Index kLanes = 8;
  double sums[kLanes] = {};
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (Index lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  double total = 0;
  for (; i < count; ++i) total += static_cast<double>(values[i]) * values[i];
  for (const double sum : sums) total += sum;
  return total;
}

template <class T>
MLP_SIMD void clip_loop(Index count, const T* __restrict gradient, T* __restrict clipped, double limit) {
  const T most = static_cast<T>(limit);
  for (Index i = 0; i < count; ++i) {
    const T value = gradient[i] < -most ? -most : gradient[i];
    clipped[i] = value > most ? most : value;
  }
}

template <class T>
MLP_SIMD void add_penalty_loop(Index count, const T* __restrict weights, T* __restrict gradient, double l1, double l2) {
  const T flat = static_cast<T>(l1);
  const T slope = static_cast<T>(l2);
  for (Index i = 0; i < count; ++i) {
    const T side = weights[i] > 0 ? flat : weights[i] < 0 ? -flat : T(0);
    gradient[i] += fused_of(slope, weights[i], side);
  }
}

template <class T>
MLP_SIMD void scale_loop(Index count, T* values, double factor) {
  const T by = static_cast<T>(factor);
  for (Index i = 0; i < count; ++i) values[i] *= by;
}

template <class T>
MLP_SIMD void move_average_loop(Index count, const T* __restrict weights, T* __restrict average, double share) {
  const T part = static_cast<T>(share);
  for (Index i = 0; i < count; ++i) average[i] = fused_of(part, weights[i] - average[i], average[i]);
}

}  // namespace
}  // namespace mlp
