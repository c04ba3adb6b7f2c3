#include <cmath>
#include <limits>

#include "check.h"
#include "mlp/random.h"
#include "mlp/update.h"

namespace {

using mlp::Index;

/** One parameter vector's memory. */
struct Memory {
  std::vector<float> w, g, a, b, c;

  explicit Memory(Index count) : w(count), g(count), a(count), b(count), c(count) {
    mlp::Stream stream(3, mlp::Purpose::kWeights, static_cast<std::uint32_t>(count));
    for (Index i = 0; i < count; ++i) {
      w[i] = static_cast<float>(stream.symmetric());
      g[i] = static_cast<float>(stream.symmetric());
    }
    // A unit that never fires has no gradient, and no memory of one.
    g[0] = 0;
  }
};

/** Three steps of each rule, and of what shapes a gradient. */
std::vector<std::vector<float>> after_all_rules(const mlp::UpdateKernels<float>& kernels, Index count) {
  std::vector<std::vector<float>> results;
  const auto keep = [&](const Memory& memory) { results.insert(results.end(), {memory.w, memory.g, memory.a, memory.b}); };
  const auto run = [&](auto step) {
    Memory m(count);
    double product = 1;
    for (std::int64_t t = 1; t <= 3; ++t) {
      const auto momentum = mlp::NadamMomentum::at(t, product);
      product = momentum.product;
      step(m, t, momentum);
    }
    keep(m);
  };
  run([&](Memory& m, auto, auto) { kernels.sgd(count, m.w.data(), m.g.data(), m.a.data(), 0.1, 0.9); });
  run([&](Memory& m, auto, auto) { kernels.nesterov(count, m.w.data(), m.g.data(), m.a.data(), 0.1, 0.9); });
  run([&](Memory& m, auto, auto) { kernels.adagrad(count, m.w.data(), m.g.data(), m.a.data(), 0.1); });
  run([&](Memory& m, auto, auto) { kernels.rmsprop(count, m.w.data(), m.g.data(), m.a.data(), 0.01); });
  run([&](Memory& m, auto t, auto) {
    kernels.adam(count, m.w.data(), m.g.data(), m.a.data(), m.b.data(), 0.01, mlp::AdamCorrections::at(t));
  });
  run([&](Memory& m, auto t, auto) {
    kernels.amsgrad(count, m.w.data(), m.g.data(), m.a.data(), m.b.data(), m.c.data(), 0.01, mlp::AdamCorrections::at(t));
  });
  run([&](Memory& m, auto t, const auto& momentum) {
    kernels.nadam(count, m.w.data(), m.g.data(), m.a.data(), m.b.data(), 0.01, mlp::AdamCorrections::at(t), momentum);
  });
  run([&](Memory& m, auto, auto) { kernels.lion(count, m.w.data(), m.g.data(), m.a.data(), 0.01); });
  run([&](Memory& m, auto, auto) {
    kernels.clip(count, m.g.data(), m.a.data(), 0.3);
    kernels.add_penalty(count, m.w.data(), m.a.data(), 0.01, 0.02);
    kernels.scale(count, m.w.data(), 0.9);
    kernels.move_average(count, m.w.data(), m.b.data(), 0.1);
    m.w[0] = static_cast<float>(kernels.sum_of_squares(count, m.g.data()));
  });
  return results;
}

const test::Register variants("every variant of a rule agrees with its definition, whatever the count", [] {
  for (const auto set : mlp::kKernelSets) {
    for (Index count = 1; count <= 70; ++count) {
      const auto expected = after_all_rules(mlp::reference_updates<float>(), count);
      const auto seen = after_all_rules(mlp::supported_updates(set), count);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        for (Index i = 0; i < count; ++i) CHECK(test::close(seen[k][i], expected[k][i], 1e-6, 1e-7));
      }
    }
  }
});

const test::Register not_a_number("no variant of a rule hides a NaN", [] {
  for (const auto set : mlp::kKernelSets) {
    const auto& kernels = mlp::supported_updates(set);
    for (const Index at : {0, 19}) {
      Memory sgd(20);
      Memory adam(20);
      sgd.g[at] = adam.g[at] = std::numeric_limits<float>::quiet_NaN();
      kernels.sgd(20, sgd.w.data(), sgd.g.data(), sgd.a.data(), 0.1, 0.9);
      kernels.adam(20, adam.w.data(), adam.g.data(), adam.a.data(), adam.b.data(), 0.1, mlp::AdamCorrections::at(1));
      CHECK(std::isnan(sgd.w[at]) && std::isnan(adam.w[at]));
    }
  }
});

}  // namespace
