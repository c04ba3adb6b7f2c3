#include "mlp/lanes.h"

#include <algorithm>
#include <memory>
#include <new>

#include "batch.h"
#include "mlp/denormals.h"

namespace mlp {
namespace {

// Up to this many weights a network gains by lanes; wider layers fill the registers alone.
constexpr Index kMostWeights = 4096;

bool fits_a_lane(const Shape& shape) {
  return shape.normalization == Normalization::kNone && shape.weight_count() <= kMostWeights;
}

void train_alone(const TrainingTask& task) {
  Trained trained;
  try {
    trained = train(*task.options, *task.fitted, task.judged, task.on_epoch, *task.cancelled);
  } catch (...) {
    return task.on_error(std::current_exception());
  }
  task.on_end(std::move(trained));
}

/** Where there is no room for all at once, there may be for one. */
void train_group(const std::vector<const TrainingTask*>& group) {
  std::unique_ptr<LaneBatch> batch;
  try {
    if (group.size() > 1) batch = std::make_unique<LaneBatch>(group);
  } catch (const std::bad_alloc&) {
  }
  if (batch) return batch->run();
  for (const TrainingTask* task : group) train_alone(*task);
}

/** The first of those left, and those that can be trained with it. */
std::vector<const TrainingTask*> take_group(std::vector<const TrainingTask*>& left) {
  const TrainingTask& first = *left.front();
  const auto others = std::stable_partition(left.begin() + 1, left.end(), [&](const TrainingTask* task) {
    return can_train_together(first, *task);
  });
  std::vector<const TrainingTask*> group(left.begin(), others);
  left.erase(left.begin(), others);
  return group;
}

}  // namespace

bool can_train_together(const TrainingTask& one, const TrainingTask& other) {
  const TrainingOptions& a = *one.options;
  const TrainingOptions& b = *other.options;
  return one.fitted == other.fitted && one.judged == other.judged && fits_a_lane(a.shape) && fits_a_lane(b.shape) &&
         a.shape.layers == b.shape.layers && a.shape.activation == b.shape.activation && a.shape.loss == b.shape.loss &&
         a.shape.residual == b.shape.residual && a.batch_size == b.batch_size && a.kernels == b.kernels &&
         a.update.optimizer == b.update.optimizer;
}

void train_together(const std::vector<TrainingTask>& tasks) {
  const FlushDenormals flush;
  std::vector<const TrainingTask*> left;
  for (const TrainingTask& task : tasks) left.push_back(&task);
  while (!left.empty()) train_group(take_group(left));
}

}  // namespace mlp
