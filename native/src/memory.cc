#include <algorithm>

#include "mlp/trainer.h"

namespace mlp {

Index memories_of(Optimizer optimizer) {
  switch (optimizer) {
    case Optimizer::kAdam:
    case Optimizer::kNadam:
      return 2;
    case Optimizer::kAmsgrad:
      return 3;
    default:
      return 1;
  }
}

namespace {

Index numbers_a_parameter(const TrainingOptions& options) {
  const UpdateOptions& update = options.update;
  return 3 + memories_of(update.optimizer) + shapes_gradient(update) + (options.averaging > 0);
}

/** A unit's outputs of each of the layers that it goes through. */
Index numbers_a_unit(const Shape& shape) {
  const bool is_normalized = shape.normalization != Normalization::kNone;
  const bool is_apart = is_normalized || derives_from_input(shape.activation);
  return 1 + is_apart + 2 * is_normalized + 2 * (shape.dropout > 0) + 2 * shape.residual;
}

Index numbers_a_row(const Shape& shape) {
  const Index widest = *std::max_element(shape.layers.begin(), shape.layers.end());
  const Index outputs = shape.layers.back();
  Index hidden = 0;
  Index spreading = 0;
  for (std::size_t l = 1; l + 1 < shape.layers.size(); ++l) {
    hidden += shape.layers[l];
    spreading += spread(shape.layers[l]) - shape.layers[l];
  }
  // The outputs, and twice the targets: of training and of validation rows, each with a weight.
  return shape.layers.front() + 2 * widest + outputs + 2 * (outputs + 1) + hidden * numbers_a_unit(shape) + spreading;
}

}  // namespace

std::size_t training_bytes(const TrainingOptions& options, Index fitted_rows, Index judged_rows) {
  constexpr Index kSmall = 16384;
  const Shape& shape = options.shape;
  const Index chunk = chunk_rows(options, fitted_rows, judged_rows);
  const Index numbers = shape.parameter_count() * numbers_a_parameter(options) + chunk * numbers_a_row(shape) +
                        fitted_rows + judged_rows * (shape.layers.back() + 1);
  const Index losses = options.record_steps ? options.epochs * ((fitted_rows - 1) / options.batch_size + 1) : 0;
  return static_cast<std::size_t>(4 * numbers + 8 * losses + kSmall);
}

}  // namespace mlp
