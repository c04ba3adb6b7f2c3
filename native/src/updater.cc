#include "mlp/updater.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlp {
namespace {

bool has_second(Optimizer kind) {
  return kind == Optimizer::kAdam || kind == Optimizer::kNadam || kind == Optimizer::kAmsgrad;
}

/** Numbers of a matrix from which on its step is faster by the sums of its gradient than in a pass of its own. */
Index least_stepped(const UpdateOptions& options, KernelSet kernels) {
  if (kernels == KernelSet::kAvx512 && !shapes_gradient(options)) {
    if (options.optimizer == Optimizer::kSgd) return 1 << 12;
    // Has more to compute, for which a pass of its own makes use of its waiting for memory.
    if (options.optimizer == Optimizer::kAdam) return 1 << 15;
  }
  return std::numeric_limits<Index>::max();
}

}  // namespace

UpdateMemory::UpdateMemory(Optimizer optimizer, Index count)
    : first(count), second(has_second(optimizer) ? count : 0), third(optimizer == Optimizer::kAmsgrad ? count : 0) {}

bool shapes_gradient(const UpdateOptions& options) {
  return options.clip_value > 0 || options.clip_norm > 0 || options.l1 > 0 || options.l2 > 0;
}

double norm_factor(double sum_of_squares, double most) { return std::min(1.0, most / (std::sqrt(sum_of_squares) + 1e-6)); }

Updater::Updater(const UpdateOptions& options, const Shape& shape, KernelSet kernels)
    : options_(options), kernels_(supported_updates(kernels)),
      least_stepped_(least_stepped(options, kernels)), memory_(options.optimizer, shape.weight_count()),
      shaped_(shapes_gradient(options) ? shape.weight_count() : 0) {
  for (const Level& level : shape.levels()) matrices_.push_back({level.weights, level.inputs, level.outputs, {}});
}

void Updater::step(float* weights, const float* gradient, double rate) {
  begin(weights, rate);
  finish(gradient);
}

void Updater::begin(float* weights, double rate) {
  ++memory_.steps;
  weights_ = weights;
  rate_ = rate;
  if (!memory_.second.empty()) corrections_ = AdamCorrections::at(memory_.steps);
}

WeightStep<float>* Updater::step_of(Index offset) {
  const auto is_there = [offset](const Weights& matrix) { return matrix.offset == offset; };
  Weights& matrix = *std::find_if(matrices_.begin(), matrices_.end(), is_there);
  if (matrix.size() < least_stepped_) return nullptr;
  WeightStep<float>& step = matrix.step;
  step.weights = weights_ + offset;
  step.first = memory_.first.data() + offset;
  step.keep = static_cast<float>(kept());
  if (options_.optimizer == Optimizer::kSgd) {
    step.rate = static_cast<float>(rate_);
    step.factor = static_cast<float>(options_.momentum);
  } else {
    step.second = memory_.second.data() + offset;
    step.rate = static_cast<float>(rate_ / corrections_.mean);
    step.factor = static_cast<float>(corrections_.root);
  }
  return &step;
}

void Updater::finish(const float* gradient) {
  const float* const slope = shaped_.empty() ? gradient : shape_gradient(gradient);
  for (const Weights& matrix : matrices_) decay(matrix.rest_at(), matrix.rest());
  Index from = 0;
  for (Weights& matrix : matrices_) {
    if (matrix.step.taken == 0) continue;
    move(from, matrix.offset - from, slope);
    move(matrix.rest_at(), matrix.rest(), slope);
    from = matrix.offset + matrix.size();
    matrix.step.taken = 0;
  }
  move(from, static_cast<Index>(memory_.first.size()) - from, slope);
}

Part Updater::Weights::rest() const {
  if (step.taken == 0) return size();
  return {inputs, outputs - step.taken, outputs, outputs};
}

void Updater::save(CheckpointWriter& to) const {
  to.put(memory_.steps);
  to.put(memory_.momentum_product);
  to.put(memory_.first);
  to.put(memory_.second);
  to.put(memory_.third);
}

void Updater::restore(CheckpointReader& from, std::int64_t steps) {
  memory_.steps = from.get<std::int64_t>();
  CheckpointReader::require(memory_.steps == steps);
  memory_.momentum_product = from.get<double>();
  from.get(memory_.first);
  from.get(memory_.second);
  from.get(memory_.third);
}

const float* Updater::shape_gradient(const float* gradient) {
  const auto count = static_cast<Index>(shaped_.size());
  float* const shaped = shaped_.data();
  const double limit = options_.clip_value > 0 ? options_.clip_value : std::numeric_limits<double>::infinity();
  kernels_.clip(count, gradient, shaped, limit);
  if (options_.clip_norm > 0) {
    const double factor = norm_factor(kernels_.sum_of_squares(count, shaped), options_.clip_norm);
    if (factor < 1) kernels_.scale(count, shaped, factor);
  }
  if (options_.l1 > 0 || options_.l2 > 0) {
    for (const Weights& matrix : matrices_) {
      kernels_.add_penalty(matrix.size(), weights_ + matrix.offset, shaped + matrix.offset, options_.l1, options_.l2);
    }
  }
  return shaped;
}

double Updater::kept() const { return 1 - rate_ * options_.weight_decay; }

void Updater::decay(Index offset, const Part& part) const {
  if (options_.weight_decay == 0 || part.columns == 0) return;
  for (Index r = 0; r < part.rows; ++r) kernels_.scale(part.columns, weights_ + offset + r * part.stride, kept());
}

void Updater::move(Index offset, const Part& part, const float* gradient) {
  if (part.columns == 0) return;
  const Index count = part.columns;
  const auto at = [offset](Buffer<float>& memory) { return memory.data() + offset; };
  float* const w = weights_ + offset;
  float* const first = at(memory_.first);
  gradient += offset;
  switch (options_.optimizer) {
    case Optimizer::kSgd:
      return kernels_.sgd(part, w, gradient, first, rate_, options_.momentum);
    case Optimizer::kNesterov:
      return kernels_.nesterov(count, w, gradient, first, rate_, options_.momentum);
    case Optimizer::kAdagrad:
      return kernels_.adagrad(count, w, gradient, first, rate_);
    case Optimizer::kRmsprop:
      return kernels_.rmsprop(count, w, gradient, first, rate_);
    case Optimizer::kAdam:
      return kernels_.adam(part, w, gradient, first, at(memory_.second), rate_, corrections_);
    case Optimizer::kNadam: {
      const auto momentum = NadamMomentum::at(memory_.steps, memory_.momentum_product);
      memory_.momentum_product = momentum.product;
      return kernels_.nadam(count, w, gradient, first, at(memory_.second), rate_, corrections_, momentum);
    }
    case Optimizer::kAmsgrad:
      return kernels_.amsgrad(count, w, gradient, first, at(memory_.second), at(memory_.third), rate_, corrections_);
    case Optimizer::kLion:
      return kernels_.lion(count, w, gradient, first, rate_);
  }
}

}  // namespace mlp
