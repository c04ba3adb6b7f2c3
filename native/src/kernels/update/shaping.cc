#include "mlp/update.h"

namespace mlp {

// Eight sums side by side, so that the additions need not wait for one another; their order is fixed.
template <class T>
double sum_of_squares(Index count, const T* values) {
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
void clip(Index count, const T* __restrict gradient, T* __restrict clipped, double limit) {
  const T most = static_cast<T>(limit);
  for (Index i = 0; i < count; ++i) {
    const T value = gradient[i] < -most ? -most : gradient[i];
    clipped[i] = value > most ? most : value;
  }
}

template <class T>
void add_penalty(Index count, const T* __restrict weights, T* __restrict gradient, double l1, double l2) {
  const T flat = static_cast<T>(l1);
  const T slope = static_cast<T>(l2);
  for (Index i = 0; i < count; ++i) {
    const T side = weights[i] > 0 ? flat : weights[i] < 0 ? -flat : T(0);
    gradient[i] += slope * weights[i] + side;
  }
}

template <class T>
void scale(Index count, T* values, double factor) {
  const T by = static_cast<T>(factor);
  for (Index i = 0; i < count; ++i) values[i] *= by;
}

template <class T>
void move_average(Index count, const T* __restrict weights, T* __restrict average, double share) {
  const T part = static_cast<T>(share);
  for (Index i = 0; i < count; ++i) average[i] += part * (weights[i] - average[i]);
}

#define MLP_INSTANTIATE(T)                                                \
  template double sum_of_squares<T>(Index, const T*);                     \
  template void clip<T>(Index, const T*, T*, double);                     \
  template void add_penalty<T>(Index, const T*, T*, double, double);      \
  template void scale<T>(Index, T*, double);                              \
  template void move_average<T>(Index, const T*, T*, double);
MLP_INSTANTIATE(float)
MLP_INSTANTIATE(double)
#undef MLP_INSTANTIATE

}  // namespace mlp
