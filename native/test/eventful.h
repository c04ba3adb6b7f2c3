#pragma once

#include "mlp/random.h"
#include "mlp/trainer.h"

/** Small trainings with much to remember, for what is said of their checkpoints. */
namespace test {

inline mlp::Rows some_rows(mlp::Index count, std::uint32_t index) {
  mlp::Stream stream(2, mlp::Purpose::kOrder, index);
  mlp::Rows rows{count, 4, 3, mlp::Buffer<float>(count * 4), std::vector<std::int32_t>(count), {}, {}};
  for (float& value : rows.features) value = static_cast<float>(stream.symmetric());
  for (auto& label : rows.labels) label = static_cast<std::int32_t>(stream.below(3));
  return rows;
}

/** With everything that remembers: moments of batch norm, an average, a plateau. */
inline mlp::TrainingOptions eventful_options() {
  mlp::TrainingOptions options;
  options.shape = {{4, 6, 6, 3}, mlp::Activation::kGelu, mlp::Loss::kCrossEntropy};
  options.shape.normalization = mlp::Normalization::kBatch;
  options.shape.dropout = 0.2;
  options.shape.residual = true;
  options.learning_rate = 0.02;
  options.schedule.kind = mlp::ScheduleKind::kPlateau;
  options.schedule.plateau_epochs = 1;
  options.schedule.step_factor = 0.5;
  options.averaging = 0.9;
  options.batch_size = 8;
  options.update.clip_norm = 1;
  options.update.weight_decay = 0.01;
  return options;
}

}  // namespace test
