#include "mlp/trainer.h"

#include <algorithm>

#include <chrono>
#include <thread>

#include "check.h"
#include "mlp/random.h"

namespace {

using mlp::Index;

const std::atomic<bool> kNever{false};
const mlp::EpochListener kNobody = [](const mlp::EpochRecord&) {};

mlp::Rows xor_rows() { return {4, 2, 2, {-1, -1, -1, 1, 1, -1, 1, 1}, {0, 1, 1, 0}, {}, {}}; }

/** y = noise: something to learn by heart, so that judged rows get worse in time. */
mlp::Rows noise_rows(Index count, std::uint32_t index) {
  mlp::Stream stream(1, mlp::Purpose::kOrder, index);
  mlp::Rows rows{count, 5, 3, mlp::Buffer<float>(count * 5), std::vector<std::int32_t>(count), {}, {}};
  for (float& value : rows.features) value = static_cast<float>(stream.symmetric());
  for (auto& label : rows.labels) label = static_cast<std::int32_t>(stream.below(3));
  return rows;
}

mlp::TrainingOptions options_for(const mlp::Rows& rows, std::vector<Index> hidden, int epochs) {
  mlp::TrainingOptions options;
  options.shape.layers = {rows.columns};
  options.shape.layers.insert(options.shape.layers.end(), hidden.begin(), hidden.end());
  options.shape.layers.push_back(rows.outputs);
  options.shape.activation = mlp::Activation::kTanh;
  options.shape.loss = rows.is_classification() ? mlp::Loss::kCrossEntropy : mlp::Loss::kMeanSquaredError;
  options.learning_rate = 0.05;
  options.epochs = epochs;
  options.schedule.epochs = epochs;
  return options;
}

const test::Register learns_xor("learns XOR from its four rows, for each of ten seeds", [] {
  const auto rows = xor_rows();
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto options = options_for(rows, {8}, 200);
    options.seed = seed;
    const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
    CHECK(*mlp::evaluate(options.shape, trained.weights, rows, kNever).accuracy == 1);
  }
});

const test::Register same_seed("gives the same weights for the same seed, to the bit, and others for another", [] {
  const auto rows = noise_rows(70, 1);
  auto options = options_for(rows, {9, 4}, 5);
  options.batch_size = 16;
  options.seed = 3;
  const auto first = mlp::train(options, rows, nullptr, kNobody, kNever);
  const auto second = mlp::train(options, rows, nullptr, kNobody, kNever);
  options.seed = 4;
  const auto other = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(first.weights == second.weights);
  CHECK(first.weights != other.weights);
});

const test::Register spread_rows("rows of wide layers lie apart in memory without a change to any bit", [] {
  const auto rows = noise_rows(70, 1);
  auto options = options_for(rows, {256, 320}, 2);
  options.batch_size = 32;
  const auto spread = mlp::train(options, rows, nullptr, kNobody, kNever);
  // Between dense layers with dropout, even if nothing is dropped, rows lie without gaps.
  options.shape.dropout = 1e-9;
  const auto dense = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(spread.weights == dense.weights);
});

/** Clipping at more than any gradient reaches changes nothing, but needs all of it before a step. */
bool trains_the_same_in_whole_steps(mlp::TrainingOptions options, const mlp::Rows& rows) {
  options.keep_checkpoint = true;
  const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
  options.update.clip_value = 1e30;
  const auto whole = mlp::train(options, rows, nullptr, kNobody, kNever);
  return trained.failure.empty() && trained.weights == whole.weights && trained.best.training_loss == whole.best.training_loss;
}

const test::Register steps_by_tiles("steps taken while the gradient is computed change no bit of a training", [] {
  const auto rows = noise_rows(270, 1);
  for (const auto set : mlp::kKernelSets) {
    auto options = options_for(rows, {512, 512}, 1);
    options.kernels = set;
    options.update = {mlp::Optimizer::kSgd, 0.9};
    options.batch_size = 90;
    CHECK(trains_the_same_in_whole_steps(options, rows));
    options.shape.normalization = mlp::Normalization::kBatch;
    options.shape.dropout = 0.2;
    options.update.weight_decay = 0.01;
    options.averaging = 0.9;
    options.batch_size = 100;
    CHECK(trains_the_same_in_whole_steps(options, rows));
    options.shape.normalization = mlp::Normalization::kNone;
    options.shape.residual = true;
    options.batch_size = 264;
    CHECK(trains_the_same_in_whole_steps(options, rows));
  }
});

const test::Register batch_larger_than_data("a batch larger than the data is a batch of all rows", [] {
  const auto rows = noise_rows(300, 1);  // more than one chunk
  auto options = options_for(rows, {6}, 3);
  options.batch_size = 300;
  const auto exact = mlp::train(options, rows, nullptr, kNobody, kNever);
  options.batch_size = 60000;
  const auto larger = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(exact.weights == larger.weights);
});

const test::Register last_batch("the smaller last batch counts by its own size", [] {
  const auto rows = noise_rows(7, 1);
  auto options = options_for(rows, {}, 1);
  options.batch_size = 4;
  options.record_steps = true;
  options.learning_rate = 0;
  const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(trained.step_losses.size() == 2);
  // With the weights standing still, the mean over rows is the mean over batches by size.
  CHECK(test::close(trained.best.training_loss, (4 * trained.step_losses[0] + 3 * trained.step_losses[1]) / 7, 1e-12));
});

const test::Register linear_regression("without hidden layers, squared error finds the line", [] {
  mlp::Rows rows{5, 1, 1, {-2, -1, 0, 1, 2}, {}, {-3, -1, 1, 3, 5}, {}};
  auto options = options_for(rows, {}, 400);
  options.update.optimizer = mlp::Optimizer::kSgd;
  const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(test::close(trained.weights[0], 2, 1e-5));
  CHECK(test::close(trained.weights[1], 1, 1e-5));
});

const test::Register keeps_best("keeps the weights of the epoch with the lowest judged loss", [] {
  const auto fitted = noise_rows(60, 1);
  const auto judged = noise_rows(40, 2);
  auto options = options_for(fitted, {16}, 40);
  std::vector<double> losses;
  const auto trained = mlp::train(
      options, fitted, &judged, [&](const mlp::EpochRecord& record) { losses.push_back(record.judged->loss); }, kNever);
  const auto lowest = std::min_element(losses.begin(), losses.end());
  CHECK(losses.size() == 40);
  CHECK(trained.best.epoch == lowest - losses.begin() + 1);
  CHECK(trained.best.epoch < 40);
  CHECK(mlp::evaluate(options.shape, trained.weights, judged, kNever).loss == *lowest);
});

const test::Register stops_early("stops once the judged loss has not improved for `patience` epochs", [] {
  const auto fitted = noise_rows(60, 1);
  const auto judged = noise_rows(40, 2);
  auto options = options_for(fitted, {16}, 200);
  options.patience = 4;
  const auto trained = mlp::train(options, fitted, &judged, kNobody, kNever);
  CHECK(trained.epochs_run < 200);
  CHECK(trained.epochs_run == trained.best.epoch + 4);
});

const test::Register diverges("a loss that explodes ends the training at once, and says where", [] {
  mlp::Rows rows{2, 1, 1, {-1, 1}, {}, {-1, 1}, {}};
  auto options = options_for(rows, {4}, 200);
  options.shape.activation = mlp::Activation::kIdentity;
  options.update.optimizer = mlp::Optimizer::kSgd;
  options.learning_rate = 10;
  options.batch_size = 1;
  for (const auto* judged : {static_cast<const mlp::Rows*>(nullptr), static_cast<const mlp::Rows*>(&rows)}) {
    int epochs = 0;
    const auto trained = mlp::train(options, rows, judged, [&](const auto&) { ++epochs; }, kNever);
    CHECK(trained.divergence.has_value());
    CHECK(!(trained.divergence->loss < 1e6) && trained.divergence->learning_rate == 10);
    CHECK(trained.divergence->epoch == epochs + 1);
    CHECK((trained.divergence->step + 1) / 2 == trained.divergence->epoch);
    CHECK(trained.failure.find("with learning rate 10") != std::string::npos);
  }
});

const test::Register times_out("a time limit keeps what the epochs before it gave, or says that there was none", [] {
  // So few that many epochs end within the limit on an emulated CPU too.
  const auto rows = noise_rows(100, 1);
  auto options = options_for(rows, {64}, 1000000);
  options.seconds_most = 0.2;
  const auto trained = mlp::train(options, rows, &rows, kNobody, kNever);
  CHECK(trained.timed_out && trained.failure.empty() && trained.best.epoch > 0 && trained.epochs_run < 1000000);
  options.seconds_most = 1e-9;
  const auto none = mlp::train(options, rows, &rows, kNobody, kNever);
  CHECK(none.failure.find("No epoch ended within 1e-09 s") == 0);
});

const test::Register one_step_a_batch("a batch of several chunks is one step, and so is one that batch norm takes whole", [] {
  const auto rows = noise_rows(700, 1);  // three chunks
  auto options = options_for(rows, {8}, 1);
  options.shape.dropout = 0.5;
  options.batch_size = 700;
  options.record_steps = true;
  options.learning_rate = 0;
  const auto whole = mlp::train(options, rows, nullptr, kNobody, kNever);
  options.shape.normalization = mlp::Normalization::kBatch;  // takes the batch in one chunk
  const auto other = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(whole.step_losses.size() == 1 && other.step_losses.size() == 1);
});

const test::Register batch_norm_evaluates("batch norm judges by its running moments, so a row alone scores as among others", [] {
  const auto rows = noise_rows(60, 1);
  auto options = options_for(rows, {8}, 30);
  options.shape.normalization = mlp::Normalization::kBatch;
  options.batch_size = 59;  // the last batch has one row
  const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
  CHECK(trained.failure.empty());
  double sum = 0;
  for (Index i = 0; i < rows.count; ++i) {
    mlp::Rows one{1, 5, 3, {}, {rows.labels[i]}, {}, {}};
    one.features.assign(rows.features.begin() + i * 5, rows.features.begin() + (i + 1) * 5);
    sum += mlp::evaluate(options.shape, trained.weights, one, kNever).loss;
  }
  CHECK(test::close(sum / 60, mlp::evaluate(options.shape, trained.weights, rows, kNever).loss, 1e-5));
});

const test::Register weighs_rows("a row of weight 2 counts as two rows, and only ratios matter", [] {
  auto rows = noise_rows(12, 1);
  auto options = options_for(rows, {4}, 1);
  options.batch_size = 1000;
  rows.weights.assign(12, 6.0f);
  rows.weights[3] = 12;
  const auto weighted = mlp::train(options, rows, nullptr, kNobody, kNever);
  auto doubled = noise_rows(12, 1);
  doubled.count = 13;
  doubled.features.insert(doubled.features.end(), doubled.features.begin() + 15, doubled.features.begin() + 20);
  doubled.labels.push_back(doubled.labels[3]);
  const auto twice = mlp::train(options, doubled, nullptr, kNobody, kNever);
  CHECK(test::close(weighted.best.training_loss, twice.best.training_loss, 1e-6));
  for (std::size_t i = 0; i < twice.weights.size(); ++i) CHECK(test::close(weighted.weights[i], twice.weights[i], 1e-3, 1e-5));
  CHECK(test::close(mlp::evaluate(options.shape, twice.weights, rows, kNever).loss,
                    mlp::evaluate(options.shape, twice.weights, doubled, kNever).loss, 1e-6));
});

const test::Register judging_cancelled("judging and predicting go on with no rows once they are cancelled", [] {
  const auto rows = noise_rows(600, 1);
  const auto options = options_for(rows, {8}, 1);
  const auto trained = mlp::train(options, rows, nullptr, kNobody, kNever);
  const std::atomic<bool> cancelled{true};
  CHECK(mlp::predict(options.shape, trained.weights, rows, kNever).size() == 1800);
  CHECK(mlp::predict(options.shape, trained.weights, rows, cancelled).empty());
  CHECK(mlp::evaluate(options.shape, trained.weights, rows, cancelled).loss == 0);
});

const test::Register cancels("a flag set from another thread ends a long training", [] {
  const auto rows = noise_rows(20000, 1);
  const auto options = options_for(rows, {512, 512}, 1000000);
  std::atomic<bool> cancelled{false};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    cancelled = true;
  });
  const auto trained = mlp::train(options, rows, nullptr, kNobody, cancelled);
  other.join();
  CHECK(trained.cancelled);
});

const test::Register averages("the average of the weights is what is judged and kept; the training is the same", [] {
  const auto fitted = noise_rows(60, 1);
  const auto judged = noise_rows(40, 2);
  auto options = options_for(fitted, {8}, 6);
  options.record_steps = true;
  const auto plain = mlp::train(options, fitted, &judged, kNobody, kNever);
  options.averaging = 0.9;
  const auto averaged = mlp::train(options, fitted, &judged, kNobody, kNever);
  CHECK(averaged.step_losses == plain.step_losses);
  CHECK(averaged.weights != plain.weights);
  CHECK(mlp::evaluate(options.shape, averaged.weights, judged, kNever).loss == averaged.best.judged->loss);
});

const test::Register plateau_trains("a plateau goes by the judged loss, or the training loss where no rows judge", [] {
  const auto fitted = noise_rows(60, 1);
  const auto judged = noise_rows(40, 2);
  auto options = options_for(fitted, {16}, 60);
  options.learning_rate = 0.5;
  options.schedule.kind = mlp::ScheduleKind::kPlateau;
  options.schedule.plateau_epochs = 1;
  options.schedule.step_factor = 0;  // a drop ends all change
  for (const auto* rows : {static_cast<const mlp::Rows*>(nullptr), &judged}) {
    std::vector<double> losses;
    mlp::train(options, fitted, rows, [&](const auto& record) { losses.push_back(record.training_loss); }, kNever);
    CHECK(losses[0] != losses[1]);
    CHECK(test::close(losses[59], losses[58], 1e-12));  // the same rows in another order
  }
});

const test::Register concurrent("trainings side by side share their rows and disturb nobody", [] {
  const auto rows = noise_rows(200, 1);
  const auto options = options_for(rows, {16}, 20);
  const auto alone = mlp::train(options, rows, nullptr, kNobody, kNever);
  std::vector<std::thread> threads;
  std::vector<mlp::Trained> results(4);
  for (auto& result : results) {
    threads.emplace_back([&] { result = mlp::train(options, rows, nullptr, kNobody, kNever); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result.weights == alone.weights);
});

}  // namespace
