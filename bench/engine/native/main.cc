/**
 * The engine without Node, for bench/engine/main.ts: prints one JSON line.
 *
 *   engine_bench mode=train|trace|pair name=value...   the names are those that input.h reads
 */
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "input.h"
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

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

mlp::Trained train(const mlp::TrainingOptions& options, const mlp::Rows& rows) {
  const std::atomic<bool> never{false};
  mlp::Trained trained = mlp::train(options, rows, nullptr, [](const auto&) {}, never);
  if (!trained.failure.empty()) throw std::runtime_error(trained.failure);
  return trained;
}

/** Seconds of the optimizer's passes over weights and memory alone, in a training's number of steps. */
double update_seconds(const mlp::TrainingOptions& options, Index steps) {
  mlp::Updater updater(options.update, options.shape);
  std::vector<float> weights(options.shape.weight_count(), 0.1f);
  const std::vector<float> gradient(weights.size(), 1e-3f);
  const Index tried = std::min<Index>(steps, 200);
  const double start = cpu_seconds();
  for (Index step = 0; step < tried; ++step) updater.step(weights.data(), gradient.data(), 1e-6);
  return (cpu_seconds() - start) / static_cast<double>(tried) * static_cast<double>(steps);
}

void print_training(const Arguments& in) {
  const auto options = bench::settings_of(in);
  const auto fitted = bench::rows_of(in, "train", options.shape);
  const auto judged = bench::rows_of(in, "test", options.shape);
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
  const auto seen = mlp::evaluate(options.shape, trained.weights, fitted);
  const auto unseen = mlp::evaluate(options.shape, trained.weights, judged);
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

}  // namespace

int main(int count, char** words) {
  try {
    const Arguments in = bench::arguments_of(count, words);
    const std::string mode = in.at("mode");
    if (mode == "train") print_training(in);
    else if (mode == "trace") print_trace(in);
    else if (mode == "pair") print_pair(in);
    else throw std::runtime_error("There is no mode " + mode);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
