#include "mlp/trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "mlp/denormals.h"
#include "training/epoch.h"
#include "training/failure.h"
#include "training/limits.h"
#include "training/rows_judge.h"
#include "training/state.h"

namespace mlp {
namespace {

// Rows a pass through the network: enough to keep the kernels busy, few enough to stay in the cache and to bound the
// memory of a large batch.
constexpr Index kChunkRows = 256;

bool all_finite(const std::vector<float>& weights) {
  return std::all_of(weights.begin(), weights.end(), [](float weight) { return std::isfinite(weight); });
}

/** From the first epoch to the last: which weights are kept, when it ends, and what is told of it. */
class Training {
 public:
  Training(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const std::atomic<bool>& cancelled)
      : options_(options), limits_(cancelled, options.seconds_most), state_(options, fitted, judged),
        epoch_(state_, limits_) {
    if (judged) judge_.emplace(*judged, options.shape, state_.network.chunk());
  }

  Trained run(const EpochListener& on_epoch) {
    limits_.start();
    while (!is_over() && !is_paused()) {
      EpochRecord record{state_.epochs + 1, epoch_.run(state_.epochs + 1), std::nullopt};
      swap_average();
      if (judge_ && !state_.divergence) {
        record.judged = judge_->measure(state_.network, options_.all_scores, [this] { return limits_.stops(); });
      }
      if (limits_.stops()) break;
      ++state_.epochs;
      if (!state_.divergence) end_epoch(record, on_epoch);
    }
    return finish();
  }

 private:
  bool is_over() const { return state_.epochs >= options_.epochs || state_.divergence || is_out_of_patience(); }

  bool is_paused() const { return options_.pause && options_.pause->load(std::memory_order_relaxed); }

  bool is_out_of_patience() const {
    return options_.patience > 0 && state_.epochs - state_.best.epoch >= options_.patience;
  }

  void swap_average() { state_.average.swap(state_.network.weights().data()); }

  void end_epoch(const EpochRecord& record, const EpochListener& on_epoch) {
    if (record.judged && !std::isfinite(record.judged->loss)) return state_.diverge(record.judged->loss);
    keep_if_better(record);
    swap_average();
    state_.plateau.observe(record.epoch, record.judged ? record.judged->loss : record.training_loss);
    on_epoch(record);
  }

  void keep_if_better(const EpochRecord& record) {
    const bool first = state_.best.epoch == 0;
    if (!first && judge_ && !(record.judged->loss < state_.best.judged->loss)) return;
    state_.best = record;
    // Without judged rows only the last weights are kept, and only a time limit makes it unknown which those are.
    if (judge_ || record.epoch == options_.epochs || options_.seconds_most > 0) {
      std::copy(state_.network.weights().begin(), state_.network.weights().end(), state_.kept_weights.begin());
    }
  }

  Trained finish() {
    Trained trained;
    trained.training_seconds = limits_.seconds();
    trained.cancelled = limits_.is_cancelled();
    if (!trained.cancelled) conclude(trained);
    trained.weights = std::move(state_.kept_weights);
    trained.best = state_.best;
    trained.epochs_run = state_.epochs;
    trained.step_losses = std::move(epoch_.step_losses());
    trained.kernels = state_.kernels;
    trained.divergence = state_.divergence;
    return trained;
  }

  void conclude(Trained& trained) {
    trained.timed_out = limits_.is_out_of_time() && state_.epochs < options_.epochs && !state_.divergence;
    // Where no rows judge, only the weights can show that the last step went astray.
    if (!state_.divergence && !all_finite(state_.kept_weights)) state_.diverge(std::numeric_limits<double>::quiet_NaN());
    trained.paused = is_paused() && !is_over() && !trained.timed_out;
    const bool keeps = options_.keep_checkpoint || trained.paused;
    if (keeps && !trained.timed_out && !state_.divergence) trained.checkpoint = checkpoint_of(state_);
    if (trained.paused) return;
    if (state_.divergence) trained.failure = text_of(*state_.divergence);
    else if (state_.best.epoch == 0) trained.failure = no_epoch_ended(options_.seconds_most);
    else if (judge_) trained.judging_seconds = judge_kept();
  }

  /** The scores that cost more. @returns what judging takes. */
  double judge_kept() {
    std::copy(state_.kept_weights.begin(), state_.kept_weights.end(), state_.network.weights().begin());
    const Stopwatch watch;
    state_.best.judged = judge_->measure(state_.network, true, [] { return false; });
    return watch.seconds();
  }

  const TrainingOptions& options_;
  Limits limits_;
  TrainingState state_;
  EpochRunner epoch_;
  std::optional<RowsJudge> judge_;
};

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
