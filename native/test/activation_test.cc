#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "check.h"
#include "every_set.h"

namespace {

using mlp::Index;
using test::every_set;
using test::kActivations;

const test::Register keeps_nan("every activation keeps NaN, so that a diverged training is seen", [] {
  const float bias[1] = {0};
  for (const auto* kernels : every_set()) {
    for (const auto activation : kActivations) {
      float z[1] = {std::numeric_limits<float>::quiet_NaN()};
      kernels->add_bias_and_activate({z, 1, 1, 1}, bias, activation);
      CHECK(std::isnan(z[0]));
    }
  }
});

/** Numbers of every size from 1e-6 to 80, of both signs. */
std::vector<float> every_size() {
  std::vector<float> in;
  for (double size = 1e-6; size < 80; size *= 1.00005) {
    in.push_back(static_cast<float>(size));
    in.push_back(static_cast<float>(-size));
  }
  return in;
}

/** Largest error of an activation over its exact value, or over `least` where that is smaller. */
double activation_error(const mlp::Kernels<float>& kernels, mlp::Activation activation, double (*exact)(double),
                        double least) {
  const auto in = every_size();
  auto out = in;
  const auto count = static_cast<Index>(in.size());
  kernels.activate({in.data(), 1, count, count}, {out.data(), 1, count, count}, activation);
  double worst = 0;
  for (Index i = 0; i < count; ++i) {
    worst = std::max(worst, std::abs(out[i] - exact(in[i])) / std::max(std::abs(exact(in[i])), least));
  }
  return worst;
}

struct Exact {
  mlp::Activation activation;
  const char* name;
  double (*value)(double);
  /** By the largest relative error. */
  double tolerance;
  /** Below this size errors are held to it instead. */
  double least;
};

const Exact kExact[] = {
    {mlp::Activation::kTanh, "tanh", [](double x) { return std::tanh(x); }, 3e-7, 0},
    {mlp::Activation::kSigmoid, "sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }, 3e-7, 0},
    {mlp::Activation::kElu, "elu", [](double x) { return x < 0 ? std::expm1(x) : x; }, 6e-7, 0},
    {mlp::Activation::kSilu, "silu", [](double x) { return x / (1 + std::exp(-x)); }, 4e-7, 1e-30},
    {mlp::Activation::kSoftplus, "softplus",
     [](double x) { return x < 0 ? std::log1p(std::exp(x)) : x + std::log1p(std::exp(-x)); }, 4e-7, 1e-30},
    // normal_share_of is right to 1e-7 absolutely.
    {mlp::Activation::kGelu, "gelu", [](double x) { return x * 0.5 * std::erfc(-x / std::sqrt(2.0)); }, 1e-6, 0.5}};

const test::Register functions_are_right("every smooth activation is right over its whole range", [] {
  for (const auto* kernels : every_set()) {
    for (const auto& [activation, name, value, tolerance, least] : kExact) {
      const double error = activation_error(*kernels, activation, value, least);
      std::printf("  %s: largest relative error of %s %.2g\n", mlp::name_of(kernels->set), name, error);
      CHECK(error <= tolerance);
    }
  }
});

const test::Register slopes_are_right("every derivative is the slope of its activation over the whole range", [] {
  const auto in = every_size();
  const auto count = static_cast<Index>(in.size());
  for (const auto* kernels : every_set()) {
    for (const auto& [activation, name, value, tolerance, least] : kExact) {
      auto out = in;
      kernels->activate({in.data(), 1, count, count}, {out.data(), 1, count, count}, activation);
      std::vector<float> d(count, 1.0f);
      const auto& by = mlp::derives_from_input(activation) ? in : out;
      kernels->multiply_by_derivative({d.data(), 1, count, count}, {by.data(), 1, count, count}, activation);
      double worst = 0;
      for (Index i = 0; i < count; ++i) {
        const double slope = (value(in[i] + 1e-5) - value(in[i] - 1e-5)) / 2e-5;
        if (std::abs(in[i]) > 2e-5) worst = std::max(worst, std::abs(d[i] - slope));  // elu has a kink in its slope at 0
      }
      CHECK(worst < 2e-6);
    }
  }
});

const test::Register ends_of_range("tanh and sigmoid of huge and infinite numbers are their limits", [] {
  const float infinity = std::numeric_limits<float>::infinity();
  const float bias[4] = {};
  for (const auto* kernels : every_set()) {
    float z[4] = {-infinity, -1e30f, 1e30f, infinity};
    kernels->add_bias_and_activate({z, 1, 4, 4}, bias, mlp::Activation::kTanh);
    CHECK(z[0] == -1 && z[1] == -1 && z[2] == 1 && z[3] == 1);
    float y[4] = {-infinity, -1e30f, 1e30f, infinity};
    kernels->add_bias_and_activate({y, 1, 4, 4}, bias, mlp::Activation::kSigmoid);
    CHECK(y[0] < 1e-37f && y[1] < 1e-37f && y[2] == 1 && y[3] == 1);
  }
});

}  // namespace
