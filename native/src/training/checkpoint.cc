// What of a training goes into a checkpoint, and how it comes back.
#include <array>
#include <bit>
#include <string>

#include "state.h"

namespace mlp {
namespace {

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

/** FNV-1a (Fowler, Noll, Vo 1991), but of numbers instead of bytes: there may be millions. */
class Fingerprint {
 public:
  template <class Number>
  void take(Number number) {
    if constexpr (sizeof(Number) == 4) hash_ = (hash_ ^ std::bit_cast<std::uint32_t>(number)) * 0x100000001b3;
    else for (const auto half : std::bit_cast<std::array<std::uint32_t, 2>>(number)) take(half);
  }

  template <class Numbers>
  void take_all(const Numbers& numbers) {
    take(static_cast<std::int64_t>(numbers.size()));
    for (const auto number : numbers) take(number);
  }

  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

void take_options(Fingerprint& all, const TrainingOptions& options) {
  const Shape& shape = options.shape;
  const Schedule& schedule = options.schedule;
  for (const int choice :
       {static_cast<int>(shape.activation), static_cast<int>(shape.loss), static_cast<int>(shape.normalization),
        static_cast<int>(shape.residual), static_cast<int>(options.update.optimizer), static_cast<int>(schedule.kind),
        static_cast<int>(schedule.every_step), schedule.epochs, schedule.step_epochs, schedule.warmup_epochs,
        schedule.restart_epochs, schedule.restart_factor, schedule.plateau_epochs, options.patience}) {
    all.take(std::int32_t{choice});
  }
  for (const double value :
       {shape.dropout, shape.huber_delta, options.update.momentum, options.update.clip_value, options.update.clip_norm,
        options.update.l1, options.update.l2, options.update.weight_decay, options.learning_rate,
        schedule.step_factor, schedule.final_factor, schedule.power, options.averaging, options.label_smoothing}) {
    all.take(value);
  }
  all.take(std::int64_t{options.batch_size});
  all.take(options.seed);
}

void take_rows(Fingerprint& all, const Rows& rows) {
  all.take_all(rows.features);
  all.take_all(rows.labels);
  all.take_all(rows.values);
  all.take_all(rows.weights);
}

/** All that a training must have in common with the one that it goes on from. */
std::uint64_t fingerprint(const TrainingState& state) {
  Fingerprint all;
  all.take_all(state.options.shape.layers);
  take_options(all, state.options);
  take_rows(all, state.fitted);
  if (state.judged) take_rows(all, *state.judged);
  return all.hash();
}

void require_same_training(CheckpointReader& from, const TrainingState& state) {
  if (from.get<std::uint64_t>() != fingerprint(state)) {
    throw CheckpointError("The checkpoint is of another training: go on with the same network, options and rows.");
  }
  const auto set = static_cast<KernelSet>(from.get<std::uint8_t>());
  if (set != state.kernels) {
    throw CheckpointError(std::string("The checkpoint was made with ") + name_of(set) + " kernels, and these are " +
                          name_of(state.kernels) + ", which round differently: force the set, or train from the start.");
  }
}

}  // namespace

Bytes checkpoint_of(const TrainingState& state) {
  CheckpointWriter to;
  to.put(fingerprint(state));
  to.put(static_cast<std::uint8_t>(state.kernels));
  to.put(static_cast<std::int32_t>(state.epochs));
  to.put(state.steps);
  to.put(state.first_loss);
  to.put(state.network.weights());
  state.updater.save(to);
  state.average.save(to);
  state.plateau.save(to);
  save(state.best, to);
  to.put(state.kept_weights);
  return to.finish();
}

void restore(TrainingState& state) {
  CheckpointReader from(state.options.checkpoint);
  require_same_training(from, state);
  state.epochs = from.get<std::int32_t>();
  state.steps = from.get<std::int64_t>();
  CheckpointReader::require(state.epochs >= 0 && state.steps == state.epochs * state.steps_an_epoch());
  state.first_loss = from.get<double>();
  from.get(state.network.weights());
  state.updater.restore(from, state.steps);
  state.average.restore(from, state.steps);
  state.plateau.restore(from);
  state.best = restore_record(from);
  CheckpointReader::require(state.best.epoch >= 0 && state.best.epoch <= state.epochs &&
                            state.best.judged.has_value() == (state.judged && state.epochs > 0));
  from.get(state.kept_weights);
  from.finish();
}

}  // namespace mlp
