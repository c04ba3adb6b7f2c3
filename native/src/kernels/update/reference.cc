#include <cmath>

#define MLP_SIMD
#define MLP_FUSES false
#include "loops.h"

namespace mlp {

NadamMomentum NadamMomentum::at(std::int64_t step, double product_before) {
  const auto momentum = [](std::int64_t t) {
    return kBeta1 * (1 - 0.5 * std::pow(0.96, 0.004 * static_cast<double>(t)));
  };
  const double now = momentum(step);
  return {now, momentum(step + 1), product_before * now};
}

double NadamMomentum::of_gradient(double rate) const { return rate * (1 - now) / (1 - product); }

double NadamMomentum::of_mean(double rate) const { return rate * next / (1 - product * next); }

AdamCorrections AdamCorrections::at(std::int64_t step) {
  const auto t = static_cast<double>(step);
  return {1 - std::pow(kBeta1, t), 1 / std::sqrt(1 - std::pow(kBeta2, t))};
}

template <class T>
const UpdateKernels<T>& reference_updates() {
  static constexpr UpdateKernels<T> kernels{
      sgd_loop<T>,     nesterov_loop<T>, adagrad_loop<T>, rmsprop_loop<T>,        adam_loop<T>, amsgrad_loop<T>,
      nadam_loop<T>,   lion_loop<T>,     sum_of_squares_loop<T>, clip_loop<T>,    add_penalty_loop<T>, scale_loop<T>,
      move_average_loop<T>};
  return kernels;
}

template const UpdateKernels<float>& reference_updates<float>();
template const UpdateKernels<double>& reference_updates<double>();

}  // namespace mlp
