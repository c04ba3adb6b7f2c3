#include "mlp/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>
#include <numeric>

#include "mlp/average.h"
#include "mlp/denormals.h"
#include "mlp/random.h"

namespace mlp {
namespace {

// Rows a pass through the network: enough to keep the kernels busy, few enough to stay in the cache and to bound the
// memory of a large batch.
constexpr Index kChunkRows = 256;

/** Copies rows and their targets side by side, so that the kernels read them in order. */
class ChunkReader {
 public:
  ChunkReader(const Rows& rows, Index chunk)
      : rows_(rows), labels_(rows.is_classification() ? chunk : 0),
        values_(rows.is_classification() ? 0 : chunk * rows.outputs) {}

  /** @param row_number (i) -> the i-th row of the chunk. */
  template <class RowNumber>
  Targets<float> read(Index count, float* inputs, RowNumber row_number) {
    for (Index i = 0; i < count; ++i) {
      const Index row = row_number(i);
      std::copy_n(rows_.features.data() + row * rows_.columns, rows_.columns, inputs + i * rows_.columns);
      if (rows_.is_classification()) labels_[i] = rows_.labels[row];
      else std::copy_n(rows_.values.data() + row * rows_.outputs, rows_.outputs, values_.data() + i * rows_.outputs);
    }
    return {labels_.data(), values_.data()};
  }

 private:
  const Rows& rows_;
  std::vector<std::int32_t> labels_;
  std::vector<float> values_;
};

Scores scores_of(const Score& sum, const Rows& rows) {
  const auto count = static_cast<double>(rows.count);
  Scores scores{sum.loss / count, std::nullopt};
  if (rows.is_classification()) scores.accuracy = static_cast<double>(sum.hits) / count;
  return scores;
}

/** Scores of all rows; unfinished when cancelled. */
Scores measure(Network<float>& network, ChunkReader& reader, const Rows& rows, const std::atomic<bool>& cancelled) {
  Score sum;
  for (Index from = 0; from < rows.count && !cancelled.load(std::memory_order_relaxed); from += network.chunk()) {
    const Index count = std::min(network.chunk(), rows.count - from);
    const Targets<float> targets = reader.read(count, network.inputs(), [from](Index i) { return from + i; });
    const Score score = network.evaluate(count, targets);
    sum.loss += score.loss;
    sum.hits += score.hits;
  }
  return scores_of(sum, rows);
}

class Training {
 public:
  Training(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const std::atomic<bool>& cancelled)
      : options_(options), fitted_(fitted), judged_(judged), cancelled_(cancelled),
        network_(options.shape, kernels_of(options.kernels), chunk_rows()),
        fitted_reader_(fitted, network_.chunk()), judged_reader_(judged ? *judged : fitted, network_.chunk()),
        updater_(options.update, options.shape, options.kernels), plateau_(options.schedule),
        average_(options.averaging, options.shape.weight_count(), options.kernels), order_(fitted.count) {}

  Trained run(const EpochListener& on_epoch) {
    Trained trained;
    trained.kernels = kernels_of(options_.kernels).set;
    start();
    for (int epoch = 1; epoch <= options_.epochs; ++epoch) {
      EpochRecord record{epoch, run_epoch(epoch, trained), std::nullopt};
      average_.swap(network_.weights().data());
      if (judged_ && std::isfinite(record.training_loss)) {
        record.judged = measure(network_, judged_reader_, *judged_, cancelled_);
      }
      trained.cancelled = is_cancelled();
      if (trained.cancelled) return trained;
      trained.epochs_run = epoch;
      if (!is_finite(record)) {
        trained.failure = not_finite(epoch);
        return trained;
      }
      keep_if_better(trained, record);
      average_.swap(network_.weights().data());
      plateau_.observe(epoch, record.judged ? record.judged->loss : record.training_loss);
      on_epoch(record);
      if (options_.patience > 0 && epoch - trained.best.epoch >= options_.patience) break;
    }
    // Where no rows judge, only the weights can show that the last step went astray.
    if (!all_finite(trained.weights)) trained.failure = not_finite(trained.epochs_run);
    return trained;
  }

 private:
  Index chunk_rows() const {
    const Index most = std::max(std::min(options_.batch_size, fitted_.count), judged_ ? judged_->count : 1);
    return std::min(kChunkRows, most);
  }

  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  void start() {
    if (options_.initial_weights.empty()) network_.initialize(options_.seed);
    else std::copy(options_.initial_weights.begin(), options_.initial_weights.end(), network_.weights().begin());
    average_.start(network_.weights().data());
  }

  /** The rows in the order in which an epoch visits them: a fresh Fisher-Yates shuffle, or as the caller says. */
  void arrange(int epoch) {
    if (!options_.order.empty()) {
      std::copy_n(options_.order.begin() + (epoch - 1) * fitted_.count, fitted_.count, order_.begin());
      return;
    }
    std::iota(order_.begin(), order_.end(), 0);
    Stream stream(options_.seed, Purpose::kOrder, static_cast<std::uint32_t>(epoch));
    for (std::size_t i = order_.size(); i-- > 1;) {
      std::swap(order_[i], order_[stream.below(static_cast<std::uint32_t>(i + 1))]);
    }
  }

  double rate_at(int epoch, Index step) const {
    const Index steps = (fitted_.count - 1) / options_.batch_size + 1;
    return options_.learning_rate * options_.schedule.factor(epoch, step, steps) * plateau_.factor();
  }

  /** Mean loss of the epoch; not finite as soon as one batch's is not. */
  double run_epoch(int epoch, Trained& trained) {
    arrange(epoch);
    double rate = rate_at(epoch, 0);
    double sum = 0;
    Index step = 0;
    for (Index from = 0; from < fitted_.count && !is_cancelled(); from += options_.batch_size) {
      const Index size = std::min(options_.batch_size, fitted_.count - from);
      const double loss = run_batch(from, size);
      sum += loss;
      if (options_.record_steps) trained.step_losses.push_back(loss / static_cast<double>(size));
      if (!std::isfinite(loss)) break;
      if (options_.schedule.changes_within(epoch)) rate = rate_at(epoch, step++);
      updater_.step(network_.weights().data(), network_.gradient().data(), rate);
      average_.follow(network_.weights().data());
    }
    return sum / static_cast<double>(fitted_.count);
  }

  /** Leaves the gradient of the batch's mean loss in the network; returns the summed loss. */
  double run_batch(Index from, Index size) {
    const float scale = static_cast<float>(1.0 / static_cast<double>(size));
    double sum = 0;
    for (Index done = 0; done < size && !is_cancelled(); done += network_.chunk()) {
      const Index count = std::min(network_.chunk(), size - done);
      const std::int32_t* const numbers = order_.data() + from + done;
      const Targets<float> targets =
          fitted_reader_.read(count, network_.inputs(), [numbers](Index i) { return numbers[i]; });
      sum += network_.differentiate(count, targets, scale, done > 0).loss;
    }
    return sum;
  }

  static bool all_finite(const std::vector<float>& weights) {
    return std::all_of(weights.begin(), weights.end(), [](float weight) { return std::isfinite(weight); });
  }

  static bool is_finite(const EpochRecord& record) {
    return std::isfinite(record.training_loss) && (!record.judged || std::isfinite(record.judged->loss));
  }

  void keep_if_better(Trained& trained, const EpochRecord& record) {
    const bool first = trained.best.epoch == 0;
    if (!first && judged_ && !(record.judged->loss < trained.best.judged->loss)) return;
    trained.best = record;
    if (judged_ || record.epoch == options_.epochs) trained.weights.assign(network_.weights().begin(), network_.weights().end());
  }

  std::string not_finite(int epoch) const {
    char text[128];
    std::snprintf(text, sizeof text, "The loss is not finite at epoch %d with learning rate %g: lower the rate.", epoch,
                  options_.learning_rate);
    return text;
  }

  const TrainingOptions& options_;
  const Rows& fitted_;
  const Rows* judged_;
  const std::atomic<bool>& cancelled_;
  Network<float> network_;
  ChunkReader fitted_reader_;
  ChunkReader judged_reader_;
  Updater updater_;
  Plateau plateau_;
  Average average_;
  std::vector<std::int32_t> order_;
};

}  // namespace

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
    trained.failure = "The network has " + std::to_string(options.shape.weight_count()) +
                      " weights, which do not fit in memory: use fewer or narrower layers.";
    return trained;
  }
}

Scores evaluate(const Shape& shape, const std::vector<float>& weights, const Rows& rows) {
  const FlushDenormals flush;
  const std::atomic<bool> never{false};
  Network<float> network(shape, best_kernels(), std::min(kChunkRows, rows.count));
  std::copy(weights.begin(), weights.end(), network.weights().begin());
  ChunkReader reader(rows, network.chunk());
  return measure(network, reader, rows, never);
}

}  // namespace mlp
