#pragma once

#include <cmath>

// What a loss by the output says of one of them: (output, target) -> loss and slope. Compiled once for every instruction
// set: the unit that includes this defines MLP_SIMD before.
namespace mlp {
namespace {

template <class T>
struct Term {
  double loss;
  T slope;
};

MLP_SIMD inline float size_of(float x) { return __builtin_fabsf(x); }
MLP_SIMD inline double size_of(double x) { return __builtin_fabs(x); }

template <class T>
struct SquaredError {
  MLP_SIMD inline Term<T> operator()(T value, T y) const {
    const T error = value - y;
    return {static_cast<double>(error) * error, 2 * error};
  }
};

template <class T>
struct AbsoluteError {
  MLP_SIMD inline Term<T> operator()(T value, T y) const {
    const T error = value - y;
    // A NaN is neither above nor below 0 and stays one.
    return {static_cast<double>(size_of(error)), error > 0 ? T(1) : error < 0 ? T(-1) : error};
  }
};

template <class T>
struct HuberError {
  T delta;

  MLP_SIMD inline Term<T> operator()(T value, T y) const {
    const T error = value - y;
    if (size_of(error) > delta) return {delta * (size_of(error) - delta / 2), error > 0 ? delta : -delta};
    return {static_cast<double>(error) * error / 2, error};
  }
};

/** By the standard library: the definition's alone. */
template <class T>
struct BinaryEntropy {
  T smoothing;

  Term<T> operator()(T value, T y) const {
    const T target = y * (T(1) - smoothing) + smoothing / 2;
    // log(1 + e^-|z|) and the sigmoid from e^-|z|, which cannot overflow.
    const T small = std::exp(-size_of(value));
    const T share = (value < 0 ? small : T(1)) / (T(1) + small);
    return {(value < 0 ? T(0) : value) - value * target + std::log1p(small), share - target};
  }
};

}  // namespace
}  // namespace mlp
