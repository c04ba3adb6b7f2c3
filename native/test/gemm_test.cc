#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "check.h"
#include "every_set.h"
#include "mlp/update.h"

namespace {

using mlp::Index;
using test::every_set;
using test::kActivations;
using test::noise;

/** Largest difference between a kernel and the definition in double, over the sum of the magnitudes of its terms. */
double gemm_error(mlp::GemmKernel<float> gemm, Index m, Index n, Index k, bool transposed, bool accumulate) {
  // Rows of B and C are longer than n: what lies between must be neither read into a result nor written.
  const Index stride = n + 3;
  const auto a = noise(m * k, 1);
  const auto b = noise(k * stride, 2);
  auto c = noise(m * stride, 3);
  const auto before = c;
  const Index a_row = transposed ? 1 : k;
  const Index a_col = transposed ? m : 1;
  gemm(m, n, k, a.data(), a_row, a_col, b.data(), stride, c.data(), stride, accumulate, nullptr);
  double worst = 0;
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < stride; ++j) {
      double exact = accumulate || j >= n ? before[i * stride + j] : 0;
      double size = 1 + std::abs(exact);
      for (Index p = 0; p < k && j < n; ++p) {
        const double term = static_cast<double>(a[i * a_row + p * a_col]) * b[p * stride + j];
        exact += term;
        size += std::abs(term);
      }
      worst = std::max(worst, std::abs(c[i * stride + j] - exact) / size);
    }
  }
  return worst;
}

const test::Register gemm_agrees("every gemm agrees with the definition on all small and on odd sizes", [] {
  // k roundings of half an ulp each, relative to the sum of the terms.
  const double ulp = std::numeric_limits<float>::epsilon() / 2;
  for (const auto* kernels : every_set()) {
    for (Index m = 1; m <= 40; ++m) {
      for (Index n = 1; n <= 40; ++n) {
        for (const Index k : {1, 2, 5, 33}) {
          const bool transposed = (m + n) % 2 == 0;
          const bool accumulate = (m / 2 + n) % 2 == 0;
          CHECK(gemm_error(kernels->gemm, m, n, k, transposed, accumulate) <= (static_cast<double>(k) + 1) * ulp);
        }
      }
    }
  }
});

const test::Register gemm_blocks("gemm agrees where it works in blocks: tall, wide and deep, with remainders", [] {
  const double ulp = std::numeric_limits<float>::epsilon() / 2;
  for (const auto* kernels : every_set()) {
    for (const Index k : {64, 256, 257, 600}) {
      for (const Index n : {253, 256, 301}) {
        for (const bool transposed : {false, true}) {
          CHECK(gemm_error(kernels->gemm, 49, n, k, transposed, transposed) <= (static_cast<double>(k) + 1) * ulp);
        }
      }
    }
  }
});

/** Weights, and what a rule remembers of each. */
struct Moved {
  std::vector<float> weights, first, second;
  bool operator==(const Moved&) const = default;
};

mlp::WeightStep<float> step_of(Moved& of, bool by_adam) {
  mlp::WeightStep<float> step;
  step.weights = of.weights.data();
  step.first = of.first.data();
  if (by_adam) step.second = of.second.data();
  step.keep = 0.99f;
  step.rate = 0.1f;
  step.factor = 0.9f;
  return step;
}

/** The step of some first columns in passes of their own. */
void step_apart(mlp::KernelSet set, Moved& of, const std::vector<float>& gradient, Index m, Index n, Index taken, bool by_adam) {
  const auto& rules = mlp::supported_updates(set);
  const mlp::Part part{m, taken, n, n};
  for (Index i = 0; i < m; ++i) rules.scale(taken, of.weights.data() + i * n, 0.99f);
  const auto at = [](std::vector<float>& numbers) { return numbers.data(); };
  if (by_adam) {
    rules.adam(part, at(of.weights), gradient.data(), at(of.first), at(of.second), 0.1f, {1, 0.9f});
  } else {
    rules.sgd(part, at(of.weights), gradient.data(), at(of.first), 0.1f, 0.9f);
  }
}

/** @returns how many columns a product has stepped; all of C else, and all that moved, is held to the same in two passes. */
Index stepped_columns(const mlp::Kernels<float>& kernels, Index m, Index n, Index k, bool accumulate, bool by_adam) {
  const auto a = noise(k * m, 1);
  const auto b = noise(k * n, 2);
  auto c = noise(m * n, 3);
  auto gradient = c;
  Moved expected{noise(m * n, 4), noise(m * n, 5), noise(m * n, 6)};
  for (float& variance : expected.second) variance = std::abs(variance);
  Moved seen = expected;
  auto step = step_of(seen, by_adam);
  kernels.gemm(m, n, k, a.data(), 1, m, b.data(), n, c.data(), n, accumulate, &step);
  kernels.gemm(m, n, k, a.data(), 1, m, b.data(), n, gradient.data(), n, accumulate, nullptr);
  if (step.taken > 0) step_apart(kernels.set, expected, gradient, m, n, step.taken, by_adam);
  CHECK(seen == expected);
  for (Index i = 0; i < m; ++i) {
    CHECK(std::equal(c.begin() + i * n + step.taken, c.begin() + (i + 1) * n, gradient.begin() + i * n + step.taken));
  }
  return step.taken;
}

const test::Register gemm_steps("weights that a product steps are those that its gradient would step, to the bit", [] {
  // Narrow, with remainders either way, in a block and in several, and so large that it asks for what is far.
  constexpr Index kShapes[][2] = {{1, 1}, {40, 3}, {7, 100}, {64, 64}, {50, 300}, {149, 1111}};
  for (const auto* kernels : every_set()) {
    const bool can = kernels->set == mlp::KernelSet::kAvx512;
    for (const auto& [m, n] : kShapes) {
      for (const Index k : {1, 32, 64, 257}) {
        for (const bool by_adam : {false, true}) {
          CHECK(stepped_columns(*kernels, m, n, k, true, by_adam) == 0);
          CHECK(stepped_columns(*kernels, m, n, k, false, by_adam) == (can && k < 257 ? n - n % 64 : 0));
        }
      }
    }
  }
});

const test::Register gemm_nan("gemm passes NaN on from either side, times 0 too", [] {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto* kernels : every_set()) {
    const float a[2] = {0, nan};
    const float b[2] = {nan, 0};
    float c = 0;
    kernels->gemm(1, 1, 1, a, 1, 1, b, 1, &c, 1, false, nullptr);
    CHECK(std::isnan(c));
    kernels->gemm(1, 1, 1, a + 1, 1, 1, b + 1, 1, &c, 1, false, nullptr);
    CHECK(std::isnan(c));
  }
});

std::vector<float> transposed(const std::vector<float>& in, Index rows, Index cols) {
  std::vector<float> out(in.size());
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) out[j * rows + i] = in[i * cols + j];
  }
  return out;
}

const test::Register affine_agrees("affine and descend are a product and what follows it, in one", [] {
  for (const auto* kernels : every_set()) {
    for (const auto activation : kActivations) {
      for (const Index m : {1, 7, 40, 64}) {
        for (const Index n : {1, 3, 5, 12, 16, 37, 64, 301}) {
          for (const Index k : {1, 3, 37, 300}) {
            const auto in = noise(m * k, 1);
            const auto weights = noise(k * n, 2);
            const auto bias = noise(n, 3);
            std::vector<float> joined(m * n);
            std::vector<float> apart(m * n);
            kernels->affine({in.data(), m, k, k}, weights.data(), bias.data(), activation, {joined.data(), m, n, n});
            kernels->gemm(m, n, k, in.data(), k, 1, weights.data(), n, apart.data(), n, false, nullptr);
            kernels->add_bias_and_activate({apart.data(), m, n, n}, bias.data(), activation);
            CHECK(joined == apart);
            const auto h = apart;
            kernels->descend({in.data(), m, k, k}, transposed(weights, k, n).data(), {h.data(), m, n, n}, activation,
                             {joined.data(), m, n, n});
            kernels->gemm(m, n, k, in.data(), k, 1, weights.data(), n, apart.data(), n, false, nullptr);
            kernels->multiply_by_derivative({apart.data(), m, n, n}, {h.data(), m, n, n}, activation);
            CHECK(joined == apart);
          }
        }
      }
    }
  }
});

}  // namespace
