#include "mlp/schedule.h"

#include <cmath>

#include "check.h"

namespace {

using mlp::Schedule;
using mlp::ScheduleKind;

Schedule schedule(ScheduleKind kind, int epochs = 10) {
  Schedule made;
  made.kind = kind;
  made.epochs = epochs;
  return made;
}

/** In the first of the epoch's four steps. */
double at(const Schedule& schedule, int epoch) { return schedule.factor(epoch, 0, 4); }

const test::Register constant("a constant schedule changes nothing", [] {
  CHECK(at(schedule(ScheduleKind::kConstant), 1) == 1 && at(schedule(ScheduleKind::kConstant), 10) == 1);
});

const test::Register step("a step schedule drops every so many epochs", [] {
  auto steps = schedule(ScheduleKind::kStep);
  steps.step_epochs = 3;
  steps.step_factor = 0.5;
  CHECK(at(steps, 3) == 1 && at(steps, 4) == 0.5 && at(steps, 7) == 0.25);
});

const test::Register cosine("a cosine falls from 1 and ends above 0", [] {
  const auto falling = schedule(ScheduleKind::kCosine);
  CHECK(at(falling, 1) == 1 && test::close(at(falling, 6), 0.5, 1e-12) && at(falling, 10) > 0);
});

const test::Register every_step("a cosine and a polynomial fall with each step where that is asked for", [] {
  for (const auto kind : {ScheduleKind::kCosine, ScheduleKind::kPolynomial}) {
    auto falling = schedule(kind);
    CHECK(falling.factor(1, 3, 4) == 1);
    falling.every_step = true;
    CHECK(falling.changes_within(1) && falling.factor(1, 0, 4) == 1);
    // The 21st of 40 steps is half way.
    CHECK(test::close(falling.factor(6, 0, 4), 0.5, 1e-12) && falling.factor(6, 1, 4) < falling.factor(6, 0, 4));
    CHECK(falling.factor(10, 3, 4) > 0);
  }
});

const test::Register every_step_to_the_end("by the step, an exponential ends at the final factor and restarts begin anew", [] {
  auto falling = schedule(ScheduleKind::kExponential, 2);
  falling.every_step = true;
  falling.final_factor = 1e-7;
  for (int step = 0; step < 8; ++step) {
    CHECK(test::close(falling.factor(1 + step / 4, step % 4, 4), std::pow(10.0, -step), 1e-12));
  }
  falling.epochs = 1;
  CHECK(falling.factor(1, 0, 1) == 1);
  auto restarting = schedule(ScheduleKind::kCosineRestarts, 100);
  restarting.every_step = true;
  restarting.restart_epochs = 2;
  for (const int epoch : {1, 3, 7}) CHECK(restarting.factor(epoch, 0, 4) == 1);
  CHECK(test::close(restarting.factor(2, 0, 4), 0.5, 1e-12));
  CHECK(restarting.factor(2, 3, 4) < restarting.factor(2, 2, 4) && restarting.factor(2, 3, 4) > 0);
});

const test::Register no_smaller_steps("drops stay between epochs by the step, too", [] {
  auto steps = schedule(ScheduleKind::kStep);
  steps.step_epochs = 2;
  steps.step_factor = 0.5;
  steps.every_step = true;
  CHECK(steps.factor(2, 3, 4) == 1 && steps.factor(3, 0, 4) == 0.5);
});

const test::Register exponential("an exponential falls by the same factor each epoch, to the final one", [] {
  auto falling = schedule(ScheduleKind::kExponential, 5);
  falling.final_factor = 1e-4;
  for (int epoch = 1; epoch <= 5; ++epoch) CHECK(test::close(at(falling, epoch), std::pow(0.1, epoch - 1), 1e-12));
  falling.epochs = 1;
  CHECK(at(falling, 1) == 1);
});

const test::Register polynomial("a polynomial falls by its power, and ends above 0", [] {
  auto falling = schedule(ScheduleKind::kPolynomial, 4);
  CHECK(at(falling, 1) == 1 && at(falling, 2) == 0.75 && at(falling, 4) == 0.25);
  falling.power = 2;
  CHECK(at(falling, 1) == 1 && at(falling, 3) == 0.25 && at(falling, 4) == 0.0625);
});

const test::Register restarts("a cosine with restarts begins anew, each cycle longer", [] {
  auto restarting = schedule(ScheduleKind::kCosineRestarts, 100);
  restarting.restart_epochs = 2;
  restarting.restart_factor = 2;
  // Cycles of 2, 4, 8 epochs start at 1, 3, 7.
  for (const int epoch : {1, 3, 7, 15}) CHECK(at(restarting, epoch) == 1);
  for (const int epoch : {2, 5, 11}) CHECK(test::close(at(restarting, epoch), 0.5, 1e-12));
  restarting.restart_factor = 1;
  for (const int epoch : {1, 3, 5, 2'000'000'001}) CHECK(at(restarting, epoch) == 1);
});

const test::Register one_cycle("one cycle rises and falls from step to step, by PyTorch's numbers", [] {
  // 2 epochs of 10 steps: 20 steps, the top at step 5.
  const auto cycle = schedule(ScheduleKind::kOneCycle, 2);
  CHECK(test::close(cycle.factor(1, 0, 10), 0.04, 1e-12));
  CHECK(cycle.factor(1, 5, 10) == 1);
  CHECK(test::close(cycle.factor(2, 9, 10), 4e-6, 1e-9));
  for (int step = 1; step < 20; ++step) {
    const double before = cycle.factor(1 + (step - 1) / 10, (step - 1) % 10, 10);
    const double now = cycle.factor(1 + step / 10, step % 10, 10);
    CHECK(step <= 5 ? now > before : now < before);
  }
  // The whole is too short for a rise.
  const auto shortest = schedule(ScheduleKind::kOneCycle, 1);
  for (int steps = 1; steps <= 3; ++steps) CHECK(shortest.factor(1, 0, steps) == 1);
});

const test::Register warmup("warm-up rises step by step to the full rate; the schedule covers the rest", [] {
  auto warmed = schedule(ScheduleKind::kCosine, 12);
  warmed.warmup_epochs = 2;
  CHECK(warmed.factor(1, 0, 4) == 0.125 && warmed.factor(1, 3, 4) == 0.5 && warmed.factor(2, 3, 4) == 1);
  const auto cosine = schedule(ScheduleKind::kCosine, 10);
  for (int epoch = 1; epoch <= 10; ++epoch) CHECK(at(warmed, epoch + 2) == at(cosine, epoch));
});

const test::Register warmup_to_the_end("a warm-up as long as the training or longer is all there is", [] {
  for (const auto kind : {ScheduleKind::kExponential, ScheduleKind::kPolynomial, ScheduleKind::kOneCycle}) {
    auto warmed = schedule(kind, 3);
    warmed.warmup_epochs = 6;
    CHECK(warmed.factor(3, 3, 4) == 0.5);
    CHECK(std::isfinite(warmed.factor(7, 0, 4)));
  }
});

const test::Register plateau("a plateau drops the rate once the loss stands still, and waits again", [] {
  auto waiting = schedule(ScheduleKind::kPlateau);
  waiting.plateau_epochs = 2;
  waiting.step_factor = 0.5;
  waiting.warmup_epochs = 1;
  mlp::Plateau plateau(waiting);
  // The first epoch is warm-up: its low loss is no bar. Better at 2, 3 and 6; drops after 5 and 8.
  const double losses[] = {0.1, 3, 2, 2, 2.5, 1, 1, 1};
  const double factors[] = {1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25};
  for (int epoch = 1; epoch <= 8; ++epoch) {
    plateau.observe(epoch, losses[epoch - 1]);
    CHECK(plateau.factor() == factors[epoch - 1]);
  }
});

const test::Register no_plateau("no other schedule listens to the loss", [] {
  auto constant = schedule(ScheduleKind::kConstant);
  constant.step_factor = 0.5;
  constant.plateau_epochs = 1;
  mlp::Plateau plateau(constant);
  for (int epoch = 1; epoch <= 5; ++epoch) plateau.observe(epoch, 1);
  CHECK(plateau.factor() == 1);
});

}  // namespace
