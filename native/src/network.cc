#include "mlp/network.h"

#include <algorithm>

#include "layers/activate.h"
#include "layers/dense.h"
#include "layers/dropout.h"
#include "layers/normalize.h"
#include "layers/skip.h"

namespace mlp {
namespace {

Index widest(const Shape& shape) { return *std::max_element(shape.layers.begin(), shape.layers.end()); }

/** Whether a hidden layer's activation is part of its dense layer: its derivative must be told by its output. */
bool is_fused(const Shape& shape) {
  return shape.normalization == Normalization::kNone && !derives_from_input(shape.activation);
}

}  // namespace

template <class T>
Network<T>::Network(Shape shape, const Kernels<T>& kernels, Index chunk)
    : shape_(std::move(shape)), kernels_(kernels), chunk_(chunk), weights_(shape_.parameter_count()),
      gradient_(shape_.weight_count()), inputs_(chunk * shape_.layers.front()),
      descent_(chunk, widest(shape_)) {
  add_layers();
  given_.resize(layers_.size());
}

template <class T>
void Network<T>::add_layers() {
  const auto levels = shape_.levels();
  // Whether the dense layers of this level and the next one lie on each other, with the activation in between fused.
  const auto joins = [&](std::size_t l) {
    return l + 1 < levels.size() && is_fused(shape_) && shape_.dropout == 0 && !levels[l].skips && !levels[l + 1].skips;
  };
  for (std::size_t l = 0; l < levels.size(); ++l) {
    add_level(levels[l], static_cast<std::uint32_t>(l), l > 0 && joins(l - 1), joins(l));
  }
}

/** In this order: dense, normalization, activation, dropout; the way around leads past all of them. */
template <class T>
void Network<T>::add_level(const Level& level, std::uint32_t number, bool is_joined_below, bool is_joined_above) {
  const Index width = level.outputs;
  SkipStart<T>* start = nullptr;
  if (level.skips) {
    layers_.push_back(std::make_unique<SkipStart<T>>(width, chunk_));
    start = static_cast<SkipStart<T>*>(layers_.back().get());
  }
  const bool fuses = level.hidden && is_fused(shape_);
  layers_.push_back(std::make_unique<Dense<T>>(
      typename Dense<T>::Options{level, fuses ? shape_.activation : Activation::kIdentity, number == 0, is_joined_above,
                                 is_joined_below ? shape_.activation : Activation::kIdentity},
      chunk_));
  if (!level.hidden) return;
  if (shape_.normalization == Normalization::kBatch) layers_.push_back(std::make_unique<NormalizeBatch<T>>(level, chunk_));
  if (shape_.normalization == Normalization::kLayer) layers_.push_back(std::make_unique<NormalizeRows<T>>(level, chunk_));
  if (!fuses) layers_.push_back(std::make_unique<Activate<T>>(shape_.activation, width, chunk_));
  if (shape_.dropout > 0) layers_.push_back(std::make_unique<Dropout<T>>(shape_.dropout, number, width, chunk_));
  if (start) layers_.push_back(std::make_unique<SkipEnd<T>>(*start, width, chunk_));
}

template <class T>
void Network<T>::initialize(std::uint64_t seed, const std::atomic<bool>& cancelled) {
  mlp::initialize(shape_, seed, weights_.data(), cancelled);
}

template <class T>
Matrix<T> Network<T>::forward(const Pass<T>& pass, Index rows) {
  const Index columns = shape_.layers.front();
  Matrix<T> h{inputs_.data(), rows, columns, columns};
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    given_[l] = h;
    h = layers_[l]->forward(pass, h);
  }
  return h;
}

template <class T>
void Network<T>::backward(const Pass<T>& pass) {
  for (std::size_t l = layers_.size(); l-- > 0;) layers_[l]->backward(pass, given_[l], descent_);
}

template <class T>
Score score_outputs(const Kernels<T>& kernels, const Shape& shape, Matrix<const T> outputs, Targets<T> targets,
                    Matrix<T> derivative, T scale, T smoothing) {
  switch (shape.loss) {
    case Loss::kCrossEntropy:
      if (targets.weights || smoothing > 0) return smoothed_cross_entropy(outputs, targets, derivative, scale, smoothing);
      return kernels.softmax_cross_entropy(outputs, targets.labels, derivative, scale);
    case Loss::kBinaryCrossEntropy:
      return kernels.binary_cross_entropy(outputs, targets, derivative, scale, smoothing);
    case Loss::kMeanAbsoluteError:
      return mean_absolute_error(outputs, targets, derivative, scale);
    case Loss::kHuber:
      return huber(outputs, targets, derivative, scale, static_cast<T>(shape.huber_delta));
    default:
      return mean_squared_error(outputs, targets, derivative, scale);
  }
}

template <class T>
Score Network<T>::score(Matrix<const T> outputs, Targets<T> targets) {
  return score_outputs(kernels_, shape_, outputs, targets, Matrix<T>{}, T(0), T(0));
}

template <class T>
Matrix<const T> Network<T>::predict(Index rows) {
  return constant(forward({kernels_, weights_.data(), gradient_.data(), false, false, {}}, rows));
}

template <class T>
Score Network<T>::score_in_training(Index rows, Targets<T> targets, T scale, const Moment& moment, T smoothing) {
  const Matrix<T> outputs = forward({kernels_, weights_.data(), gradient_.data(), false, true, moment}, rows);
  return score_outputs(kernels_, shape_, constant(outputs), targets, descent_.derivative(rows, outputs.cols), scale,
                       smoothing);
}

template <class T>
void Network<T>::differentiate_scored(bool accumulate, WeightSteps<T>* steps) {
  backward({kernels_, weights_.data(), gradient_.data(), accumulate, true, {}, steps});
}

template class Network<float>;
template class Network<double>;
template Score score_outputs<float>(const Kernels<float>&, const Shape&, Matrix<const float>, Targets<float>, Matrix<float>,
                                    float, float);

}  // namespace mlp
