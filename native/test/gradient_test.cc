#include <algorithm>

#include "check.h"
#include "mlp/network.h"
#include "mlp/random.h"

/**
 * Gradients against central differences of fourth order, in double: with h = 1e-5 the difference is off by h^4 = 1e-20
 * of the fifth derivative, which normalization makes large, and by 1e-16 / h = 1e-11 of the loss.
 */
namespace {

using mlp::Activation;
using mlp::Index;
using mlp::Loss;

const std::atomic<bool> kNever{false};

constexpr double kStep = 1e-5;
constexpr Activation kActivations[] = {
    Activation::kIdentity, Activation::kRelu, Activation::kLeakyRelu, Activation::kElu, Activation::kGelu,
    Activation::kSilu,     Activation::kTanh, Activation::kSigmoid,   Activation::kSoftplus};
constexpr Loss kLosses[] = {Loss::kCrossEntropy, Loss::kBinaryCrossEntropy, Loss::kMeanSquaredError,
                            Loss::kMeanAbsoluteError, Loss::kHuber};
constexpr Index kInputs = 3;
constexpr Index kOutputs = 4;

struct Batch {
  Index rows;
  std::vector<double> features;
  std::vector<std::int32_t> labels;
  std::vector<double> values;
  std::vector<double> weights;
};

Batch make_batch(Index rows) {
  mlp::Stream stream(11, mlp::Purpose::kOrder, static_cast<std::uint32_t>(rows));
  Batch batch{rows, std::vector<double>(rows * kInputs), std::vector<std::int32_t>(rows),
              std::vector<double>(rows * kOutputs), std::vector<double>(rows)};
  for (double& value : batch.features) value = stream.symmetric();
  for (auto& label : batch.labels) label = static_cast<std::int32_t>(stream.below(kOutputs));
  for (double& value : batch.values) value = (stream.symmetric() + 1) / 2;  // for binary cross-entropy, from 0 to 1
  for (double& weight : batch.weights) weight = stream.symmetric() + 1.5;
  return batch;
}

/** Mean loss of the batch in training, in chunks as the trainer runs it; leaves its gradient in the network. */
double mean_loss(mlp::Network<double>& network, const Batch& batch, double smoothing, bool weighted) {
  double sum = 0;
  for (Index from = 0; from < batch.rows; from += network.chunk()) {
    const Index rows = std::min(network.chunk(), batch.rows - from);
    std::copy_n(batch.features.data() + from * kInputs, rows * kInputs, network.inputs());
    const bool has_labels = network.shape().loss == Loss::kCrossEntropy;
    const mlp::Targets<double> targets{has_labels ? batch.labels.data() + from : nullptr,
                                       has_labels ? nullptr : batch.values.data() + from * kOutputs,
                                       weighted ? batch.weights.data() + from : nullptr};
    const mlp::Moment moment{7, 2, 3, from};
    sum += network.score_in_training(rows, targets, 1.0 / static_cast<double>(batch.rows), moment, smoothing).loss;
    network.differentiate_scored(from > 0, nullptr);
  }
  return sum / static_cast<double>(batch.rows);
}

struct Case {
  std::vector<Index> hidden;
  double smoothing = 0;
  bool weighted = false;
};

void check_gradient(mlp::Shape shape, const Case& how, Index rows, Index chunk) {
  shape.layers = {kInputs};
  shape.layers.insert(shape.layers.end(), how.hidden.begin(), how.hidden.end());
  shape.layers.push_back(kOutputs);
  mlp::Network<double> network(shape, mlp::reference_kernels<double>(), chunk);
  network.initialize(5, kNever);
  // Off zero, so that no bias is special and no relu sits on its kink.
  mlp::Stream stream(6, mlp::Purpose::kWeights, 99);
  for (Index i = 0; i < shape.weight_count(); ++i) network.weights()[i] += 0.1 * stream.symmetric();
  const Batch batch = make_batch(rows);
  // A batch of one row goes by the running moments, which others move: they stay as they are for all the slopes.
  const auto start = network.weights();
  mean_loss(network, batch, how.smoothing, how.weighted);
  const mlp::Buffer<double> gradient = network.gradient();
  const auto loss_at = [&](std::size_t i, double offset) {
    network.weights() = start;
    network.weights()[i] += offset;
    return mean_loss(network, batch, how.smoothing, how.weighted);
  };
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double near = loss_at(i, kStep) - loss_at(i, -kStep);
    const double far = loss_at(i, 2 * kStep) - loss_at(i, -2 * kStep);
    CHECK(test::close(gradient[i], (8 * near - far) / (12 * kStep), 1e-6, 1e-9));
  }
}

void check_batches(const mlp::Shape& shape, const Case& how) {
  check_gradient(shape, how, 1, 8);  // batch of 1
  check_gradient(shape, how, 8, 8);  // one full chunk
  // Three chunks, the last one partial; batch norm takes no other.
  if (shape.normalization != mlp::Normalization::kBatch) check_gradient(shape, how, 11, 4);
}

const test::Register gradients("the gradient is the slope of the loss, for every activation, loss, depth and batch", [] {
  for (const auto activation : kActivations) {
    for (const auto loss : kLosses) {
      for (const auto& hidden : {std::vector<Index>{}, {5}, {5, 2}, {4, 3, 6}}) {
        check_batches({{}, activation, loss}, {hidden});
      }
    }
  }
});

const test::Register composed("it is so through normalization, dropout and skips, alone and together", [] {
  for (const auto normalization : {mlp::Normalization::kNone, mlp::Normalization::kBatch, mlp::Normalization::kLayer}) {
    for (const double dropout : {0.0, 0.4}) {
      for (const bool residual : {false, true}) {
        for (const auto activation : {Activation::kTanh, Activation::kGelu, Activation::kLeakyRelu}) {
          mlp::Shape shape{{}, activation, Loss::kCrossEntropy};
          shape.normalization = normalization;
          shape.dropout = dropout;
          shape.residual = residual;
          check_batches(shape, {{5, 5, 5}});
          check_batches(shape, {{4, 6, 6, 3}});
        }
      }
    }
  }
});

const test::Register targets("it is so for weighted rows and smoothed labels", [] {
  for (const auto loss : kLosses) {
    for (const double smoothing : {0.0, 0.2}) {
      for (const bool weighted : {false, true}) check_batches({{}, Activation::kTanh, loss}, {{5}, smoothing, weighted});
    }
  }
});

const test::Register initial_weights("initial weights keep to their limit, fill it, and leave biases 0", [] {
  mlp::Network<float> network({{50, 40, 10}, Activation::kRelu, Loss::kCrossEntropy},
                              mlp::reference_kernels<float>(), 1);
  network.initialize(3, kNever);
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
  mlp::initialize(shape, 3, weights.data(), kNever);
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

const test::Register orthogonal_cancelled("and are left as they are once nobody waits for them", [] {
  mlp::Shape shape{{20, 20}, Activation::kRelu, Loss::kCrossEntropy};
  shape.initializer = mlp::Initializer::kOrthogonal;
  std::vector<double> weights(shape.weight_count());
  mlp::initialize(shape, 3, weights.data(), std::atomic<bool>{true});
  CHECK(off_orthonormal(weights, 20, 20, false, 1) > 0.1);
});

}  // namespace
