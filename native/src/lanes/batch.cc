#include "batch.h"

#include <algorithm>
#include <new>

#include "../training/failure.h"

namespace mlp {
namespace {

// Fewer are trained faster one by one, as a pass costs the same whether its lanes are taken or not.
constexpr Index kFewest = 4;

Index judged_count(const TrainingTask& task) { return task.judged ? task.judged->count : 1; }

}  // namespace

LaneBatch::LaneBatch(const std::vector<const TrainingTask*>& tasks)
    : tasks_(tasks), chunk_(chunk_rows(*first().options, first().fitted->count, judged_count(first()))),
      network_(first().options->shape, first().options->kernels, std::min(kPassRows, chunk_)),
      updater_(first().options->shape, first().options->update.optimizer, first().options->kernels),
      kernels_(supported_lanes(first().options->kernels)), fitted_(*first().fitted, network_.rows(), kernels_),
      order_(first().fitted->count * kLaneCount),
      outputs_(network_.rows() * first().options->shape.layers.back()) {
  const auto averages = [](const TrainingTask* task) { return task->options->averaging > 0; };
  if (std::any_of(tasks.begin(), tasks.end(), averages)) average_.resize(network_.weights().size());
  if (!first().judged) return;
  judged_ = std::make_unique<LaneReader>(*first().judged, network_.rows(), kernels_);
  judged_order_.resize(first().judged->count * kLaneCount);
  for (std::size_t i = 0; i < judged_order_.size(); ++i) judged_order_[i] = static_cast<std::int32_t>(i / kLaneCount);
}

void LaneBatch::run() {
  for (fill(); count_open() > 0; fill()) {
    if (count_open() < kFewest) run_epochs_alone();
    else run_epoch();
  }
}

/** Gives the free lanes to those who wait. */
void LaneBatch::fill() {
  for (Lane& lane : lanes_) {
    while (!lane.training && next_ < tasks_.size()) begin(lane, *tasks_[next_++]);
  }
}

void LaneBatch::begin(Lane& lane, const TrainingTask& task) {
  lane.task = &task;
  guard(lane, [&] {
    lane.training = std::make_unique<Training>(*task.options, *task.fitted, task.judged, *task.cancelled);
    lane.training->start();
    if (!lane.training->goes_on()) end(lane);
  });
}

/** What goes wrong in one lane ends that one alone. */
template <class Work>
void LaneBatch::guard(Lane& lane, Work work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    Trained trained;
    trained.failure = out_of_memory(lane.task->options->shape);
    abandon(lane);
    lane.task->on_end(std::move(trained));
  } catch (...) {
    abandon(lane);
    lane.task->on_error(std::current_exception());
  }
}

Index LaneBatch::count_open() const {
  return std::count_if(lanes_, lanes_ + kLaneCount, [](const Lane& lane) { return lane.training != nullptr; });
}

/** The training's numbers into the network. */
void LaneBatch::enter(Index l) {
  Lane& lane = lanes_[l];
  TrainingState& state = lane.training->state();
  put_lane(l, state.network.weights().data(), state.network.weights().size(), network_.weights().data());
  put_lane(l, state.average.numbers().data(), state.average.numbers().size(), average_.data());
  updater_.take(l, state.options.update, state.updater.memory());
  const Shape& shape = state.options.shape;
  network_.parameters()[l] =
      static_cast<float>(shape.loss == Loss::kHuber ? shape.huber_delta : state.options.label_smoothing);
  lane.is_in = true;
}

/** And out of it again. */
void LaneBatch::leave(Index l) {
  TrainingState& state = lanes_[l].training->state();
  get_lane(l, network_.weights().data(), state.network.weights().size(), state.network.weights().data());
  get_lane(l, average_.data(), state.average.numbers().size(), state.average.numbers().data());
  updater_.give(l, state.updater.memory());
  vacate(l);
}

void LaneBatch::abandon(Lane& lane) {
  lane.training.reset();
  if (lane.is_in) vacate(&lane - lanes_);
}

/** The numbers in the lane are nobody's from here on. */
void LaneBatch::vacate(Index l) {
  updater_.leave(l);
  network_.parameters()[l] = 0;
  lanes_[l].is_in = false;
}

void LaneBatch::end(Lane& lane) {
  Trained trained = lane.training->finish();
  lane.training.reset();
  lane.task->on_end(std::move(trained));
}

/** An epoch of each, in turn. */
void LaneBatch::run_epochs_alone() {
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    if (!lane.training) continue;
    if (lane.is_in) leave(l);
    guard(lane, [&] {
      lane.training->run_epoch(lane.task->on_epoch);
      if (!lane.training->goes_on()) end(lane);
    });
  }
}

void LaneBatch::run_epoch() {
  const Index rows = first().fitted->count;
  const Index batch = first().options->batch_size;
  arrange_all();
  for (Index from = 0; from < rows && !all_rest(); from += batch) run_batch(from, std::min(batch, rows - from));
  close();
}

void LaneBatch::arrange_all() {
  const Index rows = first().fitted->count;
  std::uint64_t seeds[kLaneCount] = {};
  std::uint32_t epochs[kLaneCount] = {};
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    lane.rests = !lane.training;
    if (lane.rests) continue;
    if (!lane.is_in) enter(l);
    const TrainingOptions& options = *lane.task->options;
    const int epoch = lane.training->state().epochs + 1;
    lane.training->progress().begin(epoch);
    seeds[l] = options.seed;
    epochs[l] = static_cast<std::uint32_t>(epoch);
  }
  kernels_.shuffle(rows, seeds, epochs, order_.data());
  for (Index l = 0; l < kLaneCount; ++l) {
    const Lane& lane = lanes_[l];
    if (lane.rests || lane.task->options->order.empty()) continue;
    const std::int32_t* const given = lane.task->options->order.data() + lane.training->state().epochs * rows;
    for (Index i = 0; i < rows; ++i) order_[i * kLaneCount + l] = given[i];
  }
}

bool LaneBatch::all_rest() const {
  return std::all_of(lanes_, lanes_ + kLaneCount, [](const Lane& lane) { return lane.rests; });
}

void LaneBatch::run_batch(Index from, Index size) {
  const float scale = static_cast<float>(1.0 / static_cast<double>(size));
  double losses[kLaneCount] = {};
  LaneDropout dropouts[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    if (!lane.rests) lane.rests = !lane.training->progress().goes_on();
    if (lane.rests || lane.task->options->shape.dropout == 0) continue;
    const EpochProgress& progress = lane.training->progress();
    dropouts[l] = {lane.task->options->shape.dropout,
                   {lane.task->options->seed, static_cast<std::uint32_t>(progress.epoch()),
                    static_cast<std::uint32_t>(progress.step()), 0}};
  }
  if (all_rest()) return;
  for (Index chunk = 0; chunk < size; chunk += chunk_) {
    double chunk_losses[kLaneCount] = {};
    const Index end = std::min(chunk + chunk_, size);
    for (Index done = chunk; done < end; done += network_.rows()) {
      const Index count = std::min(network_.rows(), end - done);
      const std::int32_t* const numbers = order_.data() + (from + done) * kLaneCount;
      const LaneTargets targets = fitted_.read(count, numbers, network_.inputs());
      for (LaneDropout& dropout : dropouts) dropout.moment.first_row = done;
      network_.differentiate(count, targets, scale, done > 0, dropouts, chunk_losses);
    }
    for (Index l = 0; l < kLaneCount; ++l) losses[l] += chunk_losses[l];
  }
  step(size, losses);
}

void LaneBatch::step(Index size, const double (&losses)[kLaneCount]) {
  double rates[kLaneCount] = {};
  alignas(64) float shares[kLaneCount] = {};
  bool rests[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    const auto rate = lane.rests ? std::nullopt : lane.training->progress().rate_after(losses[l], size);
    rests[l] = lane.rests = !rate;
    rates[l] = rate.value_or(0);
    if (!average_.empty() && rate && lane.task->options->averaging > 0) {
      shares[l] = static_cast<float>(lane.training->state().average.next_share());
    }
  }
  updater_.step(network_.weights().data(), network_.gradient().data(), rates, rests);
  if (average_.empty()) return;
  const Index count = static_cast<Index>(average_.size()) / kLaneCount;
  kernels_.move_average(count, network_.weights().data(), average_.data(), shares);
}

/** Puts the averages in the weights' place and back again, where there are any. */
void LaneBatch::swap_averages() {
  if (average_.empty()) return;
  bool averages[kLaneCount];
  for (Index l = 0; l < kLaneCount; ++l) averages[l] = lanes_[l].training && lanes_[l].task->options->averaging > 0;
  float* const weights = network_.weights().data();
  for (std::size_t i = 0; i < average_.size(); ++i) {
    if (averages[i % kLaneCount]) std::swap(weights[i], average_[i]);
  }
}

/** Ends the epoch of each. */
void LaneBatch::close() {
  swap_averages();
  double losses[kLaneCount] = {};
  const bool judges = judged_ && !all_rest();
  if (judges) judge_rows(losses);
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    if (!lane.training) continue;
    guard(lane, [&] { close(l, losses[l]); });
  }
  swap_averages();
  for (Index l = 0; l < kLaneCount; ++l) {
    Lane& lane = lanes_[l];
    if (!lane.training || lane.training->goes_on()) continue;
    leave(l);
    guard(lane, [&] { end(lane); });
  }
}

void LaneBatch::close(Index l, double loss) {
  Training& training = *lanes_[l].training;
  TrainingState& state = training.state();
  EpochRecord record{training.progress().epoch(), training.progress().mean_loss(), std::nullopt};
  if (judged_ && !state.divergence) {
    const auto count = static_cast<double>(first().judged->count);
    record.judged = training.judge()->judge().scores(loss / count, state.options.all_scores);
  }
  if (training.would_keep(record)) {
    get_lane(l, network_.weights().data(), state.network.weights().size(), state.network.weights().data());
  }
  training.close_epoch(record, lanes_[l].task->on_epoch);
}

/** Summed over the rows, in the chunks in which one alone would be judged. */
void LaneBatch::judge_rows(double (&losses)[kLaneCount]) {
  const Index rows = first().judged->count;
  const Index width = first().judged->outputs;
  for (Index chunk = 0; chunk < rows; chunk += chunk_) {
    double chunk_losses[kLaneCount] = {};
    const Index end = std::min(chunk + chunk_, rows);
    for (Index from = chunk; from < end; from += network_.rows()) {
      const Index count = std::min(network_.rows(), end - from);
      const std::int32_t* const numbers = judged_order_.data() + from * kLaneCount;
      const LaneTargets targets = judged_->read(count, numbers, network_.inputs());
      const float* const outputs = network_.predict(count);
      network_.score(count, targets, chunk_losses);
      for (Index l = 0; l < kLaneCount; ++l) {
        if (lanes_[l].rests) continue;
        get_lane(l, outputs, count * width, outputs_.data());
        lanes_[l].training->judge()->judge().take(from, {outputs_.data(), count, width, width});
      }
    }
    for (Index l = 0; l < kLaneCount; ++l) losses[l] += chunk_losses[l];
  }
}

}  // namespace mlp
