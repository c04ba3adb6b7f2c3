#include "mlp/update.h"

namespace mlp {

// PyTorch's form: the rate stands outside the velocity, so a schedule acts at once.
template <class T>
void update_sgd(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict velocity,
                double rate, double momentum) {
  const T step = static_cast<T>(rate);
  const T keep = static_cast<T>(momentum);
  for (Index i = 0; i < count; ++i) {
    velocity[i] = keep * velocity[i] + gradient[i];
    weights[i] -= step * velocity[i];
  }
}

template <class T>
void update_nesterov(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict velocity,
                     double rate, double momentum) {
  const T step = static_cast<T>(rate);
  const T keep = static_cast<T>(momentum);
  for (Index i = 0; i < count; ++i) {
    velocity[i] = keep * velocity[i] + gradient[i];
    weights[i] -= step * (gradient[i] + keep * velocity[i]);
  }
}

// The two comparisons leave 0 and NaN as they are: a NaN must be seen, not become a step.
template <class T>
static T sign_of(T value) {
  return value > 0 ? T(1) : value < 0 ? T(-1) : value;
}

template <class T>
void update_lion(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean, double rate) {
  constexpr double kBeta1 = 0.9;
  constexpr double kBeta2 = 0.99;
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T keep2 = static_cast<T>(kBeta2);
  const T add2 = static_cast<T>(1 - kBeta2);
  const T step = static_cast<T>(rate);
  for (Index i = 0; i < count; ++i) {
    weights[i] -= step * sign_of(keep1 * mean[i] + add1 * gradient[i]);
    mean[i] = keep2 * mean[i] + add2 * gradient[i];
  }
}

template void update_sgd<float>(Index, float*, const float*, float*, double, double);
template void update_sgd<double>(Index, double*, const double*, double*, double, double);
template void update_nesterov<float>(Index, float*, const float*, float*, double, double);
template void update_nesterov<double>(Index, double*, const double*, double*, double, double);
template void update_lion<float>(Index, float*, const float*, float*, double);
template void update_lion<double>(Index, double*, const double*, double*, double);

}  // namespace mlp
