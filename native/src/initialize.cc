#include <algorithm>
#include <cmath>
#include <numbers>

#include "mlp/network.h"
#include "mlp/random.h"

namespace mlp {
namespace {

/** Whether about half of what goes in is lost, which larger weights make up for: He et al. 2015, section 2.2. */
bool halves(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
    case Activation::kLeakyRelu:
    case Activation::kElu:
    case Activation::kGelu:
    case Activation::kSilu:
      return true;
    default:
      return false;
  }
}

double limit_of(Initializer initializer, double inputs, double outputs) {
  switch (initializer) {
    case Initializer::kHe:
      return std::sqrt(6 / inputs);
    case Initializer::kLecun:
      return std::sqrt(3 / inputs);
    default:
      return std::sqrt(6 / (inputs + outputs));
  }
}

/** Two draws of Box & Muller 1958 a call would be one too many to remember: the cosine alone is normal as well. */
double normal(Stream& stream) {
  const double u = (stream.symmetric() + 1) / 2;  // [0, 1)
  const double v = (stream.symmetric() + 1) / 2;
  return std::sqrt(-2 * std::log1p(-u)) * std::cos(2 * std::numbers::pi * v);
}

/** Makes `count` rows of `size` orthonormal: modified Gram-Schmidt (Golub & Van Loan 2013, section 5.2.8). */
void orthonormalize(std::vector<double>& rows, Index count, Index size, const std::atomic<bool>& cancelled) {
  for (Index i = 0; i < count && !cancelled.load(std::memory_order_relaxed); ++i) {
    double* const row = rows.data() + i * size;
    double square = 0;
    for (Index p = 0; p < size; ++p) square += row[p] * row[p];
    for (Index p = 0; p < size; ++p) row[p] /= std::sqrt(square);
    for (Index below = i + 1; below < count; ++below) {
      double* const other = rows.data() + below * size;
      double product = 0;
      for (Index p = 0; p < size; ++p) product += row[p] * other[p];
      for (Index p = 0; p < size; ++p) other[p] -= product * row[p];
    }
  }
}

template <class T>
void fill_orthogonal(Stream& stream, Index inputs, Index outputs, double gain, T* weights,
                     const std::atomic<bool>& cancelled) {
  const bool is_tall = inputs > outputs;
  const Index count = std::min(inputs, outputs);
  const Index size = std::max(inputs, outputs);
  std::vector<double> rows(count * size);
  for (double& value : rows) value = normal(stream);
  orthonormalize(rows, count, size, cancelled);
  for (Index i = 0; i < inputs; ++i) {
    for (Index j = 0; j < outputs; ++j) {
      weights[i * outputs + j] = static_cast<T>(gain * (is_tall ? rows[j * size + i] : rows[i * size + j]));
    }
  }
}

}  // namespace

template <class T>
void initialize(const Shape& shape, std::uint64_t seed, T* weights, const std::atomic<bool>& cancelled) {
  const auto levels = shape.levels();
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const Level& level = levels[l];
    const bool before_halving = l + 1 < levels.size() && halves(shape.activation);
    Stream stream(seed, Purpose::kWeights, static_cast<std::uint32_t>(l));
    T* const matrix = weights + level.weights;
    if (shape.initializer == Initializer::kOrthogonal) {
      const double gain = before_halving ? std::numbers::sqrt2 : 1.0;
      fill_orthogonal(stream, level.inputs, level.outputs, gain, matrix, cancelled);
    } else {
      const auto matching = before_halving ? Initializer::kHe : Initializer::kGlorot;
      const double limit = limit_of(shape.initializer == Initializer::kMatching ? matching : shape.initializer,
                                    static_cast<double>(level.inputs), static_cast<double>(level.outputs));
      for (Index i = 0; i < level.inputs * level.outputs; ++i) matrix[i] = static_cast<T>(limit * stream.symmetric());
    }
    std::fill_n(weights + level.bias, level.outputs, T(0));
    if (!level.normalized) continue;
    std::fill_n(weights + level.scale, level.outputs, T(1));
    std::fill_n(weights + level.shift, level.outputs, T(0));
    if (shape.normalization != Normalization::kBatch) continue;
    std::fill_n(weights + level.mean, level.outputs, T(0));
    std::fill_n(weights + level.variance, level.outputs, T(1));
  }
}

template void initialize<float>(const Shape&, std::uint64_t, float*, const std::atomic<bool>&);
template void initialize<double>(const Shape&, std::uint64_t, double*, const std::atomic<bool>&);

}  // namespace mlp
