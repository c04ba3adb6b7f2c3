#include "mlp/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
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

// A loss of this many times the first one has left what a training comes back from, though it may never become infinite.
constexpr double kExploded = 1e6;

/** Copies rows and their targets side by side, so that the kernels read them in order. */
class ChunkReader {
 public:
  ChunkReader(const Rows& rows, Index chunk)
      : rows_(rows), labels_(rows.is_classification() ? chunk : 0),
        values_(rows.is_classification() ? 0 : chunk * rows.outputs), weights_(rows.weights.empty() ? 0 : chunk) {
    if (rows.weights.empty()) return;
    const double sum = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
    weight_factor_ = static_cast<float>(static_cast<double>(rows.count) / sum);
  }

  /** @param row_number (i) -> the i-th row of the chunk. Weights are scaled so that their mean over all rows is 1. */
  template <class RowNumber>
  Targets<float> read(Index count, float* inputs, RowNumber row_number) {
    for (Index i = 0; i < count; ++i) {
      const Index row = row_number(i);
      std::copy_n(rows_.features.data() + row * rows_.columns, rows_.columns, inputs + i * rows_.columns);
      if (rows_.is_classification()) labels_[i] = rows_.labels[row];
      else std::copy_n(rows_.values.data() + row * rows_.outputs, rows_.outputs, values_.data() + i * rows_.outputs);
      if (!weights_.empty()) weights_[i] = weight_factor_ * rows_.weights[row];
    }
    return {pointer(labels_), pointer(values_), pointer(weights_)};
  }

 private:
  template <class Value>
  static const Value* pointer(const std::vector<Value>& values) {
    return values.empty() ? nullptr : values.data();
  }

  const Rows& rows_;
  std::vector<std::int32_t> labels_;
  std::vector<float> values_;
  std::vector<float> weights_;
  float weight_factor_ = 1;
};

/** Judges a network by all rows, a chunk at a time. */
class RowsJudge {
 public:
  RowsJudge(const Rows& rows, const Shape& shape, Index chunk) : rows_(rows), reader_(rows, chunk), judge_(rows, shape) {}

  /** @param stops is asked before each chunk; the scores are then unfinished. */
  template <class Stops>
  Scores measure(Network<float>& network, bool all, Stops stops) {
    double loss = 0;
    for (Index from = 0; from < rows_.count && !stops(); from += network.chunk()) {
      const Index count = std::min(network.chunk(), rows_.count - from);
      const Targets<float> targets = reader_.read(count, network.inputs(), [from](Index i) { return from + i; });
      const auto outputs = network.predict(count);
      loss += network.score(outputs, targets).loss;
      judge_.take(from, outputs);
    }
    return judge_.scores(loss / static_cast<double>(rows_.count), all);
  }

 private:
  const Rows& rows_;
  ChunkReader reader_;
  Judge judge_;
};

/** The scores in the order in which a checkpoint has them. */
template <class ScoresOrConst, class Visit>
void for_each_score(ScoresOrConst& scores, Visit visit) {
  visit(scores.accuracy);
  visit(scores.balanced_accuracy);
  visit(scores.macro_f1);
  visit(scores.log_loss);
  visit(scores.roc_auc);
  visit(scores.squared_error);
  visit(scores.absolute_error);
  visit(scores.r2);
}

void save(const EpochRecord& record, CheckpointWriter& to) {
  to.put(static_cast<std::int32_t>(record.epoch));
  to.put(record.training_loss);
  to.put(static_cast<std::uint8_t>(record.judged.has_value()));
  if (!record.judged) return;
  to.put(record.judged->loss);
  for_each_score(*record.judged, [&to](const std::optional<double>& score) {
    to.put(static_cast<std::uint8_t>(score.has_value()));
    to.put(score.value_or(0));
  });
}

EpochRecord restore_record(CheckpointReader& from) {
  EpochRecord record;
  record.epoch = from.get<std::int32_t>();
  record.training_loss = from.get<double>();
  if (from.get<std::uint8_t>() == 0) return record;
  record.judged.emplace();
  record.judged->loss = from.get<double>();
  for_each_score(*record.judged, [&from](std::optional<double>& score) {
    const bool is_there = from.get<std::uint8_t>() != 0;
    const double value = from.get<double>();
    if (is_there) score = value;
  });
  return record;
}

/** FNV-1a (Fowler, Noll, Vo 1991) of all that a training must have in common with the one that it goes on from. */
std::uint64_t fingerprint(const TrainingOptions& options, const Rows& fitted, bool is_judged) {
  CheckpointWriter all;
  const Shape& shape = options.shape;
  for (const Index width : shape.layers) all.put(std::int64_t{width});
  for (const int choice : {static_cast<int>(shape.activation), static_cast<int>(shape.loss),
                           static_cast<int>(shape.normalization), static_cast<int>(shape.residual),
                           static_cast<int>(options.update.optimizer), static_cast<int>(options.schedule.kind),
                           static_cast<int>(options.schedule.every_step), options.schedule.epochs,
                           options.schedule.step_epochs, options.schedule.warmup_epochs, options.schedule.restart_epochs,
                           options.schedule.restart_factor, options.schedule.plateau_epochs, static_cast<int>(is_judged)}) {
    all.put(std::int32_t{choice});
  }
  for (const double value :
       {shape.dropout, shape.huber_delta, options.update.momentum, options.update.clip_value, options.update.clip_norm,
        options.update.l1, options.update.l2, options.update.weight_decay, options.learning_rate,
        options.schedule.step_factor, options.schedule.final_factor, options.schedule.power, options.averaging,
        options.label_smoothing}) {
    all.put(value);
  }
  for (const std::int64_t count : {std::int64_t{options.batch_size}, std::int64_t{fitted.count},
                                   static_cast<std::int64_t>(options.seed)}) {
    all.put(count);
  }
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : all.finish()) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class Training {
 public:
  Training(const TrainingOptions& options, const Rows& fitted, const Rows* judged, const std::atomic<bool>& cancelled)
      : options_(options), fitted_(fitted), cancelled_(cancelled),
        network_(options.shape, kernels_of(options.kernels), chunk_rows(options, fitted.count, judged ? judged->count : 1)),
        reader_(fitted, network_.chunk()), updater_(options.update, options.shape, options.kernels), plateau_(options.schedule),
        average_(options.averaging, options.shape.parameter_count(), options.kernels), order_(fitted.count) {
    if (judged) judge_.emplace(*judged, options.shape, network_.chunk());
    trained_.kernels = kernels_of(options.kernels).set;
    trained_.weights.resize(options.shape.parameter_count());
    if (options.record_steps) trained_.step_losses.reserve(options.epochs * steps_an_epoch());
    if (options.initial_weights.empty()) network_.initialize(options.seed);
    else std::copy(options.initial_weights.begin(), options.initial_weights.end(), network_.weights().begin());
    average_.start(network_.weights().data());
    if (!options.checkpoint.empty()) restore();
  }

  Trained run(const EpochListener& on_epoch) {
    watch_ = Stopwatch();
    while (epoch_ < options_.epochs && !trained_.divergence && !is_out_of_patience()) {
      EpochRecord record{epoch_ + 1, run_epoch(epoch_ + 1), std::nullopt};
      average_.swap(network_.weights().data());
      if (judge_ && !trained_.divergence) record.judged = judge_->measure(network_, options_.all_scores, [this] { return stops(); });
      if (stops()) break;
      ++epoch_;
      if (!trained_.divergence) end_epoch(record, on_epoch);
    }
    return finish();
  }

 private:
  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  bool is_out_of_time() const { return options_.seconds_most > 0 && watch_.seconds() > options_.seconds_most; }

  bool stops() const { return is_cancelled() || is_out_of_time(); }

  bool is_out_of_patience() const { return options_.patience > 0 && epoch_ - trained_.best.epoch >= options_.patience; }

  Index steps_an_epoch() const { return (fitted_.count - 1) / options_.batch_size + 1; }

  void end_epoch(const EpochRecord& record, const EpochListener& on_epoch) {
    if (record.judged && !std::isfinite(record.judged->loss)) return diverge(record.judged->loss);
    keep_if_better(record);
    average_.swap(network_.weights().data());
    plateau_.observe(record.epoch, record.judged ? record.judged->loss : record.training_loss);
    on_epoch(record);
  }

  Trained finish() {
    trained_.training_seconds = watch_.seconds();
    trained_.epochs_run = epoch_;
    trained_.cancelled = is_cancelled();
    if (trained_.cancelled) return std::move(trained_);
    trained_.timed_out = is_out_of_time() && epoch_ < options_.epochs && !trained_.divergence;
    // Where no rows judge, only the weights can show that the last step went astray.
    if (!trained_.divergence && !all_finite(trained_.weights)) diverge(std::numeric_limits<double>::quiet_NaN());
    if (options_.keep_checkpoint && !trained_.timed_out && !trained_.divergence) trained_.checkpoint = checkpoint();
    if (trained_.divergence) trained_.failure = text_of(*trained_.divergence);
    else if (trained_.best.epoch == 0) trained_.failure = no_epoch_ended();
    else if (judge_) judge_kept();
    return std::move(trained_);
  }

  Bytes checkpoint() {
    CheckpointWriter to;
    to.put(fingerprint(options_, fitted_, judge_.has_value()));
    to.put(static_cast<std::uint8_t>(trained_.kernels));
    to.put(static_cast<std::int32_t>(epoch_));
    to.put(steps_);
    to.put(first_loss_);
    to.put(network_.weights());
    updater_.save(to);
    average_.save(to);
    plateau_.save(to);
    save(trained_.best, to);
    to.put(trained_.weights);
    return to.finish();
  }

  void restore() {
    CheckpointReader from(options_.checkpoint);
    if (from.get<std::uint64_t>() != fingerprint(options_, fitted_, judge_.has_value())) {
      throw CheckpointError("The checkpoint is of another training: go on with the same network, options and rows.");
    }
    const auto set = static_cast<KernelSet>(from.get<std::uint8_t>());
    if (set != trained_.kernels) {
      throw CheckpointError(std::string("The checkpoint was made with ") + name_of(set) + " kernels, and these are " +
                            name_of(trained_.kernels) + ", which round differently: force the set, or train from the start.");
    }
    epoch_ = from.get<std::int32_t>();
    steps_ = from.get<std::int64_t>();
    CheckpointReader::require(epoch_ >= 0 && steps_ == epoch_ * steps_an_epoch());
    first_loss_ = from.get<double>();
    from.get(network_.weights());
    updater_.restore(from);
    average_.restore(from);
    plateau_.restore(from);
    trained_.best = restore_record(from);
    CheckpointReader::require(trained_.best.epoch >= 0 && trained_.best.epoch <= epoch_ &&
                              trained_.best.judged.has_value() == (judge_.has_value() && epoch_ > 0));
    from.get(trained_.weights);
    from.finish();
  }

  /** The scores that cost more, and what judging takes. */
  void judge_kept() {
    std::copy(trained_.weights.begin(), trained_.weights.end(), network_.weights().begin());
    const Stopwatch watch;
    trained_.best.judged = judge_->measure(network_, true, [] { return false; });
    trained_.judging_seconds = watch.seconds();
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
    return options_.learning_rate * options_.schedule.factor(epoch, step, steps_an_epoch()) * plateau_.factor();
  }

  /** Mean loss of the epoch; unfinished when stopped or diverged. */
  double run_epoch(int epoch) {
    arrange(epoch);
    double rate = rate_at(epoch, 0);
    double sum = 0;
    Index step = 0;
    for (Index from = 0; from < fitted_.count && !stops(); from += options_.batch_size, ++step) {
      const Index size = std::min(options_.batch_size, fitted_.count - from);
      const double loss = run_batch(from, size, epoch, step);
      ++steps_;
      sum += loss;
      const double mean = loss / static_cast<double>(size);
      if (options_.record_steps) trained_.step_losses.push_back(mean);
      if (is_lost(mean) && !stops()) {
        diverge(mean);
        break;
      }
      if (options_.schedule.changes_within(epoch)) rate = rate_at(epoch, step);
      updater_.step(network_.weights().data(), network_.gradient().data(), rate);
      average_.follow(network_.weights().data());
    }
    return sum / static_cast<double>(fitted_.count);
  }

  bool is_lost(double mean) {
    if (steps_ == 1) first_loss_ = mean;
    return !(mean <= kExploded * std::max(first_loss_, 1.0)) || !std::isfinite(mean);
  }

  /** Leaves the gradient of the batch's mean loss in the network; returns the summed loss. */
  double run_batch(Index from, Index size, int epoch, Index step) {
    const float scale = static_cast<float>(1.0 / static_cast<double>(size));
    double sum = 0;
    for (Index done = 0; done < size && !is_cancelled(); done += network_.chunk()) {
      const Index count = std::min(network_.chunk(), size - done);
      const std::int32_t* const numbers = order_.data() + from + done;
      const Targets<float> targets = reader_.read(count, network_.inputs(), [numbers](Index i) { return numbers[i]; });
      const Moment moment{options_.seed, static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(step), done};
      sum += network_
                 .differentiate(count, targets, scale, done > 0, moment, static_cast<float>(options_.label_smoothing))
                 .loss;
    }
    return sum;
  }

  static bool all_finite(const std::vector<float>& weights) {
    return std::all_of(weights.begin(), weights.end(), [](float weight) { return std::isfinite(weight); });
  }

  void keep_if_better(const EpochRecord& record) {
    const bool first = trained_.best.epoch == 0;
    if (!first && judge_ && !(record.judged->loss < trained_.best.judged->loss)) return;
    trained_.best = record;
    // Without judged rows only the last weights are kept, and only a time limit makes it unknown which those are.
    if (judge_ || record.epoch == options_.epochs || options_.seconds_most > 0) {
      std::copy(network_.weights().begin(), network_.weights().end(), trained_.weights.begin());
    }
  }

  void diverge(double loss) {
    const auto epoch = static_cast<int>((steps_ - 1) / steps_an_epoch() + 1);
    trained_.divergence = {loss, epoch, steps_, options_.learning_rate};
  }

  static std::string text_of(const Divergence& divergence) {
    char text[192];
    std::snprintf(text, sizeof text,
                  "The training diverged: loss %.3g at step %lld (epoch %d) with learning rate %g. Lower the learning rate "
                  "or clip the gradient.",
                  divergence.loss, static_cast<long long>(divergence.step), divergence.epoch, divergence.learning_rate);
    return text;
  }

  std::string no_epoch_ended() const {
    char text[128];
    std::snprintf(text, sizeof text, "No epoch ended within %g s: allow more time, or train a smaller network.",
                  options_.seconds_most);
    return text;
  }

  const TrainingOptions& options_;
  const Rows& fitted_;
  const std::atomic<bool>& cancelled_;
  Network<float> network_;
  ChunkReader reader_;
  std::optional<RowsJudge> judge_;
  Updater updater_;
  Plateau plateau_;
  Average average_;
  std::vector<std::int32_t> order_;
  Trained trained_;
  Stopwatch watch_;
  int epoch_ = 0;           // that have ended
  std::int64_t steps_ = 0;  // that have begun
  double first_loss_ = 0;
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
    trained.failure = "The network has " + std::to_string(options.shape.weight_count()) +
                      " weights, which do not fit in memory: use fewer or narrower layers.";
    return trained;
  }
}

Scores evaluate(const Shape& shape, const std::vector<float>& weights, const Rows& rows) {
  const FlushDenormals flush;
  Network<float> network(shape, best_kernels(), std::min(kChunkRows, rows.count));
  std::copy(weights.begin(), weights.end(), network.weights().begin());
  return RowsJudge(rows, shape, network.chunk()).measure(network, true, [] { return false; });
}

}  // namespace mlp
