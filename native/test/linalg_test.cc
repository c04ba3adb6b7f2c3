#include <cmath>
#include <cstring>
#include <random>
#include <tuple>
#include <vector>

#include "check.h"
#include "linalg/linalg.h"

namespace linalg {
namespace {

struct Everything {
  std::vector<double> numbers;
  void add(const std::vector<double>& more) { numbers.insert(numbers.end(), more.begin(), more.end()); }
};

/** n points, m others and d features, the first a category. */
struct Example {
  Index n, m, d;
  std::vector<double> points, others, values, noises, scales;
  std::vector<std::uint8_t> categorical;
  double share;

  Example(Index n, Index m, Index d, double share) : n(n), m(m), d(d), categorical(d, 0), share(share) {
    std::mt19937 engine(static_cast<unsigned>(n));
    std::uniform_real_distribution<double> uniform(0, 1);
    const auto draw = [&](Index count) {
      std::vector<double> numbers(count);
      for (auto& number : numbers) number = uniform(engine);
      return numbers;
    };
    points = draw(n * d);
    others = draw(m * d);
    for (Index p = 0; p < n; ++p) points[p * d] = static_cast<double>(p % 3);
    for (Index p = 0; p < m; ++p) others[p * d] = static_cast<double>(p % 3);
    values = draw(n);
    noises = draw(n);
    categorical[0] = 1;
    // Distances from next to nothing to where a covariance is next to nothing.
    scales.assign(d, 0.7);
    scales[d - 1] = 0.001;
  }

  Kernel kernel() const { return {d, categorical.data(), scales.data(), 1.3, share}; }

  std::vector<double> arranged() const {
    std::vector<double> numbers(arranged_size(kernel(), n));
    arrange(kernel(), n, points.data(), numbers.data());
    return numbers;
  }

  std::vector<double> factor() const {
    std::vector<double> matrix(n * n);
    covariance(kernel(), n, arranged().data(), noises.data(), 0, matrix.data());
    CHECK(cholesky(matrix.data(), n, 0));
    return matrix;
  }
};

/** What the parts of a process compute of an example. */
Everything compute(const Example& example) {
  const auto [n, m, d] = std::tuple(example.n, example.m, example.d);
  const Kernel kernel = example.kernel();
  const auto factor = example.factor();
  Everything result;
  for (Index p = 0; p < n; ++p) result.numbers.insert(result.numbers.end(), &factor[p * n + p], &factor[p * n] + n);
  std::vector<double> cross(n * m), product_of(m * m), diagonal(n), gradient(d + 2);
  cross_covariance(kernel, n, example.arranged().data(), m, example.others.data(), cross.data());
  result.add(cross);
  product(cross.data(), cross.data(), n, m, m, product_of.data());
  result.add(product_of);
  solve_transposed(factor.data(), n, cross.data(), m);
  result.add(cross);
  solve(factor.data(), n, cross.data(), m);
  result.add(cross);
  const auto evidence_of = [&](double* by) {
    return evidence(kernel, n, example.points.data(), example.values.data(), example.noises.data(), 0.01, diagonal.data(),
                    by);
  };
  const auto found = evidence_of(gradient.data());
  CHECK(found.positive_definite);
  CHECK(evidence_of(nullptr).quadratic == found.quadratic);
  result.add({found.quadratic});
  result.add(diagonal);
  result.add(gradient);
  return result;
}

/** A posterior under two sets of values, K^-1 k, and gradients. */
Everything predict(const Example& example) {
  const auto [n, m, d] = std::tuple(example.n, example.m, example.d);
  const auto arranged = example.arranged(), factor = example.factor();
  std::vector<double> weights(2 * n);
  for (Index p = 0; p < n; ++p) {
    weights[2 * p] = example.values[p];
    weights[2 * p + 1] = -example.noises[p];
  }
  const Process process{example.kernel(), n, example.points.data(), arranged.data(), factor.data(), weights.data(), 2, 0.3};
  std::vector<double> means(2 * m), variances(m), again(2 * m), solved(m * n), gradients(m * d);
  posterior(process, m, example.others.data(), means.data(), variances.data());
  Everything result;
  result.add(means);
  result.add(variances);
  posterior_to_differentiate(process, m, example.others.data(), again.data(), variances.data(), solved.data());
  CHECK(again == means);
  result.add(variances);
  result.add(solved);
  posterior_gradients(process, m, example.others.data(), solved.data(), means.data(), variances.data(), gradients.data());
  result.add(gradients);
  return result;
}

const test::Register same_bits("every variant computes the same bits", [] {
  const char* const best = variant_name();
  for (const Index n : {1, 7, 16, 33, 130, 300}) {
    for (const Index m : {1, 9, 30}) {
      for (const double share : {0.0, 0.9}) {
        CHECK(choose_variant(best));
        const Example example(n, m, 4, share);
        const auto expected = compute(example), predicted = predict(example);
        for (const char* name : {"portable", "avx2", "avx512", "neon"}) {
          if (!choose_variant(name)) continue;
          CHECK(compute(example).numbers == expected.numbers);
          CHECK(predict(example).numbers == predicted.numbers);
        }
      }
    }
  }
  CHECK(choose_variant(best));
});

/** FNV-1a over the bytes, in the order of a little-endian CPU. */
std::uint64_t fingerprint(const std::vector<double>& numbers) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const double number : numbers) {
    std::uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    for (int byte = 0; byte < 8; ++byte) hash = (hash ^ (bits >> (8 * byte) & 0xff)) * 0x100000001b3;
  }
  return hash;
}

const test::Register same_bits_everywhere("and every kind of CPU computes those of every other", [] {
  // Recorded 2026-11-26 with the AVX-512 variant on x86-64; 64-bit ARM gave the same.
  CHECK(fingerprint(compute({130, 30, 4, 0}).numbers) == 0xa58da46f7ac0ea5a);
  CHECK(fingerprint(predict({130, 30, 4, 0}).numbers) == 0xed9bb530ba85b5ec);
  CHECK(fingerprint(compute({130, 30, 4, 0.9}).numbers) == 0x8b7e6e30f4f4f26);
  CHECK(fingerprint(predict({130, 30, 4, 0.9}).numbers) == 0xd865d3dac5d4b0b9);
});

const test::Register rows_as_columns("right-hand sides that are rows are solved to the bits of columns", [] {
  for (const Index n : {1, 16, 33, 130, 300}) {
    for (const Index m : {1, 5, 9}) {
      const Example example(n, m, 4, 0.9);
      const auto factor = example.factor();
      std::vector<double> columns(n * m);
      cross_covariance(example.kernel(), n, example.arranged().data(), m, example.others.data(), columns.data());
      solve_transposed(factor.data(), n, columns.data(), m);
      solve(factor.data(), n, columns.data(), m);
      const auto arranged = example.arranged();
      const std::vector<double> weights(n);
      const Process process{example.kernel(), n, example.points.data(), arranged.data(), factor.data(), weights.data(), 1, 0};
      std::vector<double> means(m), variances(m), rows(m * n);
      posterior_to_differentiate(process, m, example.others.data(), means.data(), variances.data(), rows.data());
      for (Index p = 0; p < n; ++p)
        for (Index c = 0; c < m; ++c) CHECK(rows[c * n + p] == columns[p * m + c]);
    }
  }
});

}  // namespace

}  // namespace linalg
