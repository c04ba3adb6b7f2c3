#include "mlp/checkpoint.h"

#include <cstring>

#include "check.h"
#include "eventful.h"
#include "mlp/average.h"

namespace {

using mlp::Bytes;
using test::eventful_options;
using test::some_rows;

const std::atomic<bool> kNever{false};
const mlp::EpochListener kNobody = [](const mlp::EpochRecord&) {};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/** All epochs at once against some, a checkpoint, and the others. */
void check_resume(mlp::TrainingOptions options, const mlp::Rows& rows, const mlp::Rows* judged, int some, int all) {
  options.schedule.epochs = all;
  options.epochs = all;
  options.keep_checkpoint = true;
  const auto whole = mlp::train(options, rows, judged, kNobody, kNever);
  options.epochs = some;
  const auto first = mlp::train(options, rows, judged, kNobody, kNever);
  options.epochs = all;
  options.checkpoint = first.checkpoint;
  const auto resumed = mlp::train(options, rows, judged, kNobody, kNever);
  CHECK(whole.failure.empty() && same_bits(whole.weights, resumed.weights));
  CHECK(whole.checkpoint == resumed.checkpoint && !whole.checkpoint.empty());
  CHECK(whole.best.epoch == resumed.best.epoch && whole.epochs_run == resumed.epochs_run);
  CHECK(whole.best.training_loss == resumed.best.training_loss);
}

void check_resume(const mlp::TrainingOptions& options, const mlp::Rows* judged) {
  check_resume(options, some_rows(37, 1), judged, 20, 50);
}

const test::Register resumes("a training goes on from a checkpoint to the bit, for every optimizer and kernel set", [] {
  const auto judged = some_rows(20, 2);
  for (const auto set : mlp::kKernelSets) {
    for (int kind = 0; kind <= static_cast<int>(mlp::Optimizer::kLion); ++kind) {
      auto options = eventful_options();
      options.kernels = set;
      options.update.optimizer = static_cast<mlp::Optimizer>(kind);
      options.update.momentum = 0.5;
      check_resume(options, &judged);
      check_resume(options, nullptr);
      options.patience = 25;
      check_resume(options, &judged);
    }
  }
});

const test::Register resumes_schedules("and for every schedule, warm-up and each step's own rate included", [] {
  for (int kind = 0; kind <= static_cast<int>(mlp::ScheduleKind::kPlateau); ++kind) {
    auto options = eventful_options();
    options.shape.normalization = mlp::Normalization::kLayer;
    options.schedule.kind = static_cast<mlp::ScheduleKind>(kind);
    options.schedule.warmup_epochs = 3;
    check_resume(options, nullptr);
    options.schedule.every_step = true;
    check_resume(options, nullptr);
  }
});

const test::Register resumes_wide("and for matrices so large that they take their steps as their gradient is computed", [] {
  const auto rows = some_rows(70, 1);
  for (const auto set : mlp::kKernelSets) {
    auto options = eventful_options();
    options.shape.layers = {rows.columns, 512, 512, rows.outputs};
    options.kernels = set;
    options.batch_size = 70;
    for (const mlp::UpdateOptions update : {mlp::UpdateOptions{mlp::Optimizer::kSgd, 0.5}, {mlp::Optimizer::kAdam}}) {
      options.update = update;
      check_resume(options, rows, nullptr, 2, 3);
    }
  }
});

Bytes some_checkpoint() {
  const auto rows = some_rows(37, 1);
  auto options = eventful_options();
  options.epochs = 2;
  options.keep_checkpoint = true;
  return mlp::train(options, rows, &rows, kNobody, kNever).checkpoint;
}

/** What going on from these bytes says; empty when it goes on. */
std::string resume_from(Bytes bytes, const std::function<void(mlp::TrainingOptions&)>& change = [](auto&) {},
                        const mlp::Rows& rows = some_rows(37, 1), const mlp::Rows& judged = some_rows(37, 1)) {
  auto options = eventful_options();
  options.epochs = 3;
  options.checkpoint = std::move(bytes);
  change(options);
  try {
    mlp::train(options, rows, &judged, kNobody, kNever);
    return "";
  } catch (const mlp::CheckpointError& error) {
    return error.what();
  }
}

const test::Register refuses("what it cannot go on from is refused with its reason", [] {
  const Bytes good = some_checkpoint();
  CHECK(resume_from(good).empty());
  CHECK(resume_from({1, 2, 3}).find("no checkpoint") != std::string::npos);
  Bytes newer = good;
  newer[8] = 9;
  CHECK(resume_from(newer).find("format 9, this engine reads format 2") != std::string::npos);
  Bytes cut = good;
  cut.pop_back();
  CHECK(resume_from(cut).find("damaged") != std::string::npos);
  mlp::seal(cut);
  CHECK(resume_from(cut).find("damaged") != std::string::npos);
  Bytes longer = good;
  longer.push_back(0);
  mlp::seal(longer);
  CHECK(resume_from(longer).find("damaged") != std::string::npos);
  const std::function<void(mlp::TrainingOptions&)> changes[] = {
      [](auto& options) { options.learning_rate = 0.03; }, [](auto& options) { options.seed = 1; },
      [](auto& options) { options.shape.layers[1] = options.shape.layers[2] = 7; },
      [](auto& options) { options.update.optimizer = mlp::Optimizer::kLion; },
      [](auto& options) { options.patience = 7; }};
  for (const auto& change : changes) CHECK(resume_from(good, change).find("another training") != std::string::npos);
  if (mlp::best_kernels().set == mlp::KernelSet::kReference) return;
  const auto other = [](auto& options) { options.kernels = mlp::KernelSet::kReference; };
  CHECK(resume_from(good, other).find("and these are reference") != std::string::npos);
});

const test::Register refuses_rows("and so is what other rows have trained or judged, be there as many of them", [] {
  const Bytes good = some_checkpoint();
  const auto same = some_rows(37, 1);
  const auto others = some_rows(37, 2);
  auto weighted = same;
  weighted.weights.assign(37, 2);
  for (const mlp::Rows* rows : std::initializer_list<const mlp::Rows*>{&others, &weighted}) {
    CHECK(resume_from(good, [](auto&) {}, *rows, same).find("another training") != std::string::npos);
    CHECK(resume_from(good, [](auto&) {}, same, *rows).find("another training") != std::string::npos);
  }
});

const test::Register refuses_steps("and an optimizer or an average that has taken other steps than the training", [] {
  const auto options = eventful_options();
  mlp::Updater updater(options.update, options.shape);
  mlp::Average average(0.9, options.shape.parameter_count(), mlp::best_kernels().set);
  const auto refused = [&](auto& part) {
    mlp::CheckpointWriter to;
    part.save(to);
    const Bytes bytes = to.finish();
    mlp::CheckpointReader from(bytes);
    try {
      part.restore(from, 5);
    } catch (const mlp::CheckpointError&) {
      return true;
    }
    return false;
  };
  CHECK(refused(updater));
  CHECK(refused(average));
});

const test::Register pauses_unjudged("a pause without judged rows keeps the weights, for who goes on to no other epoch", [] {
  const auto rows = some_rows(37, 1);
  for (const double averaging : {0.0, 0.9}) {
    auto options = eventful_options();
    options.averaging = averaging;
    options.epochs = 3;
    const auto whole = mlp::train(options, rows, nullptr, kNobody, kNever);
    options.epochs = 50;
    std::atomic<bool> pause{false};
    options.pause = &pause;
    const auto paused = mlp::train(options, rows, nullptr, [&](const auto& told) { pause = told.epoch == 3; }, kNever);
    CHECK(paused.paused && paused.epochs_run == 3);
    options.pause = nullptr;
    options.checkpoint = paused.checkpoint;
    options.seconds_most = 1e-9;
    CHECK(same_bits(mlp::train(options, rows, nullptr, kNobody, kNever).weights, whole.weights));
    options.seconds_most = 0;
    options.epochs = 3;
    CHECK(same_bits(mlp::train(options, rows, nullptr, kNobody, kNever).weights, whole.weights));
  }
});

/** One of the ways in which bytes go wrong: flipped, overwritten, cut out, doubled, cut off. */
void mutate(Bytes& bytes, mlp::Stream& random) {
  const auto at = [&] { return random.below(static_cast<std::uint32_t>(bytes.size())); };
  if (bytes.empty()) return;
  switch (random.below(5)) {
    case 0:
      bytes[at()] ^= static_cast<std::uint8_t>(1u << random.below(8));
      return;
    case 1: {
      // Lengths and counters at their ends are what breaks readers.
      const std::uint8_t value = random.below(2) ? 0xff : 0;
      for (std::size_t i = at(), end = std::min(bytes.size(), i + 8); i < end; ++i) bytes[i] = value;
      return;
    }
    case 2: {
      const auto from = at();
      bytes.erase(bytes.begin() + from, bytes.begin() + from + random.below(static_cast<std::uint32_t>(bytes.size()) - from));
      return;
    }
    case 3: {
      const Bytes part(bytes.begin() + at(), bytes.end());
      bytes.insert(bytes.end(), part.begin(), part.end());
      return;
    }
    default:
      bytes.resize(at());
  }
}

const test::Register survives("no bytes make the reader crash or hang: 3000 mutations, most of them with a right checksum", [] {
  const Bytes good = some_checkpoint();
  int refused = 0;
  for (std::uint32_t round = 0; round < 3000; ++round) {
    mlp::Stream random(5, mlp::Purpose::kOrder, round);
    Bytes bytes = good;
    for (std::uint32_t times = random.below(3) + 1; times > 0; --times) mutate(bytes, random);
    if (random.below(4) > 0) mlp::seal(bytes);
    // Where only weights were changed it goes on; the sanitizers watch what it does then.
    refused += !resume_from(std::move(bytes)).empty();
  }
  CHECK(refused > 1000 && refused < 3000);
});

}  // namespace
