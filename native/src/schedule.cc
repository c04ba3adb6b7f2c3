#include "mlp/schedule.h"

#include <cmath>
#include <numbers>

namespace mlp {

double Schedule::factor(int epoch) const {
  switch (kind) {
    case ScheduleKind::kConstant:
      return 1;
    case ScheduleKind::kStep:
      return std::pow(step_factor, (epoch - 1) / step_epochs);
    case ScheduleKind::kCosine:
      return 0.5 * (1 + std::cos(std::numbers::pi * (epoch - 1) / epochs));
  }
  return 1;
}

}  // namespace mlp
