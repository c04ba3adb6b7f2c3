#pragma once

#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mlp/lanes.h"
#include "mlp/random.h"

/** Trainings side by side and alone, and whether the two are the same to the bit. */
namespace test {

using mlp::Index;
using Options = mlp::TrainingOptions;

inline const std::atomic<bool> kNever{false};

inline mlp::Rows noise_rows(Index count, Index columns, Index outputs, bool has_labels, std::uint32_t index) {
  mlp::Stream stream(1, mlp::Purpose::kOrder, index);
  mlp::Rows rows{count, columns, outputs, mlp::Buffer<float>(count * columns), {}, {}, {}};
  for (float& value : rows.features) value = static_cast<float>(stream.symmetric());
  if (has_labels) rows.labels.resize(count);
  else rows.values.resize(count * outputs);
  for (auto& label : rows.labels) label = static_cast<std::int32_t>(stream.below(static_cast<std::uint32_t>(outputs)));
  for (float& value : rows.values) value = static_cast<float>((stream.symmetric() + 1) / 2);
  return rows;
}

/** What is told of a training. */
struct Told {
  std::vector<mlp::EpochRecord> epochs;
  std::optional<mlp::Trained> trained;
  std::string error;
};

inline Told alone(const Options& options, const mlp::Rows& fitted, const mlp::Rows* judged,
                  const std::atomic<bool>& cancelled = kNever) {
  Told told;
  const auto on_epoch = [&](const mlp::EpochRecord& record) { told.epochs.push_back(record); };
  try {
    told.trained = mlp::train(options, fitted, judged, on_epoch, cancelled);
  } catch (const std::exception& error) {
    told.error = error.what();
  }
  return told;
}

inline mlp::TrainingTask task_of(const Options& options, const mlp::Rows& fitted, const mlp::Rows* judged, Told& told) {
  return {&options,
          &fitted,
          judged,
          &kNever,
          [&told](const mlp::EpochRecord& record) { told.epochs.push_back(record); },
          [&told](mlp::Trained trained) { told.trained = std::move(trained); },
          [&told](std::exception_ptr error) {
            try {
              std::rethrow_exception(error);
            } catch (const std::exception& thrown) {
              told.error = thrown.what();
            }
          }};
}

inline std::vector<Told> together(const std::vector<Options>& lanes, const mlp::Rows& fitted, const mlp::Rows* judged) {
  std::vector<Told> told(lanes.size());
  std::vector<mlp::TrainingTask> tasks;
  for (std::size_t l = 0; l < lanes.size(); ++l) tasks.push_back(task_of(lanes[l], fitted, judged, told[l]));
  mlp::train_together(tasks);
  return told;
}

/** Bit by bit, so that NaN is NaN and 0 is not -0. */
template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

inline bool same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a || same_bits(*a, *b));
}

inline bool same(const mlp::EpochRecord& a, const mlp::EpochRecord& b) {
  if (a.epoch != b.epoch || !same_bits(a.training_loss, b.training_loss)) return false;
  if (a.judged.has_value() != b.judged.has_value()) return false;
  if (!a.judged) return true;
  const mlp::Scores& x = *a.judged;
  const mlp::Scores& y = *b.judged;
  return same_bits(x.loss, y.loss) && same(x.accuracy, y.accuracy) && same(x.balanced_accuracy, y.balanced_accuracy) &&
         same(x.macro_f1, y.macro_f1) && same(x.log_loss, y.log_loss) && same(x.roc_auc, y.roc_auc) &&
         same(x.squared_error, y.squared_error) && same(x.absolute_error, y.absolute_error) && same(x.r2, y.r2);
}

inline bool same(const Told& a, const Told& b) {
  if (a.error != b.error || a.trained.has_value() != b.trained.has_value() || a.epochs.size() != b.epochs.size()) return false;
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    if (!same(a.epochs[i], b.epochs[i])) return false;
  }
  if (!a.trained) return true;
  const mlp::Trained& x = *a.trained;
  const mlp::Trained& y = *b.trained;
  return same_bits(x.weights, y.weights) && same(x.best, y.best) && x.epochs_run == y.epochs_run &&
         same_bits(x.step_losses, y.step_losses) && x.failure == y.failure && x.checkpoint == y.checkpoint &&
         x.kernels == y.kernels && x.cancelled == y.cancelled && x.timed_out == y.timed_out &&
         x.divergence.has_value() == y.divergence.has_value();
}

inline bool each_as_alone(const std::vector<Options>& lanes, const mlp::Rows& fitted, const mlp::Rows* judged) {
  const auto told = together(lanes, fitted, judged);
  bool all = true;
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    const bool is_same = same(told[l], alone(lanes[l], fitted, judged));
    if (!is_same) std::printf("  lane %zu is another than alone\n", l);
    all &= is_same;
  }
  return all;
}

inline Options base_for(const mlp::Rows& rows, std::vector<Index> hidden) {
  Options options;
  options.shape.layers = {rows.columns};
  options.shape.layers.insert(options.shape.layers.end(), hidden.begin(), hidden.end());
  options.shape.layers.push_back(rows.outputs);
  options.shape.activation = mlp::Activation::kTanh;
  options.shape.loss = rows.is_classification() ? mlp::Loss::kCrossEntropy : mlp::Loss::kMeanSquaredError;
  options.epochs = options.schedule.epochs = 3;
  options.batch_size = 7;
  options.record_steps = true;
  options.keep_checkpoint = true;
  return options;
}

/** The same network with other rates, decays, seeds and whatever else may differ. */
inline std::vector<Options> various(const Options& base, std::size_t count) {
  std::vector<Options> lanes(count, base);
  for (std::size_t l = 0; l < count; ++l) {
    lanes[l].seed = 10 + l;
    lanes[l].learning_rate = base.learning_rate * (1 + 0.37 * static_cast<double>(l));
    lanes[l].update.momentum = 0.05 * static_cast<double>(l % 8);
    if (l % 3 == 1) lanes[l].update.weight_decay = 0.01 * static_cast<double>(l);
  }
  return lanes;
}

/** Every set of lane kernels that this CPU runs. */
inline std::vector<mlp::KernelSet> lane_sets() {
  std::vector<mlp::KernelSet> sets;
  for (const auto set : {mlp::KernelSet::kReference, mlp::KernelSet::kAvx2, mlp::KernelSet::kAvx512,
                         mlp::KernelSet::kNeon}) {
    if (mlp::supported_lanes(set).set == set) sets.push_back(set);
  }
  return sets;
}

}  // namespace test
