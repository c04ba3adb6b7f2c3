#include "lanes.h"

#include "check.h"

namespace {

using mlp::Index;
using test::base_for;
using test::each_as_alone;
using test::lane_sets;
using test::noise_rows;
using test::various;

const test::Register by_optimizer("every lane of a batch is to the bit what it is alone, by every optimizer and kernel set", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  const auto judged = noise_rows(11, 5, 3, true, 2);
  for (const auto set : lane_sets()) {
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
  for (const auto set : lane_sets()) {
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
  for (const auto set : lane_sets()) {
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
  for (const auto set : lane_sets()) {
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
  for (const auto set : lane_sets()) {
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

const test::Register shuffles("lanes are shuffled as one by one, also where a number has to be drawn again", [] {
  // Of 2^32 numbers, as many as 2^32 mod n are drawn again for n rows: for 3 2^16 rows some two a shuffle.
  for (const auto set : lane_sets()) {
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
