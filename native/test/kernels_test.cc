#include <cstring>
#include <limits>

#include "check.h"
#include "mlp/denormals.h"
#include "mlp/kernels.h"
#include "mlp/random.h"
#include "mlp/update.h"

namespace {

using mlp::Index;

std::vector<float> noise(Index count, std::uint32_t index) {
  mlp::Stream stream(7, mlp::Purpose::kWeights, index);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(stream.symmetric());
  return values;
}

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
  gemm(m, n, k, a.data(), a_row, a_col, b.data(), stride, c.data(), stride, accumulate);
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
  for (const auto* kernels : {&mlp::reference_kernels<float>(), &mlp::best_kernels()}) {
    for (const Index m : {1, 2, 3, 5, 6, 7, 13, 64}) {
      for (const Index n : {1, 2, 7, 8, 9, 10, 15, 16, 17, 24, 31, 33, 64}) {
        for (const Index k : {1, 2, 5, 33}) {
          for (const bool transposed : {false, true}) {
            for (const bool accumulate : {false, true}) {
              CHECK(gemm_error(kernels->gemm, m, n, k, transposed, accumulate) <= (static_cast<double>(k) + 1) * ulp);
            }
          }
        }
      }
    }
  }
});

const test::Register gemm_nan("gemm passes NaN on from either side, times 0 too", [] {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto* kernels : {&mlp::reference_kernels<float>(), &mlp::best_kernels()}) {
    const float a[2] = {0, nan};
    const float b[2] = {nan, 0};
    float c = 0;
    kernels->gemm(1, 1, 1, a, 1, 1, b, 1, &c, 1, false);
    CHECK(std::isnan(c));
    kernels->gemm(1, 1, 1, a + 1, 1, 1, b + 1, 1, &c, 1, false);
    CHECK(std::isnan(c));
  }
});

const test::Register transposes("transpose swaps rows and columns", [] {
  const float in[6] = {1, 2, 3, 4, 5, 6};
  float out[6];
  mlp::transpose<float>({in, 2, 3, 3}, {out, 3, 2, 2});
  const float expected[6] = {1, 4, 2, 5, 3, 6};
  CHECK(std::memcmp(out, expected, sizeof out) == 0);
});

const test::Register relu_keeps_nan("relu keeps NaN, so that a diverged training is seen", [] {
  float z[1] = {std::numeric_limits<float>::quiet_NaN()};
  const float bias[1] = {0};
  mlp::add_bias_and_activate<float>({z, 1, 1, 1}, bias, mlp::Activation::kRelu);
  CHECK(std::isnan(z[0]));
});

const test::Register softmax_is_stable("cross-entropy of huge, tiny and equal logits is what it should be", [] {
  const double z[9] = {1e4, 0, -1e4, /**/ 0, 0, 0, /**/ 40, 0, 0};
  const std::int32_t labels[3] = {0, 2, 0};
  double d[9];
  const auto score = mlp::softmax_cross_entropy<double>({z, 3, 3, 3}, labels, {d, 3, 3, 3}, 1.0);
  // 0, log 3, log(1 + 2 exp(-40)).
  CHECK(test::close(score.loss, std::log(3.0) + std::log1p(2 * std::exp(-40.0)), 1e-15));
  // The second row's label is not the first of its equal logits.
  CHECK(score.hits == 2);
  CHECK(d[0] == 0 && d[1] == 0 && d[2] == 0);
  CHECK(test::close(d[5], 1.0 / 3 - 1, 1e-15));
});

const test::Register one_class("cross-entropy with one class is 0 and pushes nowhere", [] {
  const float z[1] = {3};
  const std::int32_t labels[1] = {0};
  float d[1] = {9};
  const auto score = mlp::softmax_cross_entropy<float>({z, 1, 1, 1}, labels, {d, 1, 1, 1}, 1.0f);
  CHECK(score.loss == 0 && d[0] == 0 && score.hits == 1);
});

const test::Register sgd("sgd without momentum is plain gradient descent, with it the velocity decays", [] {
  double w[1] = {1};
  const double g[1] = {2};
  double v[1] = {5};
  mlp::update_sgd<double>(1, w, g, v, 0.1, 0);
  CHECK(test::close(w[0], 0.8, 1e-15));
  mlp::update_sgd<double>(1, w, g, v, 0.1, 0.5);
  CHECK(test::close(v[0], 3, 1e-15));
  CHECK(test::close(w[0], 0.5, 1e-15));
});

const test::Register adam("adam's first step is the learning rate, whatever the gradient's size", [] {
  for (const double gradient : {1e-3, 1.0, -50.0}) {
    double w[1] = {0};
    double m[1] = {0};
    double v[1] = {0};
    mlp::update_adam<double>(1, w, &gradient, m, v, 0.01, 1);
    // epsilon is 1e-8 beside |gradient| >= 1e-3.
    CHECK(test::close(w[0], gradient > 0 ? -0.01 : 0.01, 1.1e-5));
  }
});

const test::Register philox("philox gives the published numbers", [] {
  // Random123 1.14.0, examples/kat_vectors: philox4x32 10.
  const auto zeros = mlp::philox({0, 0, 0, 0}, 0);
  CHECK((zeros == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const auto ones = mlp::philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff);
  CHECK((ones == std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
});

const test::Register denormals("denormals are flushed inside the guard and only there", [] {
  volatile float tiny = std::numeric_limits<float>::min();
  {
    const mlp::FlushDenormals flush;
#if defined(__x86_64__) || defined(__aarch64__)
    CHECK(tiny * 0.5f == 0);
#endif
  }
  CHECK(tiny * 0.5f > 0);
});

}  // namespace
