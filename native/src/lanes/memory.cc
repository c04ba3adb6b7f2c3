#include <algorithm>
#include <functional>

#include "batch.h"

namespace mlp {
namespace {

Index judged_rows(const TrainingTask& task) { return task.judged ? task.judged->count : 0; }

/** Those of the trainings themselves, as many as have a lane at a time. */
std::size_t bytes_of_trainings(const std::vector<TrainingTask>& tasks) {
  std::vector<std::size_t> each;
  for (const TrainingTask& task : tasks) {
    each.push_back(training_bytes(*task.options, task.fitted->count, std::max<Index>(judged_rows(task), 1)));
  }
  std::sort(each.begin(), each.end(), std::greater<>());
  std::size_t sum = 0;
  for (std::size_t l = 0; l < std::min<std::size_t>(each.size(), kLaneCount); ++l) sum += each[l];
  return sum;
}

/** Vectors for each row of a pass. */
Index vectors_a_row(const Shape& shape) {
  const Index widest = *std::max_element(shape.layers.begin(), shape.layers.end());
  const Index outputs = shape.layers.back();
  Index hidden = 0;
  for (std::size_t l = 1; l + 1 < shape.layers.size(); ++l) hidden += shape.layers[l];
  const Index a_unit = 3 + derives_from_input(shape.activation) + 2 * shape.residual;
  return shape.layers.front() + 2 * widest + outputs + 2 * (outputs + 2) + hidden * a_unit;
}

}  // namespace

std::size_t lanes_bytes(const std::vector<TrainingTask>& tasks) {
  constexpr Index kSmall = 49152;
  const TrainingTask& first = tasks.front();
  const Shape& shape = first.options->shape;
  const bool averages = std::any_of(tasks.begin(), tasks.end(), [](const auto& task) { return task.options->averaging > 0; });
  const Index chunk = chunk_rows(*first.options, first.fitted->count, std::max<Index>(judged_rows(first), 1));
  const Index pass = std::min(kPassRows, chunk);
  const Index rows = first.fitted->count + judged_rows(first);
  const Index a_weight = 3 + memories_of(first.options->update.optimizer) + averages;
  const Index vectors = shape.weight_count() * a_weight + pass * vectors_a_row(shape) + rows;
  const Index widest = *std::max_element(shape.layers.begin(), shape.layers.end());
  const Index numbers = kLaneCount * vectors + 2 * rows + 4 * pass * widest;
  return bytes_of_trainings(tasks) + static_cast<std::size_t>(4 * numbers + kSmall);
}

}  // namespace mlp
