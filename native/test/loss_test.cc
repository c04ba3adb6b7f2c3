#include <cmath>
#include <limits>

#include "check.h"
#include "every_set.h"

namespace {

using mlp::Index;
using test::all_close;
using test::every_set;
using test::noise;

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

}  // namespace
