#pragma once

#include <cstdint>

#include "mlp/view.h"

/**
 * The operations a network is made of. Kernels take pointers and sizes, allocate nothing and throw nothing. Sums
 * run in a fixed order, so that the same kernel gives the same bits. T is float, or double for gradient checks.
 */
namespace mlp {

enum class Activation : std::uint8_t {
  kIdentity,
  kRelu,
  kTanh,
  kSigmoid,
  kLeakyRelu,
  kElu,
  kGelu,
  kSilu,
  kSoftplus
};

/** Whether the derivative has to be taken from the input: these fall and rise, so the output does not tell. */
constexpr bool derives_from_input(Activation activation) {
  return activation == Activation::kGelu || activation == Activation::kSilu;
}

/**
 * C = A B, or C += A B. C is m x n, A is m x k, B is k x n.
 * Element (i, p) of A is a[i * a_row + p * a_col], which makes a transposed A free; B and C have unit columns.
 * Each element of C is summed over p in ascending order.
 */
template <class T>
using GemmKernel = void (*)(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b,
                            Index b_stride, T* c, Index c_stride, bool accumulate);

/** What a loss kernel says about the rows it saw. */
struct Score {
  /** Sum over rows of the row's loss. */
  double loss = 0;
  /** Rows whose largest output is their label; for classification only. */
  Index hits = 0;
};

enum class KernelSet : std::uint8_t { kReference, kAvx2, kAvx512 };

/** The variants chosen for one training. */
template <class T>
struct Kernels {
  KernelSet set;
  GemmKernel<T> gemm;
  void (*transpose)(Matrix<const T> in, Matrix<T> out);
  void (*add_bias_and_activate)(Matrix<T> z, const T* bias, Activation activation);
  void (*activate)(Matrix<const T> z, Matrix<T> h, Activation activation);
  void (*multiply_by_derivative)(Matrix<T> d, Matrix<const T> x, Activation activation);
  void (*sum_rows)(Matrix<const T> d, T* sums, bool accumulate);
  Score (*softmax_cross_entropy)(Matrix<const T> z, const std::int32_t* labels, Matrix<T> d, T scale);
};

/** The definitions; they run everywhere. */
template <class T>
const Kernels<T>& reference_kernels();

/** The fastest this CPU can run. */
const Kernels<float>& best_kernels();

/** Those of the set; the definitions where this CPU lacks them. */
const Kernels<float>& supported_kernels(KernelSet set);

const char* name_of(KernelSet set);

// One folder each below src/kernels.

template <class T>
void gemm_reference(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b, Index b_stride,
                    T* c, Index c_stride, bool accumulate);

/** out = transpose of in. */
template <class T>
void transpose(Matrix<const T> in, Matrix<T> out);

/** z = act(z + bias), row by row. */
template <class T>
void add_bias_and_activate(Matrix<T> z, const T* bias, Activation activation);

/** h = act(z). */
template <class T>
void activate(Matrix<const T> z, Matrix<T> h, Activation activation);

/** d = d * act'(z), the derivative being taken from x: the activation's output, or z where derives_from_input. */
template <class T>
void multiply_by_derivative(Matrix<T> d, Matrix<const T> x, Activation activation);

/** sums[j] = sum over rows of d, or += that. */
template <class T>
void sum_rows(Matrix<const T> d, T* sums, bool accumulate);

/**
 * Cross-entropy of the softmax of the logits z, by log-sum-exp. A row's loss is -log p(label).
 * When d has data, d = scale * dloss/dz; d may be z.
 */
template <class T>
Score softmax_cross_entropy(Matrix<const T> z, const std::int32_t* labels, Matrix<T> d, T scale);

/** A row's loss is the mean over its outputs of (z - y)^2. When d has data, d = scale * dloss/dz; d may be z. */
template <class T>
Score mean_squared_error(Matrix<const T> z, const T* y, Matrix<T> d, T scale);

}  // namespace mlp
