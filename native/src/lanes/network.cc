#include "network.h"

#include <algorithm>

#include "../layers/dropout.h"
#include "mlp/network.h"

namespace mlp {
namespace {

Index widest(const Shape& shape) { return *std::max_element(shape.layers.begin(), shape.layers.end()); }

constexpr float kNoParameters[kLaneCount] = {};

}  // namespace

LaneNetwork::LaneNetwork(const Shape& shape, KernelSet set, Index rows)
    : shape_(shape), kernels_(supported_lanes(set)), alone_(supported_kernels(set)), rows_(rows),
      weights_(shape.weight_count() * kLaneCount), gradient_(weights_.size()),
      inputs_(rows * shape.layers.front() * kLaneCount), d_(rows * widest(shape) * kLaneCount), below_(d_.size()),
      one_lane_(3 * rows * widest(shape)) {
  for (const Level& level : shape.levels()) {
    const auto size = static_cast<std::size_t>(rows * level.outputs * kLaneCount);
    Layer layer{level, Buffer<float>(size), {}, {}, {}, {}, {}};
    if (level.hidden && derives_from_input(shape.activation)) layer.active.resize(size);
    if (level.hidden) {
      layer.factors.resize(size);
      layer.dropped.resize(size);
    }
    if (level.skips) {
      layer.skipped.resize(size);
      layer.around.resize(size);
    }
    layers_.push_back(std::move(layer));
  }
  given_.resize(layers_.size());
}

const float* LaneNetwork::predict(Index rows) {
  forward(rows, nullptr);
  return outputs_;
}

void LaneNetwork::score(Index rows, const LaneTargets& targets, double* losses) {
  const bool has_delta = shape_.loss == Loss::kHuber;
  score(rows, targets, nullptr, 0, has_delta ? parameters_ : kNoParameters, losses);
}

void LaneNetwork::differentiate(Index rows, const LaneTargets& targets, float scale, bool accumulate,
                                const LaneDropout* dropouts, double* losses) {
  const bool drops = std::any_of(dropouts, dropouts + kLaneCount, [](const auto& one) { return one.rate > 0; });
  forward(rows, drops ? dropouts : nullptr);
  score(rows, targets, d_.data(), scale, parameters_, losses);
  backward(rows, accumulate, drops ? dropouts : nullptr);
}

/** The layers in the order of Network::add_level. @param dropouts null where nothing is dropped. */
void LaneNetwork::forward(Index rows, const LaneDropout* dropouts) {
  const float* h = inputs_.data();
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    Layer& layer = layers_[l];
    const Level& level = layer.level;
    given_[l] = h;
    const bool is_apart = !layer.active.empty();
    const Activation fused = level.hidden && !is_apart ? shape_.activation : Activation::kIdentity;
    kernels_.affine({rows, level.inputs, level.outputs}, h, weights_.data() + level.weights * kLaneCount,
                    weights_.data() + level.bias * kLaneCount, fused, layer.sums.data());
    h = layer.sums.data();
    if (!level.hidden) continue;
    if (is_apart) {
      kernels_.activate(rows * level.outputs, h, layer.active.data(), shape_.activation);
      h = layer.active.data();
    }
    if (dropouts) h = drop(layer, rows, h, dropouts);
    if (!level.skips) continue;
    std::copy_n(h, rows * level.outputs * kLaneCount, layer.skipped.data());
    kernels_.add(rows * level.outputs, given_[l], layer.skipped.data());
    h = layer.skipped.data();
  }
  outputs_ = h;
}

const float* LaneNetwork::drop(Layer& layer, Index rows, const float* in, const LaneDropout* dropouts) {
  draw_factors(layer, rows, dropouts);
  kernels_.multiply(rows * layer.level.outputs, in, layer.factors.data(), layer.dropped.data());
  return layer.dropped.data();
}

/** Each lane's as layers/dropout.h draws them. */
void LaneNetwork::draw_factors(Layer& layer, Index rows, const LaneDropout* dropouts) {
  const Index width = layer.level.outputs;
  const Index count = rows * width;
  const auto number = static_cast<std::uint32_t>(&layer - layers_.data());
  float* const drawn = one_lane_.data();
  // The factors are all that is wanted, of whatever numbers.
  const float* const any = drawn + count;
  float* const scratch = drawn + 2 * count;
  for (Index l = 0; l < kLaneCount; ++l) {
    const auto& [rate, moment] = dropouts[l];
    if (rate > 0) {
      const Dropping dropping = dropping_of(rate, number, width, moment);
      alone_.drop({any, rows, width, width}, dropping, {drawn, rows, width, width}, {scratch, rows, width, width});
    } else {
      std::fill_n(drawn, count, 1.0f);
    }
    for (Index e = 0; e < count; ++e) layer.factors[e * kLaneCount + l] = drawn[e];
  }
}

void LaneNetwork::backward(Index rows, bool accumulate, const LaneDropout* dropouts) {
  bool is_derived = false;  // whether the layer above has applied the derivative of this one's activation
  float* d = d_.data();
  for (std::size_t l = layers_.size(); l-- > 0;) {
    Layer& layer = layers_[l];
    const Level& level = layer.level;
    const Index count = rows * level.outputs;
    if (level.skips) std::copy_n(d, count * kLaneCount, layer.around.data());
    if (level.hidden) {
      if (dropouts) kernels_.multiply(count, d, layer.factors.data(), d);
      if (!is_derived) kernels_.multiply_by_derivative(count, d, layer.sums.data(), shape_.activation);
    }
    const LaneDense size{rows, level.inputs, level.outputs};
    kernels_.slope(size, given_[l], d, gradient_.data() + level.weights * kLaneCount,
                   gradient_.data() + level.bias * kLaneCount, accumulate);
    if (l == 0) break;
    is_derived = !dropouts && !level.skips && !layers_[l - 1].level.skips;
    float* const x = layers_[l - 1].sums.data();
    // Nothing needs those any more once the derivative has been taken from them: their place is in the cache.
    float* const below = is_derived ? x : d == d_.data() ? below_.data() : d_.data();
    kernels_.descend(size, d, weights_.data() + level.weights * kLaneCount, x,
                     is_derived ? shape_.activation : Activation::kIdentity, below);
    d = below;
    if (level.skips) kernels_.add(rows * level.inputs, layer.around.data(), d);
  }
}

void LaneNetwork::score(Index rows, const LaneTargets& targets, float* d, float scale, const float* parameters,
                        double* losses) {
  const bool is_plain = !targets.weights && std::all_of(parameters, parameters + kLaneCount, [](float p) { return p == 0; });
  const LaneLoss kernel = loss_kernel(is_plain);
  if (!kernel) return score_one_by_one(rows, targets, d, scale, parameters, losses);
  kernel(rows, shape_.layers.back(), outputs_, targets.values, targets.weights, d, scale, parameters, losses);
}

/** @param is_plain without weights and smoothing. @returns null where only the kernels of one network have that order. */
LaneLoss LaneNetwork::loss_kernel(bool is_plain) const {
  switch (shape_.loss) {
    case Loss::kCrossEntropy:
      return is_plain && shape_.layers.back() <= kMostSoftmaxOutputs ? kernels_.softmax_cross_entropy : nullptr;
    case Loss::kBinaryCrossEntropy:
      return kernels_.binary_cross_entropy;
    case Loss::kMeanAbsoluteError:
      return kernels_.mean_absolute_error;
    case Loss::kHuber:
      return kernels_.huber;
    default:
      return kernels_.mean_squared_error;
  }
}

/** A row of a lane at a time, so that losses are added in the order of the rows. */
void LaneNetwork::score_one_by_one(Index rows, const LaneTargets& targets, float* d, float scale, const float* parameters,
                                   double* losses) {
  const Index width = shape_.layers.back();
  float* const z = one_lane_.data();
  float* const slope = z + width;
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLaneCount; ++l) {
      const Index at = i * width * kLaneCount + l;
      for (Index j = 0; j < width; ++j) z[j] = outputs_[at + j * kLaneCount];
      std::int32_t label = 0;
      while (targets.values[at + label * kLaneCount] == 0) ++label;
      const Targets<float> wanted{&label, nullptr, targets.weights ? targets.weights + i * kLaneCount + l : nullptr};
      losses[l] += score_outputs<float>(alone_, shape_, {z, 1, width, width}, wanted,
                                        {d ? slope : nullptr, 1, width, width}, scale, parameters[l])
                       .loss;
      for (Index j = 0; d && j < width; ++j) d[at + j * kLaneCount] = slope[j];
    }
  }
}

}  // namespace mlp
