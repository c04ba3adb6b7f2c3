#include "mlp/lanes.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>

#include "check.h"
#include "mlp/random.h"

namespace {

using mlp::Index;
using Options = mlp::TrainingOptions;

const std::atomic<bool> kNever{false};

mlp::Rows noise_rows(Index count, Index columns, Index outputs, bool has_labels, std::uint32_t index) {
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

Told alone(const Options& options, const mlp::Rows& fitted, const mlp::Rows* judged,
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

mlp::TrainingTask task_of(const Options& options, const mlp::Rows& fitted, const mlp::Rows* judged, Told& told) {
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

std::vector<Told> together(const std::vector<Options>& lanes, const mlp::Rows& fitted, const mlp::Rows* judged) {
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

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a || same_bits(*a, *b));
}

bool same(const mlp::EpochRecord& a, const mlp::EpochRecord& b) {
  if (a.epoch != b.epoch || !same_bits(a.training_loss, b.training_loss)) return false;
  if (a.judged.has_value() != b.judged.has_value()) return false;
  if (!a.judged) return true;
  const mlp::Scores& x = *a.judged;
  const mlp::Scores& y = *b.judged;
  return same_bits(x.loss, y.loss) && same(x.accuracy, y.accuracy) && same(x.balanced_accuracy, y.balanced_accuracy) &&
         same(x.macro_f1, y.macro_f1) && same(x.log_loss, y.log_loss) && same(x.roc_auc, y.roc_auc) &&
         same(x.squared_error, y.squared_error) && same(x.absolute_error, y.absolute_error) && same(x.r2, y.r2);
}

bool same(const Told& a, const Told& b) {
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

bool each_as_alone(const std::vector<Options>& lanes, const mlp::Rows& fitted, const mlp::Rows* judged) {
  const auto told = together(lanes, fitted, judged);
  bool all = true;
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    const bool is_same = same(told[l], alone(lanes[l], fitted, judged));
    if (!is_same) std::printf("  lane %zu is another than alone\n", l);
    all &= is_same;
  }
  return all;
}

Options base_for(const mlp::Rows& rows, std::vector<Index> hidden) {
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
std::vector<Options> various(const Options& base, std::size_t count) {
  std::vector<Options> lanes(count, base);
  for (std::size_t l = 0; l < count; ++l) {
    lanes[l].seed = 10 + l;
    lanes[l].learning_rate = base.learning_rate * (1 + 0.37 * static_cast<double>(l));
    lanes[l].update.momentum = 0.05 * static_cast<double>(l % 8);
    if (l % 3 == 1) lanes[l].update.weight_decay = 0.01 * static_cast<double>(l);
  }
  return lanes;
}

std::vector<mlp::KernelSet> every_set() {
  std::vector<mlp::KernelSet> sets;
  for (const auto set : {mlp::KernelSet::kReference, mlp::KernelSet::kAvx2, mlp::KernelSet::kAvx512,
                         mlp::KernelSet::kNeon}) {
    if (mlp::supported_lanes(set).set == set) sets.push_back(set);
  }
  return sets;
}

const test::Register by_optimizer("every lane of a batch is to the bit what it is alone, by every optimizer and kernel set", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  const auto judged = noise_rows(11, 5, 3, true, 2);
  for (const auto set : every_set()) {
    for (int optimizer = 0; optimizer <= static_cast<int>(mlp::Optimizer::kLion); ++optimizer) {
      auto base = base_for(fitted, {9, 4});
      base.kernels = set;
      base.update.optimizer = static_cast<mlp::Optimizer>(optimizer);
      CHECK(each_as_alone(various(base, mlp::kLaneCount), fitted, &judged));
    }
  }
});

const test::Register by_activation("and with every activation, dropout and skips", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  for (const auto set : every_set()) {
    for (int activation = 0; activation <= static_cast<int>(mlp::Activation::kSoftplus); ++activation) {
      for (const bool residual : {false, true}) {
        auto base = base_for(fitted, {6, 6, 6});
        base.kernels = set;
        base.shape.activation = static_cast<mlp::Activation>(activation);
        base.shape.residual = residual;
        CHECK(each_as_alone(various(base, 6), fitted, nullptr));
        auto dropping = various(base, 6);
        dropping[1].shape.dropout = 0.3;
        dropping[4].shape.dropout = 0.5;
        CHECK(each_as_alone(dropping, fitted, &fitted));
      }
    }
  }
});

const test::Register by_loss("and with every loss, of one output and of several, smoothed and weighted", [] {
  const mlp::Loss for_labels[] = {mlp::Loss::kCrossEntropy, mlp::Loss::kBinaryCrossEntropy};
  const mlp::Loss for_values[] = {mlp::Loss::kBinaryCrossEntropy, mlp::Loss::kMeanSquaredError,
                                  mlp::Loss::kMeanAbsoluteError, mlp::Loss::kHuber};
  for (const auto set : every_set()) {
    for (const Index outputs : {1, 2, 3, 10, 21, 37}) {
      for (const bool has_labels : {true, false}) {
        auto fitted = noise_rows(17, 4, outputs, has_labels, 3);
        for (const bool has_weights : {false, true}) {
          if (has_weights) fitted.weights.assign(17, 0.5f), fitted.weights[3] = 2;
          const std::vector<mlp::Loss> losses = has_labels ? std::vector(std::begin(for_labels), std::end(for_labels))
                                                           : std::vector(std::begin(for_values), std::end(for_values));
          for (const auto loss : losses) {
            auto base = base_for(fitted, {5});
            base.kernels = set;
            base.shape.loss = loss;
            base.shape.huber_delta = 0.3;
            auto lanes = various(base, 5);
            CHECK(each_as_alone(lanes, fitted, &fitted));
            if (loss == mlp::Loss::kCrossEntropy || loss == mlp::Loss::kBinaryCrossEntropy) lanes[2].label_smoothing = 0.2;
            lanes[3].shape.huber_delta = 0.7;
            CHECK(each_as_alone(lanes, fitted, &fitted));
          }
        }
      }
    }
  }
});

const test::Register by_settings("and with clipping, penalties, averages and schedules of its own", [] {
  const auto fitted = noise_rows(40, 5, 1, false, 4);
  for (const auto set : every_set()) {
    auto base = base_for(fitted, {8});
    base.kernels = set;
    base.epochs = base.schedule.epochs = 8;
    auto lanes = various(base, 10);
    lanes[0].update.clip_norm = 0.01;
    lanes[1].update.clip_value = 0.001;
    lanes[2].update.l1 = 0.01;
    lanes[3].update.l2 = 0.1;
    lanes[4].averaging = 0.9;
    lanes[5].averaging = 0.5;
    lanes[5].schedule.kind = mlp::ScheduleKind::kOneCycle;
    lanes[6].schedule = {mlp::ScheduleKind::kCosine, 8, 1, 1, false, 3, 0.01, 1, 10, 2, 5};
    lanes[7].schedule.kind = mlp::ScheduleKind::kPlateau;
    lanes[7].schedule.plateau_epochs = 1;
    lanes[7].schedule.step_factor = 0.1;
    lanes[8].initial_weights.assign(base.shape.parameter_count(), 0.1f);
    for (int i = 0; i < 8 * 40; ++i) lanes[9].order.push_back((7 * i) % 40);
    CHECK(each_as_alone(lanes, fitted, nullptr));
    CHECK(each_as_alone(lanes, fitted, &fitted));
  }
});

const test::Register large_batches("and in batches and validation rows of several chunks and passes", [] {
  const auto fitted = noise_rows(700, 3, 2, true, 5);
  const auto judged = noise_rows(300, 3, 2, true, 6);
  for (const auto set : every_set()) {
    for (const Index batch : {45, 600, 5000}) {
      auto base = base_for(fitted, {4});
      base.kernels = set;
      base.batch_size = batch;
      auto lanes = various(base, 5);
      lanes[1].shape.dropout = 0.2;
      CHECK(each_as_alone(lanes, fitted, &judged));
    }
  }
});

const test::Register ends_apart("lanes end by themselves: early, diverged, at other epochs; others take their places", [] {
  const auto fitted = noise_rows(23, 5, 1, false, 1);
  const auto judged = noise_rows(11, 5, 1, false, 2);
  for (const auto set : every_set()) {
    auto base = base_for(fitted, {6});
    base.kernels = set;
    base.update.optimizer = mlp::Optimizer::kSgd;
    auto lanes = various(base, 40);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      lanes[l].epochs = lanes[l].schedule.epochs = 1 + static_cast<int>(l * 7 % 30);
      if (l % 4 == 0) lanes[l].patience = 2;
      if (l % 9 == 3) lanes[l].learning_rate = 1e9;
      if (l % 10 == 5) lanes[l].all_scores = true;
    }
    const auto told = together(lanes, fitted, &judged);
    CHECK(told[3].trained->divergence.has_value() && !told[4].trained->divergence.has_value());
    CHECK(each_as_alone(lanes, fitted, &judged));
    CHECK(each_as_alone(lanes, fitted, nullptr));
  }
});

const test::Register goes_on("a checkpoint goes on beside others, from lanes to alone and back", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  for (const auto set : every_set()) {
    for (const auto optimizer : {mlp::Optimizer::kNadam, mlp::Optimizer::kAmsgrad}) {
      auto base = base_for(fitted, {6});
      base.kernels = set;
      base.update.optimizer = optimizer;
      base.averaging = 0.9;
      base.epochs = base.schedule.epochs = 6;
      base.shape.dropout = 0.25;
      const auto whole = various(base, 8);
      auto halves = whole;
      for (auto& half : halves) half.epochs = 2;
      const auto first = together(halves, fitted, &fitted);
      halves = whole;
      for (std::size_t l = 0; l < 6; ++l) halves[l].checkpoint = first[l].trained->checkpoint;
      const auto second = together(halves, fitted, &fitted);
      for (std::size_t l = 0; l < whole.size(); ++l) {
        CHECK(same_bits(second[l].trained->weights, alone(whole[l], fitted, &fitted).trained->weights));
      }
      CHECK(each_as_alone(halves, fitted, &fitted));
    }
  }
});

const test::Register one_fault("a checkpoint that does not fit is the error of its own lane", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  auto lanes = various(base_for(fitted, {6}), 6);
  lanes[2].checkpoint = {1, 2, 3};
  const auto told = together(lanes, fitted, nullptr);
  CHECK(!told[2].error.empty() && !told[2].trained && told[1].trained);
  CHECK(each_as_alone(lanes, fitted, nullptr));
});

const test::Register cancelled_apart("a lane that is cancelled or out of time leaves the others as they are", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  auto lanes = various(base_for(fitted, {6}), 8);
  for (auto& lane : lanes) lane.epochs = lane.schedule.epochs = 20;
  lanes[5].seconds_most = 1e-9;
  std::vector<Told> told(lanes.size());
  std::vector<mlp::TrainingTask> tasks;
  std::atomic<bool> cancelled{false};
  for (std::size_t l = 0; l < lanes.size(); ++l) tasks.push_back(task_of(lanes[l], fitted, &fitted, told[l]));
  tasks[3].cancelled = &cancelled;
  tasks[3].on_epoch = [&](const mlp::EpochRecord& record) { cancelled = record.epoch == 4; };
  mlp::train_together(tasks);
  CHECK(told[3].trained->cancelled && told[3].trained->epochs_run == 4);
  CHECK(told[5].trained->timed_out && told[5].trained->failure.find("No epoch ended") == 0);
  for (const std::size_t l : {0, 1, 2, 4, 6, 7}) CHECK(same(told[l], alone(lanes[l], fitted, &fitted)));
});

const test::Register what_fits("what cannot be lanes of one batch is trained one by one in the same call", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  const auto base = base_for(fitted, {6});
  Told nobody;
  const auto fits = [&](const Options& a, const Options& b) {
    return mlp::can_train_together(task_of(a, fitted, nullptr, nobody), task_of(b, fitted, nullptr, nobody));
  };
  auto rate = base;
  rate.learning_rate = 1;
  auto wider = base;
  wider.shape.layers[1] = 7;
  auto normalized = base;
  normalized.shape.normalization = mlp::Normalization::kBatch;
  auto other = base;
  other.update.optimizer = mlp::Optimizer::kLion;
  auto larger = base;
  larger.batch_size = 8;
  auto huge = base;
  huge.shape.layers[1] = 5000;
  CHECK(fits(base, rate));
  for (const auto& one : {wider, normalized, other, larger}) CHECK(!fits(base, one));
  CHECK(!fits(normalized, normalized) && !fits(huge, huge));
  CHECK(!mlp::can_train_together(task_of(base, fitted, nullptr, nobody), task_of(base, fitted, &fitted, nobody)));
  CHECK(each_as_alone({base, wider, rate, normalized, other, normalized, rate, larger, wider}, fitted, &fitted));
});

const test::Register shuffles("lanes are shuffled as one by one, also where a number has to be drawn again", [] {
  // Of 2^32 numbers, as many as 2^32 mod n are drawn again for n rows: for 3 2^16 rows some two a shuffle.
  for (const auto set : every_set()) {
    for (const Index rows : {1, 2, 3, 50, 3 << 16}) {
      std::uint64_t seeds[mlp::kLaneCount];
      std::uint32_t epochs[mlp::kLaneCount];
      std::vector<std::int32_t> order(rows * mlp::kLaneCount, -1);
      for (Index l = 0; l < mlp::kLaneCount; ++l) {
        seeds[l] = (std::uint64_t{77} << 32) + static_cast<std::uint64_t>(l);
        epochs[l] = static_cast<std::uint32_t>(1 + l % 3);
      }
      mlp::supported_lanes(set).shuffle(rows, seeds, epochs, order.data());
      for (Index l = 0; l < mlp::kLaneCount; ++l) {
        std::vector<std::int32_t> expected(rows, -1);
        mlp::shuffle_rows(seeds[l], epochs[l], rows, expected.data());
        bool is_same = true;
        for (Index i = 0; i < rows; ++i) is_same &= order[i * mlp::kLaneCount + l] == expected[i];
        CHECK(is_same);
      }
    }
  }
});

}  // namespace
