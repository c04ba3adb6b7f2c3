#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "check.h"
#include "every_set.h"
#include "mlp/denormals.h"

namespace {

using mlp::Index;
using test::all_close;
using test::every_set;
using test::kActivations;
using test::noise;

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
