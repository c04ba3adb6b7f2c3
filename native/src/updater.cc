#include "mlp/updater.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlp {
namespace {

bool has_second(Optimizer kind) {
  return kind == Optimizer::kAdam || kind == Optimizer::kNadam || kind == Optimizer::kAmsgrad;
}

}  // namespace

UpdateMemory::UpdateMemory(Optimizer optimizer, Index count)
    : first(count), second(has_second(optimizer) ? count : 0), third(optimizer == Optimizer::kAmsgrad ? count : 0) {}

bool shapes_gradient(const UpdateOptions& options) {
  return options.clip_value > 0 || options.clip_norm > 0 || options.l1 > 0 || options.l2 > 0;
}

double norm_factor(double sum_of_squares, double most) { return std::min(1.0, most / (std::sqrt(sum_of_squares) + 1e-6)); }

Updater::Updater(const UpdateOptions& options, const Shape& shape, KernelSet kernels)
    : options_(options), kernels_(supported_updates(kernels)), memory_(options.optimizer, shape.weight_count()),
      shaped_(shapes_gradient(options) ? shape.weight_count() : 0) {
  for (const Level& level : shape.levels()) matrices_.emplace_back(level.weights, level.inputs * level.outputs);
}

void Updater::step(float* weights, const float* gradient, double rate) {
  ++memory_.steps;
  const float* const slope = shaped_.empty() ? gradient : shape_gradient(weights, gradient);
  decay(weights, rate);
  move(weights, slope, rate);
}

void Updater::save(CheckpointWriter& to) const {
  to.put(memory_.steps);
  to.put(memory_.momentum_product);
  to.put(memory_.first);
  to.put(memory_.second);
  to.put(memory_.third);
}

void Updater::restore(CheckpointReader& from) {
  memory_.steps = from.get<std::int64_t>();
  CheckpointReader::require(memory_.steps >= 0);
  memory_.momentum_product = from.get<double>();
  from.get(memory_.first);
  from.get(memory_.second);
  from.get(memory_.third);
}

const float* Updater::shape_gradient(const float* weights, const float* gradient) {
  const auto count = static_cast<Index>(shaped_.size());
  float* const shaped = shaped_.data();
  const double limit = options_.clip_value > 0 ? options_.clip_value : std::numeric_limits<double>::infinity();
  kernels_.clip(count, gradient, shaped, limit);
  if (options_.clip_norm > 0) {
    const double factor = norm_factor(kernels_.sum_of_squares(count, shaped), options_.clip_norm);
    if (factor < 1) kernels_.scale(count, shaped, factor);
  }
  if (options_.l1 > 0 || options_.l2 > 0) {
    for (const auto& [offset, size] : matrices_) {
      kernels_.add_penalty(size, weights + offset, shaped + offset, options_.l1, options_.l2);
    }
  }
  return shaped;
}

void Updater::decay(float* weights, double rate) const {
  if (options_.weight_decay == 0) return;
  for (const auto& [offset, size] : matrices_) {
    kernels_.scale(size, weights + offset, 1 - rate * options_.weight_decay);
  }
}

void Updater::move(float* w, const float* gradient, double rate) {
  const auto count = static_cast<Index>(memory_.first.size());
  switch (options_.optimizer) {
    case Optimizer::kSgd:
      return kernels_.sgd(count, w, gradient, memory_.first.data(), rate, options_.momentum);
    case Optimizer::kNesterov:
      return kernels_.nesterov(count, w, gradient, memory_.first.data(), rate, options_.momentum);
    case Optimizer::kAdagrad:
      return kernels_.adagrad(count, w, gradient, memory_.first.data(), rate);
    case Optimizer::kRmsprop:
      return kernels_.rmsprop(count, w, gradient, memory_.first.data(), rate);
    case Optimizer::kAdam:
      return kernels_.adam(count, w, gradient, memory_.first.data(), memory_.second.data(), rate, memory_.steps);
    case Optimizer::kNadam: {
      const auto momentum = NadamMomentum::at(memory_.steps, memory_.momentum_product);
      memory_.momentum_product = momentum.product;
      return kernels_.nadam(count, w, gradient, memory_.first.data(), memory_.second.data(), rate, memory_.steps, momentum);
    }
    case Optimizer::kAmsgrad:
      return kernels_.amsgrad(count, w, gradient, memory_.first.data(), memory_.second.data(), memory_.third.data(), rate, memory_.steps);
    case Optimizer::kLion:
      return kernels_.lion(count, w, gradient, memory_.first.data(), rate);
  }
}

}  // namespace mlp
