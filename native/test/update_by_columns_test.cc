#include <algorithm>
#include <limits>

#include "check.h"
#include "mlp/updater.h"

namespace {

using mlp::Index;
using mlp::Optimizer;

/** Steps the first columns of a matrix of weights as a product would, and loses their gradient. */
void step_columns(mlp::WeightStep<float>& step, const mlp::UpdateKernels<float>& rules, float* gradient, Index rows,
                  Index columns, Index taken) {
  const mlp::Part part{rows, taken, columns, columns};
  for (Index i = 0; i < rows; ++i) rules.scale(taken, step.weights + i * columns, step.keep);
  if (step.second) rules.adam(part, step.weights, gradient, step.first, step.second, step.rate, {1, step.factor});
  else rules.sgd(part, step.weights, gradient, step.first, step.rate, step.factor);
  for (Index i = 0; i < rows; ++i) std::fill_n(gradient + i * columns, taken, std::numeric_limits<float>::quiet_NaN());
  step.taken = taken;
}

/** Three steps, with the first columns of the first matrix stepped elsewhere, beside whole ones. */
void check_stepped(const mlp::UpdateOptions& options, mlp::KernelSet set, Index taken) {
  const mlp::Shape shape{{200, 190, 3}, mlp::Activation::kRelu, mlp::Loss::kCrossEntropy};
  mlp::Updater whole(options, shape, set);
  mlp::Updater parts(options, shape, set);
  std::vector<float> expected(shape.weight_count(), 1.5f);
  auto seen = expected;
  for (int step = 0; step < 3; ++step) {
    std::vector<float> gradient(expected.size());
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = static_cast<float>(i % 101) / 7 - static_cast<float>(step);
    whole.step(expected.data(), gradient.data(), 0.01);
    parts.begin(seen.data(), 0.01);
    CHECK(!parts.step_of(200 * 190 + 190));
    auto* const first = parts.step_of(0);
    CHECK((first != nullptr) == (set == mlp::KernelSet::kAvx512));
    if (first && taken > 0) step_columns(*first, mlp::supported_updates(set), gradient.data(), 200, 190, taken);
    parts.finish(gradient.data());
  }
  CHECK(seen == expected);
  CHECK(std::equal(parts.memory().first.begin(), parts.memory().first.end(), whole.memory().first.begin()));
  CHECK(std::equal(parts.memory().second.begin(), parts.memory().second.end(), whole.memory().second.begin()));
}

const test::Register by_columns("a step of which a product takes none, some or all columns of a matrix is the same to the bit", [] {
  for (const auto optimizer : {Optimizer::kSgd, Optimizer::kAdam}) {
    for (const auto set : mlp::kKernelSets) {
      for (const Index taken : {0, 128, 190}) {
        for (const double decay : {0.0, 0.1}) {
          mlp::UpdateOptions options{optimizer, optimizer == Optimizer::kSgd ? 0.9 : 0};
          options.weight_decay = decay;
          check_stepped(options, set, taken);
        }
      }
    }
  }
});

const test::Register not_by_columns("what needs the whole gradient first, or is small, takes no step by columns", [] {
  const mlp::Shape shape{{512, 512, 8}, mlp::Activation::kRelu, mlp::Loss::kCrossEntropy};
  const auto takes = [&](const mlp::UpdateOptions& options, Index offset = 0) {
    mlp::Updater updater(options, shape, mlp::KernelSet::kAvx512);
    std::vector<float> weights(shape.weight_count());
    updater.begin(weights.data(), 0.1);
    return updater.step_of(offset) != nullptr;
  };
  for (const auto optimizer : {Optimizer::kSgd, Optimizer::kAdam}) {
    const mlp::UpdateOptions options{optimizer, optimizer == Optimizer::kSgd ? 0.9 : 0};
    CHECK(takes(options));
    CHECK(takes(options, 512 * 512 + 512) == (optimizer == Optimizer::kSgd));
    for (double mlp::UpdateOptions::*const part : {&mlp::UpdateOptions::clip_value, &mlp::UpdateOptions::clip_norm,
                                                    &mlp::UpdateOptions::l1, &mlp::UpdateOptions::l2}) {
      auto shaped = options;
      shaped.*part = 1;
      CHECK(!takes(shaped));
    }
  }
  CHECK(!takes({Optimizer::kNadam}));
});

}  // namespace
