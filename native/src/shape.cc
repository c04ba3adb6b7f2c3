#include "mlp/shape.h"

namespace mlp {

std::vector<Level> Shape::levels() const {
  std::vector<Level> levels;
  Index offset = 0;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
    const Index inputs = layers[l];
    const Index outputs = layers[l + 1];
    levels.push_back({inputs, outputs, offset, offset + inputs * outputs});
    offset += (inputs + 1) * outputs;
  }
  return levels;
}

Index Shape::weight_count() const {
  Index count = 0;
  for (const Level& level : levels()) count += (level.inputs + 1) * level.outputs;
  return count;
}

}  // namespace mlp
