/**
 * The engine without Node, for bench/engine/main.ts: prints one JSON line.
 *
 *   engine_bench mode=train|trace|pair|lanes name=value...   the names are those that input.h reads
 */
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "input.h"
#include "mlp/lanes.h"
#include "peak.h"

namespace {

using bench::Arguments;
using mlp::Index;

/** CPU time of this thread, so that other processes on the machine do not count. */
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/** A training beside its limit says something where both were measured on one core: two may differ by a quarter. */
void stay_on_this_core() {
  cpu_set_t core;
  CPU_ZERO(&core);
  CPU_SET(sched_getcpu(), &core);
  sched_setaffinity(0, sizeof core, &core);
}

const std::atomic<bool> kNever{false};

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

mlp::Trained train(const mlp::TrainingOptions& options, const mlp::Rows& rows) {
  mlp::Trained trained = mlp::train(options, rows, nullptr, [](const auto&) {}, kNever);
  if (!trained.failure.empty()) throw std::runtime_error(trained.failure);
  return trained;
}

/** Seconds of the optimizer's passes over weights and memory alone, in a training's number of steps. */
double update_seconds(const mlp::TrainingOptions& options, Index steps) {
  mlp::Updater updater(options.update, options.shape);
  mlp::Buffer<float> weights(options.shape.weight_count(), 0.1f);
  const mlp::Buffer<float> gradient(weights.size(), 1e-3f);
  const Index tried = std::min<Index>(steps, 200);
  const double start = cpu_seconds();
  for (Index step = 0; step < tried; ++step) updater.step(weights.data(), gradient.data(), 1e-6);
  return (cpu_seconds() - start) / static_cast<double>(tried) * static_cast<double>(steps);
}

void print_training(const Arguments& in) {
  const auto options = bench::settings_of(in);
  const auto fitted = bench::rows_of(in, "train", options.shape);
  const auto judged = bench::rows_of(in, "test", options.shape);
  stay_on_this_core();
  const double peak = bench::fma_peak(cpu_seconds);
  const Index steps = ((fitted.count - 1) / options.batch_size + 1) * options.epochs;
  const double update = update_seconds(options, steps);
  mlp::Trained trained;
  double seconds = 1e300;
  for (int round = 0; round < std::stoi(in.at("rounds")); ++round) {
    const double start = cpu_seconds();
    trained = train(options, fitted);
    seconds = std::min(seconds, cpu_seconds() - start);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seen = mlp::evaluate(options.shape, trained.weights, fitted, kNever);
  const auto unseen = mlp::evaluate(options.shape, trained.weights, judged, kNever);
  std::printf("{\"seconds\":%.9g,\"loss\":%.6g,\"accuracy\":%.6g,\"peak_rss\":%ld,\"kernels\":\"%s\",", seconds,
              seen.loss, unseen.accuracy ? *unseen.accuracy : unseen.r2.value_or(0), usage.ru_maxrss * 1024L, mlp::name_of(trained.kernels));
  std::printf("\"peak_gflops\":%.4g,\"update_seconds\":%.6g}\n", peak, update);
}

/** The loss of each batch, from the stored weights in the stored order. */
void print_trace(const Arguments& in) {
  auto options = bench::settings_of(in);
  const auto fitted = bench::rows_of(in, "train", options.shape);
  const Index steps = std::stol(in.at("steps"));
  const Index in_epoch = (fitted.count - 1) / options.batch_size + 1;
  options.epochs = static_cast<int>((steps - 1) / in_epoch + 1);
  options.initial_weights = bench::initial_weights(in, options.shape);
  options.order = bench::order_of(in, fitted.count, options.epochs);
  options.record_steps = true;
  const auto trained = train(options, fitted);
  std::printf("[");
  for (Index step = 0; step < steps; ++step) std::printf("%s%.12g", step ? "," : "", trained.step_losses[step]);
  std::printf("]\n");
}

/** Trainings a second, by the wall clock, of `threads` at once from the same rows. */
double trainings_a_second(const mlp::TrainingOptions& options, const mlp::Rows& rows, int threads, int each) {
  const double start = wall_seconds();
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&] {
      for (int i = 0; i < each; ++i) train(options, rows);
    });
  }
  for (auto& thread : pool) thread.join();
  return threads * each / (wall_seconds() - start);
}

/** How much more two threads train than one, each in its best window: other load on the machine lowers both. */
void print_pair(const Arguments& in) {
  const auto options = bench::settings_of(in);
  const auto fitted = bench::rows_of(in, "train", options.shape);
  const int each = std::stoi(in.at("each"));
  double one = 0;
  double two = 0;
  for (int round = 0; round < std::stoi(in.at("rounds")); ++round) {
    one = std::max(one, trainings_a_second(options, fitted, 1, each));
    two = std::max(two, trainings_a_second(options, fitted, 2, each));
  }
  std::printf("{\"ratio\":%.4g}\n", two / one);
}

/** As many trainings of one shape as there are lanes, each with a rate and a seed of its own. */
std::vector<mlp::TrainingOptions> same_shape(const mlp::TrainingOptions& options) {
  std::vector<mlp::TrainingOptions> all(mlp::kLaneCount, options);
  for (Index l = 0; l < mlp::kLaneCount; ++l) {
    all[l].seed += static_cast<std::uint64_t>(l);
    all[l].learning_rate *= 1 + 0.01 * static_cast<double>(l);
  }
  return all;
}

std::vector<std::vector<float>> one_by_one(const std::vector<mlp::TrainingOptions>& all, const mlp::Rows& rows) {
  std::vector<std::vector<float>> weights;
  for (const auto& options : all) weights.push_back(train(options, rows).weights);
  return weights;
}

std::vector<std::vector<float>> side_by_side(const std::vector<mlp::TrainingOptions>& all, const mlp::Rows& rows) {
  const std::atomic<bool> never{false};
  std::vector<std::vector<float>> weights(all.size());
  std::vector<mlp::TrainingTask> tasks;
  for (std::size_t l = 0; l < all.size(); ++l) {
    tasks.push_back({&all[l], &rows, nullptr, &never, [](const auto&) {},
                     [&to = weights[l]](mlp::Trained trained) { to = std::move(trained.weights); },
                     [](std::exception_ptr error) { std::rethrow_exception(error); }});
  }
  mlp::train_together(tasks);
  return weights;
}

/** Trainings a CPU second one by one and as lanes of one call, by turns; each in its best round. */
void print_lanes(const Arguments& in) {
  const auto all = same_shape(bench::settings_of(in));
  const auto fitted = bench::rows_of(in, "train", all.front().shape);
  double apart = 1e300;
  double together = 1e300;
  for (int round = 0; round < std::stoi(in.at("rounds")); ++round) {
    const double start = cpu_seconds();
    const auto alone = one_by_one(all, fitted);
    const double middle = cpu_seconds();
    const auto lanes = side_by_side(all, fitted);
    together = std::min(together, cpu_seconds() - middle);
    apart = std::min(apart, middle - start);
    if (lanes != alone) throw std::runtime_error("A lane is not what it is alone.");
  }
  const auto count = static_cast<double>(all.size());
  std::printf("{\"alone\":%.6g,\"together\":%.6g,\"ratio\":%.4g}\n", count / apart, count / together, apart / together);
}

}  // namespace

int main(int count, char** words) {
  try {
    const Arguments in = bench::arguments_of(count, words);
    const std::string mode = in.at("mode");
    if (mode == "train") print_training(in);
    else if (mode == "trace") print_trace(in);
    else if (mode == "pair") print_pair(in);
    else if (mode == "lanes") print_lanes(in);
    else throw std::runtime_error("There is no mode " + mode);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
