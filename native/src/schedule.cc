#include "mlp/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mlp {
namespace {

/** Half a cosine from `from` at 0 to `to` at 1. */
double anneal(double from, double to, double share) {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
}

/**
 * Smith & Topin 2018 with the constants of torch.optim.lr_scheduler.OneCycleLR: up from 1/25 in the first 30 % of the
 * steps, then down to 1/250000, both along a cosine. Below 4 steps there is no rise: the first is the top.
 */
double one_cycle(double step, double steps) {
  constexpr double kStart = 1.0 / 25;
  constexpr double kEnd = kStart / 1e4;
  const double top = std::max(0.3 * steps - 1, 0.0);
  if (step < top) return anneal(kStart, 1, step / top);
  return step == top ? 1 : anneal(1, kEnd, (step - top) / (steps - 1 - top));
}

}  // namespace

double Schedule::factor(int epoch, std::int64_t step, std::int64_t steps) const {
  if (epoch > warmup_epochs) {
    return after_warmup(epoch - warmup_epochs, std::max(epochs - warmup_epochs, 1), step, steps);
  }
  const auto done = static_cast<double>((epoch - 1) * steps + step + 1);
  return done / (static_cast<double>(warmup_epochs) * static_cast<double>(steps));
}

double Schedule::after_warmup(int epoch, int covered, std::int64_t step, std::int64_t steps) const {
  const double within = every_step ? static_cast<double>(step) / static_cast<double>(steps) : 0;
  const double share = (epoch - 1 + within) / covered;
  switch (kind) {
    case ScheduleKind::kConstant:
    case ScheduleKind::kPlateau:
      return 1;
    case ScheduleKind::kStep:
      return std::pow(step_factor, (epoch - 1) / step_epochs);
    case ScheduleKind::kExponential:
      return exponential(epoch - 1 + within, covered - (every_step ? 1 / static_cast<double>(steps) : 1));
    case ScheduleKind::kPolynomial:
      return std::pow(1 - share, power);
    case ScheduleKind::kCosine:
      return anneal(1, 0, share);
    case ScheduleKind::kCosineRestarts:
      return restarted_cosine(epoch, within);
    case ScheduleKind::kOneCycle:
      return one_cycle(static_cast<double>((epoch - 1) * steps + step), static_cast<double>(covered * steps));
  }
  return 1;
}

/** @param last where the final factor is reached; 0 where there is no way to it. */
double Schedule::exponential(double passed, double last) const {
  return last > 0 ? std::pow(final_factor, passed / last) : 1;
}

// Loshchilov & Hutter 2017, eq. 5, with a whole epoch at each height unless every step has its own.
double Schedule::restarted_cosine(int epoch, double within) const {
  std::int64_t passed = epoch - 1;
  std::int64_t length = restart_epochs;
  if (restart_factor == 1) passed %= length;
  while (passed >= length) {
    passed -= length;
    length *= restart_factor;
  }
  return anneal(1, 0, (static_cast<double>(passed) + within) / static_cast<double>(length));
}

void Plateau::observe(int epoch, double loss) {
  if (schedule_.kind != ScheduleKind::kPlateau || epoch <= schedule_.warmup_epochs) return;
  if (waited_ < 0 || loss < best_) {
    best_ = loss;
    waited_ = 0;
  } else if (++waited_ >= schedule_.plateau_epochs) {
    factor_ *= schedule_.step_factor;
    waited_ = 0;
  }
}

void Plateau::save(CheckpointWriter& to) const {
  to.put(factor_);
  to.put(best_);
  to.put(waited_);
}

void Plateau::restore(CheckpointReader& from) {
  factor_ = from.get<double>();
  best_ = from.get<double>();
  waited_ = from.get<std::int32_t>();
  CheckpointReader::require(waited_ >= -1 && waited_ <= schedule_.plateau_epochs);
}

}  // namespace mlp
