#include "mlp/network.h"

#include <algorithm>
#include <cmath>

#include "mlp/random.h"

namespace mlp {

Index Shape::weight_count() const {
  Index count = 0;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) count += (layers[l] + 1) * layers[l + 1];
  return count;
}

template <class T>
Network<T>::Network(Shape shape, const Kernels<T>& kernels, Index chunk)
    : shape_(std::move(shape)), kernels_(kernels), chunk_(chunk) {
  const auto& widths = shape_.layers;
  Index offset = 0;
  Index transposed = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const Index inputs = widths[l];
    const Index outputs = widths[l + 1];
    const bool last = l + 2 == widths.size();
    layers_.push_back({inputs, outputs, offset, offset + inputs * outputs,
                       last ? Activation::kIdentity : shape_.activation});
    offset += (inputs + 1) * outputs;
    if (l > 0) transposed = std::max(transposed, inputs * outputs);
  }
  const Index widest = *std::max_element(widths.begin(), widths.end());
  weights_.resize(offset);
  gradient_.resize(offset);
  for (const Index width : widths) activations_.emplace_back(chunk * width);
  derivative_.resize(chunk * widest);
  previous_.resize(chunk * widest);
  transposed_.resize(transposed);
}

template <class T>
void Network<T>::initialize(std::uint64_t seed) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Index fan = layer.activation == Activation::kRelu ? layer.inputs : layer.inputs + layer.outputs;
    const double limit = std::sqrt(6.0 / static_cast<double>(fan));
    Stream stream(seed, Purpose::kWeights, static_cast<std::uint32_t>(l));
    T* const weights = weights_.data() + layer.weights;
    for (Index i = 0; i < layer.inputs * layer.outputs; ++i) weights[i] = static_cast<T>(limit * stream.symmetric());
    std::fill_n(weights_.data() + layer.bias, layer.outputs, T(0));
  }
}

template <class T>
Matrix<T> Network<T>::activation(std::size_t level, Index rows) {
  const Index width = shape_.layers[level];
  return {activations_[level].data(), rows, width, width};
}

template <class T>
void Network<T>::forward(Index rows) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Matrix<T> in = activation(l, rows);
    const Matrix<T> out = activation(l + 1, rows);
    kernels_.gemm(rows, layer.outputs, layer.inputs, in.data, in.stride, 1, weights_.data() + layer.weights,
                  layer.outputs, out.data, out.stride, false);
    kernels_.add_bias_and_activate(out, weights_.data() + layer.bias, layer.activation);
  }
}

template <class T>
Score Network<T>::score(Index rows, Targets<T> targets, Matrix<T> derivative, T scale) {
  const Matrix<T> z = activation(layers_.size(), rows);
  const Matrix<const T> outputs{z.data, z.rows, z.cols, z.stride};
  if (shape_.loss == Loss::kCrossEntropy) return kernels_.softmax_cross_entropy(outputs, targets.labels, derivative, scale);
  return mean_squared_error(outputs, targets.values, derivative, scale);
}

template <class T>
Score Network<T>::evaluate(Index rows, Targets<T> targets) {
  forward(rows);
  return score(rows, targets, Matrix<T>{}, T(0));
}

template <class T>
Score Network<T>::differentiate(Index rows, Targets<T> targets, T scale, bool accumulate) {
  forward(rows);
  const Index outputs = shape_.layers.back();
  const Score sum = score(rows, targets, {derivative_.data(), rows, outputs, outputs}, scale);
  backward(rows, accumulate);
  return sum;
}

template <class T>
void Network<T>::backward(Index rows, bool accumulate) {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    const Matrix<T> in = activation(l, rows);
    const Matrix<const T> d{derivative_.data(), rows, layer.outputs, layer.outputs};
    // dW = h^T d: A is h read along its columns.
    kernels_.gemm(layer.inputs, layer.outputs, rows, in.data, 1, in.stride, d.data, d.stride,
                  gradient_.data() + layer.weights, layer.outputs, accumulate);
    kernels_.sum_rows(d, gradient_.data() + layer.bias, accumulate);
    if (l == 0) return;  // nothing below needs the derivative by the inputs

    kernels_.transpose({weights_.data() + layer.weights, layer.inputs, layer.outputs, layer.outputs},
                       {transposed_.data(), layer.outputs, layer.inputs, layer.inputs});
    const Matrix<T> below{previous_.data(), rows, layer.inputs, layer.inputs};
    kernels_.gemm(rows, layer.inputs, layer.outputs, d.data, d.stride, 1, transposed_.data(), layer.inputs,
                  below.data, below.stride, false);
    kernels_.multiply_by_derivative(below, {in.data, rows, layer.inputs, in.stride}, layers_[l - 1].activation);
    derivative_.swap(previous_);
  }
}

template class Network<float>;
template class Network<double>;

}  // namespace mlp
