#include "failure.h"

#include <cmath>
#include <cstdio>

namespace mlp {

std::string text_of(const Divergence& divergence) {
  char text[192];
  // No loss is below 0, but a NaN may have a sign.
  std::snprintf(text, sizeof text,
                "The training diverged: loss %.3g at step %lld (epoch %d) with learning rate %g. Lower the learning rate "
                "or clip the gradient.",
                std::abs(divergence.loss), static_cast<long long>(divergence.step), divergence.epoch, divergence.learning_rate);
  return text;
}

std::string no_epoch_ended(double seconds_most) {
  char text[128];
  std::snprintf(text, sizeof text, "No epoch ended within %g s: allow more time, or train a smaller network.",
                seconds_most);
  return text;
}

std::string out_of_memory(const Shape& shape) {
  return "The network has " + std::to_string(shape.weight_count()) +
         " weights, which do not fit in memory: use fewer or narrower layers.";
}

}  // namespace mlp
