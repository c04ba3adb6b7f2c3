#include <cmath>

#include "mlp/kernels.h"

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
void update_adam(Index count, T* __restrict weights, const T* __restrict gradient, T* __restrict mean,
                 T* __restrict variance, double rate, std::int64_t step) {
  constexpr double kBeta1 = 0.9;
  constexpr double kBeta2 = 0.999;
  // Rounded once from double: 1 - 0.999f would be off by 4.7e-5.
  const T keep1 = static_cast<T>(kBeta1);
  const T add1 = static_cast<T>(1 - kBeta1);
  const T keep2 = static_cast<T>(kBeta2);
  const T add2 = static_cast<T>(1 - kBeta2);
  const T size = static_cast<T>(rate / (1 - std::pow(kBeta1, step)));
  const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(kBeta2, step)));
  const T epsilon = static_cast<T>(1e-8);
  for (Index i = 0; i < count; ++i) {
    mean[i] = keep1 * mean[i] + add1 * gradient[i];
    variance[i] = keep2 * variance[i] + add2 * gradient[i] * gradient[i];
    weights[i] -= size * mean[i] / (std::sqrt(variance[i]) * correction + epsilon);
  }
}

template void update_sgd<float>(Index, float*, const float*, float*, double, double);
template void update_sgd<double>(Index, double*, const double*, double*, double, double);
template void update_adam<float>(Index, float*, const float*, float*, float*, double, std::int64_t);
template void update_adam<double>(Index, double*, const double*, double*, double*, double, std::int64_t);

}  // namespace mlp
