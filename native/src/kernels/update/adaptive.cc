#include <cmath>

#include "mlp/update.h"

namespace mlp {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;

/** 1 / sqrt of the variance's bias correction. */
double root_correction(std::int64_t step) { return 1 / std::sqrt(1 - std::pow(kBeta2, step)); }

}  // namespace

template <class T>
void update_adagrad(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict sum, double rate) {
  const T step = static_cast<T>(rate);
  const T epsilon = static_cast<T>(1e-10);
  for (Index i = 0; i < count; ++i) {
    sum[i] += gradient[i] * gradient[i];
    weights[i] -= step * gradient[i] / (std::sqrt(sum[i]) + epsilon);
  }
}

template <class T>
void update_rmsprop(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict variance,
                    double rate) {
  constexpr double kDecay = 0.99;
  const T keep = static_cast<T>(kDecay);
  const T add = static_cast<T>(1 - kDecay);
  const T step = static_cast<T>(rate);
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    variance[i] = keep * variance[i] + add * gradient[i] * gradient[i];
    weights[i] -= step * gradient[i] / (std::sqrt(variance[i]) + epsilon);
  }
}

template <class T>
void update_adam(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                 T* __restrict variance, double rate, std::int64_t step) {
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T keep2 = static_cast<T>(kBeta2);
  const T add2 = static_cast<T>(1 - kBeta2);
  const T size = static_cast<T>(rate / (1 - std::pow(kBeta1, step)));
  const T correction = static_cast<T>(root_correction(step));
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    mean[i] = keep1 * mean[i] + add1 * gradient[i];
    variance[i] = keep2 * variance[i] + add2 * gradient[i] * gradient[i];
    weights[i] -= size * mean[i] / (std::sqrt(variance[i]) * correction + epsilon);
  }
}

template <class T>
void update_amsgrad(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                    T* __restrict variance, T* __restrict largest, double rate, std::int64_t step) {
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T keep2 = static_cast<T>(kBeta2);
  const T add2 = static_cast<T>(1 - kBeta2);
  const T size = static_cast<T>(rate / (1 - std::pow(kBeta1, step)));
  const T correction = static_cast<T>(root_correction(step));
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    mean[i] = keep1 * mean[i] + add1 * gradient[i];
    variance[i] = keep2 * variance[i] + add2 * gradient[i] * gradient[i];
    // A NaN variance compares as not larger; the mean is then NaN too, and so the weight.
    largest[i] = variance[i] > largest[i] ? variance[i] : largest[i];
    weights[i] -= size * mean[i] / (std::sqrt(largest[i]) * correction + epsilon);
  }
}

NadamMomentum NadamMomentum::at(std::int64_t step, double product_before) {
  const auto momentum = [](std::int64_t t) {
    return kBeta1 * (1 - 0.5 * std::pow(0.96, 0.004 * static_cast<double>(t)));
  };
  const double now = momentum(step);
  return {now, momentum(step + 1), product_before * now};
}

template <class T>
void update_nadam(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                  T* __restrict variance, double rate, std::int64_t step, const NadamMomentum& momentum) {
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T keep2 = static_cast<T>(kBeta2);
  const T add2 = static_cast<T>(1 - kBeta2);
  const T of_gradient = static_cast<T>(rate * (1 - momentum.now) / (1 - momentum.product));
  const T of_mean = static_cast<T>(rate * momentum.next / (1 - momentum.product * momentum.next));
  const T correction = static_cast<T>(root_correction(step));
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    mean[i] = keep1 * mean[i] + add1 * gradient[i];
    variance[i] = keep2 * variance[i] + add2 * gradient[i] * gradient[i];
    weights[i] -= (of_gradient * gradient[i] + of_mean * mean[i]) / (std::sqrt(variance[i]) * correction + epsilon);
  }
}

#define MLP_INSTANTIATE(T)                                                                     \
  template void update_adagrad<T>(Index, T*, const T*, T*, double);                            \
  template void update_rmsprop<T>(Index, T*, const T*, T*, double);                            \
  template void update_adam<T>(Index, T*, const T*, T*, T*, double, std::int64_t);             \
  template void update_amsgrad<T>(Index, T*, const T*, T*, T*, T*, double, std::int64_t);      \
  template void update_nadam<T>(Index, T*, const T*, T*, T*, double, std::int64_t, const NadamMomentum&);
MLP_INSTANTIATE(float)
MLP_INSTANTIATE(double)
#undef MLP_INSTANTIATE

}  // namespace mlp
