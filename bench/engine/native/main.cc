/**
 * The engine without Node, for bench/engine/main.ts: prints one JSON line.
 *
 *   engine_bench name=value...  one workload, and the FMA peak just before; the names are those settings_of reads
 */
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "mlp/random.h"
#include "mlp/trainer.h"
#include "peak.h"

namespace {

using Arguments = std::map<std::string, std::string>;
using mlp::Index;

/** CPU time of this thread, so that other processes on the machine do not count. */
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class T>
std::vector<T> read_all(const std::string& path, Index count) {
  std::vector<T> values(count);
  std::ifstream file(path, std::ios::binary);
  if (file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)))) return values;
  throw std::runtime_error("Cannot read " + std::to_string(count) + " numbers from " + path);
}

mlp::Rows stored_rows(const Arguments& in, const std::string& part, Index columns, Index outputs) {
  mlp::Rows rows{std::stol(in.at(part + "_rows")), columns, outputs, {}, {}, {}, {}};
  rows.features = read_all<float>(in.at(part + "_x"), rows.count * columns);
  if (in.at("task") == "regression") rows.values = read_all<float>(in.at(part + "_y"), rows.count * outputs);
  else rows.labels = read_all<std::int32_t>(in.at(part + "_y"), rows.count);
  return rows;
}

/** Where a workload's files are absent: noise of its shape, which costs the same time and teaches nothing. */
mlp::Rows made_up_rows(const Arguments& in, const std::string& part, Index columns, Index outputs) {
  mlp::Rows rows{std::stol(in.at(part + "_rows")), columns, outputs, {}, {}, {}, {}};
  mlp::Stream stream(1, mlp::Purpose::kOrder, part == "train" ? 1 : 2);
  rows.features.resize(rows.count * columns);
  for (float& value : rows.features) value = static_cast<float>(stream.symmetric());
  rows.labels.resize(rows.count);
  for (auto& label : rows.labels) label = static_cast<std::int32_t>(stream.below(static_cast<std::uint32_t>(outputs)));
  return rows;
}

mlp::Rows rows_of(const Arguments& in, const std::string& part, const mlp::Shape& shape) {
  const auto read = in.contains(part + "_x") ? stored_rows : made_up_rows;
  return read(in, part, shape.layers.front(), shape.layers.back());
}

mlp::KernelSet kernels_named(const std::string& name) {
  for (const auto set : {mlp::KernelSet::kReference, mlp::KernelSet::kAvx2, mlp::KernelSet::kAvx512}) {
    if (name == mlp::name_of(set)) return set;
  }
  return mlp::best_kernels().set;
}

mlp::TrainingOptions settings_of(const Arguments& in) {
  mlp::TrainingOptions options;
  std::stringstream layers(in.at("layers"));
  for (std::string width; std::getline(layers, width, ',');) options.shape.layers.push_back(std::stol(width));
  options.shape.activation = in.at("activation") == "tanh" ? mlp::Activation::kTanh : mlp::Activation::kRelu;
  options.shape.loss = in.at("task") == "regression" ? mlp::Loss::kMeanSquaredError : mlp::Loss::kCrossEntropy;
  options.optimizer = in.at("optimizer") == "sgd" ? mlp::Optimizer::kSgd : mlp::Optimizer::kAdam;
  options.learning_rate = std::stod(in.at("rate"));
  options.momentum = std::stod(in.at("momentum"));
  options.epochs = std::stoi(in.at("epochs"));
  options.schedule.kind = in.at("schedule") == "cosine" ? mlp::ScheduleKind::kCosine : mlp::ScheduleKind::kConstant;
  options.schedule.epochs = options.epochs;
  options.batch_size = std::stol(in.at("batch"));
  options.seed = std::stoull(in.at("seed"));
  options.kernels = kernels_named(in.at("kernels"));
  return options;
}

/** R2 of the rows from their mean squared error, or the share of right classes. */
double accuracy_of(const mlp::Scores& scores, const mlp::Rows& rows) {
  if (scores.accuracy) return *scores.accuracy;
  double sum = 0;
  double squares = 0;
  for (const double value : rows.values) {
    sum += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(rows.values.size());
  return 1 - scores.loss / (squares / count - sum / count * (sum / count));
}

void train_and_print(const Arguments& in) {
  const auto options = settings_of(in);
  const auto fitted = rows_of(in, "train", options.shape);
  const auto judged = rows_of(in, "test", options.shape);
  const std::atomic<bool> never{false};
  const double peak = bench::fma_peak(cpu_seconds);
  mlp::Trained trained;
  double seconds = 1e300;
  for (int round = 0; round < std::stoi(in.at("rounds")); ++round) {
    const double start = cpu_seconds();
    trained = mlp::train(options, fitted, nullptr, [](const auto&) {}, never);
    seconds = std::min(seconds, cpu_seconds() - start);
  }
  if (!trained.failure.empty()) throw std::runtime_error(trained.failure);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seen = mlp::evaluate(options.shape, trained.weights, fitted);
  const auto unseen = mlp::evaluate(options.shape, trained.weights, judged);
  std::printf("{\"seconds\":%.9g,\"loss\":%.6g,\"accuracy\":%.6g,\"peak_rss\":%ld,\"kernels\":\"%s\",", seconds,
              seen.loss, accuracy_of(unseen, judged), usage.ru_maxrss * 1024L, mlp::name_of(trained.kernels));
  std::printf("\"peak_gflops\":%.4g}\n", peak);
}

}  // namespace

int main(int count, char** words) {
  try {
    Arguments in;
    for (int i = 1; i < count; ++i) {
      const char* const middle = std::strchr(words[i], '=');
      if (!middle) throw std::runtime_error(std::string("Not name=value: ") + words[i]);
      in[std::string(words[i], middle - words[i])] = middle + 1;
    }
    train_and_print(in);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
