#include "lanes.h"

#include <stdexcept>

#include "check.h"

namespace {

using test::Options;
using test::Told;
using test::alone;
using test::base_for;
using test::each_as_alone;
using test::lane_sets;
using test::noise_rows;
using test::same;
using test::same_bits;
using test::task_of;
using test::together;
using test::various;

const test::Register ends_apart("lanes end by themselves: early, diverged, at other epochs; others take their places", [] {
  const auto fitted = noise_rows(23, 5, 1, false, 1);
  const auto judged = noise_rows(11, 5, 1, false, 2);
  for (const auto set : lane_sets()) {
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

const test::Register errs_apart("one whose listener throws leaves nothing to the training that takes its lane", [] {
  const auto rows = noise_rows(40, 3, 2, true, 1);
  auto lanes = various(base_for(rows, {5}), 20);
  for (std::size_t l = 0; l < lanes.size(); ++l) lanes[l].epochs = l < 16 && l != 3 ? 6 : 4;
  std::vector<Told> told(lanes.size());
  std::vector<mlp::TrainingTask> tasks;
  for (std::size_t l = 0; l < lanes.size(); ++l) tasks.push_back(task_of(lanes[l], rows, &rows, told[l]));
  tasks[3].on_epoch = [](const mlp::EpochRecord& record) {
    if (record.epoch == 2) throw std::runtime_error("no more");
  };
  mlp::train_together(tasks);
  CHECK(told[3].error == "no more");
  for (std::size_t l = 0; l < lanes.size(); ++l) CHECK(l == 3 || same(told[l], alone(lanes[l], rows, &rows)));
});

const test::Register goes_on("a checkpoint goes on beside others, from lanes to alone and back", [] {
  const auto fitted = noise_rows(23, 5, 3, true, 1);
  for (const auto set : lane_sets()) {
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

}  // namespace
