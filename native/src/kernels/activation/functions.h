#pragma once

#include <cmath>

#include "mlp/kernels.h"

// The activations one number at a time: what every kernel of this folder is held to.
namespace mlp {

// Sources: leaky relu Maas, Hannun, Ng 2013; elu Clevert, Unterthiner, Hochreiter 2016, eq. 15 with alpha 1; gelu
// Hendrycks & Gimpel 2016, the exact form; silu Elfwing, Uchibe, Doya 2018, eq. 6; softplus Dugas et al. 2001, eq. 1.
// PyTorch has the same constants. Each is written so that NaN stays NaN: a diverged training must not look like one
// with dead units.

/** Slope of the leaky relu below 0. */
constexpr float kLeak = 0.01f;

template <class T>
T sigmoid(T z) {
  return T(1) / (T(1) + std::exp(-z));
}

/** The normal distribution's share below z. */
template <class T>
T normal_share(T z) {
  return T(0.5) * std::erfc(z * T(-0.70710678118654752440));
}

template <Activation A, class T>
T activated(T z) {
  if constexpr (A == Activation::kRelu) return z < 0 ? T(0) : z;
  if constexpr (A == Activation::kLeakyRelu) return z < 0 ? T(kLeak) * z : z;
  if constexpr (A == Activation::kElu) return z < 0 ? std::expm1(z) : z;
  if constexpr (A == Activation::kGelu) return z * normal_share(z);
  if constexpr (A == Activation::kSilu) return z * sigmoid(z);
  if constexpr (A == Activation::kTanh) return std::tanh(z);
  if constexpr (A == Activation::kSigmoid) return sigmoid(z);
  // Of the two exponentials only one is taken, the one that cannot overflow.
  if constexpr (A == Activation::kSoftplus) return z < 0 ? std::log1p(std::exp(z)) : z + std::log1p(std::exp(-z));
  if constexpr (A == Activation::kIdentity) return z;
}

/** @param x the activation's output, or its input where derives_from_input. */
template <Activation A, class T>
T slope(T x) {
  if constexpr (A == Activation::kRelu) return x > 0 ? T(1) : T(0);
  if constexpr (A == Activation::kLeakyRelu) return x < 0 ? T(kLeak) : T(1);
  if constexpr (A == Activation::kElu) return x < 0 ? x + T(1) : T(1);
  if constexpr (A == Activation::kGelu) {
    const T density = T(0.39894228040143267794) * std::exp(T(-0.5) * x * x);
    return normal_share(x) + x * density;
  }
  if constexpr (A == Activation::kSilu) {
    const T share = sigmoid(x);
    return share * (T(1) + x * (T(1) - share));
  }
  if constexpr (A == Activation::kTanh) return T(1) - x * x;
  if constexpr (A == Activation::kSigmoid) return x * (T(1) - x);
  if constexpr (A == Activation::kSoftplus) return -std::expm1(-x);
  if constexpr (A == Activation::kIdentity) return T(1);
}

/** Calls with the activation as a constant, so that the choice is not made again for each number. */
template <class Function>
void with_activation(Activation activation, Function function) {
  switch (activation) {
    case Activation::kIdentity:
      return function.template operator()<Activation::kIdentity>();
    case Activation::kRelu:
      return function.template operator()<Activation::kRelu>();
    case Activation::kLeakyRelu:
      return function.template operator()<Activation::kLeakyRelu>();
    case Activation::kElu:
      return function.template operator()<Activation::kElu>();
    case Activation::kGelu:
      return function.template operator()<Activation::kGelu>();
    case Activation::kSilu:
      return function.template operator()<Activation::kSilu>();
    case Activation::kTanh:
      return function.template operator()<Activation::kTanh>();
    case Activation::kSigmoid:
      return function.template operator()<Activation::kSigmoid>();
    case Activation::kSoftplus:
      return function.template operator()<Activation::kSoftplus>();
  }
}

}  // namespace mlp
