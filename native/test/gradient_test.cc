#include <algorithm>

#include "check.h"
#include "mlp/network.h"
#include "mlp/random.h"

/**
 * Gradients against central differences, in double: with h = 1e-5 the difference is off by h^2 = 1e-10 of the third
 * derivative and by 1e-16 / h = 1e-11 of the loss.
 */
namespace {

using mlp::Activation;
using mlp::Index;
using mlp::Loss;

constexpr double kStep = 1e-5;
constexpr Index kInputs = 3;
constexpr Index kOutputs = 4;

struct Batch {
  Index rows;
  std::vector<double> features;
  std::vector<std::int32_t> labels;
  std::vector<double> values;
};

Batch make_batch(Index rows) {
  mlp::Stream stream(11, mlp::Purpose::kOrder, static_cast<std::uint32_t>(rows));
  Batch batch{rows, std::vector<double>(rows * kInputs), std::vector<std::int32_t>(rows),
              std::vector<double>(rows * kOutputs)};
  for (double& value : batch.features) value = stream.symmetric();
  for (auto& label : batch.labels) label = static_cast<std::int32_t>(stream.below(kOutputs));
  for (double& value : batch.values) value = stream.symmetric();
  return batch;
}

/** Mean loss of the batch, in chunks as the trainer runs it; with the gradient when asked for. */
double mean_loss(mlp::Network<double>& network, const Batch& batch, bool with_gradient) {
  double sum = 0;
  for (Index from = 0; from < batch.rows; from += network.chunk()) {
    const Index rows = std::min(network.chunk(), batch.rows - from);
    std::copy_n(batch.features.data() + from * kInputs, rows * kInputs, network.inputs());
    const mlp::Targets<double> targets{batch.labels.data() + from, batch.values.data() + from * kOutputs};
    const double scale = 1.0 / static_cast<double>(batch.rows);
    sum += with_gradient ? network.differentiate(rows, targets, scale, from > 0).loss
                         : network.evaluate(rows, targets).loss;
  }
  return sum / static_cast<double>(batch.rows);
}

void check_gradient(const std::vector<Index>& hidden, Activation activation, Loss loss, Index rows, Index chunk) {
  mlp::Shape shape{{kInputs}, activation, loss};
  shape.layers.insert(shape.layers.end(), hidden.begin(), hidden.end());
  shape.layers.push_back(kOutputs);
  mlp::Network<double> network(shape, mlp::reference_kernels<double>(), chunk);
  network.initialize(5);
  // Off zero, so that no bias is special and no relu sits on its kink.
  mlp::Stream stream(6, mlp::Purpose::kWeights, 99);
  for (double& weight : network.weights()) weight += 0.1 * stream.symmetric();
  const Batch batch = make_batch(rows);
  mean_loss(network, batch, true);
  const std::vector<double> gradient = network.gradient();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    double& weight = network.weights()[i];
    const double before = weight;
    weight = before + kStep;
    const double above = mean_loss(network, batch, false);
    weight = before - kStep;
    const double below = mean_loss(network, batch, false);
    weight = before;
    CHECK(test::close(gradient[i], (above - below) / (2 * kStep), 1e-6, 1e-9));
  }
}

const test::Register gradients("the gradient is the slope of the loss, for every activation, loss, depth and batch", [] {
  for (const auto activation : {Activation::kIdentity, Activation::kRelu, Activation::kTanh, Activation::kSigmoid}) {
    for (const auto loss : {Loss::kCrossEntropy, Loss::kMeanSquaredError}) {
      for (const auto& hidden : {std::vector<Index>{}, {5}, {5, 2}, {4, 3, 6}}) {
        check_gradient(hidden, activation, loss, 1, 8);   // batch of 1
        check_gradient(hidden, activation, loss, 8, 8);   // one full chunk
        check_gradient(hidden, activation, loss, 11, 4);  // three chunks, the last one partial
      }
    }
  }
});

const test::Register initial_weights("initial weights keep to their limit, fill it, and leave biases 0", [] {
  mlp::Network<float> network({{50, 40, 10}, Activation::kRelu, Loss::kCrossEntropy},
                              mlp::reference_kernels<float>(), 1);
  network.initialize(3);
  const auto& weights = network.weights();
  const auto largest = [&](Index from, Index count) {
    return std::abs(*std::max_element(weights.begin() + from, weights.begin() + from + count,
                                      [](float a, float b) { return std::abs(a) < std::abs(b); }));
  };
  // He before relu: sqrt(6 / 50); Glorot before the outputs: sqrt(6 / (40 + 10)).
  CHECK(largest(0, 2000) <= std::sqrt(6.0 / 50) && largest(0, 2000) > 0.99 * std::sqrt(6.0 / 50));
  CHECK(largest(2040, 400) <= std::sqrt(6.0 / 50) && largest(2040, 400) > 0.95 * std::sqrt(6.0 / 50));
  CHECK(largest(2000, 40) == 0 && largest(2440, 10) == 0);
});

}  // namespace
