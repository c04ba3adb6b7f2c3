#include "mlp/updater.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlp {
namespace {

/** Numbers of a matrix, 1 MiB and so an L2 cache of them, from which on its steps are faster tile by tile. */
constexpr Index kFar = 1 << 18;

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
    : options_(options), kernels_(supported_updates(kernels)),
      takes_tiles_(kernels == KernelSet::kAvx512 && options.optimizer == Optimizer::kSgd && !shapes_gradient(options)),
      memory_(options.optimizer, shape.weight_count()),
      shaped_(shapes_gradient(options) ? shape.weight_count() : 0) {
  for (const Level& level : shape.levels()) matrices_.push_back({level.weights, level.inputs * level.outputs});
}

void Updater::step(float* weights, const float* gradient, double rate) {
  begin(weights, rate);
  finish(gradient);
}

void Updater::begin(float* weights, double rate) {
  ++memory_.steps;
  weights_ = weights;
  rate_ = rate;
}

TileTaker<float>* Updater::taker_of(Index offset, Index columns) {
  if (!takes_tiles_) return nullptr;
  const auto is_there = [offset](const Weights& matrix) { return matrix.offset == offset; };
  taken_ = &*std::find_if(matrices_.begin(), matrices_.end(), is_there);
  if (taken_->size < kFar) return nullptr;
  taken_->is_taken = true;
  columns_ = columns;
  wanted[0] = weights_ + offset;
  wanted[1] = memory_.first.data() + offset;
  return this;
}

void Updater::take(Index row, Index column, Matrix<const float> tile) {
  const Index offset = taken_->offset + row * columns_ + column;
  for (Index r = 0; r < tile.rows; ++r) decay(offset + r * columns_, tile.cols);
  kernels_.sgd({tile.rows, tile.cols, columns_, tile.stride}, weights_ + offset, tile.data, memory_.first.data() + offset,
               rate_, options_.momentum);
}

void Updater::finish(const float* gradient) {
  const float* const slope = shaped_.empty() ? gradient : shape_gradient(gradient);
  for (const Weights& matrix : matrices_) {
    if (!matrix.is_taken) decay(matrix.offset, matrix.size);
  }
  Index from = 0;
  for (Weights& matrix : matrices_) {
    if (!matrix.is_taken) continue;
    matrix.is_taken = false;
    move(from, matrix.offset - from, slope + from);
    from = matrix.offset + matrix.size;
  }
  move(from, static_cast<Index>(memory_.first.size()) - from, slope + from);
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
      kernels_.add_penalty(matrix.size, weights_ + matrix.offset, shaped + matrix.offset, options_.l1, options_.l2);
    }
  }
  return shaped;
}

void Updater::decay(Index offset, Index count) const {
  if (options_.weight_decay != 0) kernels_.scale(count, weights_ + offset, 1 - rate_ * options_.weight_decay);
}

void Updater::move(Index offset, Index count, const float* gradient) {
  const auto at = [offset](Buffer<float>& memory) { return memory.data() + offset; };
  float* const w = weights_ + offset;
  float* const first = at(memory_.first);
  switch (options_.optimizer) {
    case Optimizer::kSgd:
      return kernels_.sgd(count, w, gradient, first, rate_, options_.momentum);
    case Optimizer::kNesterov:
      return kernels_.nesterov(count, w, gradient, first, rate_, options_.momentum);
    case Optimizer::kAdagrad:
      return kernels_.adagrad(count, w, gradient, first, rate_);
    case Optimizer::kRmsprop:
      return kernels_.rmsprop(count, w, gradient, first, rate_);
    case Optimizer::kAdam:
      return kernels_.adam(count, w, gradient, first, at(memory_.second), rate_, memory_.steps);
    case Optimizer::kNadam: {
      const auto momentum = NadamMomentum::at(memory_.steps, memory_.momentum_product);
      memory_.momentum_product = momentum.product;
      return kernels_.nadam(count, w, gradient, first, at(memory_.second), rate_, memory_.steps, momentum);
    }
    case Optimizer::kAmsgrad:
      return kernels_.amsgrad(count, w, gradient, first, at(memory_.second), at(memory_.third), rate_, memory_.steps);
    case Optimizer::kLion:
      return kernels_.lion(count, w, gradient, first, rate_);
  }
}

}  // namespace mlp
