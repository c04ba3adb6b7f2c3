#pragma once

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "mlp/random.h"
#include "mlp/trainer.h"

/** A workload from name=value words; bench/engine/workloads.ts writes them. */
namespace bench {

using Arguments = std::map<std::string, std::string>;
using mlp::Index;

inline Arguments arguments_of(int count, char** words) {
  Arguments in;
  for (int i = 1; i < count; ++i) {
    const char* const middle = std::strchr(words[i], '=');
    if (!middle) throw std::runtime_error(std::string("Not name=value: ") + words[i]);
    in[std::string(words[i], middle - words[i])] = middle + 1;
  }
  return in;
}

template <class T, class Store = std::vector<T>>
Store read_all(const std::string& path, Index count) {
  Store values(count);
  std::ifstream file(path, std::ios::binary);
  if (file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)))) return values;
  throw std::runtime_error("Cannot read " + std::to_string(count) + " numbers from " + path);
}

inline mlp::Rows rows_of(const Arguments& in, const std::string& part, const mlp::Shape& shape) {
  mlp::Rows rows;
  rows.count = std::stol(in.at(part + "_rows"));
  rows.columns = shape.layers.front();
  rows.outputs = shape.layers.back();
  rows.features = read_all<float, mlp::Buffer<float>>(in.at(part + "_x"), rows.count * rows.columns);
  if (in.at("task") == "regression") rows.values = read_all<float>(in.at(part + "_y"), rows.count * rows.outputs);
  else rows.labels = read_all<std::int32_t>(in.at(part + "_y"), rows.count);
  if (in.at("task") == "binary") rows.values.assign(rows.labels.begin(), rows.labels.end()), rows.labels.clear();
  return rows;
}

inline mlp::KernelSet kernels_named(const std::string& name) {
  for (const auto set : mlp::kKernelSets) {
    if (name == mlp::name_of(set)) return set;
  }
  return mlp::best_kernels().set;
}

inline mlp::Loss loss_of(const std::string& task) {
  if (task == "regression") return mlp::Loss::kMeanSquaredError;
  return task == "binary" ? mlp::Loss::kBinaryCrossEntropy : mlp::Loss::kCrossEntropy;
}

inline mlp::TrainingOptions settings_of(const Arguments& in) {
  mlp::TrainingOptions options;
  std::stringstream layers(in.at("layers"));
  for (std::string width; std::getline(layers, width, ',');) options.shape.layers.push_back(std::stol(width));
  options.shape.activation = in.at("activation") == "tanh" ? mlp::Activation::kTanh : mlp::Activation::kRelu;
  options.shape.loss = loss_of(in.at("task"));
  if (in.at("batchnorm") == "true") options.shape.normalization = mlp::Normalization::kBatch;
  options.shape.dropout = std::stod(in.at("dropout"));
  options.update.optimizer = in.at("optimizer") == "sgd" ? mlp::Optimizer::kSgd : mlp::Optimizer::kAdam;
  options.update.momentum = std::stod(in.at("momentum"));
  options.update.weight_decay = std::stod(in.at("decay"));
  options.learning_rate = std::stod(in.at("rate"));
  options.epochs = std::stoi(in.at("epochs"));
  options.schedule.kind = in.at("schedule") == "cosine" ? mlp::ScheduleKind::kCosine : mlp::ScheduleKind::kConstant;
  options.schedule.every_step = true;
  options.schedule.epochs = options.epochs;
  options.batch_size = std::stol(in.at("batch"));
  options.seed = std::stoull(in.at("seed"));
  options.kernels = kernels_named(in.at("kernels"));
  return options;
}

/** The stored matrices are outputs x inputs, the engine's inputs x outputs; all else lies in the same order in both. */
inline std::vector<float> initial_weights(const Arguments& in, const mlp::Shape& shape) {
  std::vector<float> weights = read_all<float>(in.at("init"), shape.weight_count());
  const std::vector<float> stored = weights;
  weights.resize(shape.parameter_count());
  for (const mlp::Level& level : shape.levels()) {
    for (Index i = 0; i < level.inputs; ++i) {
      for (Index j = 0; j < level.outputs; ++j) {
        weights[level.weights + i * level.outputs + j] = stored[level.weights + j * level.inputs + i];
      }
    }
  }
  return weights;
}

/** The stored visiting order, from its start again where a training has more epochs. */
inline std::vector<std::int32_t> order_of(const Arguments& in, Index rows, Index epochs) {
  const Index stored = std::stol(in.at("perm_epochs"));
  const auto perm = read_all<std::int32_t>(in.at("perm"), stored * rows);
  std::vector<std::int32_t> order;
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    const auto from = perm.begin() + epoch % stored * rows;
    order.insert(order.end(), from, from + rows);
  }
  return order;
}

}  // namespace bench
