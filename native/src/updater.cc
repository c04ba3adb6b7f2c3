#include "mlp/updater.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlp {
namespace {

bool has_second(Optimizer kind) {
  return kind == Optimizer::kAdam || kind == Optimizer::kNadam || kind == Optimizer::kAmsgrad;
}

bool shapes(const UpdateOptions& options) {
  return options.clip_value > 0 || options.clip_norm > 0 || options.l1 > 0 || options.l2 > 0;
}

/** Factor that brings the norm down to the most, as torch.nn.utils.clip_grad_norm_: never quite to it. */
double norm_factor(double norm, double most) { return std::min(1.0, most / (norm + 1e-6)); }

}  // namespace

Updater::Updater(const UpdateOptions& options, const Shape& shape, KernelSet kernels)
    : options_(options), kernels_(supported_updates(kernels)) {
  const Index count = shape.weight_count();
  first_.resize(count);
  if (has_second(options.optimizer)) second_.resize(count);
  if (options.optimizer == Optimizer::kAmsgrad) third_.resize(count);
  if (shapes(options)) shaped_.resize(count);
  for (const Level& level : shape.levels()) matrices_.emplace_back(level.weights, level.inputs * level.outputs);
}

void Updater::step(float* weights, const float* gradient, double rate) {
  ++steps_;
  const float* const slope = shaped_.empty() ? gradient : shape_gradient(weights, gradient);
  decay(weights, rate);
  move(weights, slope, rate);
}

void Updater::save(CheckpointWriter& to) const {
  to.put(steps_);
  to.put(momentum_product_);
  to.put(first_);
  to.put(second_);
  to.put(third_);
}

void Updater::restore(CheckpointReader& from) {
  steps_ = from.get<std::int64_t>();
  CheckpointReader::require(steps_ >= 0);
  momentum_product_ = from.get<double>();
  from.get(first_);
  from.get(second_);
  from.get(third_);
}

const float* Updater::shape_gradient(const float* weights, const float* gradient) {
  const auto count = static_cast<Index>(shaped_.size());
  float* const shaped = shaped_.data();
  const double limit = options_.clip_value > 0 ? options_.clip_value : std::numeric_limits<double>::infinity();
  kernels_.clip(count, gradient, shaped, limit);
  if (options_.clip_norm > 0) {
    const double factor = norm_factor(std::sqrt(kernels_.sum_of_squares(count, shaped)), options_.clip_norm);
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
  const auto count = static_cast<Index>(first_.size());
  switch (options_.optimizer) {
    case Optimizer::kSgd:
      return kernels_.sgd(count, w, gradient, first_.data(), rate, options_.momentum);
    case Optimizer::kNesterov:
      return kernels_.nesterov(count, w, gradient, first_.data(), rate, options_.momentum);
    case Optimizer::kAdagrad:
      return kernels_.adagrad(count, w, gradient, first_.data(), rate);
    case Optimizer::kRmsprop:
      return kernels_.rmsprop(count, w, gradient, first_.data(), rate);
    case Optimizer::kAdam:
      return kernels_.adam(count, w, gradient, first_.data(), second_.data(), rate, steps_);
    case Optimizer::kNadam: {
      const auto momentum = NadamMomentum::at(steps_, momentum_product_);
      momentum_product_ = momentum.product;
      return kernels_.nadam(count, w, gradient, first_.data(), second_.data(), rate, steps_, momentum);
    }
    case Optimizer::kAmsgrad:
      return kernels_.amsgrad(count, w, gradient, first_.data(), second_.data(), third_.data(), rate, steps_);
    case Optimizer::kLion:
      return kernels_.lion(count, w, gradient, first_.data(), rate);
  }
}

}  // namespace mlp
