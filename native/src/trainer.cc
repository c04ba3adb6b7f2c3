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

Network<float> trained_network(const Shape& shape, const std::vector<float>& weights, Index rows) {
  Network<float> network(shape, best_kernels(), std::min(kChunkRows, rows));
  std::copy(weights.begin(), weights.end(), network.weights().begin());
  return network;
}

bool is_set(const std::atomic<bool>& flag) { return flag.load(std::memory_order_relaxed); }

}  // namespace

Index chunk_rows(const TrainingOptions& options, Index fitted, Index judged) {
  const Index batch = std::min(options.batch_size, fitted);
  if (options.shape.normalization == Normalization::kBatch) return std::max(batch, std::min(kChunkRows, judged));
  return std::min(kChunkRows, std::max(batch, judged));
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

Scores evaluate(const Shape& shape, const std::vector<float>& weights, const Rows& rows,
                const std::atomic<bool>& cancelled) {
  const FlushDenormals flush;
  Network<float> network = trained_network(shape, weights, rows.count);
  return RowsJudge(rows, shape, network.chunk()).measure(network, true, [&] { return is_set(cancelled); });
}

std::vector<float> predict(const Shape& shape, const std::vector<float>& weights, const Rows& rows,
                           const std::atomic<bool>& cancelled) {
  const FlushDenormals flush;
  Network<float> network = trained_network(shape, weights, rows.count);
  std::vector<float> outputs;
  outputs.reserve(rows.count * rows.outputs);
  predict_rows(network, rows, [&] { return is_set(cancelled); }, [&](Index, Matrix<const float> predicted) {
    for (Index i = 0; i < predicted.rows; ++i) {
      outputs.insert(outputs.end(), predicted.row(i), predicted.row(i) + predicted.cols);
    }
  });
  return outputs;
}

}  // namespace mlp
