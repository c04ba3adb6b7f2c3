#include "mlp/trainer.h"

#include <algorithm>
#include <new>

#include "mlp/denormals.h"
#include "training/failure.h"
#include "training/training.h"

namespace mlp {
namespace {

// Rows a pass through the network: enough to keep the kernels busy, few enough to stay in the cache and to bound the
// memory of a large batch.
constexpr Index kChunkRows = 256;

}  // namespace

Index chunk_rows(const TrainingOptions& options, Index fitted, Index judged) {
  const Index batch = std::min(options.batch_size, fitted);
  if (options.shape.normalization == Normalization::kBatch) return std::max(batch, std::min(kChunkRows, judged));
  return std::min(kChunkRows, std::max(batch, judged));
}

const Kernels<float>& kernels_of(KernelSet set) {
  return supported_kernels(set);
}

Trained train(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const EpochListener& on_epoch,
              const std::atomic<bool>& cancelled) {
  const FlushDenormals flush;
  try {
    return Training(options, fitted, judged, cancelled).run(on_epoch);
  } catch (const std::bad_alloc&) {
    Trained trained;
    trained.failure = out_of_memory(options.shape);
    return trained;
  }
}

Scores evaluate(const Shape& shape, const std::vector<float>& weights, const Rows& rows) {
  const FlushDenormals flush;
  Network<float> network(shape, best_kernels(), std::min(kChunkRows, rows.count));
  std::copy(weights.begin(), weights.end(), network.weights().begin());
  return RowsJudge(rows, shape, network.chunk()).measure(network, true, [] { return false; });
}

std::vector<float> predict(const Shape& shape, const std::vector<float>& weights, const Rows& rows) {
  const FlushDenormals flush;
  Network<float> network(shape, best_kernels(), std::min(kChunkRows, rows.count));
  std::copy(weights.begin(), weights.end(), network.weights().begin());
  std::vector<float> outputs;
  outputs.reserve(rows.count * rows.outputs);
  for (Index from = 0; from < rows.count; from += network.chunk()) {
    const Index count = std::min(network.chunk(), rows.count - from);
    std::copy_n(rows.features.data() + from * rows.columns, count * rows.columns, network.inputs());
    const auto predicted = network.predict(count);
    for (Index i = 0; i < count; ++i) outputs.insert(outputs.end(), predicted.row(i), predicted.row(i) + predicted.cols);
  }
  return outputs;
}

}  // namespace mlp
