#include "mlp/shape.h"

namespace mlp {
namespace {

/** Weights, then bias, then scale and shift. */
Level place(Level level, Index offset) {
  level.weights = offset;
  level.bias = level.weights + level.inputs * level.outputs;
  level.scale = level.bias + level.outputs;
  level.shift = level.scale + (level.normalized ? level.outputs : 0);
  return level;
}

Index end_of(const Level& level) { return level.normalized ? level.shift + level.outputs : level.bias + level.outputs; }

}  // namespace

std::vector<Level> Shape::levels() const {
  std::vector<Level> levels;
  Index offset = 0;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
    Level level{};
    level.inputs = layers[l];
    level.outputs = layers[l + 1];
    level.hidden = l + 2 < layers.size();
    level.normalized = level.hidden && normalization != Normalization::kNone;
    // The inputs are no layer's output: adding them would depend on how many columns there happen to be.
    level.skips = level.hidden && residual && l > 0 && level.inputs == level.outputs;
    levels.push_back(place(level, offset));
    offset = end_of(levels.back());
  }
  if (normalization != Normalization::kBatch) return levels;
  for (Level& level : levels) {
    if (!level.normalized) continue;
    level.mean = offset;
    level.variance = offset + level.outputs;
    offset += 2 * level.outputs;
  }
  return levels;
}

Index Shape::weight_count() const { return end_of(levels().back()); }

Index Shape::parameter_count() const {
  Index count = weight_count();
  if (normalization != Normalization::kBatch) return count;
  for (const Level& level : levels()) count += level.normalized ? 2 * level.outputs : 0;
  return count;
}

}  // namespace mlp
