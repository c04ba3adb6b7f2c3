#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

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

/** Every set that this CPU runs, the definitions first. */
std::vector<const mlp::Kernels<float>*> every_set() {
  std::vector<const mlp::Kernels<float>*> sets;
  for (const auto set : mlp::kKernelSets) {
    const auto& kernels = mlp::supported_kernels(set);
    if (kernels.set == set) sets.push_back(&kernels);
  }
  return sets;
}

constexpr mlp::Activation kActivations[] = {
    mlp::Activation::kIdentity, mlp::Activation::kRelu, mlp::Activation::kTanh,
    mlp::Activation::kSigmoid,  mlp::Activation::kLeakyRelu, mlp::Activation::kElu,
    mlp::Activation::kGelu,     mlp::Activation::kSilu, mlp::Activation::kSoftplus};

bool all_close(const std::vector<float>& actual, const std::vector<float>& expected, double relative, double absolute) {
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (!test::close(actual[i], expected[i], relative, absolute)) return false;
  }
  return actual.size() == expected.size();
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

/** Puts a product together from what it is given of it. */
class Collector final : public mlp::TileTaker<float> {
 public:
  Collector(Index rows, Index columns) : product(rows * columns), times(rows * columns), columns_(columns) {
    for (const float*& matrix : wanted) matrix = product.data();
  }

  void take(Index row, Index column, mlp::Matrix<const float> tile) override {
    for (Index i = 0; i < tile.rows; ++i) {
      for (Index j = 0; j < tile.cols; ++j) {
        const Index at = (row + i) * columns_ + column + j;
        product[at] = tile.row(i)[j];
        ++times[at];
      }
    }
  }

  std::vector<float> product;
  std::vector<int> times;

 private:
  Index columns_;
};

bool takes_the_product(mlp::GemmKernel<float> gemm, Index m, Index n, Index k, bool accumulate) {
  const auto a = noise(k * m, 1);
  const auto b = noise(k * n, 2);
  auto c = noise(m * n, 3);
  auto written = c;
  Collector taker(m, n);
  gemm(m, n, k, a.data(), 1, m, b.data(), n, c.data(), n, accumulate, &taker);
  gemm(m, n, k, a.data(), 1, m, b.data(), n, written.data(), n, accumulate, nullptr);
  return taker.product == written && std::all_of(taker.times.begin(), taker.times.end(), [](int count) { return count == 1; });
}

const test::Register gemm_hands_over("what takes a product is given each of its elements once, to the bit", [] {
  // Narrow, with remainders either way, and large enough to be given tile by tile.
  constexpr Index kShapes[][2] = {{1, 1}, {40, 3}, {7, 100}, {50, 300}, {90, 1500}, {149, 1111}};
  for (const auto* kernels : every_set()) {
    for (const auto& [m, n] : kShapes) {
      for (const Index k : {1, 16, 64, 257}) {
        CHECK(takes_the_product(kernels->gemm, m, n, k, false));
        CHECK(takes_the_product(kernels->gemm, m, n, k, true));
      }
    }
  }
});

const test::Register gathers_rows("every set copies the rows asked for, and writes nothing beyond them", [] {
  constexpr Index kRows = 12;
  const std::vector<std::int32_t> numbers{11, 0, 3, 3, 10, 1, 7, 2, 9, 4, 6, 8, 5, 11, 0};
  for (const auto* kernels : every_set()) {
    for (Index columns = 1; columns <= 40; ++columns) {
      for (const Index count : {1, 2, 15}) {
        const auto source = noise(kRows * columns, 5);
        std::vector<float> out(count * columns + 20, -7);
        auto expected = out;
        for (Index i = 0; i < count; ++i) {
          std::copy_n(source.begin() + numbers[i] * columns, columns, expected.begin() + i * columns);
        }
        kernels->gather_rows(source.data(), columns, numbers.data(), count, out.data());
        CHECK(out == expected);
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

const test::Register passes_agree("every bias, activation, derivative and column sum agrees with the definition", [] {
  constexpr Index kRows = 3;
  for (const auto* kernels : every_set()) {
    for (Index cols = 1; cols <= 40; ++cols) {
      const Index stride = cols + 3;
      const auto bias = noise(cols, 1);
      const auto d = noise(kRows * stride, 3);
      auto sums = noise(cols, 4);
      auto expected_sums = sums;
      kernels->sum_rows({d.data(), kRows, cols, stride}, sums.data(), cols % 2 == 0);
      mlp::sum_rows<float>({d.data(), kRows, cols, stride}, expected_sums.data(), cols % 2 == 0);
      CHECK(sums == expected_sums);
      for (const auto activation : kActivations) {
        auto h = noise(kRows * stride, 2);
        auto expected_h = h;
        kernels->add_bias_and_activate({h.data(), kRows, cols, stride}, bias.data(), activation);
        mlp::add_bias_and_activate<float>({expected_h.data(), kRows, cols, stride}, bias.data(), activation);
        CHECK(all_close(h, expected_h, 5e-7, 2e-7));
        auto mapped = noise(kRows * stride, 2);
        const auto z = mapped;
        auto expected_mapped = z;
        kernels->activate({z.data(), kRows, cols, stride}, {mapped.data(), kRows, cols, stride}, activation);
        mlp::activate<float>({z.data(), kRows, cols, stride}, {expected_mapped.data(), kRows, cols, stride}, activation);
        CHECK(all_close(mapped, expected_mapped, 5e-7, 2e-7));
        auto out = d;
        auto expected_out = d;
        kernels->multiply_by_derivative({out.data(), kRows, cols, stride}, {h.data(), kRows, cols, stride}, activation);
        mlp::multiply_by_derivative<float>({expected_out.data(), kRows, cols, stride}, {h.data(), kRows, cols, stride},
                                           activation);
        CHECK(all_close(out, expected_out, 5e-7, 3e-7));
      }
    }
  }
});

/** What normalizing a batch and its way back leave behind, one after the other. */
std::vector<float> normalized(const mlp::Kernels<float>& kernels, Index rows, Index cols) {
  const Index stride = cols + 3;
  const auto x = noise(rows * stride, 1);
  const auto scale = noise(cols, 2);
  const auto shift = noise(cols, 3);
  std::vector<float> columns(5 * cols + 3, -7);
  std::vector<float> normal(rows * stride, -7);
  std::vector<float> out(rows * stride, -7);
  auto d = noise(rows * stride, 4);
  float* const mean = columns.data();
  float* const inverse = mean + 2 * cols;
  kernels.normalize_batch({x.data(), rows, cols, stride}, {scale.data(), shift.data(), mean, mean + cols, inverse,
                                                           {normal.data(), rows, cols, stride},
                                                           {out.data(), rows, cols, stride}});
  kernels.normalize_batch_back({d.data(), rows, cols, stride}, {normal.data(), rows, cols, stride}, scale.data(), inverse,
                               mean + 3 * cols, mean + 4 * cols);
  for (const auto& more : {normal, out, d}) columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

const test::Register normalizes("every set normalizes a batch as the definition does, and writes nothing beside it", [] {
  for (const auto* kernels : every_set()) {
    for (Index cols = 1; cols <= 80; ++cols) {
      for (const Index rows : {2, 33}) {
        const auto expected = normalized(mlp::reference_kernels<float>(), rows, cols);
        CHECK(all_close(normalized(*kernels, rows, cols), expected, 1e-4, 1e-4));
      }
    }
  }
});

const test::Register multiplies("every set multiplies by factors to the bit", [] {
  for (const auto* kernels : every_set()) {
    for (Index count = 1; count <= 40; ++count) {
      const auto factors = noise(count, 1);
      auto d = noise(count + 1, 2);
      auto expected = d;
      kernels->multiply(count, factors.data(), d.data());
      mlp::multiply<float>(count, factors.data(), expected.data());
      CHECK(d == expected);
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

const test::Register softmax_agrees("every cross-entropy agrees with the definition, in place too", [] {
  constexpr Index kRows = 19;  // more than one vector of rows
  for (const auto* kernels : every_set()) {
    for (Index cols = 1; cols <= 40; ++cols) {
      const Index stride = cols + 3;
      auto z = noise(kRows * stride, 5);
      for (float& value : z) value *= 20;
      z[stride] = z[stride + cols - 1] = 30;  // two largest: the first one counts
      const std::int32_t last = static_cast<std::int32_t>(cols) - 1;
      const std::int32_t labels[kRows] = {0, last, last / 2, 0};
      auto expected = z;
      const auto right = mlp::softmax_cross_entropy<float>({z.data(), kRows, cols, stride}, labels,
                                                           {expected.data(), kRows, cols, stride}, 0.25f);
      const auto seen = kernels->softmax_cross_entropy({z.data(), kRows, cols, stride}, labels, {}, 0.25f);
      const auto score = kernels->softmax_cross_entropy({z.data(), kRows, cols, stride}, labels,
                                                        {z.data(), kRows, cols, stride}, 0.25f);
      CHECK(test::close(score.loss, right.loss, 5e-7, 1e-6));
      CHECK(seen.loss == score.loss);
      CHECK(all_close(z, expected, 1e-5, 1e-7));
    }
  }
});

const test::Register softmax_nan("every cross-entropy of NaN or infinite logits is not finite", [] {
  const std::int32_t labels[1] = {1};
  for (const auto* kernels : every_set()) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      for (Index at = 0; at < 3; ++at) {
        float z[3] = {1, 2, 3};
        z[at] = bad;
        CHECK(!std::isfinite(kernels->softmax_cross_entropy({z, 1, 3, 3}, labels, {}, 1).loss));
      }
    }
  }
});

const test::Register softmax_is_stable("cross-entropy of huge, tiny and equal logits is what it should be", [] {
  const double z[9] = {1e4, 0, -1e4, /**/ 0, 0, 0, /**/ 40, 0, 0};
  const std::int32_t labels[3] = {0, 2, 0};
  double d[9];
  const auto score = mlp::softmax_cross_entropy<double>({z, 3, 3, 3}, labels, {d, 3, 3, 3}, 1.0);
  // 0, log 3, log(1 + 2 exp(-40)).
  CHECK(test::close(score.loss, std::log(3.0) + std::log1p(2 * std::exp(-40.0)), 1e-15));
  CHECK(d[0] == 0 && d[1] == 0 && d[2] == 0);
  CHECK(test::close(d[5], 1.0 / 3 - 1, 1e-15));
});

const test::Register one_class("cross-entropy with one class is 0 and pushes nowhere", [] {
  const float z[1] = {3};
  const std::int32_t labels[1] = {0};
  float d[1] = {9};
  const auto score = mlp::softmax_cross_entropy<float>({z, 1, 1, 1}, labels, {d, 1, 1, 1}, 1.0f);
  CHECK(score.loss == 0 && d[0] == 0);
});

const test::Register sgd("sgd without momentum is plain gradient descent, with it the velocity decays", [] {
  double w[1] = {1};
  const double g[1] = {2};
  double v[1] = {5};
  mlp::reference_updates<double>().sgd(1, w, g, v, 0.1, 0);
  CHECK(test::close(w[0], 0.8, 1e-15));
  mlp::reference_updates<double>().sgd(1, w, g, v, 0.1, 0.5);
  CHECK(test::close(v[0], 3, 1e-15));
  CHECK(test::close(w[0], 0.5, 1e-15));
});

const test::Register adam("adam's first step is the learning rate, whatever the gradient's size", [] {
  for (const double gradient : {1e-3, 1.0, -50.0}) {
    double w[1] = {0};
    double m[1] = {0};
    double v[1] = {0};
    mlp::reference_updates<double>().adam(1, w, &gradient, m, v, 0.01, 1);
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
