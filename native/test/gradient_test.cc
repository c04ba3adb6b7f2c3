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
constexpr Activation kActivations[] = {
    Activation::kIdentity, Activation::kRelu, Activation::kLeakyRelu, Activation::kElu, Activation::kGelu,
    Activation::kSilu,     Activation::kTanh, Activation::kSigmoid,   Activation::kSoftplus};
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
  for (const auto activation : kActivations) {
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

std::vector<double> initial(const std::vector<Index>& layers, Activation activation, mlp::Initializer initializer) {
  mlp::Shape shape{layers, activation, Loss::kCrossEntropy};
  shape.initializer = initializer;
  std::vector<double> weights(shape.weight_count());
  mlp::initialize(shape, 3, weights.data());
  return weights;
}

const test::Register chosen_limits("each uniform initializer has its own limit", [] {
  const auto largest = [](mlp::Initializer initializer) {
    const auto weights = initial({50, 40}, Activation::kTanh, initializer);
    return std::max(*std::max_element(weights.begin(), weights.end()), -*std::min_element(weights.begin(), weights.end()));
  };
  CHECK(test::close(largest(mlp::Initializer::kHe), std::sqrt(6.0 / 50), 0.01));
  CHECK(test::close(largest(mlp::Initializer::kGlorot), std::sqrt(6.0 / 90), 0.01));
  CHECK(test::close(largest(mlp::Initializer::kLecun), std::sqrt(3.0 / 50), 0.01));
});

/** Largest |v_a . v_b - (a is b)| over the rows of a matrix, or over its columns. */
double off_orthonormal(const std::vector<double>& matrix, Index rows, Index cols, bool by_column, double gain) {
  double worst = 0;
  const Index vectors = by_column ? cols : rows;
  for (Index a = 0; a < vectors; ++a) {
    for (Index b = 0; b < vectors; ++b) {
      double product = 0;
      for (Index p = 0; p < (by_column ? rows : cols); ++p) {
        product += by_column ? matrix[p * cols + a] * matrix[p * cols + b] : matrix[a * cols + p] * matrix[b * cols + p];
      }
      worst = std::max(worst, std::abs(product / (gain * gain) - (a == b)));
    }
  }
  return worst;
}

const test::Register orthogonal("orthogonal weights are orthonormal along their shorter side, times the gain", [] {
  for (const auto& [rows, cols] : {std::pair<Index, Index>{30, 7}, {7, 30}, {20, 20}, {1, 5}}) {
    const auto last = initial({rows, cols}, Activation::kRelu, mlp::Initializer::kOrthogonal);
    CHECK(off_orthonormal(last, rows, cols, rows > cols, 1) < 1e-12);
    const auto hidden = initial({rows, cols, 1}, Activation::kGelu, mlp::Initializer::kOrthogonal);
    CHECK(off_orthonormal(hidden, rows, cols, rows > cols, std::sqrt(2.0)) < 1e-12);
    CHECK(std::count_if(hidden.begin(), hidden.begin() + rows * cols, [](double w) { return w > 0; }) < rows * cols);
  }
});

}  // namespace
