#include "mlp/update.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "check.h"
#include "mlp/updater.h"

namespace {

using mlp::Index;
using mlp::Optimizer;

const double kNaN = std::numeric_limits<double>::quiet_NaN();

/** One layer of two inputs and one output: two weights, then a bias. */
mlp::Shape two_weights_and_a_bias() { return {{2, 1}, mlp::Activation::kIdentity, mlp::Loss::kMeanSquaredError}; }

/** The parameters after one step from `weights`. */
std::vector<float> stepped(const mlp::UpdateOptions& options, std::vector<float> weights,
                           const std::vector<float>& gradient, double rate) {
  mlp::Updater updater(options, two_weights_and_a_bias());
  updater.step(weights.data(), gradient.data(), rate);
  return weights;
}

mlp::UpdateOptions plain() { return {Optimizer::kSgd}; }

// Expected values below are worked out by hand from the formulas in update.h.

const test::Register nesterov("nesterov steps along the velocity that comes next", [] {
  double w[1] = {1};
  const double g[1] = {2};
  double v[1] = {4};
  mlp::reference_updates<double>().nesterov(1, w, g, v, 0.1, 0.5);
  CHECK(test::close(v[0], 4, 1e-15));
  CHECK(test::close(w[0], 1 - 0.1 * (2 + 0.5 * 4), 1e-15));
});

const test::Register adagrad("adagrad's steps shrink with all it has seen", [] {
  double w[1] = {0};
  const double g[1] = {3};
  double sum[1] = {0};
  mlp::reference_updates<double>().adagrad(1, w, g, sum, 0.1);
  CHECK(test::close(w[0], -0.1, 1e-9));
  mlp::reference_updates<double>().adagrad(1, w, g, sum, 0.1);
  CHECK(test::close(w[0], -0.1 - 0.1 / std::sqrt(2.0), 1e-9));
});

const test::Register rmsprop("rmsprop divides by the root of the mean square, uncorrected", [] {
  double w[1] = {0};
  const double g[1] = {-2};
  double v[1] = {0};
  mlp::reference_updates<double>().rmsprop(1, w, g, v, 0.01);
  // sqrt(0.01 * 4) = 0.2.
  CHECK(test::close(w[0], 0.1, 1e-6));
});

const test::Register amsgrad("amsgrad remembers the largest variance, adam forgets it", [] {
  double w[2] = {0, 0};
  double m[2] = {0, 0};
  double v[2] = {0, 0};
  double largest[1] = {0};
  double before = 0;
  for (int step = 1; step <= 3000; ++step) {
    const double g = step == 1 ? 1000 : 1;
    mlp::reference_updates<double>().amsgrad(1, w, &g, m, v, largest, 0.01, mlp::AdamCorrections::at(step));
    mlp::reference_updates<double>().adam(1, w + 1, &g, m + 1, v + 1, 0.01, mlp::AdamCorrections::at(step));
    before = std::max(before, v[0]);
  }
  CHECK(largest[0] == before && largest[0] > 2 * v[0]);
  CHECK(w[1] < w[0] && w[0] < 0);
});

const test::Register nadam("nadam's first step looks ahead by the momentum of the second", [] {
  const auto momentum = mlp::NadamMomentum::at(1, 1);
  CHECK(test::close(momentum.now, 0.9 * (1 - 0.5 * std::pow(0.96, 0.004)), 1e-15));
  CHECK(test::close(momentum.next, 0.9 * (1 - 0.5 * std::pow(0.96, 0.008)), 1e-15));
  CHECK(momentum.product == momentum.now);
  double w[1] = {0};
  const double g[1] = {5};
  double m[1] = {0};
  double v[1] = {0};
  mlp::reference_updates<double>().nadam(1, w, g, m, v, 0.01, mlp::AdamCorrections::at(1), momentum);
  const double ahead = 0.1 * momentum.next / (1 - momentum.product * momentum.next);
  CHECK(test::close(w[0], -0.01 * (1 + ahead), 1e-7));
});

const test::Register lion("lion moves every weight by the rate, or not at all", [] {
  double w[3] = {1, 1, 1};
  const double g[3] = {1e-9, -1e9, 0};
  double m[3] = {0, 0, 0};
  mlp::reference_updates<double>().lion(3, w, g, m, 0.25);
  CHECK(w[0] == 0.75 && w[1] == 1.25 && w[2] == 1);
  CHECK(test::close(m[1], -1e7, 1e-12));
});

const test::Register nan_passes("a gradient that is no number shows in the weights, whatever the rule", [] {
  for (int kind = 0; kind <= static_cast<int>(Optimizer::kLion); ++kind) {
    mlp::UpdateOptions options{static_cast<Optimizer>(kind)};
    options.clip_value = 1;
    options.clip_norm = 1;
    options.l1 = options.l2 = options.weight_decay = 0.1;
    const auto after = stepped(options, {1, 2, 3}, {static_cast<float>(kNaN), 0, 0}, 0.1);
    CHECK(std::isnan(after[0]));
    CHECK(std::isfinite(after[1]) && std::isfinite(after[2]));
  }
});

const test::Register every_rule_descends("every rule finds the bottom of a bowl", [] {
  for (int kind = 0; kind <= static_cast<int>(Optimizer::kLion); ++kind) {
    mlp::UpdateOptions options{static_cast<Optimizer>(kind)};
    options.momentum = 0.5;
    mlp::Updater updater(options, two_weights_and_a_bias());
    std::vector<float> w{1, -1, 0.5};
    for (int step = 0; step < 2000; ++step) {
      const std::vector<float> gradient{w[0] - 0.25f, 4 * w[1], w[2]};
      updater.step(w.data(), gradient.data(), 0.1 * (1 - step / 2000.0));
    }
    CHECK(std::abs(w[0] - 0.25) < 1e-2 && std::abs(w[1]) < 1e-2 && std::abs(w[2]) < 1e-2);
  }
});

const test::Register clip_value("clipping by value holds each element, biases too", [] {
  auto options = plain();
  options.clip_value = 1;
  CHECK((stepped(options, {0, 0, 0}, {0.5, -3, 8}, 1) == std::vector<float>{-0.5, 1, -1}));
});

const test::Register clip_norm("clipping by norm keeps the direction, and what is short enough as it is", [] {
  auto options = plain();
  options.clip_norm = 2.5;
  const auto clipped = stepped(options, {0, 0, 0}, {3, 0, 4}, 1);  // norm 5
  CHECK(test::close(clipped[0], -1.5, 1e-6) && clipped[1] == 0 && test::close(clipped[2], -2, 1e-6));
  options.clip_norm = 6;
  CHECK((stepped(options, {0, 0, 0}, {3, 0, 4}, 1) == std::vector<float>{-3, 0, -4}));
});

const test::Register clip_order("the norm is of what clipping by value leaves", [] {
  auto options = plain();
  options.clip_value = 3;
  options.clip_norm = 5;
  // (3, 0, 3) has norm 4.24, (300, 0, 3) would be scaled down.
  CHECK((stepped(options, {0, 0, 0}, {300, 0, 3}, 1) == std::vector<float>{-3, 0, -3}));
});

const test::Register penalties("penalties pull weights to 0, not biases, and nothing at 0", [] {
  auto options = plain();
  options.l2 = 0.5;
  CHECK((stepped(options, {2, -4, 8}, {0, 0, 0}, 0.5) == std::vector<float>{1.5, -3, 8}));
  options.l2 = 0;
  options.l1 = 0.5;
  CHECK((stepped(options, {2, -4, 8}, {0, 0, 0}, 0.5) == std::vector<float>{1.75, -3.75, 8}));
  CHECK((stepped(options, {0, -4, 8}, {0, 0, 0}, 0.5)[0] == 0));
});

const test::Register penalty_after_clip("penalties are not clipped", [] {
  auto options = plain();
  options.clip_value = 1;
  options.l2 = 1;
  CHECK((stepped(options, {4, 0, 0}, {0, 2, 0}, 0.5) == std::vector<float>{2, -0.5, 0}));
});

const test::Register decoupled("decay is in proportion to the rate and passes no moment", [] {
  mlp::UpdateOptions options{Optimizer::kAdam};
  options.weight_decay = 0.5;
  // Adam's own step is 0 where the gradient is; with l2 it would be the rate.
  CHECK((stepped(options, {2, -4, 8}, {0, 0, 0}, 0.5) == std::vector<float>{1.5, -3, 8}));
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
    mlp::reference_updates<double>().adam(1, w, &gradient, m, v, 0.01, mlp::AdamCorrections::at(1));
    // epsilon is 1e-8 beside |gradient| >= 1e-3.
    CHECK(test::close(w[0], gradient > 0 ? -0.01 : 0.01, 1.1e-5));
  }
});

const test::Register squares("the sum of squares takes all elements, however many", [] {
  for (Index count = 0; count < 40; ++count) {
    std::vector<float> values(count);
    double expected = 0;
    for (Index i = 0; i < count; ++i) {
      values[i] = static_cast<float>(i + 1);
      expected += static_cast<double>((i + 1) * (i + 1));
    }
    CHECK(mlp::reference_updates<float>().sum_of_squares(count, values.data()) == expected);
  }
  const float large[2] = {3e38f, 3e38f};  // their squares leave float, not double
  CHECK(std::isfinite(mlp::reference_updates<float>().sum_of_squares(2, large)));
});

}  // namespace
