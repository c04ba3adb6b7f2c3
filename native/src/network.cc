#include "mlp/network.h"

#include <algorithm>

#include "layers/activate.h"
#include "layers/dense.h"

namespace mlp {
namespace {

Index widest(const Shape& shape) { return *std::max_element(shape.layers.begin(), shape.layers.end()); }

/** The first matrix is never transposed: nothing needs the derivative by the inputs. */
Index largest_transposed(const std::vector<Level>& levels) {
  Index largest = 0;
  for (std::size_t l = 1; l < levels.size(); ++l) largest = std::max(largest, levels[l].inputs * levels[l].outputs);
  return largest;
}

}  // namespace

template <class T>
Network<T>::Network(Shape shape, const Kernels<T>& kernels, Index chunk)
    : shape_(std::move(shape)), kernels_(kernels), chunk_(chunk), weights_(shape_.weight_count()),
      gradient_(weights_.size()), inputs_(chunk * shape_.layers.front()),
      descent_(chunk, widest(shape_), largest_transposed(shape_.levels())) {
  add_layers();
  given_.resize(layers_.size());
}

template <class T>
void Network<T>::add_layers() {
  const auto levels = shape_.levels();
  // A derivative that needs the activation's input needs it kept: a layer of its own keeps it.
  const bool apart = derives_from_input(shape_.activation);
  const Activation joined = apart ? Activation::kIdentity : shape_.activation;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const bool is_first = l == 0;
    const bool is_last = l + 1 == levels.size();
    layers_.push_back(std::make_unique<Dense<T>>(
        typename Dense<T>::Options{levels[l], is_last ? Activation::kIdentity : joined, is_first, !is_last && !apart,
                                   is_first ? Activation::kIdentity : joined},
        chunk_));
    if (!is_last && apart) {
      layers_.push_back(std::make_unique<Activate<T>>(shape_.activation, levels[l].outputs, chunk_));
    }
  }
}

template <class T>
void Network<T>::initialize(std::uint64_t seed) {
  mlp::initialize(shape_, seed, weights_.data());
}

template <class T>
Pass<T> Network<T>::pass(bool accumulate) {
  return {kernels_, weights_.data(), gradient_.data(), accumulate};
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
Score Network<T>::score(Matrix<T> outputs, Targets<T> targets, Matrix<T> derivative, T scale) {
  if (shape_.loss == Loss::kCrossEntropy) {
    return kernels_.softmax_cross_entropy(constant(outputs), targets.labels, derivative, scale);
  }
  return mean_squared_error(constant(outputs), targets.values, derivative, scale);
}

template <class T>
Score Network<T>::evaluate(Index rows, Targets<T> targets) {
  return score(forward(pass(false), rows), targets, Matrix<T>{}, T(0));
}

template <class T>
Score Network<T>::differentiate(Index rows, Targets<T> targets, T scale, bool accumulate) {
  const Pass<T> now = pass(accumulate);
  const Matrix<T> outputs = forward(now, rows);
  const Score sum = score(outputs, targets, descent_.derivative(rows, outputs.cols), scale);
  backward(now);
  return sum;
}

template class Network<float>;
template class Network<double>;

}  // namespace mlp
