#include "updater.h"

#include <algorithm>
#include <limits>

namespace mlp {

LaneUpdater::LaneUpdater(const Shape& shape, Optimizer optimizer, KernelSet set)
    : optimizer_(optimizer), kernels_(supported_lanes(set)), count_(shape.weight_count()) {
  const UpdateMemory one(optimizer, count_);
  first_.resize(one.first.size() * kLaneCount);
  second_.resize(one.second.size() * kLaneCount);
  third_.resize(one.third.size() * kLaneCount);
  shaped_.resize(count_ * kLaneCount);
  for (const Level& level : shape.levels()) matrices_.emplace_back(level.weights, level.inputs * level.outputs);
}

/** What each step asks of all lanes is found out here, once. */
void LaneUpdater::set(Index lane, const UpdateOptions& options) {
  options_[lane] = options;
  shapes_ = any(shapes_gradient);
  decays_ = any([](const auto& of_lane) { return of_lane.weight_decay != 0; });
}

void LaneUpdater::take(Index lane, const UpdateOptions& options, const UpdateMemory& memory) {
  set(lane, options);
  steps_[lane] = memory.steps;
  momentum_products_[lane] = memory.momentum_product;
  put_lane(lane, memory.first.data(), memory.first.size(), first_.data());
  put_lane(lane, memory.second.data(), memory.second.size(), second_.data());
  put_lane(lane, memory.third.data(), memory.third.size(), third_.data());
}

void LaneUpdater::give(Index lane, UpdateMemory& memory) const {
  memory.steps = steps_[lane];
  memory.momentum_product = momentum_products_[lane];
  get_lane(lane, first_.data(), memory.first.size(), memory.first.data());
  get_lane(lane, second_.data(), memory.second.size(), memory.second.data());
  get_lane(lane, third_.data(), memory.third.size(), memory.third.data());
}

void LaneUpdater::step(float* weights, const float* gradient, const double (&rates)[kLaneCount],
                       const bool (&rests)[kLaneCount]) {
  for (Index l = 0; l < kLaneCount; ++l) steps_[l] += !rests[l];
  const float* const slope = shapes_ ? shape_gradient(weights, gradient) : gradient;
  if (decays_) decay(weights, rates);
  const LaneUpdate update = kernels_.updates[static_cast<int>(optimizer_)];
  update(count_, weights, slope, {first_.data(), second_.data(), third_.data()}, rates_of(rates));
}

const float* LaneUpdater::shape_gradient(const float* weights, const float* gradient) {
  alignas(64) float limits[kLaneCount];
  alignas(64) float l1[kLaneCount];
  alignas(64) float l2[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) {
    const double limit = options_[l].clip_value > 0 ? options_[l].clip_value : std::numeric_limits<double>::infinity();
    limits[l] = static_cast<float>(limit);
    l1[l] = static_cast<float>(options_[l].l1);
    l2[l] = static_cast<float>(options_[l].l2);
  }
  kernels_.clip(count_, gradient, shaped_.data(), limits);
  if (any([](const auto& options) { return options.clip_norm > 0; })) {
    double squares[kLaneCount];
    alignas(64) float factors[kLaneCount];
    kernels_.sum_of_squares(count_, shaped_.data(), squares);
    for (Index l = 0; l < kLaneCount; ++l) {
      const double most = options_[l].clip_norm;
      factors[l] = static_cast<float>(most > 0 ? norm_factor(squares[l], most) : 1);
    }
    kernels_.scale(count_, shaped_.data(), factors);
  }
  if (any([](const auto& options) { return options.l1 > 0 || options.l2 > 0; })) {
    for (const auto& [offset, size] : matrices_) {
      kernels_.add_penalty(size, weights + offset * kLaneCount, shaped_.data() + offset * kLaneCount, l1, l2);
    }
  }
  return shaped_.data();
}

void LaneUpdater::decay(float* weights, const double (&rates)[kLaneCount]) {
  alignas(64) float factors[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) factors[l] = static_cast<float>(1 - rates[l] * options_[l].weight_decay);
  for (const auto& [offset, size] : matrices_) kernels_.scale(size, weights + offset * kLaneCount, factors);
}

LaneRates LaneUpdater::rates_of(const double (&rates)[kLaneCount]) {
  LaneRates all{};
  std::int64_t corrected = 0;
  AdamCorrections corrections{};
  for (Index l = 0; l < kLaneCount; ++l) {
    all.rate[l] = static_cast<float>(rates[l]);
    all.momentum[l] = static_cast<float>(options_[l].momentum);
    if (second_.empty()) continue;
    const std::int64_t step = std::max<std::int64_t>(steps_[l], 1);
    if (step != corrected) corrections = AdamCorrections::at(step);
    corrected = step;
    all.size[l] = static_cast<float>(rates[l] / corrections.mean);
    all.correction[l] = static_cast<float>(corrections.root);
    if (optimizer_ != Optimizer::kNadam) continue;
    const auto momentum = NadamMomentum::at(step, momentum_products_[l]);
    momentum_products_[l] = momentum.product;
    all.of_gradient[l] = static_cast<float>(momentum.of_gradient(rates[l]));
    all.of_mean[l] = static_cast<float>(momentum.of_mean(rates[l]));
  }
  return all;
}

void put_lane(Index lane, const float* from, std::size_t count, float* lanes) {
  for (std::size_t i = 0; i < count; ++i) lanes[i * kLaneCount + lane] = from[i];
}

void get_lane(Index lane, const float* lanes, std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = lanes[i * kLaneCount + lane];
}

}  // namespace mlp
