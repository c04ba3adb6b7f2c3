#include "dense.h"

namespace mlp {

template <class T>
Dense<T>::Dense(const Options& options, Index rows)
    : options_(options), stride_(options.is_derived_above ? spread(options.level.outputs) : options.level.outputs),
      out_(rows * stride_) {}

template <class T>
Matrix<T> Dense<T>::forward(const Pass<T>& pass, Matrix<T> in) {
  const Level& level = options_.level;
  const Matrix<T> z = out(in.rows);
  pass.kernels.affine(constant(in), pass.weights + level.weights, pass.weights + level.bias, options_.activation, z);
  return z;
}

template <class T>
void Dense<T>::backward(const Pass<T>& pass, Matrix<T> in, Descent<T>& descent) {
  const Level& level = options_.level;
  const Matrix<T> d = descent.derivative(in.rows, level.outputs);
  if (!options_.is_derived_above) pass.kernels.multiply_by_derivative(d, constant(out(in.rows)), options_.activation);
  // By the weights as they are: dW may come with their step.
  if (!options_.is_first) {
    pass.kernels.descend(constant(d), pass.weights + level.weights, constant(in), options_.below,
                         descent.below(in.rows, level.inputs));
  }
  // dW = in^T d: A is `in`, read along its columns.
  pass.kernels.gemm(level.inputs, level.outputs, in.rows, in.data, 1, in.stride, d.data, d.stride,
                    pass.gradient + level.weights, level.outputs, pass.accumulate,
                    pass.steps ? pass.steps->step_of(level.weights) : nullptr);
  pass.kernels.sum_rows(constant(d), pass.gradient + level.bias, pass.accumulate);
  if (!options_.is_first) descent.step();
}

template class Dense<float>;
template class Dense<double>;

}  // namespace mlp
