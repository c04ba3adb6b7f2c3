// What of a training goes into a checkpoint, and how it comes back.
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

void require_same_training(CheckpointReader& from, const TrainingState& state) {
  if (from.get<std::uint64_t>() != fingerprint(state.options, state.fitted, state.is_judged)) {
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
  to.put(fingerprint(state.options, state.fitted, state.is_judged));
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
  state.updater.restore(from);
  state.average.restore(from);
  state.plateau.restore(from);
  state.best = restore_record(from);
  CheckpointReader::require(state.best.epoch >= 0 && state.best.epoch <= state.epochs &&
                            state.best.judged.has_value() == (state.is_judged && state.epochs > 0));
  from.get(state.kept_weights);
  from.finish();
}

}  // namespace mlp
